"""A feed and those who follow it: each is sent the log on from what they have, whatever becomes of the hints."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from rooms.connection import Connection
from rooms.delivery.entries import Entry
from rooms.subscription import Subscription
from tests.machines.conftest import Run
from tests.machines.machine import Machine
from tests.machines.virtual import VirtualLoop
from tests.machines.worker import HOME, Bugs, Transport, Worker, make_small_and_virtual

INBOX = 9
STREAMS = {f"room:{HOME}": HOME, "inbox": INBOX}
ANY = st.integers(0, 99)
# "Loss on a live socket is repaired within 3 s."
REPAIRED_SECONDS = 3.0


@dataclass(slots=True)
class Reader:
    """Somebody's socket, and the judge of what comes over it."""

    connection: Connection
    transport: Transport
    # Up to where they have been sent each stream; None: it may begin anywhere.
    positions: dict[str, int | None]
    is_void: bool
    is_first: set[str] = field(default_factory=lambda: set(STREAMS))

    def judge(self, worker: Worker) -> None:
        for frame in self.transport.take():
            if frame["type"] == "truncated":
                self.skip(frame)
            elif frame["type"] == "caught_up":
                self.settle(frame["streams"])
            else:
                self.go_on(frame, worker)

    def go_on(self, frame: dict[str, object], worker: Worker) -> None:
        name, seq = str(frame["stream"]), int(str(frame["seq"]))
        position = self.positions[name]
        assert position is None or seq == position + 1, f"{seq} after {position} in {name}"
        assert frame == json.loads(worker.log.streams[STREAMS[name]][seq - 1].frame)
        self.positions[name] = seq
        self.is_first.discard(name)

    def skip(self, mark: dict[str, object]) -> None:
        name, to = str(mark["stream"]), int(str(mark["to"]))
        position = self.positions[name]
        if name not in self.is_first:  # what has been sent is true: only what follows it may be left out
            assert position is not None
            assert mark["from"] == position + 1
            assert to > position
        else:
            assert mark["from"] == 1 or position is None or mark["from"] == position + 1
        self.positions[name] = to
        self.is_first.discard(name)

    def settle(self, heads: dict[str, int]) -> None:
        for name, head in heads.items():
            assert self.positions[name] in {None, head}, f"said {head}, sent {self.positions[name]}"
            self.positions[name] = head


