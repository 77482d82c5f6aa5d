"""
What a worker does besides answering: its lease, its ears, its polls. One a process, started by the server.

It holds the worker's one writer, publisher and feeds, and the connections; everything that a connection needs of the
database goes through the pools here.
"""

import asyncio
import logging
import os
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, Protocol

from channels.layers import get_channel_layer

from accounts.sessions import Identity, ended
from rooms.delivery import publisher
from rooms.delivery.entries import LogPage
from rooms.delivery.feeds import Feeds, entries_of
from rooms.delivery.groups import LOBBY
from rooms.delivery.news import LobbyNews, OccupancyNews
from rooms.delivery.publisher import Hint, Publisher
from rooms.delivery.writer import GroupCommit
from rooms.limits import Limiter
from rooms.pools import Pool, Unavailable
from rooms.presence import leases
from rooms.protocol.errors import CloseCode
from rooms.protocol.limits import HEARTBEAT_SECONDS, RETRY_IN_MS
from rooms.services import history, occupancy, presence, rooms
from rooms.services.posting import Post, Posted, post_messages

JANITOR_SECONDS = 1.0
SESSIONS_SECONDS = 2.0
RETRY_SECONDS = 0.5
DRAIN_SECONDS = 5.0

logger = logging.getLogger("rooms.runtime")


class Connection(Protocol):
    """What the runtime knows of a connection."""

    id: uuid.UUID
    identity: Identity
    is_open: bool

    def tell(self, frame: str) -> None:
        """Take an ephemeral event."""

    def beat(self, now: datetime) -> None:
        """Take the heartbeat."""

    def say_goodbye(self, code: CloseCode, reason: str, *, retry_in_ms: int = 0) -> None:
        """Begin to close."""

    async def finish(self, code: CloseCode, reason: str, *, retry_in_ms: int = 0) -> None:
        """Let the command in hand be answered, then close."""


