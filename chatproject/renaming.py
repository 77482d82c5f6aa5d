"""Shorter names for what a class of a script keeps to itself."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count, product

from chatproject.scanning import parts_of_template, pieces

Rename = Callable[[str], str]


def shorten_private_names(script: str) -> str:
    """
    Give private members (`#members`) short names, the shortest to those that are named most often.

    Nothing but their own class can know them: the language forbids it, so they are always named as such. What stands in
    strings, and in templates outside `${}`, is text and stays as it is.
    """
    found: Counter[str] = Counter()

    def note(name: str) -> str:
        found[name] += 1
        return name

    _renamed(script, note)
    short = dict(zip((name for name, _ in found.most_common()), _short_names(), strict=False))
    return _renamed(script, short.__getitem__)


def _renamed(script: str, rename: Rename) -> str:
    return "".join(piece if is_gap else _renamed_piece(piece, rename) for is_gap, piece in pieces(script))


def _renamed_piece(piece: str, rename: Rename) -> str:
    if piece[0] == "#":
        return rename(piece)
    if piece[0] == "`":
        return "".join(
            _renamed(part, rename) if is_code else part for is_code, part in parts_of_template(piece)
        )
    return piece


def _short_names() -> Iterator[str]:
    letters = string.ascii_letters
    return (f"#{''.join(name)}" for length in count(1) for name in product(letters, repeat=length))
