"""How far a reader has got in a stream: what comes goes on in order, once, and without an unseen hole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

Item = TypeVar("Item")

# Early items wait here until the hole before them is filled. A reader that far behind reads the log anyway,
# so what does not fit is let go: the hole shows it again.
MAX_WAITING = 2000


class Cursor(Generic[Item]):
    """Put the items of one stream in order, on top of a transport that loses, repeats and reorders.

    Guarantees: every returned seq is above all returned before it; none is returned twice; none is stepped
    over unless ``fill`` said that the log does not have it. Whatever is known to exist and has not been
    returned is shown by ``hole``. Pure: no clock, no I/O.
    """

    __slots__ = ("_head", "_max_waiting", "_position", "_waiting")

    def __init__(self, position: int, *, max_waiting: int = MAX_WAITING) -> None:
        self._position = position
        self._head = position
        self._max_waiting = max_waiting
        self._waiting: dict[int, Item] = {}

    @property
    def position(self) -> int:
        """The highest seq up to which everything has been handed on."""
        return self._position

    @property
    def head(self) -> int:
        """The highest seq that is known to exist."""
        return self._head

    @property
    def hole(self) -> tuple[int, int] | None:
        """What to read from the log, as exclusive bounds ``(after, before)``; None if nothing is missing."""
        if self._waiting:
            return self._position, min(self._waiting)
        if self._head > self._position:
            return self._position, self._head + 1
        return None

    def offer(self, first_seq: int, items: Sequence[Item]) -> list[tuple[int, Item]]:
        """Take consecutive items as they arrived; return what may go on now, in order."""
        if not items:
            return []
        self.expect(first_seq + len(items) - 1)
        if first_seq == self._position + 1 and not self._waiting:  # nearly always
            self._position += len(items)
            return list(enumerate(items, first_seq))
        ready: list[tuple[int, Item]] = []
        for seq, item in enumerate(items, first_seq):
            if seq == self._position + 1:
                self._position = seq
                self._waiting.pop(seq, None)
                ready.append((seq, item))
            elif seq > self._position and len(self._waiting) < self._max_waiting:
                self._waiting.setdefault(seq, item)
        return ready + self._take_ready()

    def expect(self, head: int) -> None:
        """Learn that the stream reaches to ``head``, without having seen its end."""
        self._head = max(self._head, head)

    def fill(self, rows: Sequence[tuple[int, Item]], upto: int) -> list[tuple[int, Item]]:
        """Take what the log has after ``position`` and up to ``upto``; return what may go on now, in order.

        ``rows`` are ascending and complete: a seq up to ``upto`` that is not among them does not exist.
        """
        ready = [(seq, item) for seq, item in rows if self._position < seq <= upto]
        self.expect(upto)
        self._position = max(self._position, upto)
        self._waiting = {seq: item for seq, item in self._waiting.items() if seq > self._position}
        return ready + self._take_ready()

    def _take_ready(self) -> list[tuple[int, Item]]:
        ready: list[tuple[int, Item]] = []
        while self._position + 1 in self._waiting:
            self._position += 1
            ready.append((self._position, self._waiting.pop(self._position)))
        return ready