class ServerClock:
    """The database's time without asking it: the monotonic clock plus an offset measured at every beat."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def measure(self, database_time: datetime, *, asked_at: float, answered_at: float) -> None:
        """Take what the database said between two readings of the monotonic clock."""
        self._offset = database_time.timestamp() - (asked_at + answered_at) / 2

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(time.monotonic() + self._offset, UTC)

    def now_ms(self) -> float:
        """Return the time in milliseconds since 1970."""
        return round((time.monotonic() + self._offset) * 1000, 3)


class Runtime:
    """One worker. Make it in the loop in which it shall run, and `start` it."""

    def __init__(self) -> None:
        spawn = os.environ.get("CHAT_SPAWN")
        self.worker_id = uuid.uuid4()
        self.clock = ServerClock()
        self.limiter = Limiter()
        self.connections: dict[uuid.UUID, Connection] = {}
        self.is_draining = False
        self.history = ""
        self.default_room_id = 0
        self.reads = Pool("read", 2)
        self.presence = Pool("presence", 1)
        self._spawn = uuid.UUID(spawn) if spawn else None
        self._writes = Pool("write", 1)
        self._posts: GroupCommit[Post, Posted] = GroupCommit(post_messages, self._writes)
        self._layer: Any = get_channel_layer()  # Any: Channels has no types
        self._sessions_now = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._departing: dict[uuid.UUID, bool] = {}

    async def start(self) -> None:
        """Become alive: take the lease, make sure of the default room, listen. Waits until the database is there."""
        await self._until_available(self._become_alive)
        channel = await self._layer.new_channel("worker")
        self.feeds = Feeds(self._layer, channel, read_log=self.read_log, read_heads=self._read_heads)
        self.occupancy = OccupancyNews(self.feeds, self._read_occupants)
        self.lobby = LobbyNews(self._read_rooms, self._tell_everybody)
        self._publisher = Publisher(self._layer, self.hear)
        publisher.install(self._publisher)
        for coroutine in (
            self._listen(channel),
            self._layer.group_add(LOBBY, channel),
            self._publisher.run(),
            self.feeds.poll(),
            self.occupancy.run(),
            self.lobby.run(),
            self._beat(),
            self._keep_house(),
            self._look_at_sessions(),
            self._heartbeat(),
        ):
            self._own(coroutine)

    async def post(self, post: Post) -> Posted:
        """Store what somebody says, in the next batch. Raises Refused, Unavailable."""
        return await self._posts.submit(post)

    async def read_log(self, stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
        """Read entries of a log. Raises Unavailable."""
        return await self.reads.run(history.read_log, stream_id, after, before, limit)

    def depart(self, connection_id: uuid.UUID, *, at_once: bool) -> None:
        """Forget a connection, now or when the database is there again."""
        self.connections.pop(connection_id, None)
        self._departing[connection_id] = at_once or self._departing.get(connection_id, False)
        self._own(self._forget_departed())

    def hear(self, hint: Hint) -> None:
        """Take a message of the layer. What it does is chosen here, by a type from this list, and by nothing else."""
        match hint.get("type"):
            case "stream.entries":
                feed = self.feeds.get(hint["stream"])
                if feed is not None:
                    feed.offer(entries_of(hint))
            case "room.occupancy":
                self.occupancy.look_at([hint["room"]])
            case "lobby.changed":
                self.lobby.look_at(opened=hint["opened"], changed=hint["changed"], removed=hint["removed"])
            case "sessions.changed":
                self._sessions_now.set()
            case "layer.reset" | "layer.overflow":  # something was lost: ask the database
                self.feeds.poll_soon()
                self.occupancy.look_at([feed.stream_id for feed in self.feeds.followed()])
                self._sessions_now.set()
            case other:
                logger.warning("a message of unknown type came by the layer: %.40r", other)

    async def drain(self) -> None:
        """Send everybody elsewhere: sends in flight are committed and answered, then `goodbye` and 1012."""
        self.is_draining = True
        await self._close_all(CloseCode.RESTART, "restart")
        await self._posts.finish()

    async def stop(self) -> None:
        """End: presence is given back, the lease with it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        publisher.install(None)
        await self.feeds.close()
        await self.limiter.close()
        try:
            await self._forget_departed()
            await self.presence.run(presence.give_up, self.worker_id)
        except Unavailable:
            logger.warning("the database is away: the lease of this worker will run out by itself")
        for pool in (self.reads, self.presence, self._writes):
            pool.close()

    # --- tasks

    def _own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(coroutine)
        self._tasks.append(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.remove(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            logger.error("a task of the worker ended", exc_info=problem)

    async def _listen(self, channel: str) -> None:
        while True:
            try:
                self.hear(await self._layer.receive(channel))
            except Exception:  # a layer that raises must not make the worker deaf
                logger.exception("layer")
                self.feeds.poll_soon()
                await asyncio.sleep(RETRY_SECONDS)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(leases.BEAT_SECONDS)
            asked_at = time.monotonic()
            try:
                now = await self.presence.run(leases.beat, self.worker_id)
            except Unavailable:
                continue  # whether we are dead the database will say when it is back
            if now is None:
                await self._fence()
            else:
                self.clock.measure(now, asked_at=asked_at, answered_at=time.monotonic())
                await self._reconcile()

    async def _fence(self) -> None:
        """Others have declared this worker dead and taken its people back: start anew under another name."""
        logger.warning("worker %s was declared dead: its connections start anew", self.worker_id)
        self.worker_id = uuid.uuid4()
        await self._until_available(self._become_alive)
        await self._close_all(CloseCode.RESTART, "restart")

    async def _reconcile(self) -> None:
        """Forget rows of connections that are no longer here, however that came about."""
        here = set(self.connections)
        try:
            rows = await self.presence.run(leases.connection_ids, self.worker_id)
        except Unavailable:
            return
        for connection_id in rows:
            if connection_id not in here and connection_id not in self.connections:
                self.depart(connection_id, at_once=False)

    async def _keep_house(self) -> None:
        while True:
            await asyncio.sleep(JANITOR_SECONDS * random.uniform(0.8, 1.2))
            try:
                await self.presence.run(presence.reap_expired, own_worker=self.worker_id)
                await self.presence.run(presence.start_countdown_of_abandoned)
                await self.presence.run(rooms.close_due_rooms)
            except Unavailable:
                continue
            except Exception:
                logger.exception("janitor")

    async def _look_at_sessions(self) -> None:
        while True:
            try:
                await asyncio.wait_for(self._sessions_now.wait(), SESSIONS_SECONDS)
            except TimeoutError:
                pass
            self._sessions_now.clear()
            try:
                await self._close_ended()
            except Unavailable:
                continue
            except Exception:
                logger.exception("session poll")

    async def _close_ended(self) -> None:
        here = list(self.connections.values())
        if not here:
            return
        told = await self.reads.run(presence.told_to_close, self.worker_id)
        over = await self.reads.run(ended, [connection.identity for connection in here])
        for connection in here:
            code = told.get(connection.id) or over.get(connection.identity.session_key)
            if code is not None:
                connection.say_goodbye(CloseCode(code), _REASONS.get(code, "closed"))

    async def _heartbeat(self) -> None:
        """Send each connection its heartbeat, spread over the seconds."""
        second = 0
        while True:
            await asyncio.sleep(1)
            second = (second + 1) % HEARTBEAT_SECONDS
            now = self.clock.now()
            for connection in list(self.connections.values()):
                if connection.is_open and connection.id.int % HEARTBEAT_SECONDS == second:
                    connection.beat(now)

    # --- helpers

    async def _become_alive(self) -> None:
        asked_at = time.monotonic()
        now = await self.presence.run(leases.take_lease, self.worker_id, spawn=self._spawn)
        self.clock.measure(now, asked_at=asked_at, answered_at=time.monotonic())
        self.default_room_id = await self.presence.run(rooms.ensure_default_room)
        self.history = await self.presence.run(history.history_name)

    async def _until_available(self, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                return await act()
            except Unavailable:
                await asyncio.sleep(RETRY_SECONDS)

    async def _close_all(self, code: CloseCode, reason: str) -> None:
        closing = [
            connection.finish(code, reason, retry_in_ms=random.randrange(RETRY_IN_MS))
            for connection in list(self.connections.values())
        ]
        try:
            await asyncio.wait_for(asyncio.gather(*closing, return_exceptions=True), DRAIN_SECONDS)
        except TimeoutError:
            logger.warning("some connections did not take their goodbye")

    async def _forget_departed(self) -> None:
        while self._departing:
            departing, self._departing = self._departing, {}
            try:
                for at_once in (True, False):
                    ids = [connection_id for connection_id, wanted in departing.items() if wanted is at_once]
                    if ids:
                        await self.presence.run(presence.depart, ids, at_once=at_once)
            except Exception as problem:
                self._departing = {**departing, **self._departing}
                if not isinstance(problem, Unavailable):
                    logger.exception("departing")
                await asyncio.sleep(RETRY_SECONDS)

    def _tell_everybody(self, frames: list[str]) -> None:
        for connection in list(self.connections.values()):
            if connection.is_open:
                for frame in frames:
                    connection.tell(frame)

    async def _read_heads(self, stream_ids: Any) -> dict[int, int]:
        return await self.reads.run(history.read_heads, stream_ids)

    async def _read_occupants(self, room_id: int) -> Any:
        return await self.reads.run(occupancy.occupants_of, room_id)

    async def _read_rooms(self, room_ids: Any) -> Any:
        return await self.reads.run(occupancy.views_of, room_ids)


_REASONS = {
    CloseCode.SESSION_ENDED: "session_ended",
    CloseCode.BANNED: "deactivated",
    CloseCode.TOO_MANY_CONNECTIONS: "too_many_connections",
}

_runtime: Runtime | None = None


async def start() -> Runtime:
    """Start this process's worker, or return the one that runs."""
    global _runtime  # noqa: PLW0603 - one runtime a process
    if _runtime is None:
        runtime = Runtime()
        await runtime.start()
        _runtime = runtime
    return _runtime


def current() -> Runtime | None:
    """Return this process's worker, if it has one that runs."""
    return _runtime


async def drain() -> None:
    """Close all connections with 1012, after their commands in hand."""
    if _runtime is not None:
        await _runtime.drain()


async def stop() -> None:
    """End this process's worker."""
    global _runtime  # noqa: PLW0603
    if _runtime is not None:
        runtime, _runtime = _runtime, None
        await runtime.stop()
