"""The feeds of a worker: opened, kept a moment, left, and polled, whatever the layer does."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rooms.delivery import feeds as module
from rooms.delivery.entries import Entry
from rooms.delivery.feeds import Feeds
from rooms.delivery.hints import HINT_BYTES, entries_hint, entries_hints, entries_of
from tests.harness.logs import said_by
from tests.unit.rooms.model import Follower, Log, settle, until

pytestmark = pytest.mark.asyncio


class Layer:
    """A layer that remembers memberships, and that may hang or raise."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.calls: list[str] = []
        self.answers = asyncio.Event()
        self.answers.set()
        self.problem: Exception | None = None

    async def group_add(self, group: str, channel: str) -> None:
        await self._do(f"+{group}")
        self.members.add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        await self._do(f"-{group}")
        self.members.discard(group)

    async def _do(self, call: str) -> None:
        self.calls.append(call)
        await self.answers.wait()
        if self.problem is not None:
            raise self.problem


class Stage:
    def __init__(self) -> None:
        self.log, self.layer = Log(), Layer()
        self.polls = 0
        self.feeds = Feeds(self.layer, "worker!1", read_log=self.log.read_log, read_heads=self.read_heads)
        self.polling = asyncio.create_task(self.feeds.poll())

    async def read_heads(self, stream_ids) -> dict[int, int]:
        self.polls += 1
        return await self.log.read_heads(stream_ids)

    async def follow(self, stream_id: int = 1) -> Follower:
        follower = Follower()
        feed = self.feeds.follow(stream_id, f"room.{stream_id}", follower)
        await asyncio.wait_for(feed.opened.wait(), 5)
        return follower

    def leave(self, follower: Follower, stream_id: int = 1) -> None:
        feed = self.feeds.get(stream_id)
        assert feed is not None
        self.feeds.unfollow(feed, follower)


@pytest_asyncio.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(module, "LINGER_SECONDS", 0.03)
    monkeypatch.setattr(module, "SUBSCRIBE_SECONDS", 0.05)
    monkeypatch.setattr("rooms.delivery.feed.REORDER_SECONDS", 0.001)
    monkeypatch.setattr("rooms.delivery.feed.RETRY_SECONDS", 0.002)
    stage = Stage()
    yield stage
    stage.polling.cancel()
    await asyncio.gather(stage.polling, return_exceptions=True)
    await stage.feeds.close()


async def test_many_followers_are_one_member_of_the_group(stage: Stage):
    await asyncio.gather(*[stage.follow() for _ in range(5)])

    assert stage.layer.calls == ["+room.1"]
    assert len(stage.feeds.followed()) == 1


async def test_an_inbox_is_no_room_to_count_the_people_of(stage: Stage):
    await stage.follow(1)
    stage.feeds.follow(2, "inbox.1", Follower())

    assert stage.feeds.followed_rooms() == [1]


async def test_what_no_hint_told_is_found_by_the_poll(stage: Stage):
    follower = await stage.follow()

    stage.log.write(1, 3)

    await until(lambda: follower.seqs == [1, 2, 3])


async def test_a_poll_is_one_query_for_all_streams(stage: Stage):
    for stream_id in range(1, 6):
        await stage.follow(stream_id)
    stage.polls = 0
    reads = stage.log.reads

    await until(lambda: stage.polls == 3)

    assert stage.log.reads - reads <= 3


async def test_a_worker_without_feeds_asks_nothing(stage: Stage):
    await asyncio.sleep(0.05)

    assert stage.polls == 0


async def test_the_poll_goes_on_after_the_database_was_away_and_after_a_bug(stage: Stage, caplog):
    follower = await stage.follow()
    stage.log.fail(3)
    stage.log.fail(1, RuntimeError("a bug"))

    stage.log.write(1, 1)

    await until(lambda: follower.seqs == [1])
    assert [record.exc_info[0] for record in said_by("rooms.feeds", caplog)] == [RuntimeError]


