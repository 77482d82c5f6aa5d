"""Hints: what the workers tell each other by the channel layer. Each may be lost, repeated or late."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .entries import Entry, size_bytes

HINT_BYTES = 64 * 1024

Hint = dict[str, Any]
"""A message of the layer: "type" and JSON values."""


def entries_hint(stream_id: int, entries: Sequence[Entry]) -> Hint:
    """Build the layer's message for consecutive entries of a stream."""
    return {
        "type": "stream.entries",
        "stream": stream_id,
        "first": entries[0].seq,
        "frames": [entry.frame for entry in entries],
        "closes": entries[-1].closes,
    }


def entries_hints(stream_id: int, entries: Sequence[Entry]) -> Iterator[Hint]:
    """Yield the messages for consecutive entries, cut so that none is much larger than HINT_BYTES."""
    part: list[Entry] = []
    size = 0
    for entry in entries:
        mine = size_bytes(entry.frame)
        if part and size + mine > HINT_BYTES:
            yield entries_hint(stream_id, part)
            part, size = [], 0
        part.append(entry)
        size += mine
    if part:
        yield entries_hint(stream_id, part)


def entries_of(hint: Hint) -> list[Entry]:
    """Read the entries back from a layer's message."""
    frames = hint["frames"]
    last = len(frames) - 1
    return [
        Entry(hint["first"] + index, frame, hint["closes"] and index == last)
        for index, frame in enumerate(frames)
    ]


def gathered(hints: Iterable[tuple[str, Hint]]) -> Iterator[tuple[str, Hint]]:
    """Yield what is for each group in its order, entries that continue each other in one hint."""
    by_group: dict[str, list[_Gathering]] = defaultdict(list)
    for group, hint in hints:
        mine = by_group[group]
        if not (mine and mine[-1].takes(hint)):
            mine.append(_Gathering(hint))
    for group, in_order in by_group.items():
        for gathering in in_order:
            yield group, gathering.hint


class _Gathering:
    """A hint that grows by what continues it."""

    def __init__(self, hint: Hint) -> None:
        self.hint = hint
        self._is_of_entries = hint["type"] == "stream.entries"
        if self._is_of_entries:
            self.hint = {**hint, "frames": list(hint["frames"])}
            self._size = sum(map(size_bytes, hint["frames"]))

    def takes(self, hint: Hint) -> bool:
        """Take it in, if it goes on where this one ends and both are not too much; return whether it did."""
        mine = self.hint
        if not self._is_of_entries or hint["type"] != mine["type"] or hint["stream"] != mine["stream"]:
            return False
        size = sum(map(size_bytes, hint["frames"]))
        is_next = not mine["closes"] and hint["first"] == mine["first"] + len(mine["frames"])
        if not is_next or self._size + size > HINT_BYTES:
            return False
        mine["frames"] += hint["frames"]
        mine["closes"] = hint["closes"]
        self._size += size
        return True
