"""What a browser need not be sent of a script or a style sheet: comments, and spaces that keep nothing apart."""

from __future__ import annotations

import re

from chatproject.scanning import STRING, pieces

# Beside these a space says nothing. `+`, `-`, `/` and `.` are not among them: two of them may not touch.
_SIGNS = frozenset("{}()[];,:?=<>&|!*")
# Where a line ends after or before these, no statement does that would not end anyway.
_GO_ON = frozenset("{([;,")
_END = frozenset("})]")

_STYLE = re.compile(rf"(?P<gap>(?:\s|/\*.*?\*/)+)|(?P<string>{STRING})", re.DOTALL)


def shrink_script(text: str) -> str:
    """
    Leave out comments, indentation and empty lines; strings, templates and regular expressions stay as they are.

    No two lines are joined, so no statement ends elsewhere than before, and no name becomes another.
    """
    return "".join(_gap(piece) if is_gap else piece for is_gap, piece in pieces(text)).strip() + "\n"


def tighten_script(text: str) -> str:
    """Leave out, of a script without comments, the spaces beside signs and the line ends that end no statement."""
    tight = [(is_gap, _gap(piece) if is_gap else piece) for is_gap, piece in pieces(text)]
    befores = ["{", *(piece for _, piece in tight)]
    afters = [*(piece for _, piece in tight[1:]), "}"]
    return "".join(
        piece
        for (is_gap, piece), before, after in zip(tight, befores, afters, strict=False)
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
