"""What a text is: its normal form, and whether anything of it can be seen."""

import re
from itertools import groupby
from unicodedata import combining, normalize

# Below so many characters no order of accents is slow to sort.
_SHORT = 200

# Marks that decompose into several but count as letters themselves, so that sorting would stop at them.
_DOUBLE_MARKS = {"\u0f73": "\u0f71\u0f72", "\u0f75": "\u0f71\u0f74", "\u0f81": "\u0f71\u0f80"}

# White space, control characters, Unicode's Default_Ignorable_Code_Point, and those that are drawn as
# nothing: the Braille blank, the annotation marks, the musical null note head, the layout of hieroglyphs.
INVISIBLE = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U00013440\U00016fe4"
    r"\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_VISIBLE = re.compile(rf"[^{INVISIBLE}]")


def nfc(text: str) -> str:
    """Return the text in Unicode's normal form C, in linear time whatever the text.

    The normaliser sorts a run of accents by insertion: 30 000 of them, in the worst order, hold it for more
    than a second. So long runs come to it sorted.
    """
    if len(text) > _SHORT and not text.isascii():
        text = _with_sorted_marks(text)
    return normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen: it is empty, white space or invisible characters."""
    return _VISIBLE.search(text) is None


def visible_part(text: str) -> str:
    """Return the text from its first visible character on."""
    found = _VISIBLE.search(text)
    return text[found.start() :] if found else ""


def _with_sorted_marks(text: str) -> str:
    for double, parts in _DOUBLE_MARKS.items():
        text = text.replace(double, parts)
    if sum(map(bool, map(combining, text))) <= _SHORT:
        return text
    # A stable sort by combining class is what normalising does to a run: the result is equivalent.
    return "".join(
        "".join(sorted(run, key=combining) if is_mark else run)
        for is_mark, run in groupby(text, key=lambda character: combining(character) != 0)
    )
