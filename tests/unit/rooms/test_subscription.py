"""A connection's place in a stream: nothing twice, no hole without its mark, and a slow reader costs only itself."""

import json
from collections.abc import Coroutine, Generator
from typing import Any

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rooms.delivery.entries import Entry, Handout, LogPage
from rooms.pools import Unavailable
from rooms.protocol.limits import NEWEST, PAGE_BYTES
from rooms.subscription import Subscription
from tests.harness.framing import text_of


class Opened:
    async def wait(self) -> None:
        """It is."""


class FakeFeed:
    """A feed that hands on when it is told to, over a log that may be ahead of it."""

    def __init__(self) -> None:
        self.stream_id = 7
        self.opened = Opened()
        self.floor = 0
        self.position = 0
        self.log: list[Entry] = []
        self.remembers_after = 0
        self.cut = 0
        self.heard_heads: list[int] = []

    def write(self, count: int, *, size: int = 0) -> None:
        head = len(self.log)
        self.log += [Entry(head + n, str(head + n).ljust(size)) for n in range(1, count + 1)]

    def advance(self, count: int, follower: Subscription) -> None:
        entries = self.log[self.position : self.position + count]
        if entries:
            self.position = entries[-1].seq
            follower.hand_on(Handout(entries))

    def forget(self) -> None:
        self.remembers_after = self.position

    def recent_after(self, seq: int) -> list[Entry] | None:
        if seq >= self.position:
            return []
        return self.log[seq : self.position] if seq >= self.remembers_after else None

    def head_is(self, seq: int) -> None:
        self.heard_heads.append(seq)


class FakeReader:
    """The connection: what it would have sent, in order."""

    def __init__(self) -> None:
        self.is_lagging = self.takes_at_once = False
        self.sent: list[int | tuple[int, int]] = []
        self.told: list[str] = []
        self.behind = 0

    def send_now(self, data: bytes) -> bool:
        if self.takes_at_once:
            seqs = json.loads(text_of(data))
            self.sent += seqs if isinstance(seqs, list) else [seqs]
        return self.takes_at_once

    def send_entry(self, subscription: Subscription, entry: Entry) -> None:
        self.sent.append(entry.seq)

    def send(self, frame: str) -> None:
        mark = json.loads(frame)
        assert mark["type"] == "truncated"
        self.sent.append((mark["from"], mark["to"]))

    def tell(self, frame: str) -> None:
        self.told.append(frame)

    def fell_behind(self, subscription: Subscription) -> None:
        self.behind += 1

    @property
    def entries(self) -> list[int]:
        return [each for each in self.sent if isinstance(each, int)]


