"""
One person's connection, without its transport: the room it is in, the streams it follows, what waits for its socket.

Everything goes out in order: at once, where nothing waits before it, else through one queue and one task. What is
missing is read from the log by the same task when nothing else waits, so that a page is read only after the one before
has drained.
"""

import asyncio
import contextlib
import json
import logging
import uuid
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

from accounts.sessions import Identity
from rooms.delivery.entries import Entry, size_bytes
from rooms.delivery.groups import inbox_group, room_group
from rooms.pools import Unavailable
from rooms.protocol.codec import encode
from rooms.protocol.commands import CreateRoom
from rooms.protocol.errors import CloseCode, Refused
from rooms.protocol.events import CaughtUp, Goodbye, Heartbeat, RoomEntered, room_stream
from rooms.protocol.framing import text_frame
from rooms.protocol.limits import PAGE_BYTES, QUEUED_BYTES
from rooms.runtime import Runtime
from rooms.services import history, occupancy, rooms

from .conduct import Conduct
from .subscription import Subscription

RETRY_SECONDS = 0.5
GOODBYE_SECONDS = 0.7  # an ended session is found within two seconds and closed within three

logger = logging.getLogger("rooms.connection")

Step = Callable[[], Coroutine[Any, Any, bool]]
"""Something to do when nothing waits for the socket; returns whether it is done."""


class Transport(Protocol):
    """The socket."""

    async def send(self, frame: str) -> None:
        """Write a frame; wait while the socket takes no more."""

    def send_now(self, data: bytes) -> bool:
        """Write finished WebSocket frames, or say that something waits before them."""

    async def close(self, code: int) -> None:
        """Close."""


