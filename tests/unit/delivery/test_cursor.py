"""The cursor hands a stream on in order, once, and shows every hole it knows of."""

from __future__ import annotations

import random

import pytest
from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rooms.delivery.cursor import Cursor


def numbered(first: int, text: str) -> list[tuple[int, str]]:
    return list(enumerate(text, first))


def test_what_comes_in_order_goes_on_at_once():
    cursor: Cursor[str] = Cursor(4)

    assert cursor.offer(5, "ab") == numbered(5, "ab")
    assert cursor.offer(7, "c") == numbered(7, "c")

    assert cursor.position == 7
    assert cursor.hole is None


def test_nothing_offered_changes_nothing():
    cursor: Cursor[str] = Cursor(4)

    assert cursor.offer(9, []) == []

    assert cursor.hole is None


def test_repeats_vanish():
    cursor: Cursor[str] = Cursor(0)
    cursor.offer(1, "abc")

    assert cursor.offer(2, "bcd") == numbered(4, "d")
    assert cursor.offer(1, "a") == []


def test_an_early_item_waits_for_the_one_before_it():
    cursor: Cursor[str] = Cursor(0)

    assert cursor.offer(2, "b") == []
    assert cursor.hole == (0, 2)
    assert cursor.offer(1, "a") == numbered(1, "ab")
    assert cursor.hole is None


def test_a_filled_hole_lets_the_waiting_go_on():
    cursor: Cursor[str] = Cursor(3)
    cursor.offer(6, "fg")
    assert cursor.hole == (3, 6)

    assert cursor.fill(numbered(4, "de"), 5) == numbered(4, "defg")

    assert cursor.position == 7
    assert cursor.hole is None


def test_the_log_says_what_does_not_exist():
    cursor: Cursor[str] = Cursor(0)
    cursor.offer(5, "e")

    assert cursor.fill([(3, "c")], 4) == [(3, "c"), (5, "e")]

    assert cursor.position == 5


def test_rows_that_were_overtaken_while_they_were_read_vanish():
    cursor: Cursor[str] = Cursor(0)
    cursor.offer(3, "c")
    cursor.offer(1, "ab")

    assert cursor.fill(numbered(1, "ab"), 2) == []

    assert cursor.position == 3


def test_rows_beyond_what_was_asked_for_wait_for_their_own_reading():
    cursor: Cursor[str] = Cursor(0)

    assert cursor.fill(numbered(1, "abc"), 2) == numbered(1, "ab")

    assert cursor.position == 2


def test_a_lost_tail_shows_as_a_hole_once_its_end_is_known():
    cursor: Cursor[str] = Cursor(7)

    cursor.expect(9)
    assert cursor.hole == (7, 10)

    assert cursor.fill(numbered(8, "hi"), 9) == numbered(8, "hi")
    assert cursor.hole is None


def test_an_old_head_changes_nothing():
    cursor: Cursor[str] = Cursor(7)

    cursor.expect(5)

    assert cursor.hole is None
    assert cursor.head == 7


def test_what_does_not_fit_is_let_go_but_not_forgotten():
    cursor: Cursor[str] = Cursor(0, max_waiting=2)
    cursor.offer(3, "cdef")

    assert cursor.offer(1, "ab") == numbered(1, "abcd")

    assert cursor.hole == (4, 7)


def test_the_next_item_goes_on_though_all_waiting_places_are_taken():
    cursor: Cursor[str] = Cursor(0, max_waiting=1)
    cursor.offer(3, "c")

    assert cursor.offer(1, "ab") == numbered(1, "abc")
    assert cursor.hole is None


@pytest.mark.parametrize("seed", range(20))
def test_a_whole_stream_survives_loss_repetition_and_reordering(seed: int):
    chance = random.Random(seed)
    deliveries = [seq for seq in range(1, 301) if chance.random() > 0.1]
    deliveries += chance.sample(deliveries, 40)
    deliveries.sort(key=lambda seq: seq + chance.random() * 20)
    cursor: Cursor[int] = Cursor(0, max_waiting=8)

    got = [pair for seq in deliveries for pair in cursor.offer(seq, [seq])]
    cursor.expect(300)
    while hole := cursor.hole:
        after, before = hole
        got += cursor.fill([(seq, seq) for seq in range(after + 1, before)], before - 1)

    assert got == [(seq, seq) for seq in range(1, 301)]


class CursorMachine(RuleBasedStateMachine):
    """A log that grows and loses entries to retention, a network that loses, repeats and reorders."""

    def __init__(self) -> None:
        super().__init__()
        self.log: dict[int, int] = {}
        self.head = 0
        self.known = 0
        self.in_flight: list[int] = []
        self.cursor: Cursor[int] = Cursor(0, max_waiting=5)
        self.got: list[int] = []

    def take(self, pairs: list[tuple[int, int]]) -> None:
        for seq, item in pairs:
            assert item == seq
            assert not self.got or seq > self.got[-1], "out of order, or twice"
            self.got.append(seq)

    @rule(count=st.integers(1, 4))
    def grow(self, count: int) -> None:
        for _ in range(count):
            self.head += 1
            self.log[self.head] = self.head
            self.in_flight.append(self.head)

    @rule(chance=st.randoms(use_true_random=False))
    def reorder(self, chance: random.Random) -> None:
        chance.shuffle(self.in_flight)

    @rule(repeat=st.booleans())
    def deliver(self, repeat: bool) -> None:
        if self.in_flight:
            seq = self.in_flight.pop(0)
            if repeat:
                self.in_flight.append(seq)
            self.known = max(self.known, seq)
            self.take(self.cursor.offer(seq, [seq]))

    @rule(first=st.integers(1, 30), count=st.integers(1, 6))
    def deliver_a_batch(self, first: int, count: int) -> None:
        batch = range(first, min(first + count, self.head + 1))
        if batch:
            self.known = max(self.known, batch[-1])
            self.take(self.cursor.offer(first, batch))

    @rule()
    def lose(self) -> None:
        if self.in_flight:
            self.in_flight.pop()

    @rule()
    def poll_the_head(self) -> None:
        self.known = self.head
        self.cursor.expect(self.head)

    @rule(seq=st.integers(1, 40))
    def prune(self, seq: int) -> None:
        self.log.pop(seq, None)

    @rule(whole=st.booleans())
    def read_the_hole(self, whole: bool) -> None:
        if hole := self.cursor.hole:
            after, before = hole
            upto = before - 1 if whole else after + 1
            self.known = max(self.known, upto)
            self.take(self.cursor.fill([(seq, seq) for seq in sorted(self.log) if after < seq <= upto], upto))

    @invariant()
    def nothing_that_exists_was_stepped_over(self) -> None:
        missing = {seq for seq in self.log if seq <= self.cursor.position} - set(self.got)
        assert not missing

    @invariant()
    def whatever_is_known_and_not_handed_on_shows_as_a_hole(self) -> None:
        assert (self.cursor.hole is None) == (self.cursor.position >= self.known)

    def teardown(self) -> None:
        self.poll_the_head()
        while self.cursor.hole:
            self.read_the_hole(whole=True)
        assert set(self.log) <= set(self.got)


CursorMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestCursorAgainstAModel = CursorMachine.TestCase
