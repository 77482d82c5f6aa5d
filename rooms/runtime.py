"""
What a worker does besides answering. One a process, started by the server; the one holder of its parts.

It has the worker's one writer, publisher and feeds, its house and its watch, and the connections; all that a
connection needs of the database goes through the pools here.
"""

import asyncio
import logging
import os
import random
import uuid
from collections.abc import Collection, Coroutine, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from channels.layers import get_channel_layer

from accounts.sessions import Identity
from chatproject.turns import Turns
from rooms.clock import ServerClock
from rooms.conduct import Pushing
from rooms.delivery import publisher
from rooms.delivery.entries import LogPage
from rooms.delivery.feeds import Feeds
from rooms.delivery.groups import LOBBY
from rooms.delivery.growth import Growth
from rooms.delivery.hints import Hint, entries_of
from rooms.delivery.news import LobbyNews, OccupancyNews
from rooms.delivery.publisher import Publisher
from rooms.delivery.writer import BATCH_MAX, Committed, GroupCommit
from rooms.gathering import Gathering
from rooms.housekeeping import Housekeeping
from rooms.limits import Limiter
from rooms.pools import Line, Pool, Unavailable
from rooms.protocol.codec import encode
from rooms.protocol.errors import CloseCode
from rooms.protocol.events import Occupant, RoomGrew, RoomView, room_stream
from rooms.protocol.limits import HEARTBEAT_SECONDS, RETRY_IN_MS
from rooms.services import history, occupancy
from rooms.services.marks import Mark, mark_read
from rooms.services.opening import Opened, Opening, open_connections
from rooms.services.posting import Post, Posted, post_messages
from rooms.sessions import SessionWatch

RETRY_SECONDS = 0.5
OPENINGS_MAX = 50  # in one transaction, for which all who write wait on SQLite
GOODBYES_SECONDS = 5.0
CANCEL_SECONDS = 0.5
ASK_ANEW_SECONDS = 3.0
# Where everybody reads, marks come many at a time. Whoever posts right behind one waits no longer than this.
MARKS_GATHER_SECONDS = 0.05

logger = logging.getLogger("rooms.runtime")


class Connection(Protocol):
    """What the runtime knows of a connection."""

    id: uuid.UUID
    identity: Identity
    is_open: bool
    room_id: int

    def tell(self, frame: str) -> None:
        """Take an ephemeral event."""

    def beat(self, now: datetime) -> None:
        """Take the heartbeat."""

    def news_were_lost(self) -> None:
        """Let the client ask anew for what may be lost."""

    def say_goodbye(self, code: CloseCode) -> None:
        """Begin to close."""

    async def finish(self, code: CloseCode, *, retry_in_ms: int) -> None:
        """Let the command in hand be answered, then close."""


