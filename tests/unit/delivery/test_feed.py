"""A feed hands on everything in order, once, whatever becomes of the hints."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from rooms.delivery.entries import Entry
from rooms.delivery.fan_out import Allowance
from rooms.delivery.feed import RECENT_BYTES, RECENT_ENTRIES, Feed
from tests.harness.logs import said_by
from tests.unit.rooms.model import Follower, Log, settle, until

pytestmark = pytest.mark.asyncio

ROOM = 4
Open = Callable[..., Feed]


@pytest_asyncio.fixture
async def log(monkeypatch: pytest.MonkeyPatch) -> Log:
    monkeypatch.setattr("rooms.delivery.feed.REORDER_SECONDS", 0.002)
    monkeypatch.setattr("rooms.delivery.feed.RETRY_SECONDS", 0.002)
    log = Log()
    log.write(ROOM, 0)
    return log


@pytest_asyncio.fixture
async def open_feed(log: Log) -> AsyncIterator[Open]:
    feeds: list[Feed] = []

    async def at_once() -> None:
        """Stand in for joining a group."""

    def open_feed(follower: Follower | None = None, subscribed: Callable[[], object] = at_once) -> Feed:
        feed = Feed(
            ROOM,
            "room.4",
            read_log=log.read_log,
            subscribed=subscribed,
            allowance=Allowance(),
            warm_entries=50,
        )
        if follower is not None:
            feed.followers.add(follower)
        feeds.append(feed)
        return feed

    yield open_feed
    for feed in feeds:
        await feed.close()


async def test_it_begins_at_the_head_of_the_log(log: Log, open_feed: Open):
    log.write(ROOM, 9)
    follower = Follower()

    feed = open_feed(follower)
    await feed.opened.wait()

    assert feed.position == 9
    assert follower.entries == []


async def test_hints_that_come_before_it_has_read_the_log_are_handed_on_once(log: Log, open_feed: Open):
    log.write(ROOM, 3)
    joined = asyncio.Event()
    follower = Follower()
    feed = open_feed(follower, joined.wait)
    await settle()

    feed.offer(log.write(ROOM, 2))
    log.on_read = lambda: feed.offer(log.write(ROOM, 1)) if not feed.opened.is_set() else None
    joined.set()
    await until(lambda: feed.position == 6)

    assert follower.seqs == [6], "what the log had when it was read is nobody's news"


async def test_it_reads_the_log_only_after_it_has_joined(log: Log, open_feed: Open):
    joined = asyncio.Event()
    open_feed(Follower(), joined.wait)
    await settle()
    assert log.reads == 0

    joined.set()

    await until(lambda: log.reads == 1)


async def test_it_opens_when_the_database_is_there(log: Log, open_feed: Open, caplog):
    log.fail(3)
    log.fail(2, RuntimeError("a bug"))
    log.write(ROOM, 2)

    feed = open_feed()
    await asyncio.wait_for(feed.opened.wait(), 5)

    assert feed.position == 2
    assert [record.exc_info[0] for record in said_by("rooms.feed", caplog)] == [RuntimeError] * 2


@pytest.mark.parametrize("seed", range(25))
async def test_everything_is_handed_on_once_in_order_whatever_becomes_of_the_hints(
    log: Log, open_feed: Open, seed: int
):
    chance = random.Random(seed)
    follower = Follower()
    feed = open_feed(follower)
    if chance.random() < 0.5:
        await feed.opened.wait()
    in_flight: list[list[Entry]] = []

    for _ in range(120):
        if chance.random() < 0.6:
            in_flight.append(log.write(ROOM, chance.randint(1, 4)))
        if chance.random() < 0.2:
            log.fail(chance.randint(1, 3))
        if in_flight and chance.random() < 0.5:
            hint = in_flight.pop(chance.randrange(len(in_flight)))
            if chance.random() < 0.8:
                feed.offer(hint)
            if chance.random() < 0.2:
                in_flight.append(hint)
        if chance.random() < 0.1:
            feed.head_is(len(log.streams[ROOM]) + chance.choice([-3, 0, 0, 5]))
        if chance.random() < 0.1:
            feed.offer([Entry(len(log.streams[ROOM]) + 10_000, "a number that the log has not")])
        await asyncio.sleep(chance.choice([0, 0, 0.001]))
    log.failures.clear()
    await feed.opened.wait()
    log.write(ROOM, 1)
    feed.head_is(len(log.streams[ROOM]))
    await until(lambda: feed.position == len(log.streams[ROOM]))
    await settle()

    assert follower.seqs == list(range(follower.seqs[0], len(log.streams[ROOM]) + 1))
    assert follower.entries == log.streams[ROOM][-len(follower.entries) :]


async def test_the_last_message_of_all_is_found_by_its_head(log: Log, open_feed: Open):
    follower = Follower()
    feed = open_feed(follower)
    await feed.opened.wait()
    log.write(ROOM, 1)

    feed.head_is(1)

    await until(lambda: follower.seqs == [1])


async def test_a_hole_is_read_though_the_log_is_away_for_a_while(log: Log, open_feed: Open):
    follower = Follower()
    feed = open_feed(follower)
    await feed.opened.wait()
    log.write(ROOM, 3)
    log.fail(4)
    log.fail(1, RuntimeError("a bug"))

    feed.offer(log.streams[ROOM][2:])

    await until(lambda: follower.seqs == [1, 2, 3])


async def test_a_hole_larger_than_a_page_is_read_whole(log: Log, open_feed: Open):
    follower = Follower()
    feed = open_feed(follower)
    await feed.opened.wait()

    log.write(ROOM, 950)
    feed.head_is(950)

    await until(lambda: len(follower.seqs) == 950)
    assert follower.seqs == list(range(1, 951))
    assert feed.position == 950


async def test_a_number_that_the_log_has_not_stops_nothing(log: Log, open_feed: Open):
    follower = Follower()
    feed = open_feed(follower)
    await feed.opened.wait()
    reads = log.reads

    feed.offer([Entry(100, "false")])
    feed.head_is(1000)
    await until(lambda: log.reads > reads)
    await asyncio.sleep(0.02)
    asked = log.reads - reads
    feed.offer(log.write(ROOM, 2))

    assert follower.seqs == [1, 2]
    assert asked <= 3, "it is asked for and let go, not asked for without end"


async def test_a_true_hint_that_comes_while_a_false_one_is_looked_for_is_kept(log: Log, open_feed: Open):
    follower = Follower()
    feed = open_feed(follower)
    await feed.opened.wait()

    def meanwhile() -> None:
        log.on_read = lambda: None
        lost, late = log.write(ROOM, 1), log.write(ROOM, 1)
        assert lost
        feed.offer(late)

    log.on_read = meanwhile
    feed.offer([Entry(100, "false")])

    await until(lambda: follower.seqs == [1, 2])


async def test_news_that_may_be_lost_goes_to_all_who_follow(log: Log, open_feed: Open):
    one, other = Follower(), Follower()
    feed = open_feed(one)
    feed.followers.add(other)

    feed.tell("news")

    assert one.told == other.told == ["news"]


async def test_who_stops_following_in_the_middle_takes_nobody_with_them(log: Log, open_feed: Open):
    feed = open_feed()
    await feed.opened.wait()
    staying = Follower()

    class Leaving(Follower):
        def hand_on(self, entries: list[Entry]) -> None:
            feed.followers.discard(self)

    feed.followers.update({Leaving(), staying, Leaving()})
    feed.offer(log.write(ROOM, 1))

    assert staying.seqs == [1]
    assert feed.followers == {staying}


async def test_memory_says_whether_it_reaches_back_far_enough(log: Log, open_feed: Open):
    log.write(ROOM, 60)
    feed = open_feed()
    await feed.opened.wait()
    feed.offer(log.write(ROOM, 2))

    assert [entry.seq for entry in feed.recent_after(58) or ()] == [59, 60, 61, 62]
    assert feed.recent_after(62) == feed.recent_after(70) == []
    assert feed.recent_after(3) is None


async def test_memory_is_bounded(log: Log, open_feed: Open):
    feed = open_feed()
    await feed.opened.wait()

    feed.offer(log.write(ROOM, RECENT_ENTRIES + 50))
    assert feed.recent_after(49) is None
    assert len(feed.recent_after(50) or ()) == RECENT_ENTRIES

    feed.offer(log.write(ROOM, 1, size=RECENT_BYTES * 2))
    assert feed.recent_after(feed.position - 1) is None


async def test_a_closed_feed_hands_on_nothing_from_the_log(log: Log, open_feed: Open):
    follower = Follower()
    feed = open_feed(follower)
    await feed.opened.wait()

    await feed.close()
    log.write(ROOM, 1)
    feed.head_is(1)
    await asyncio.sleep(0.02)

    assert follower.entries == []


async def test_a_feed_may_be_closed_before_it_has_begun(log: Log, open_feed: Open):
    await open_feed().close()
    assert log.reads == 0
