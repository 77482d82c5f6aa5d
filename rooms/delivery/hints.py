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
    by_group: dict[str, list[Hint]] = defaultdict(list)
    for group, hint in hints:
        before = by_group[group][-1] if by_group[group] else None
        if before is not None and _continues(before, hint):
            by_group[group][-1] = {
                **hint,
                "first": before["first"],
                "frames": before["frames"] + hint["frames"],
            }
        else:
            by_group[group].append(hint)
    for group, in_order in by_group.items():
        for hint in in_order:
            yield group, hint


def _continues(before: Hint, hint: Hint) -> bool:
    if not before["type"] == hint["type"] == "stream.entries" or before["stream"] != hint["stream"]:
        return False
    is_next = not before["closes"] and hint["first"] == before["first"] + len(before["frames"])
    return is_next and sum(map(size_bytes, before["frames"] + hint["frames"])) <= HINT_BYTES