class Connection:
    """A connection from the handshake to the close. Its methods are called in the worker's loop only."""

    send_now: Callable[[bytes], bool]
    """
    Write finished WebSocket frames at once, or return False: something waits before them, or it closes.

    The transport's own while nothing waits: it is called for each delivery.
    """

    def __init__(
        self,
        runtime: Runtime,
        transport: Transport,
        *,
        identity: Identity,
        address: str | None,
        language: str,
    ) -> None:
        self.id = uuid.uuid4()
        self.runtime = runtime
        self.identity = identity
        self.address = address
        self.language = language
        self.is_open = False
        self.room_id = 0
        self.received_at = 0.0  # when the command in hand came, by the monotonic clock
        self.exits = False
        self.room_in_doubt: CreateRoom | None = None  # asked for, and not known to be made
        self.conduct = Conduct()
        self.close_after_refusal: CloseCode | None = None
        self.command_in_hand = asyncio.Lock()
        self._transport = transport
        self.send_now = transport.send_now
        self._queue: deque[tuple[str, int]] = deque()
        self._queued_bytes = 0
        self._flushing: asyncio.Handle | None = None
        self._is_writing = False
        self._steps: deque[Step] = deque()
        self._wake = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._closed = asyncio.Event()
        self._close_code: CloseCode | None = None
        self._room: Subscription | None = None
        self._inbox: Subscription | None = None
        self._rest: Subscription | None = None
        self._stepping: asyncio.Task[bool] | None = None
        self._forced: asyncio.Task[None] | None = None

    # --- what goes out

    @property
    def is_lagging(self) -> bool:
        """Whether as much waits for the socket as may wait: it gets no more live frames."""
        return self._queued_bytes > QUEUED_BYTES

    @property
    def is_closing(self) -> bool:
        """Whether it has been said goodbye to: nothing is read from it any more."""
        return self._close_code is not None

    def send(self, frame: str) -> None:
        """Queue a frame."""
        if self._close_code is None:
            self._put(frame)

    def tell(self, frame: str) -> None:
        """Queue an ephemeral event; one that finds no room is lost."""
        if not self.is_lagging:
            self.send(frame)

    def send_entry(self, subscription: Subscription, entry: Entry) -> None:
        """Queue an entry; after the last one of its room the connection goes to the default room."""
        self.send(entry.frame)
        if entry.closes and subscription is self._room:
            reason = json.loads(entry.frame)["reason"]
            self._leave_room()
            self.room_id = self.runtime.house.default_room_id
            self._steps.append(lambda: self._arrive_after_closing(reason))

    def beat(self, now: datetime) -> None:
        """Queue a heartbeat with the heads of the streams, but of one that is still being caught up."""
        live = [s for s in (self._room, self._inbox) if s and s.is_live]
        heads = {s.name: max(s.position, s.feed.handed_on) for s in live}
        self.tell(encode(Heartbeat(server_time=now, heads=heads).to_wire()))

    def make_sure_of_room(self) -> None:
        """
        See to it that the database has this connection in the room that it thinks it is in.

        After an answer `unavailable` to a change of room: the change may have been made all the same.
        """
        self._steps.append(self._be_in_its_room)
        self._wake.set()

    def news_were_lost(self) -> None:
        """Say again that it is caught up, at which a client asks anew for what may be lost."""
        self._steps.append(self._say_caught_up)
        self._wake.set()

    async def has_room(self) -> None:
        """Wait until the socket has taken most of what it was sent: an answer is not followed by the next command."""
        await self._has_room.wait()

    # --- where it is

    def open(self, *, room_id: int, room: Subscription, inbox_stream: int, inbox: Subscription) -> None:
        """Begin to follow, after `welcome`: first the room is caught up, then the inbox, then it is said."""
        self.is_open = True
        self._inbox = inbox
        inbox.attach(self.runtime.feeds.follow(inbox_stream, inbox_group(self.identity.user_id), inbox))
        self._follow_room(room_id, room)
        self._steps.extend([self._catching_up(room), self._catching_up(inbox), self._say_caught_up])
        self._wake.set()

    def go_to(self, room_id: int, *, since: int | None) -> None:
        """Follow another room, after the answer that says so. In the room it is in it is only caught up, once more."""
        if room_id == self.room_id and self._room is not None:
            self.news_were_lost()
            return
        room = Subscription(room_stream(room_id), self, since=since)
        self._follow_room(room_id, room)
        self._steps.extend([self._catching_up(room), self._say_caught_up])
        self._wake.set()

    def replay(self, stream_id: int, *, since: int, is_void: bool) -> None:
        """Send the rest of the log of a room that has closed, before anything else."""
        rest = self._rest = Subscription(room_stream(stream_id), self, since=since, is_void=is_void)
        rest.attach(self.runtime.feeds.follow(stream_id, room_group(stream_id), rest))
        self._steps.append(self._catching_up(rest, and_drop=True))

    def _follow_room(self, room_id: int, room: Subscription) -> None:
        self._leave_room()
        self.room_id = room_id
        self._room = room
        room.attach(self.runtime.feeds.follow(room_id, room_group(room_id), room))

    def _leave_room(self) -> None:
        if self._room is not None:
            self._drop(self._room)
            self._room = None

    def _drop(self, subscription: Subscription) -> None:
        subscription.is_dropped = True
        self.runtime.feeds.unfollow(subscription.feed, subscription)

    # --- steps

    def fell_behind(self, subscription: Subscription) -> None:
        """Catch up when the socket has taken what waits."""
        self._steps.extend([self._catching_up(subscription), self._say_caught_up])
        self._wake.set()

    def _catching_up(self, subscription: Subscription, *, and_drop: bool = False) -> Step:
        async def step() -> bool:
            if subscription.is_dropped:
                return True
            is_done = await subscription.catch_up(self.runtime.read_log, self._read_head)
            if is_done and and_drop:
                self._drop(subscription)
            return is_done

        return step

    async def _say_caught_up(self) -> bool:
        followed = [s for s in (self._room, self._inbox) if s is not None]
        if all(s.is_live for s in followed):  # else the one that is still behind will say it
            self.send(encode(CaughtUp(streams={s.name: s.position for s in followed}).to_wire()))
        return True

    async def _be_in_its_room(self) -> bool:
        user_id = self.identity.user_id
        async with self.command_in_hand:  # not while another change of room is on its way
            with contextlib.suppress(Refused):  # closed meanwhile: the last entry of its log says where to
                await self.runtime.presence.run(
                    rooms.enter_room, self.id, room_id=self.room_id, user_id=user_id
                )
        return True

    async def _arrive_after_closing(self, reason: str) -> bool:
        if self._room is not None:  # the person has gone elsewhere meanwhile
            return True
        room_id = self.room_id
        room, people = await self.runtime.reads.run(occupancy.view_of, room_id)
        if self._room is None:
            event = RoomEntered(room=room, occupants=people, reason=reason)  # type: ignore[arg-type]  # from our own frame
            self.send(encode(event.to_wire()))
            self.go_to(room_id, since=None)
        return True

    async def _read_head(self, stream_id: int) -> int:
        return (await self.runtime.reads.run(history.read_heads, [stream_id])).get(stream_id, 0)

    # --- its end

    def say_goodbye(self, code: CloseCode, *, retry_in_ms: int = 0) -> None:
        """Queue `goodbye` and close behind it; a socket that does not take it is closed after GOODBYE_SECONDS."""
        if self._close_code is not None:
            return
        self._put(encode(Goodbye(code=code, reason=code.name.lower(), retry_in_ms=retry_in_ms).to_wire()))
        self._close_code = code
        self._steps.clear()
        self._forced = asyncio.create_task(self._close_anyway(code))

    async def finish(self, code: CloseCode, *, retry_in_ms: int = 0) -> None:
        """Let the command in hand be answered, say goodbye, and wait until the socket is closed."""
        async with self.command_in_hand:
            self.say_goodbye(code, retry_in_ms=retry_in_ms)
        await self._closed.wait()

    async def run(self) -> None:
        """Write what waits, until closed."""
        try:
            while True:
                if self._queue:
                    await self._write()
                elif self._close_code is not None:
                    await self._transport.close(self._close_code)
                    return
                elif self._steps:
                    await self._do_step(self._steps[0])
                else:
                    self._wake.clear()
                    await self._wake.wait()
        finally:
            if self._stepping is not None:
                self._stepping.cancel()
            self._closed.set()
            self._has_room.set()

    def end(self) -> None:
        """Let go of everything: the socket is gone. Presence is given back as soon as the database is there."""
        self.is_open = False
        self._close_code = self._close_code or CloseCode.NORMAL
        self.send_now = _refuse
        self._closed.set()
        if self._forced is not None:
            self._forced.cancel()
        for subscription in (self._room, self._inbox, self._rest):
            if subscription is not None:
                self._drop(subscription)
        self.runtime.depart(self.id, at_once=self.exits)

    async def _close_anyway(self, code: CloseCode) -> None:
        try:
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._closed.wait()
        except TimeoutError:
            await self._transport.close(code)
            self._closed.set()

    async def _do_step(self, step: Step) -> None:
        """Go on with a step, until it is through or something waits for the socket: no answer waits for the log."""
        if self._stepping is None:
            self._stepping = asyncio.create_task(step())
            self._stepping.add_done_callback(self._stepped)
        if not self._stepping.done():
            self._wake.clear()
            await self._wake.wait()
            return
        stepping, self._stepping = self._stepping, None
        try:
            is_done = stepping.result()
        except Unavailable:  # the log is asked again; an answer to a command goes out in between
            self._wake.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._wake.wait()
            return
        if is_done and self._steps and self._steps[0] is step:
            self._steps.popleft()

    def _stepped(self, step: "asyncio.Task[bool]") -> None:
        if not step.cancelled():
            step.exception()  # seen, even if the socket has gone and nobody asks for it
        self._wake.set()

    def _put(self, frame: str) -> None:
        size = size_bytes(frame)
        self._queue.append((frame, size))
        self.send_now = _refuse
        self._queued_bytes += size
        if self._queued_bytes > PAGE_BYTES:
            self._has_room.clear()
        if self._flushing is None:  # in a moment, with what else this turn of the loop has to say
            self._flushing = asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """Write what waits, if the socket takes it at once; else leave it to the task."""
        self._flushing = None
        try:
            while self._queue and not self._is_writing:
                page = self._page()
                if not self._transport.send_now(text_frame(page.text)):
                    break
                self._took(page)
        finally:
            if self._queue or self._steps or self._close_code is not None:
                self._wake.set()

    async def _write(self) -> None:
        """Write a page, and wait while the socket takes no more."""
        page = self._page()
        self._is_writing = True
        try:
            await self._transport.send(page.text)
        finally:  # it is written first and waited for afterwards: who is cancelled then must not write it again
            self._is_writing = False
            self._took(page)

    def _page(self) -> "_Page":
        """Return what waits, up to a page, one frame as it is and several as one array."""
        frame, taken = self._queue[0]
        frames, size = [frame], taken + 2  # what makes an array of them counts too
        for frame, more in islice(self._queue, 1, None):
            size += more + 1
            if size > PAGE_BYTES:
                break
            frames.append(frame)
            taken += more
        return _Page(frames[0] if len(frames) == 1 else f"[{','.join(frames)}]", len(frames), taken)

    def _took(self, page: "_Page") -> None:
        for _ in range(page.frames):
            self._queue.popleft()
        self._queued_bytes -= page.size
        if not self._queue and self._close_code is None:
            self.send_now = self._transport.send_now
        if self._queued_bytes <= PAGE_BYTES:
            self._has_room.set()


def _refuse(_data: bytes) -> bool:
    """Something waits before it."""
    return False


class _Page(NamedTuple):
    """Frames that are written together, and how many bytes of what waits they are."""

    text: str
    frames: int
    size: int
