"""What a browser need not be sent of a script or a style sheet: comments, and spaces that keep nothing apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

_STRING = r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'"""
_TOKEN = re.compile(
    rf"""(?P<gap>(?:\s|//[^\n]*|/\*.*?\*/)+) | (?P<string>{_STRING}) | (?P<word>[\w$#]+) | .""",
    re.VERBOSE | re.DOTALL,
)
_REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/\w*")
# After these words a slash begins a regular expression; after any other word, or what closes a bracket, it divides.
_BEFORE_A_VALUE = frozenset(
    "await case delete do else in instanceof new of return throw typeof void yield".split()
)
_CLOSES = frozenset(")]}`\"'")

# Beside these a space says nothing. `+`, `-`, `/` and `.` are not among them: two of them may not touch.
_SIGNS = frozenset("{}()[];,:?=<>&|!*")
# Where a line ends after or before these, no statement does that would not end anyway.
_GO_ON = frozenset("{([;,")
_END = frozenset("})]")

_STYLE = re.compile(rf"(?P<gap>(?:\s|/\*.*?\*/)+)|(?P<string>{_STRING})", re.DOTALL)


def shrink_script(text: str) -> str:
    """
    Leave out comments, indentation and empty lines; strings, templates and regular expressions stay as they are.

    No two lines are joined, so no statement ends elsewhere than before, and no name becomes another.
    """
    return "".join(_gap(piece) if is_gap else piece for is_gap, piece in _pieces(text)).strip() + "\n"


def tighten_script(text: str) -> str:
    """Leave out, of a script without comments, the spaces beside signs and the line ends that end no statement."""
    pieces = [(is_gap, _gap(piece) if is_gap else piece) for is_gap, piece in _pieces(text)]
    befores = ["{", *(piece for _, piece in pieces)]
    afters = [*(piece for _, piece in pieces[1:]), "}"]
    return "".join(
        piece
        for (is_gap, piece), before, after in zip(pieces, befores, afters, strict=False)
        if not (is_gap and _says_nothing(piece, before[-1], after[0]))
    )


def shrink_style(text: str) -> str:
    """Leave out comments, indentation and empty lines. What stands between two words keeps them apart."""
    return _STYLE.sub(lambda found: _gap(found[0]) if found["gap"] else found[0], text).strip() + "\n"


def _gap(text: str) -> str:
    return "\n" if "\n" in text else " "


def _says_nothing(gap: str, before: str, after: str) -> bool:
    if gap == "\n":
        return before in _GO_ON or after in _END
    return before in _SIGNS or after in _SIGNS


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the pieces of a script, each with whether it is a gap: space and comments."""
    position, before = 0, ""
    while position < len(text):
        end, is_gap = _end_of_piece(text, position, before)
        piece = text[position:end]
        yield is_gap, piece
        position, before = end, before if is_gap else piece


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
