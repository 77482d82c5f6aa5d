"""A worker's way from the log to the sockets, all of it real but the log, the layer and the sockets themselves."""

import asyncio
import itertools
import json
import logging
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from rooms.connection import Connection
from rooms.delivery.entries import Entry, LogPage
from rooms.delivery.feeds import Feeds
from rooms.protocol.events import RoomView
from rooms.services import history
from tests.harness.framing import text_of
from tests.machines.virtual import VirtualLoop
from tests.unit.rooms.model import Log

HOME = 1
# So that a few entries are many: pages, what is remembered, what is replayed, what waits for a slow socket.
FEW = {
    "rooms.delivery.feed.PAGE": 8,
    "rooms.delivery.feed.RECENT_ENTRIES": 6,
    "rooms.subscription.PAGE_ENTRIES": 5,
    "rooms.subscription.PAGE_ENTRIES_MIN": 2,
    "rooms.subscription.MISSED_MAX": 20,
    "rooms.subscription.NEWEST": 5,
    "rooms.subscription.PAGE_BYTES": 600,
    "rooms.connection.PAGE_BYTES": 600,
    "rooms.connection.QUEUED_BYTES": 1200,
}


class LoopTime:
    """The `time` of a module whose loop is virtual."""

    @staticmethod
    def monotonic() -> float:
        return asyncio.get_running_loop().time()


def make_small_and_virtual(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in FEW.items():
        monkeypatch.setattr(name, value)
    monkeypatch.setattr("rooms.delivery.feeds.time", LoopTime)


class SlowLog(Log):
    """A log whose reading takes its time."""

    latency = 0.01

    async def read_log(self, stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
        await asyncio.sleep(self.latency)
        page = await super().read_log(stream_id, after, before, limit)
        await asyncio.sleep(self.latency)
        return page

    def append(self, stream_id: int, frame_of: Callable[[int], str], *, closes: bool = False) -> Entry:
        stream = self.streams[stream_id]
        stream.append(Entry(len(stream) + 1, frame_of(len(stream) + 1), closes))
        return stream[-1]

    def head(self, stream_id: int) -> int:
        return len(self.streams[stream_id])


class Layer:
    """The channel layer; `is_frozen`: whoever joins a group waits."""

    def __init__(self) -> None:
        self.is_frozen = False
        self.groups: set[str] = set()

    async def group_add(self, group: str, channel: str) -> None:
        while self.is_frozen:  # noqa: ASYNC110 - the schedule sets no event
            await asyncio.sleep(0.2)
        self.groups.add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        self.groups.discard(group)


class Worker:
    """One worker. What is written is told by hints `in_flight`, and what becomes of them the schedule says."""

    def __init__(self, loop: VirtualLoop, streams: list[int]) -> None:
        self.loop = loop
        self.log = SlowLog()
        self.log.streams = {stream: [] for stream in streams}
        self.layer = Layer()
        self.in_flight: list[tuple[int, list[Entry]]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.feeds = Feeds(self.layer, "worker", read_log=self.log.read_log, read_heads=self.log.read_heads)
        self.runtime: Any = SimpleNamespace(
            feeds=self.feeds,
            read_log=self.log.read_log,
            reads=SimpleNamespace(run=self._read),
            house=SimpleNamespace(default_room_id=HOME),
            depart=lambda _id, *, at_once: None,
        )
        loop.do(lambda: self.tasks.append(loop.create_task(self.feeds.poll())))

    def connection(self, transport: Any, user_id: int) -> Connection:
        """Let a socket in; to be called within the loop."""
        identity: Any = SimpleNamespace(user_id=user_id, session_hash="")
        connection = Connection(self.runtime, transport, identity=identity, address=None, language="en")
        self.tasks.append(self.loop.create_task(connection.run()))
        return connection

    def tell(self, stream_id: int, entries: list[Entry]) -> None:
        if entries:
            self.in_flight.append((stream_id, entries))

    def deliver(self, which: int, *, comes_again: bool) -> None:
        """Let the hint arrive; nobody hears it who has not joined the group by now."""
        stream_id, entries = hint = self.in_flight.pop(which % len(self.in_flight))
        if comes_again:
            self.in_flight.append(hint)
        feed = self.feeds.get(stream_id)
        if feed is not None and feed.group in self.layer.groups:
            self.loop.do(lambda: feed.offer(entries))

    def lose(self, which: int) -> None:
        self.in_flight.pop(which % len(self.in_flight))

    def view(self, room_id: int) -> RoomView:
        return RoomView(
            id=room_id,
            name=f"Room {room_id}",
            kind="default" if room_id == HOME else "temporary",
            owner=None,
            capacity=None,
            occupants=1,
            seq=self.log.head(room_id),
            closing_at=None,
        )

    async def _read(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if function is history.read_heads:
            return await self.log.read_heads(*arguments)
        (room_id,) = arguments  # of occupancy.view_of
        return self.view(room_id), []


class Transport:
    """A socket that keeps what it was sent; `is_stalled`: it takes nothing for now."""

    def __init__(self) -> None:
        self.is_stalled = False
        self.came: deque[dict[str, Any]] = deque()
        self.codes: list[int] = []

    def send_now(self, data: bytes) -> bool:
        if not self.is_stalled:
            self._take(text_of(data))
        return not self.is_stalled

    async def send(self, frame: str) -> None:
        while self.is_stalled:  # noqa: ASYNC110 - the schedule sets no event
            await asyncio.sleep(0.05)
        self._take(frame)

    async def close(self, code: int) -> None:
        self.codes.append(code)

    def take(self) -> list[dict[str, Any]]:
        """Return what has come since the last time."""
        return [self.came.popleft() for _ in itertools.repeat(None, len(self.came))]

    def _take(self, frame: str) -> None:
        value = json.loads(frame)
        self.came.extend(value if isinstance(value, list) else [value])


class Bugs(logging.Handler):
    """What the worker has caught and logged in place of falling over it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        logging.getLogger("rooms").addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.found.append(self.format(record))

    def close(self) -> None:
        logging.getLogger("rooms").removeHandler(self)
        super().close()
