"""The pieces of a script, as far as comments, strings, templates and regular expressions need to be known apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

STRING = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
_TOKEN = re.compile(
    rf"""(?P<gap>(?:\s|//[^\n]*|/\*.*?\*/)+) | (?P<string>{STRING}) | (?P<word>[\w$#]+) | .""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/\w*")
# After these words a slash begins a regular expression; after any other word, or what closes a bracket, it divides.
_BEFORE_A_VALUE = frozenset(
    "await case delete do else in instanceof new of return throw typeof void yield".split()
)
_CLOSES = frozenset(")]}`\"'")


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of a script, each with whether it is a gap: space and comments."""
    position, before = 0, ""
    while position < len(text):
        end, is_gap = _end_of_piece(text, position, before)
        piece = text[position:end]
        yield is_gap, piece
        position, before = end, before if is_gap else piece


def parts_of_template(template: str) -> Iterator[tuple[bool, str]]:
    """Yield the parts of a template literal, each with whether it is code: what stands in its `${}`."""
    position, begun = 0, 0
    while position < len(template):
        if template.startswith("${", position):
            yield False, template[begun : position + 2]
            begun = _end_of_braces(template, position + 2) - 1
            yield True, template[position + 2 : begun]
            position = begun
        else:
            position += 2 if template[position] == "\\" else 1
    yield False, template[begun:]


def _end_of_piece(text: str, position: int, before: str) -> tuple[int, bool]:
    """Return where the piece that begins here ends, and whether it is a gap. `before` is the last that was none."""
    if text[position] == "`":
        return _end_of_template(text, position), False
    found = _TOKEN.match(text, position)
    assert found is not None
    if found[0] == "/" and _awaits_a_value(before) and (regex := _REGEX.match(text, position)):
        return regex.end(), False
    return found.end(), found["gap"] is not None


def _awaits_a_value(before: str) -> bool:
    is_word = before[-1:].isalnum() or before[-1:] in {"_", "$"}
    return before in _BEFORE_A_VALUE if is_word else before[-1:] not in _CLOSES


def _end_of_template(text: str, start: int) -> int:
    """Return where the template literal ends that begins here, whatever stands in its `${}`."""
    position = start + 1
    while text[position] != "`":
        if text.startswith("${", position):
            position = _end_of_braces(text, position + 2)
        else:
            position += 2 if text[position] == "\\" else 1
    return position + 1


def _end_of_braces(text: str, position: int) -> int:
    """Return where the braces close in which this position stands."""
    depth, before = 1, "{"
    while depth:
        end, is_gap = _end_of_piece(text, position, before)
        piece = text[position:end]
        depth += (piece == "{") - (piece == "}")
        position, before = end, before if is_gap else piece
    return position