class Pause:
    """Where the scheduler may do something else."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class Scene:
    """One subscription; its reads of the log stop in the middle until `step` goes on."""

    def __init__(self, **options: Any) -> None:
        self.feed, self.reader = FakeFeed(), FakeReader()
        self.subscription = Subscription("room:7", self.reader, **{"since": None, **options})
        self.subscription.attach(self.feed)  # type: ignore[arg-type]
        self.running: Coroutine[Any, Any, bool] | None = None
        self.fails = False

    async def read_log(self, stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
        assert after is not None
        kept = [entry for entry in self.feed.log if entry.seq > max(after, self.feed.cut)]
        page = LogPage(len(self.feed.log), self.feed.floor, kept[:limit])
        await Pause()
        if self.fails:
            raise Unavailable
        return page

    async def read_head(self, stream_id: int) -> int:
        head = len(self.feed.log)
        await Pause()
        if self.fails:
            raise Unavailable
        return head

    def step(self) -> bool:
        """Go on with catching up to the next pause; return whether it said that it is done."""
        if self.running is None:
            self.running = self.subscription.catch_up(self.read_log, self.read_head)
        try:
            self.running.send(None)
        except StopIteration as done:
            self.running = None
            return bool(done.value)
        except Unavailable:
            self.running = None
        return False

    def catch_up(self) -> None:
        for _ in range(10_000):
            if self.step():
                return
        raise AssertionError("it never becomes live")


def test_a_newcomer_gets_the_newest_and_then_what_is_live():
    scene = Scene()
    scene.feed.write(60)
    scene.feed.advance(60, scene.subscription)

    scene.catch_up()
    scene.feed.write(2)
    scene.feed.advance(2, scene.subscription)

    assert scene.reader.sent == list(range(60 - NEWEST + 1, 63))


def test_what_is_handed_on_while_the_log_is_read_comes_once():
    scene = Scene(since=0)
    scene.feed.write(10)
    scene.feed.advance(10, scene.subscription)
    scene.feed.forget()
    assert not scene.step(), "the log is being read"

    scene.feed.write(3)
    scene.feed.advance(3, scene.subscription)
    scene.catch_up()

    assert scene.reader.sent == list(range(1, 14))


def test_what_goes_at_once_is_one_message_and_not_sent_again():
    scene = Scene(since=0)
    scene.catch_up()
    scene.reader.takes_at_once = True

    scene.feed.write(3)
    scene.feed.advance(3, scene.subscription)
    scene.reader.takes_at_once = False
    scene.feed.write(1)
    scene.feed.advance(1, scene.subscription)

    assert scene.reader.sent == [1, 2, 3, 4]


def test_what_was_caught_up_already_is_left_out_of_what_is_handed_on():
    scene = Scene(since=0)
    scene.feed.write(4)
    scene.feed.position = 4
    scene.catch_up()
    scene.reader.takes_at_once = True

    scene.feed.position = 2
    scene.feed.write(1)
    scene.feed.advance(3, scene.subscription)

    assert scene.reader.sent == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("takes_at_once", [False, True])
def test_nobody_gets_a_hole_from_a_feed_that_hands_one_on(takes_at_once: bool):
    scene = Scene(since=0)
    scene.catch_up()
    scene.reader.takes_at_once = takes_at_once
    scene.feed.write(5)
    scene.feed.advance(2, scene.subscription)

    scene.feed.position = 3
    scene.feed.advance(2, scene.subscription)
    assert scene.reader.behind == 1
    scene.catch_up()

    assert scene.reader.sent == [1, 2, 3, 4, 5]


def test_a_reader_that_lags_gets_nothing_live_and_reads_pages_later():
    scene = Scene(since=0)
    scene.catch_up()
    scene.reader.is_lagging = True

    scene.feed.write(40, size=PAGE_BYTES // 4)
    for _ in range(40):
        scene.feed.advance(1, scene.subscription)
    assert scene.reader.sent == []
    assert scene.reader.behind == 1
    assert not scene.subscription.is_live

    scene.reader.is_lagging = False
    assert scene.step() is False
    assert scene.reader.sent == [1, 2, 3, 4], "one page, and no more before that has drained"
    scene.catch_up()
    assert scene.reader.sent == list(range(1, 41))


def test_a_slow_reader_who_wanted_nothing_of_the_past_loses_nothing_of_the_present():
    scene = Scene(since=5)
    scene.feed.write(5)
    scene.feed.advance(5, scene.subscription)
    scene.catch_up()
    scene.reader.is_lagging = True
    scene.feed.write(3)
    scene.feed.advance(3, scene.subscription)

    scene.reader.is_lagging = False
    scene.catch_up()

    assert scene.reader.sent == [6, 7, 8]


def test_a_slow_reader_of_another_history_is_told_so_once():
    scene = Scene(since=9, is_void=True)
    scene.feed.write(80)
    scene.feed.advance(80, scene.subscription)
    scene.catch_up()
    scene.reader.is_lagging = True
    scene.feed.write(3)
    scene.feed.advance(3, scene.subscription)

    scene.reader.is_lagging = False
    scene.catch_up()

    assert scene.reader.sent == [(1, 30), *range(31, 84)]


def test_a_frame_as_large_as_a_page_is_a_page():
    scene = Scene(since=0)
    scene.feed.write(2, size=PAGE_BYTES * 2)
    scene.feed.advance(2, scene.subscription)

    scene.catch_up()

    assert scene.reader.sent == [1, 2]


def test_a_feed_that_is_a_moment_behind_the_log_makes_nobody_lose_what_they_have():
    scene = Scene(since=8)
    scene.feed.write(8)
    scene.feed.advance(5, scene.subscription)

    scene.step()
    scene.step()

    assert scene.feed.heard_heads == [8]
    assert scene.reader.sent == []
    scene.feed.write(1)
    scene.feed.advance(4, scene.subscription)
    scene.catch_up()
    assert scene.reader.sent == [9]


@pytest.mark.parametrize(("cut", "sent"), [(4, [(3, 4), 5, 6]), (6, [(3, 6)]), (2, [3, 4, 5, 6])])
def test_what_retention_cuts_while_one_reads_is_owned_up_to(cut: int, sent: list[object]):
    scene = Scene(since=2)
    scene.feed.write(6)
    scene.feed.advance(6, scene.subscription)
    scene.feed.forget()
    scene.feed.cut = cut

    scene.catch_up()

    assert scene.reader.sent == sent
    assert scene.subscription.is_live


def test_news_that_may_be_lost_waits_for_the_state_it_belongs_to():
    scene = Scene()
    scene.subscription.tell("early")
    scene.catch_up()
    scene.subscription.tell("later")

    assert scene.reader.told == ["later"]


def test_what_was_dropped_takes_nothing_more():
    scene = Scene(since=0)
    scene.catch_up()
    scene.subscription.is_dropped = True

    scene.feed.write(1)
    scene.feed.advance(1, scene.subscription)

    assert scene.reader.sent == []


@pytest.mark.parametrize("since", [2, 9], ids=["cut by retention", "above the head"])
def test_a_hole_is_not_told_of_a_room_that_was_left_while_its_log_was_read(since: int):
    scene = Scene(since=since)
    scene.feed.write(6)
    scene.feed.advance(6, scene.subscription)
    scene.feed.forget()
    scene.feed.cut = 4
    assert not scene.step(), "the log is being read"

    scene.subscription.is_dropped = True
    scene.step()

    assert scene.reader.sent == []


class SubscriptionMachine(RuleBasedStateMachine):
    """A log that grows, a feed behind it, a reader that lags, and reads that pause anywhere and fail."""

    @initialize(
        missed=st.integers(0, 60) | st.just(1200),
        since=st.none() | st.integers(0, 70),
        is_void=st.booleans(),
    )
    def open(self, missed: int, since: int | None, is_void: bool) -> None:
        self.scene = Scene(since=since, is_void=is_void and since is not None)
        self.since = since
        self.scene.feed.write(missed, size=3000)
        self.scene.feed.advance(missed, self.scene.subscription)
        self.wants = True
        self.seen_behind = 0

    def step(self) -> None:
        done = self.scene.step()
        if done:
            self.wants = False
        if self.scene.reader.behind > self.seen_behind:
            self.seen_behind, self.wants = self.scene.reader.behind, True

    @rule(count=st.integers(1, 12))
    def write(self, count: int) -> None:
        self.scene.feed.write(count, size=3000)

    @rule(count=st.integers(1, 12))
    def hand_on(self, count: int) -> None:
        self.scene.feed.advance(count, self.scene.subscription)
        self.wants |= self.scene.reader.behind > self.seen_behind
        self.seen_behind = self.scene.reader.behind

    @rule()
    def forget(self) -> None:
        self.scene.feed.forget()

    @rule(lags=st.booleans())
    def lag(self, lags: bool) -> None:
        self.scene.reader.is_lagging = lags
        self.scene.reader.takes_at_once &= not lags

    @rule(takes=st.booleans())
    def take_at_once(self, takes: bool) -> None:
        self.scene.reader.takes_at_once = takes and not self.scene.reader.is_lagging

    @rule(fails=st.booleans())
    def the_database_goes_or_comes(self, fails: bool) -> None:
        self.scene.fails = fails

    @precondition(lambda self: self.wants and not self.scene.reader.is_lagging)
    @rule(steps=st.sampled_from([1, 2, 3, 100]))
    def catch_up(self, steps: int) -> None:
        for _ in range(steps):
            if self.wants:
                self.step()

    @invariant()
    def everything_sent_goes_on_from_what_was_sent_before(self) -> None:
        last: int | None = None
        for each in self.scene.reader.sent:
            if isinstance(each, tuple):
                first, to = each
                assert first == 1 or first == (last if last is not None else self.since or 0) + 1
                assert last is None or to >= last
                last = to
            else:
                assert last is None or each == last + 1, self.scene.reader.sent
                last = each

    def teardown(self) -> None:
        if not hasattr(self, "scene"):
            return
        self.scene.fails = self.scene.reader.is_lagging = False
        self.scene.feed.advance(len(self.scene.feed.log), self.scene.subscription)
        if self.wants or self.scene.reader.behind > self.seen_behind:
            self.scene.catch_up()
        self.scene.feed.write(80)  # beyond whatever the client said that it has
        self.scene.feed.advance(80, self.scene.subscription)

        assert self.scene.subscription.is_live
        assert self.scene.reader.sent[-1] == len(self.scene.feed.log)
        self.everything_sent_goes_on_from_what_was_sent_before()


SubscriptionMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestSubscriptionUnderAHostileSchedule = SubscriptionMachine.TestCase
