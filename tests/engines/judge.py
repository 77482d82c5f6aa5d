"""What a page has shown, compared with what is stored: each message once, in the one order, none missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

# A message by its place and its text; each text is of one message.
Row = tuple[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How many were counted, and which were wrong."""

    counted: int
    lost: list[str]
    twice: list[str]
    disordered: list[str]

    @property
    def is_good(self) -> bool:
        return self.counted > 0 and not (self.lost or self.twice or self.disordered)


def judge(
    stored: list[Row], acknowledged: dict[str, int | None], passing: list[list[Row]], whole: list[list[Row]]
) -> Verdict:
    """Judge what was to be seen by what is stored.

    `acknowledged`: what somebody was told is stored, with its place where that was told. `passing` and `whole`: what
    stood in the page one under the other without a gap, at moments on the way and, at the end, all along the log.
    """
    places = {text: seq for seq, text in stored}
    told = {*acknowledged, *places}
    seen_at_last = {text for sight in whole for _seq, text in sight}
    sights = [*passing, *whole]
    return Verdict(
        counted=len(told & seen_at_last & places.keys()),
        lost=_once(
            [
                *sorted(told - seen_at_last),
                *sorted(acknowledged.keys() - places.keys()),
                *(hole for sight in sights for hole in _holes(sight, stored)),
            ]
        ),
        twice=_once(
            [
                *_repeated(text for _seq, text in stored),
                *(text for sight in sights for text in _repeated(text for _seq, text in sight)),
                *(f"number {seq}" for sight in sights for seq in _repeated(seq for seq, _text in sight)),
            ]
        ),
        disordered=_once(
            [
                *(text for sight in sights for (one, _), (two, text) in pairwise(sight) if two < one),
                *(f"{text} at {seq}" for sight in sights for seq, text in sight if places.get(text) != seq),
                *(text for text, seq in acknowledged.items() if seq is not None and places.get(text) != seq),
            ]
        ),
    )


def _holes(sight: list[Row], stored: list[Row]) -> Iterable[str]:
    """Yield what is stored between the first and the last of a sight, and is not there."""
    seqs = {seq for seq, _text in sight}
    return (text for seq, text in stored if seqs and min(seqs) < seq < max(seqs) and seq not in seqs)


def _repeated(values: Iterable[int | str]) -> list[str]:
    return [str(value) for value, count in Counter(values).items() if count > 1]


def _once(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
