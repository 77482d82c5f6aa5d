"""One stream as far as it is held here: its entries in order, each once, and the holes that were said.

`position` is the highest seq up to which everything has been taken in, so the seq to resume from. It is None as long as
nothing is known of the stream. Entries that arrive beyond a hole wait until it is filled.
"""

from bisect import bisect_left
from dataclasses import dataclass

from .frames import Frame

# How many entries may wait beyond a hole. A page of history closes it, so more is only memory.
WAITING_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch that was skipped and may be asked for; both bounds are missing."""

    from_seq: int
    to_seq: int


class Timeline:
    """Takes entries in whatever order they come."""

    def __init__(self, stream: str) -> None:
        self.stream = stream
        self.position: int | None = None
        self.entries: list[Frame] = []
        self.gaps: list[Gap] = []
        self._waiting: dict[int, Frame] = {}
        # The server has said that it keeps nothing older, whatever the seq.
        self._holds_beginning = False

    # Questions

    @property
    def first_missing(self) -> int:
        """The highest seq below everything held, 0 when the beginning is held."""
        first = int(self.entries[0]["seq"]) if self.entries else (self.position or 0) + 1
        return first - 1

    @property
    def has_earlier(self) -> bool:
        """Whether there may be something before the oldest entry held."""
        return self.position is not None and self.first_missing > 0 and not self._holds_beginning

    @property
    def has_hole(self) -> bool:
        """Whether something waits beyond a hole."""
        return bool(self._waiting)

    # Actions

    def offer(self, entry: Frame) -> list[Frame]:
        """Take in an entry; return what is new in the log by it: nothing for a repetition, or beyond a hole."""
        seq = int(entry["seq"])
        if self.position is None:
            return self._append(entry)
        if seq == self.position + 1:
            return [*self._append(entry), *self._drain()]
        if seq > self.position:
            if len(self._waiting) < WAITING_LIMIT:
                self._waiting[seq] = entry
            return []
        return [entry] if self._insert(entry) else []

    def start_at(self, seq: int) -> None:
        """Take the server's word for how far the stream was read, where nothing is held yet."""
        if self.position is None:
            self.position = seq

    def truncate(self, from_seq: int, to_seq: int) -> bool:
        """Note that the server skipped a stretch; return whether what was held is void and was dropped.

        It is void where the stretch begins at or below what was read: then this stream is another one than before.
        """
        is_void = self.position is not None and from_seq <= self.position
        if is_void:
            self.clear()
        if self.entries and to_seq >= from_seq:
            self.gaps.append(Gap(from_seq, to_seq))
        self.position = to_seq
        self._waiting = {seq: entry for seq, entry in self._waiting.items() if seq > to_seq}
        return is_void

    def clear(self) -> None:
        """Forget everything: the stream will be told anew."""
        self.position = None
        self.entries.clear()
        self.gaps.clear()
        self._waiting.clear()
        self._holds_beginning = False

    def add_earlier(self, entries: list[Frame], *, before: int, more: bool) -> None:
        """Take in a page of earlier history, oldest first, as it was asked for."""
        if not more and before <= self.first_missing + 1:
            self._holds_beginning = True
        for entry in reversed(entries):
            self.offer(entry)
        reached = int(entries[0]["seq"]) if entries else before
        self.gaps = [
            left for gap in self.gaps for left in _rest_of(gap, before=before, reached=reached, more=more)
        ]

    def trim(self, limit: int) -> None:
        """Let go of the oldest entries; they can be asked for again."""
        if len(self.entries) <= limit:
            return
        self.entries = self.entries[-limit:]
        self._holds_beginning = False
        first = int(self.entries[0]["seq"])
        self.gaps = [Gap(max(gap.from_seq, first + 1), gap.to_seq) for gap in self.gaps if gap.to_seq > first]

    # Internal

    def _append(self, entry: Frame) -> list[Frame]:
        self.entries.append(entry)
        self.position = int(entry["seq"])
        return [entry]

    def _drain(self) -> list[Frame]:
        """Take in those that waited and may now go on."""
        drained: list[Frame] = []
        assert self.position is not None
        while (entry := self._waiting.pop(self.position + 1, None)) is not None:
            drained += self._append(entry)
        self._waiting = {seq: entry for seq, entry in self._waiting.items() if seq > self.position}
        return drained

    def _insert(self, entry: Frame) -> bool:
        """Put an entry of the past in its place, unless that would leave a hole below what is held."""
        seq = int(entry["seq"])
        if seq < self.first_missing:
            return False
        index = bisect_left(self.entries, seq, key=lambda held: int(held["seq"]))
        if index < len(self.entries) and self.entries[index]["seq"] == seq:
            return False
        self.entries.insert(index, entry)
        return True


def _rest_of(gap: Gap, *, before: int, reached: int, more: bool) -> list[Gap]:
    """Return what is missing of a gap after a page has been read."""
    if before <= gap.from_seq or before > gap.to_seq + 1:
        return [gap]
    to_seq = min(gap.to_seq, reached - 1) if more else gap.from_seq - 1
    return [Gap(gap.from_seq, to_seq)] if to_seq >= gap.from_seq else []
