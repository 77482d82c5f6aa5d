"""A cursor on the server and a timeline in the page put the same arrivals into the same order, each entry once."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from rooms.delivery.cursor import Cursor
from tests.machines.conftest import Run
from tests.machines.machine import Machine

ANY = st.integers(0, 99)


class Order(Machine):
    """A log that grows, and a network that loses, repeats and reorders what it tells of it."""

    @initialize(start=st.integers(0, 4))
    def begin(self, start: int) -> None:
        self.head = start
        self.in_flight: list[range] = []
        self.cursor: Cursor[int] = Cursor(start)
        self.node.make("timeline")
        self.page: dict[str, Any] = self.node.call("startAt", start)
        self.shown: list[int] = []

    @rule(counts=st.lists(st.integers(1, 4), min_size=1, max_size=6))
    def grow(self, counts: list[int]) -> None:
        for count in counts:
            self.in_flight.append(range(self.head + 1, self.head + count + 1))
            self.head += count

    @precondition(lambda self: self.in_flight)
    @rule(picks=st.lists(st.tuples(ANY, st.booleans()), min_size=1, max_size=5))
    def deliver(self, picks: list[tuple[int, bool]]) -> None:
        """Any of them, in any order; some come again."""
        for which, comes_again in picks:
            if self.in_flight:
                hint = self.in_flight.pop(which % len(self.in_flight))
                if comes_again:
                    self.in_flight.append(hint)
                self.offer(hint)

    @precondition(lambda self: len(self.in_flight) > 2)
    @rule(which=ANY)
    def lose(self, which: int) -> None:
        self.in_flight.pop(which % len(self.in_flight))

    @rule()
    def tell_the_head(self) -> None:
        self.cursor.expect(self.head)

    @precondition(lambda self: self.cursor.hole)
    @rule(limit=st.integers(1, 6))
    def read_the_hole(self, limit: int) -> None:
        assert self.cursor.hole is not None
        after, before = self.cursor.hole
        upto = min(before - 1, after + limit)
        rows = [(seq, seq) for seq in range(after + 1, upto + 1)]
        handed_on = self.cursor.fill(rows, upto)
        self.same(handed_on, self.node.call("offer", [seq for seq, _ in rows]))

    @rule(limit=st.integers(1, 6))
    def read_a_page_of_history(self, limit: int) -> None:
        after = self.cursor.position
        self.offer(range(after + 1, min(after + limit, self.head) + 1))

    @precondition(lambda self: self.head > self.cursor.position + 8)
    @rule(which=ANY)
    def skip(self, which: int) -> None:
        """Too much is missing: a mark stands in its place, and the newest follow."""
        position = self.cursor.position
        to = position + 1 + which % (self.head - position)
        newest = range(to + 1, self.head + 1)
        handed_on = self.cursor.fill([], to) + self.cursor.offer(to + 1, newest)
        self.same(handed_on, self.node.call("truncate", position + 1, to, list(newest)))

    @precondition(lambda self: self.head > 30)
    @rule(head=st.integers(0, 9))
    def be_another_log(self, head: int) -> None:
        """After another history nothing that was held is true."""
        self.head, self.in_flight = head, []
        newest = max(0, head - 3)
        self.cursor = Cursor(newest)
        handed_on = self.cursor.offer(newest + 1, range(newest + 1, head + 1))
        self.shown = []
        self.node.call("clear")
        self.page = {**self.page, "position": newest}
        self.same(handed_on, self.node.call("truncate", 1, newest, list(range(newest + 1, head + 1))))

    @precondition(lambda self: self.page["gaps"] or self.page["firstMissing"])
    @rule(which=ANY, limit=st.integers(1, 6))
    def scroll_back(self, which: int, limit: int) -> None:
        """Only the page looks back: into a hole that was said, or beyond the oldest that it holds."""
        ends = [gap["to"] for gap in self.page["gaps"]] + [self.page["firstMissing"]]
        before = ends[which % len(ends)] + 1
        first = max(1, before - limit)
        self.page = self.node.call("addEarlier", list(range(first, before)), before, first > 1)
        self.shown = self.page["held"]

    @precondition(lambda self: len(self.shown) > 8)
    @rule(limit=st.integers(1, 8))
    def let_go_of_the_oldest(self, limit: int) -> None:
        self.page = self.node.call("trim", limit)
        self.shown = self.page["held"]

    @invariant()
    def both_have_got_equally_far(self) -> None:
        assert self.page["position"] == self.cursor.position

    @invariant()
    def what_is_shown_is_what_is_held_in_order_and_once(self) -> None:
        assert self.page["held"] == self.shown == sorted(set(self.shown))

    @invariant()
    def what_is_missing_is_said(self) -> None:
        said = {seq for gap in self.page["gaps"] for seq in range(gap["from"], gap["to"] + 1)}
        missing = set(range(self.page["firstMissing"] + 1, self.page["position"] + 1)) - set(
            self.page["held"]
        )
        assert missing <= said

    def end(self) -> None:
        self.tell_the_head()
        while self.cursor.hole:
            self.read_the_hole(6)
        assert self.page["position"] == self.cursor.position == self.head
        assert not self.page["hasHole"]
        while self.page["gaps"] or self.page["hasEarlier"]:
            self.scroll_back(0, 6)
        assert self.page["held"] == list(range(1, self.head + 1))

    def offer(self, seqs: range) -> None:
        handed_on = self.cursor.offer(seqs.start, seqs)
        self.same(handed_on, self.node.call("offer", list(seqs)))

    def same(self, handed_on: list[tuple[int, int]], page: dict[str, Any]) -> None:
        """What goes on is the same; the page may also put something in its place that was skipped and comes late."""
        before, self.page = self.page["position"], page
        assert [seq for seq in page["shown"] if seq > before] == [seq for seq, _ in handed_on]
        assert not set(page["shown"]) & set(self.shown)
        self.shown = sorted(self.shown + page["shown"])


def test_a_cursor_and_a_timeline_hand_on_the_same(run: Run) -> None:
    run(Order, schedules=100, steps=50, longer=9)