async def test_a_poll_that_is_asked_for_comes_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "POLL_SECONDS", 100)
    follower = await stage.follow()
    await asyncio.sleep(0.03)
    stage.log.write(1, 1)

    stage.feeds.poll_soon()

    await until(lambda: follower.seqs == [1])


async def test_a_feed_that_nobody_follows_is_kept_a_moment_and_then_left(stage: Stage):
    follower = await stage.follow()
    feed = stage.feeds.get(1)

    stage.leave(follower)
    assert stage.feeds.get(1) is feed
    await until(lambda: stage.feeds.get(1) is None)

    await until(lambda: stage.layer.members == set())


async def test_who_comes_back_in_time_finds_the_feed_that_is_still_open(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "LINGER_SECONDS", 100)
    feed = stage.feeds.get(1)
    follower = await stage.follow()
    feed = stage.feeds.get(1)
    stage.leave(follower)

    await stage.follow()
    await settle()

    assert stage.feeds.get(1) is feed
    assert stage.layer.calls == ["+room.1"]


async def test_who_comes_back_while_the_group_is_being_left_is_a_member_in_the_end(stage: Stage):
    stage.leave(await stage.follow())
    stage.layer.answers.clear()
    await until(lambda: "-room.1" in stage.layer.calls)

    back = Follower()
    stage.feeds.follow(1, "room.1", back)
    await settle()
    stage.layer.answers.set()
    await until(lambda: stage.layer.members == {"room.1"} and len(stage.layer.calls) >= 4)
    stage.log.write(1, 2)

    await until(lambda: back.seqs == [1, 2])
    assert stage.layer.members == {"room.1"}


async def test_a_layer_that_hangs_keeps_nobody_out(stage: Stage):
    stage.layer.answers.clear()
    begun = time.monotonic()

    follower = await stage.follow()
    stage.log.write(1, 1)
    await until(lambda: follower.seqs == [1])
    assert time.monotonic() - begun < 2
    stage.layer.answers.set()

    await until(lambda: stage.layer.members == {"room.1"})


async def test_a_layer_that_hangs_while_many_leave_does_not_hold_up_the_poll(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "SUBSCRIBE_SECONDS", 0.2)
    monkeypatch.setattr(module, "LINGER_SECONDS", 100)
    stays = await stage.follow(99)
    for stream_id in range(1, 41):
        stage.leave(await stage.follow(stream_id), stream_id)
    stage.layer.answers.clear()
    monkeypatch.setattr(module, "LINGER_SECONDS", 0)
    await until(lambda: any(call.startswith("-") for call in stage.layer.calls))
    begun = time.monotonic()

    stage.log.write(99, 1)
    await until(lambda: stays.seqs == [1])

    assert time.monotonic() - begun < 2


async def test_a_layer_that_raises_keeps_nobody_out(stage: Stage, caplog):
    stage.layer.problem = OSError("away")

    follower = await stage.follow()
    stage.log.write(1, 1)
    await until(lambda: follower.seqs == [1])
    stage.leave(follower)
    await until(lambda: stage.feeds.get(1) is None and "-room.1" in stage.layer.calls)
    await until(lambda: len(said_by("rooms.feeds", caplog)) == 2)


async def test_feeds_may_be_closed_in_the_moment_they_are_opened(stage: Stage):
    stage.feeds.follow(1, "room.1", Follower())

    await stage.feeds.close()

    assert stage.feeds.followed() == []


@pytest.mark.parametrize("closes", [False, True])
async def test_a_hint_is_read_as_it_was_built(closes: bool):
    entries = [Entry(7, "a"), Entry(8, "b"), Entry(9, "c", closes)]

    assert entries_of(entries_hint(4, entries)) == entries
    assert entries_hint(4, entries)["stream"] == 4


async def test_a_batch_of_long_messages_is_cut_into_several_hints():
    entries = [Entry(seq, "я" * 8000, closes=seq == 30) for seq in range(1, 31)]

    hints = list(entries_hints(7, entries))

    assert [entry for hint in hints for entry in entries_of(hint)] == entries
    assert len(hints) > 1
    assert all(sum(len(frame.encode()) for frame in hint["frames"]) <= HINT_BYTES for hint in hints)
