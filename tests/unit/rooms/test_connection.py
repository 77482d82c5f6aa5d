"""A connection without its transport: one queue, in order, bounded, and a goodbye that is the last word."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from rooms.connection import Connection
from rooms.delivery.feeds import Feeds
from rooms.delivery.groups import room_group
from rooms.delivery.layers import LocalChannelLayer
from rooms.pools import Unavailable
from rooms.protocol.errors import CloseCode, ErrorCode, Refused
from rooms.protocol.events import RoomView
from rooms.protocol.limits import PAGE_BYTES, QUEUED_BYTES
from rooms.services import history, occupancy, rooms
from rooms.subscription import Subscription
from tests.harness.framing import text_of
from tests.unit.rooms.model import Log, settle, until

pytestmark = pytest.mark.asyncio

HOME, TEA, INBOX = 1, 2, 3


class Socket:
    """The transport: takes frames unless it is held. `is_quick`: it has a way past the task."""

    def __init__(self, *, is_quick: bool) -> None:
        self.is_quick = is_quick
        self.frames: list[str] = []
        self.codes: list[int] = []
        self.is_open = asyncio.Event()
        self.is_open.set()

    def send_now(self, data: bytes) -> bool:
        can = self.is_quick and self.is_open.is_set()
        if can:
            assert not self.codes, "written after the close"
            self.frames.append(text_of(data))
        return can

    async def send(self, frame: str) -> None:
        await self.is_open.wait()
        assert not self.codes, "written after the close"
        self.frames.append(frame)

    async def close(self, code: int) -> None:
        self.codes.append(int(code))

    @property
    def events(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for frame in self.frames:
            value = json.loads(frame)
            found += value if isinstance(value, list) else [value]
        return found

    @property
    def seqs(self) -> list[int]:
        return [event["seq"] for event in self.events if "seq" in event]

    def types(self) -> list[str]:
        """Return what came, entries left out."""
        return [event["type"] for event in self.events if "type" in event]


class Stage:
    """A worker with a log in memory, and one connection on it."""

    def __init__(self, *, is_quick: bool) -> None:
        self.log, self.layer = Log(), LocalChannelLayer()
        self.socket = Socket(is_quick=is_quick)
        self.departed: list[tuple[uuid.UUID, bool]] = []
        self.entered: list[int] = []
        self.problems: list[Exception] = []
        self.log.streams = {HOME: [], TEA: [], INBOX: []}
        self.feeds = Feeds(self.layer, "worker!1", read_log=self.log.read_log, read_heads=self.log.read_heads)
        runtime = SimpleNamespace(
            feeds=self.feeds,
            read_log=self.log.read_log,
            reads=SimpleNamespace(run=self._read),
            presence=SimpleNamespace(run=self._enter),
            house=SimpleNamespace(default_room_id=HOME),
            depart=lambda connection_id, *, at_once: self.departed.append((connection_id, at_once)),
        )
        identity = SimpleNamespace(user_id=9, session_key="k", session_hash="h")
        self.connection = Connection(
            runtime,  # type: ignore[arg-type]
            self.socket,
            identity=identity,  # type: ignore[arg-type]
            address=None,
            language="en",
        )
        self.writing = asyncio.create_task(self.connection.run())

    async def _enter(self, function: Callable[..., Any], *_: Any, room_id: int, **__: Any) -> None:
        assert function is rooms.enter_room
        self.entered.append(room_id)
        if self.problems:
            raise self.problems.pop(0)

    async def _read(self, function: Callable[..., Any], *arguments: Any) -> Any:
        if function is history.read_heads:
            return await self.log.read_heads(*arguments)
        assert function is occupancy.view_of
        (room_id,) = arguments
        room = RoomView(
            id=room_id,
            name="Room",
            kind="default",
            owner=None,
            capacity=None,
            occupants=1,
            seq=0,
            closing_at=None,
        )
        return room, []

    def open(self, *, room_id: int = HOME, since: int | None = None, inbox_since: int = 0) -> None:
        self.connection.open(
            room_id=room_id,
            room=Subscription(f"room:{room_id}", self.connection, since=since),
            inbox_stream=INBOX,
            inbox=Subscription("inbox", self.connection, since=inbox_since),
        )

    async def live(self) -> None:
        await until(lambda: "caught_up" in self.socket.types())

    def post(self, room_id: int, count: int = 1, **options: Any) -> None:
        """Let entries be written and handed on."""
        entries = self.log.write(room_id, count, **options)
        feed = self.feeds.get(room_id)
        if feed is not None:
            feed.offer(entries)

    async def close(self) -> None:
        self.connection.end()
        self.writing.cancel()
        await asyncio.gather(self.writing, return_exceptions=True)
        await self.feeds.close()


@pytest_asyncio.fixture(params=[True, False], ids=["at once", "by the task"])
async def stage(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    for name in ("rooms.connection.RETRY_SECONDS", "rooms.delivery.feed.RETRY_SECONDS"):
        monkeypatch.setattr(name, 0.01)
    monkeypatch.setattr("rooms.delivery.feed.REORDER_SECONDS", 0.01)
    stage = Stage(is_quick=request.param)
    yield stage
    await stage.close()


async def test_what_was_missed_comes_before_it_is_said_and_before_what_is_live(stage: Stage):
    stage.log.write(HOME, 5)
    stage.log.write(INBOX, 4)

    stage.open(since=3, inbox_since=2)
    await stage.live()
    stage.post(HOME)
    await until(lambda: len(stage.socket.seqs) == 5)

    assert stage.socket.seqs == [4, 5, 3, 4, 6]
    (caught_up,) = [event for event in stage.socket.events if event.get("type") == "caught_up"]
    assert caught_up["streams"] == {"room:1": 5, "inbox": 4}
    assert stage.socket.events.index(caught_up) == 4


async def test_nothing_is_called_caught_up_while_the_log_cannot_be_read(stage: Stage):
    stage.log.write(HOME, 3)
    stage.log.fail(10_000)

    stage.open()
    await asyncio.sleep(0.05)
    assert stage.socket.frames == []

    stage.log.failures.clear()
    await stage.live()
    assert stage.socket.seqs == [1, 2, 3]


async def test_an_answer_goes_out_while_the_log_cannot_be_read(stage: Stage):
    stage.open(since=0)
    await stage.live()
    stage.log.write(HOME, 3)
    stage.log.fail(10_000)
    stage.connection.go_to(TEA, since=None)
    await settle()

    stage.connection.send('{"type":"ack"}')

    await until(lambda: "ack" in stage.socket.types())


async def test_goodbye_is_the_last_word(stage: Stage):
    stage.open()
    await stage.live()
    stage.socket.is_open.clear()
    stage.connection.send('{"type":"ack","ref":"1"}')

    stage.connection.say_goodbye(CloseCode.RESTART, retry_in_ms=7)
    stage.connection.send('{"type":"late"}')
    stage.connection.tell('{"type":"late"}')
    stage.post(HOME)
    stage.connection.say_goodbye(CloseCode.INTERNAL)
    stage.socket.is_open.set()
    await until(lambda: stage.socket.codes)

    assert stage.socket.types()[-2:] == ["ack", "goodbye"]
    assert stage.socket.events[-1] == {
        "type": "goodbye",
        "code": 1012,
        "reason": "restart",
        "retry_in_ms": 7,
    }
    assert stage.socket.codes == [1012]


async def test_a_socket_that_takes_nothing_is_closed_without_its_goodbye(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("rooms.connection.GOODBYE_SECONDS", 0.02)
    stage.socket.is_open.clear()
    stage.connection.send('{"type":"ack"}')
    await settle()

    await asyncio.wait_for(stage.connection.finish(CloseCode.RESTART), 5)

    assert stage.socket.codes == [1012]
    assert stage.socket.frames == []


async def test_a_command_in_hand_is_answered_before_the_goodbye(stage: Stage):
    stage.open()
    await stage.live()
    async with stage.connection.command_in_hand:
        finishing = asyncio.create_task(stage.connection.finish(CloseCode.RESTART))
        await settle()
        assert not stage.connection.is_closing
        stage.connection.send('{"type":"ack"}')
    await finishing

    assert stage.socket.types() == ["caught_up", "ack", "goodbye"]


async def test_what_may_be_lost_is_dropped_for_who_lags(stage: Stage):
    stage.open()
    await stage.live()
    stage.socket.is_open.clear()
    while not stage.connection.is_lagging:
        stage.connection.send(json.dumps({"type": "ack", "x": "x" * 10_000}))

    stage.connection.tell('{"type":"room.changed"}')
    stage.socket.is_open.set()
    await until(lambda: stage.socket.types().count("ack") > 20)
    stage.connection.tell('{"type":"room.removed"}')
    await until(lambda: "room.removed" in stage.socket.types())

    assert "room.changed" not in stage.socket.types()


async def test_a_slow_reader_holds_no_more_than_it_may_and_loses_nothing(stage: Stage):
    stage.open()
    await stage.live()
    stage.socket.is_open.clear()

    for _ in range(100):
        stage.post(HOME, size=9000)
    await until(lambda: stage.connection.is_lagging)
    held = stage.connection._queued_bytes
    stage.socket.is_open.set()
    await until(lambda: len(stage.socket.seqs) == 100)
    await until(lambda: stage.socket.types().count("caught_up") == 2)

    assert held <= QUEUED_BYTES + 10_000
    assert stage.socket.seqs == list(range(1, 101))


async def test_what_could_not_be_handed_on_is_read_from_the_log_at_once(stage: Stage, caplog):
    stage.open()
    await stage.live()
    send_now = stage.connection.send_now

    def fail_once(data: bytes) -> bool:
        stage.connection.send_now = send_now
        raise KeyError("a bug")

    stage.connection.send_now = fail_once
    stage.post(HOME)

    await until(lambda: stage.socket.seqs == [1])
    await until(lambda: stage.socket.types().count("caught_up") == 2)


async def test_a_frame_that_could_not_be_written_at_once_does_not_stall_the_socket(stage: Stage):
    def fail(data: bytes) -> bool:
        raise KeyError("a bug")

    stage.socket.send_now = fail  # type: ignore[method-assign]
    stage.connection.send(json.dumps({"type": "ack"}))

    await until(lambda: stage.socket.types() == ["ack"])


async def test_what_was_written_before_the_writer_was_stopped_is_not_written_again(stage: Stage):
    stage.socket.is_quick = False

    async def write_and_fail(frame: str) -> None:
        stage.socket.frames.append(frame)
        raise OSError("gone")

    stage.socket.send = write_and_fail  # type: ignore[method-assign]
    stage.connection.send(json.dumps({"type": "ack"}))
    await until(stage.writing.done)
    stage.socket.is_quick = True

    stage.connection.send(json.dumps({"type": "pong"}))
    await until(lambda: len(stage.socket.frames) == 2)

    assert stage.socket.types() == ["ack", "pong"]
    assert isinstance(stage.writing.exception(), OSError)


@pytest.mark.parametrize("letter", ["x", "ы", "漢", "\U0001f44b"])
async def test_no_frame_that_gathers_others_is_larger_than_a_page(stage: Stage, letter: str):
    stage.socket.is_open.clear()
    for number in range(60):
        text = letter * (200 + number * 37)
        stage.connection.send(json.dumps({"type": "ack", "text": text}, ensure_ascii=False))

    stage.socket.is_open.set()
    await until(lambda: len(stage.socket.events) == 60)

    assert max(len(frame.encode()) for frame in stage.socket.frames) <= PAGE_BYTES


@pytest.mark.parametrize("letter", ["x", "\U0001f44b"])
async def test_a_lagging_reader_is_known_by_bytes_and_not_by_letters(stage: Stage, letter: str):
    stage.socket.is_open.clear()
    while not stage.connection.is_lagging:
        stage.connection.send(letter * 1000)

    held = sum(len(frame.encode()) for frame, _ in stage.connection._queue)
    assert held <= QUEUED_BYTES + 4000


async def test_the_next_command_waits_until_the_answer_has_drained(stage: Stage):
    stage.socket.is_open.clear()
    stage.connection.send("x" * (PAGE_BYTES + 1))

    waiting = asyncio.create_task(stage.connection.has_room())
    await settle()
    assert not waiting.done()
    stage.socket.is_open.set()

    await asyncio.wait_for(waiting, 5)


async def test_after_the_answer_that_says_so_nothing_of_the_old_room_follows(stage: Stage):
    stage.open()
    await stage.live()
    stage.log.write(TEA, 2)

    stage.connection.send('{"type":"ack"}')
    stage.connection.go_to(TEA, since=1)
    stage.post(HOME, 3)
    await until(lambda: stage.socket.types().count("caught_up") == 2)

    assert stage.socket.seqs == [2]
    assert stage.socket.events[-1]["streams"] == {"room:2": 2, "inbox": 0}


async def test_who_is_in_a_room_that_closes_is_moved_and_told_why(stage: Stage):
    stage.log.write(HOME, 2)
    stage.open(room_id=TEA)
    await stage.live()

    stage.post(TEA, closes=True)
    await until(lambda: stage.socket.types().count("caught_up") == 2)

    assert stage.socket.types() == ["caught_up", "room.entered", "caught_up"]
    entered = next(event for event in stage.socket.events if event.get("type") == "room.entered")
    assert (entered["room"]["id"], entered["reason"]) == (HOME, "deleted")
    assert stage.socket.seqs == [1, 1, 2]
    assert stage.connection.room_id == HOME


async def test_who_has_gone_elsewhere_is_not_moved_by_the_old_room(stage: Stage):
    stage.open(room_id=TEA)
    await stage.live()
    stage.socket.is_open.clear()
    stage.connection.send('{"type":"hold"}')
    stage.post(TEA, closes=True)

    stage.connection.send('{"type":"ack"}')
    stage.connection.go_to(HOME, since=None)
    stage.socket.is_open.set()
    await until(lambda: stage.socket.types().count("caught_up") == 2)

    assert "room.entered" not in stage.socket.types()
    assert stage.connection.room_id == HOME


async def test_the_rest_of_a_closed_room_comes_before_where_one_is_now(stage: Stage):
    stage.log.write(TEA, 4)
    stage.log.write(TEA, closes=True)
    stage.log.write(HOME, 1)

    stage.connection.replay(TEA, since=3, is_void=False)
    stage.open()
    await stage.live()

    assert stage.socket.seqs == [4, 5, 1]
    assert "room.entered" not in stage.socket.types()
    tea = stage.feeds.get(TEA)
    assert tea is not None
    assert not tea.followers


@pytest.mark.parametrize("end", ["socket", "goodbye"])
async def test_who_goes_in_the_middle_of_a_replay_is_followed_by_nothing(stage: Stage, end: str):
    stage.log.write(TEA, 2, closes=True)
    stage.log.fail(10_000)
    stage.connection.replay(TEA, since=0, is_void=False)
    stage.open()
    await settle()

    if end == "goodbye":
        stage.connection.say_goodbye(CloseCode.RESTART)
        await until(lambda: stage.socket.codes)
    stage.connection.end()

    assert [feed.stream_id for feed in stage.feeds.followed() if feed.followers] == []


async def test_presence_is_given_back_and_on_purpose_only_after_an_exit(stage: Stage):
    stage.open()
    await stage.live()

    stage.connection.end()
    stage.connection.exits = True
    stage.connection.end()

    assert stage.departed == [(stage.connection.id, False), (stage.connection.id, True)]
    assert all(not feed.followers for feed in stage.feeds.followed())


async def test_a_heartbeat_names_the_heads_of_what_is_followed(stage: Stage):
    stage.log.write(TEA, 7)
    stage.open(room_id=TEA)
    await stage.live()

    stage.connection.beat(datetime.now(UTC))
    await until(lambda: "heartbeat" in stage.socket.types())

    assert stage.socket.events[-1]["heads"] == {"room:2": 7, "inbox": 0}


async def test_groups_are_those_of_what_is_followed(stage: Stage):
    stage.open(room_id=TEA)
    await stage.live()

    assert {feed.group for feed in stage.feeds.followed()} == {room_group(TEA), "inbox.9"}


async def test_after_an_unknown_change_of_room_the_database_is_told_where_it_is(stage: Stage):
    stage.open(room_id=TEA)
    await stage.live()
    stage.problems = [Unavailable(), Refused(ErrorCode.ROOM_CLOSED)]

    stage.connection.make_sure_of_room()

    await until(lambda: stage.entered == [TEA, TEA])  # again until the database has answered, and no more
    await settle()
    assert stage.entered == [TEA, TEA]


async def test_the_room_is_made_sure_of_only_when_no_other_change_is_on_its_way(stage: Stage):
    stage.open(room_id=TEA)
    await stage.live()

    async with stage.connection.command_in_hand:
        stage.connection.make_sure_of_room()
        await settle()
        assert stage.entered == []
        stage.connection.go_to(HOME, since=None)

    await until(lambda: stage.entered == [HOME])


async def test_when_news_were_lost_it_says_again_that_it_is_caught_up(stage: Stage):
    stage.open()
    await stage.live()

    stage.connection.news_were_lost()

    await until(lambda: stage.socket.types().count("caught_up") == 2)


async def test_a_heartbeat_names_no_head_of_what_is_still_caught_up(stage: Stage):
    stage.socket.is_open.clear()
    stage.open(since=0)
    stage.connection.beat(datetime(2026, 11, 20, tzinfo=UTC))
    stage.socket.is_open.set()

    await until(lambda: "heartbeat" in stage.socket.types())
    (beat,) = [event for event in stage.socket.events if event["type"] == "heartbeat"]
    assert beat["heads"] == {}