class FeedAndFollowers(Machine):
    """One worker on a virtual clock, a hostile layer, a database that comes and goes, sockets that stall."""

    @initialize(heads=st.tuples(st.integers(0, 30), st.integers(0, 30)), is_void=st.booleans())
    def begin(self, heads: tuple[int, int], is_void: bool) -> None:
        self.bugs = Bugs()
        self.loop = VirtualLoop()
        self.worker = Worker(self.loop, [HOME, INBOX])
        self.readers: list[Reader] = []
        for name, head in zip(STREAMS, heads, strict=True):
            self.write(name, head)
        self.worker.in_flight.clear()
        self.come(since=heads[0] // 2, inbox=heads[1] // 2, is_void=is_void)

    @rule(name=st.sampled_from(list(STREAMS)), count=st.integers(1, 5) | st.just(25))
    def write(self, name: str, count: int) -> None:
        entries = [self.worker.log.append(STREAMS[name], frame_of(name)) for _ in range(count)]
        self.worker.tell(STREAMS[name], entries)

    @precondition(lambda self: self.worker.in_flight)
    @rule(which=ANY, comes_again=st.booleans())
    def deliver(self, which: int, comes_again: bool) -> None:
        self.worker.deliver(which, comes_again=comes_again)

    @precondition(lambda self: self.worker.in_flight)
    @rule(which=ANY)
    def lose(self, which: int) -> None:
        self.worker.lose(which)

    @rule(name=st.sampled_from(list(STREAMS)), ahead=st.integers(1, 50))
    def tell_of_what_the_log_has_not(self, name: str, ahead: int) -> None:
        """A restored database, a cluster that was joined by mistake."""
        feed = self.worker.feeds.get(STREAMS[name])
        if feed is not None and feed.opened.is_set():
            seq = self.worker.log.head(STREAMS[name]) + ahead + 1000
            self.loop.do(lambda: feed.offer([Entry(seq, "a lie")]))

    @precondition(lambda self: len(self.readers) < 4)
    @rule(since=st.none() | st.integers(0, 60), inbox=st.integers(0, 40), is_void=st.booleans())
    def come(self, since: int | None, inbox: int, is_void: bool) -> None:
        transport = Transport()
        self.loop.do(lambda: self.open(transport, since, inbox, is_void))

    def open(self, transport: Transport, since: int | None, inbox: int, is_void: bool) -> None:
        connection = self.worker.connection(transport, user_id=5)
        connection.open(
            room_id=HOME,
            room=Subscription(f"room:{HOME}", connection, since=since, is_void=is_void and since is not None),
            inbox_stream=INBOX,
            inbox=Subscription("inbox", connection, since=inbox, is_void=is_void),
        )
        positions = {f"room:{HOME}": since, "inbox": inbox}
        self.readers.append(Reader(connection, transport, positions, is_void))

    @precondition(lambda self: self.readers)
    @rule(which=ANY)
    def go(self, which: int) -> None:
        reader = self.readers.pop(which % len(self.readers))
        self.loop.do(reader.connection.end)

    @precondition(lambda self: self.readers)
    @rule(which=ANY, is_stalled=st.booleans())
    def stall(self, which: int, is_stalled: bool) -> None:
        self.readers[which % len(self.readers)].transport.is_stalled = is_stalled

    @precondition(lambda self: self.readers)
    @rule(which=ANY, name=st.sampled_from(list(STREAMS)))
    def let_somebody_fall_behind(self, which: int, name: str) -> None:
        transport = self.readers[which % len(self.readers)].transport
        transport.is_stalled = True
        self.write(name, 30)
        self.loop.advance(2.2)
        transport.is_stalled = False

    @rule(times=st.integers(1, 4))
    def lose_the_database(self, times: int) -> None:
        self.worker.log.fail(times)

    @rule(is_frozen=st.booleans())
    def freeze_the_layer(self, is_frozen: bool) -> None:
        self.worker.layer.is_frozen = is_frozen

    @rule()
    def hear_that_the_layer_lost_something(self) -> None:
        self.worker.feeds.poll_soon()

    @rule(seconds=st.sampled_from([0.005, 0.02, 0.11, 0.6, 2.1]))
    def let_time_pass(self, seconds: float) -> None:
        self.loop.advance(seconds)

    @precondition(lambda self: self.readers)
    @rule()
    def let_everything_work_for_a_while(self) -> None:
        """Of the hints none need come: the poll is enough."""
        self.worker.log.failures.clear()
        self.worker.layer.is_frozen = False
        for reader in self.readers:
            reader.transport.is_stalled = False
        self.loop.advance(REPAIRED_SECONDS)
        self.everything_goes_on_from_what_was_sent()
        for reader in self.readers:
            for name, stream in STREAMS.items():
                assert reader.positions[name] == self.worker.log.head(stream), f"{name} lacks something"

    @invariant()
    def the_worker_found_no_bug(self) -> None:
        assert self.bugs.found == [], self.bugs.found[0]

    @invariant()
    def everything_goes_on_from_what_was_sent(self) -> None:
        for reader in self.readers:
            reader.judge(self.worker)

    def end(self) -> None:
        if self.readers:
            self.let_everything_work_for_a_while()

    def close(self) -> None:
        self.loop.end()
        self.bugs.close()


def frame_of(name: str) -> Callable[[int], str]:
    return lambda seq: json.dumps({"type": "message.posted", "stream": name, "seq": seq, "text": "x" * 30})


def test_a_feed_keeps_all_who_follow_it_up_to_date(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    make_small_and_virtual(monkeypatch)

    run(FeedAndFollowers, schedules=120, steps=50, longer=8)
