"""What Unicode says about the look of letters: their script, their invisible members, their look-alikes (UTS 39)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

from confusable_homoglyphs.categories import alias
from confusable_homoglyphs.confusables import confusables_data

# Scripts that are written together in one word (UTS 39, augmented script sets): Japanese, Korean, Bopomofo.
_WRITTEN_TOGETHER = (
    frozenset({"HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"HAN", "HANGUL"}),
    frozenset({"HAN", "BOPOMOFO"}),
)
_EVERYWHERE = frozenset({"COMMON", "INHERITED"})

# Letters and marks that draw nothing (Default_Ignorable_Code_Point among the categories L and M).
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")


def is_one_script(letters: Iterable[str]) -> bool:
    """Whether the letters could stand in one word: one script, or scripts that are written together."""
    scripts = {alias(letter) for letter in letters} - _EVERYWHERE
    return len(scripts) <= 1 or any(scripts <= together for together in _WRITTEN_TOGETHER)


def is_invisible(character: str) -> bool:
    """Whether the character draws nothing: controls, format characters, fillers, variation selectors."""
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        or character in _INVISIBLE
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
    )


def skeleton(text: str) -> str:
    """Return the UTS 39 skeleton: two texts that look alike have the same one."""
    letters = (_prototype(letter) for letter in unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", "".join(letters))


@cache
def _prototype(letter: str) -> str:
    """Return what stands for all look-alikes of the letter.

    The library's table holds each pair of Unicode's list in both directions. A prototype has many neighbours, one that
    is drawn like it has one; where both have one, the smaller stands for both.
    """
    neighbours = confusables_data.get(letter, ())
    if len(neighbours) != 1:
        return letter
    other = str(neighbours[0]["c"]).strip("\u200e")  # Right-to-left letters come wrapped in marks.
    back = confusables_data.get(neighbours[0]["c"], ())
    return other if len(back) > 1 else min(letter, other)