class Runtime:
    """One worker. Make it in the loop in which it shall run, and `start` it."""

    def __init__(self) -> None:
        spawn = os.environ.get("CHAT_SPAWN")
        self.clock = ServerClock()
        self.limiter = Limiter()
        self.pushing = Pushing()
        # By person: a thousand connections of one make nobody else wait for more than one.
        self.arrivals = Turns()
        self.connections: dict[uuid.UUID, Connection] = {}
        self.is_draining = False
        self.reads = Pool("read", 2)
        self.presence = Pool("presence", 1)
        self.openings: Gathering[Opening, Opened] = Gathering(
            self.presence, open_connections, most=OPENINGS_MAX
        )
        self._leases = Pool("lease", 1)
        self.house = Housekeeping(
            self.presence,
            self.clock,
            lease_pool=self._leases,
            spawn=uuid.UUID(spawn) if spawn else None,
            here=self.connections.keys,
            fenced=self._close_all,
        )
        self._writes = Line("write")
        self._posts: GroupCommit[Post, Posted] = GroupCommit(self._store, self._writes)
        self._marking = Line("marks")
        self._marks: GroupCommit[Mark, int] = GroupCommit(
            lambda marks: Committed(mark_read(marks)),
            self._marking,
            gather_seconds=MARKS_GATHER_SECONDS,
            enough=BATCH_MAX,
        )
        self._sessions = SessionWatch(self.reads, self.connections.values)
        self._layer: Any = get_channel_layer()  # Any: Channels has no types
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Become alive and listen. Waits until the database is there."""
        await self.house.become_alive()
        channel = await self._layer.new_channel("worker")
        self.feeds = Feeds(self._layer, channel, read_log=self.read_log, read_heads=self._read_heads)
        self._occupancy = OccupancyNews(self.feeds, self._read_occupants)
        self._lobby = LobbyNews(self._read_rooms, self._tell_everybody)
        shared = self._layer if getattr(self._layer, "reaches_others", True) else None
        self._news = Publisher(shared, self._hear_own, origin=channel)
        self._growth = Growth(self._which_last, self._tell_of_growth, self._news.tell_others)
        publisher.install(self._news)
        for coroutine in (
            self._listen(channel),
            self._layer.group_add(LOBBY, channel),
            self._news.run(),
            self.feeds.poll(),
            self._occupancy.run(),
            self._lobby.run(),
            self._growth.run(),
            self.house.beat(),
            self.house.keep(),
            self._sessions.run(lambda: self.house.worker_id),
            self._heartbeat(),
        ):
            self._own(coroutine)

    async def post(self, post: Post) -> Posted:
        """Store what somebody says, in the next batch. Raises Refused; Unavailable, also when fenced."""
        if not self.house.is_alive:
            raise Unavailable
        return await self._posts.submit(post)

    async def mark_read(self, mark: Mark) -> int:
        """Move a read mark forward, in the next batch; return where it is. Raises Refused, Unavailable."""
        return await self._marks.submit(mark)

    def _store(self, posts: Sequence[Post]) -> Committed[Posted]:
        """In the writer's thread."""
        with publisher.collecting() as hints:
            try:
                results = post_messages(posts)
            except Exception:  # of posts that were tried one by one some may be stored
                for group, hint in hints:
                    self._news.publish(group, hint)
                raise
        return Committed(results, partial(self._news.tell, hints))

    async def read_log(self, stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
        """Read entries of a log. Raises Unavailable."""
        return await self.reads.run(history.read_log, stream_id, after, before, limit)

    def depart(self, connection_id: uuid.UUID, *, at_once: bool) -> None:
        """Forget a connection, now or when the database is there again."""
        self.connections.pop(connection_id, None)
        self.house.depart(connection_id, at_once=at_once)
        self._own(self._forget_departed())

    def hear(self, hint: Hint) -> None:
        """Take a message of the layer. What it does is chosen here, by a type from this list, and by nothing else."""
        match hint.get("type"):
            case "stream.entries":
                feed = self.feeds.get(hint["stream"])
                if feed is not None:
                    feed.offer(entries_of(hint))
            case "room.occupancy":
                self._occupancy.look_at([hint["room"]])
            case "lobby.changed":
                self._lobby.look_at(opened=hint["opened"], changed=hint["changed"], removed=hint["removed"])
            case "read.marked":
                inbox = self.feeds.get(hint["inbox"])
                if inbox is not None:
                    inbox.tell(hint["frame"])
            case "rooms.grew":
                self._growth.hear(hint["heads"])
            case "sessions.changed":
                self._sessions.look_soon()
            case "layer.reset" | "layer.overflow":  # something was lost: ask the database
                self.feeds.poll_soon()
                self._occupancy.look_at(self.feeds.followed_rooms())
                self._sessions.look_soon()
                self._let_ask_anew()
            case other:
                logger.warning("a message of unknown type came by the layer: %.40r", other)

    def _hear_own(self, group: str, hint: Hint) -> None:
        """Take what this worker tells, as far as the layer would have brought it here."""
        self._growth.notice(group, hint)
        if group == LOBBY or self.feeds.is_in(group):
            self.hear(hint)

    async def drain(self) -> None:
        """Send everybody elsewhere: sends in flight are committed and answered, then `goodbye` and 1012."""
        self.is_draining = True
        await self._close_all()
        await self._posts.finish()
        await self._marks.finish()

    async def stop(self) -> None:
        """End: presence is given back, the lease with it."""
        await self._end_tasks()
        publisher.install(None)
        await self.feeds.close()
        self.openings.close()
        await self.limiter.close()
        try:
            await self.house.give_up()
        except Unavailable:
            logger.warning("the database is away: the lease of this worker will run out by itself")
        for pool in (self.reads, self.presence, self._leases, self._writes, self._marking):
            pool.close()

    async def _end_tasks(self) -> None:
        """Cancel what runs, again and again: a library may lose a cancellation that comes in the wrong moment."""
        while tasks := set(self._tasks):
            for task in tasks:
                task.cancel()
            _, left = await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
            for task in left:
                logger.warning("a task did not take its cancellation: %s", task.get_coro())

    def _let_ask_anew(self) -> None:
        """News of the list of rooms may be lost: everybody is told to ask again, not all in one moment."""
        loop = asyncio.get_running_loop()
        for connection in list(self.connections.values()):
            if connection.is_open:
                loop.call_later(random.uniform(0, ASK_ANEW_SECONDS), connection.news_were_lost)  # noqa: S311

    def _own(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Run something that is cancelled when the worker stops, and whose failure is not lost."""
        task = asyncio.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            logger.error("a task of the worker ended", exc_info=problem)

    async def _listen(self, channel: str) -> None:
        while True:
            try:
                hint = await self._layer.receive(channel)
                if hint.get("from") != channel:  # what this worker has told itself
                    self.hear(hint)
            except Exception:  # whatever the layer does, the worker must not become deaf
                logger.exception("layer")
                self.feeds.poll_soon()
                await asyncio.sleep(RETRY_SECONDS)

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

    async def _close_all(self) -> None:
        """Close with 1012; when each comes back is spread over RETRY_IN_MS."""
        closing = [
            connection.finish(CloseCode.RESTART, retry_in_ms=random.randrange(RETRY_IN_MS))  # noqa: S311
            for connection in list(self.connections.values())
        ]
        try:
            async with asyncio.timeout(GOODBYES_SECONDS):
                await asyncio.gather(*closing, return_exceptions=True)
        except TimeoutError:
            logger.warning("some connections did not take their goodbye")

    async def _forget_departed(self) -> None:
        try:
            await self.house.forget_departed()
        except Unavailable:
            logger.info("presence of a connection is given back when the database is there")

    def _tell_everybody(self, frames: list[str]) -> None:
        for connection in list(self.connections.values()):
            if connection.is_open:
                for frame in frames:
                    connection.tell(frame)

    def _tell_of_growth(self, heads: Mapping[int, int]) -> None:
        """Tell everybody but those who are in the only room that has grown: they have it already."""
        frame = ""
        for connection in list(self.connections.values()):
            if connection.is_open and heads.keys() != {connection.room_id}:
                frame = frame or encode(
                    RoomGrew(heads={room_stream(room_id): head for room_id, head in heads.items()}).to_wire()
                )
                connection.tell(frame)

    async def _read_heads(self, stream_ids: Sequence[int]) -> dict[int, int]:
        return await self.reads.run(history.read_heads, stream_ids)

    async def _read_occupants(self, room_ids: Collection[int]) -> dict[int, list[Occupant]]:
        return await self.reads.run(occupancy.occupants_in, room_ids)

    async def _which_last(self, room_ids: Collection[int]) -> set[int]:
        return await self.reads.run(occupancy.which_last, room_ids)

    async def _read_rooms(self, room_ids: Collection[int]) -> list[RoomView]:
        return await self.reads.run(occupancy.views_of, room_ids)


_runtime: Runtime | None = None
_starting: "asyncio.Task[Runtime] | None" = None


async def start() -> Runtime:
    """Start this process's worker, or return the one that runs. Several at once start one."""
    global _starting  # noqa: PLW0603 - one runtime a process
    if _runtime is not None:
        return _runtime
    if _starting is None or _starting.done():
        _starting = asyncio.create_task(_start())
    return await asyncio.shield(_starting)


async def drain() -> None:
    """Close all connections with 1012, after their commands in hand."""
    if _runtime is not None:
        await _runtime.drain()


async def stop() -> None:
    """End this process's worker."""
    global _runtime
    if _runtime is not None:
        runtime, _runtime = _runtime, None
        await runtime.stop()


async def _start() -> Runtime:
    global _runtime  # noqa: PLW0603
    runtime = Runtime()
    await runtime.start()
    _runtime = runtime
    return runtime
