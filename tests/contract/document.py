"""Writes the golden frames into `docs/protocol.md`: `python -m tests.contract.document --update`.

A line `<!-- example: file/name -->` stands before the frame of that golden entry, `<!-- examples: file -->` before all
frames of a file, an error's or a close code's.
"""

import re
import sys
from pathlib import Path

from rooms.protocol.codec import encode
from tests.contract.golden import golden

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"

_MARK = re.compile(
    r"^(?P<indent> *)<!-- examples?: (?P<file>\w+)(?:/(?P<name>.+?))? -->\n"
    r"(?:(?P=indent)```json\n(?P<frames>(?:(?P=indent)[\[{].*\n)*)(?P=indent)```\n)?",
    re.MULTILINE,
)


def examples(text: str) -> list[tuple[str, str | None, list[str]]]:
    """Return file, name and frames of each example that stands in the document."""
    return [
        (mark["file"], mark["name"], [line.strip() for line in (mark["frames"] or "").splitlines()])
        for mark in _MARK.finditer(text)
    ]


def frames_of(file: str, name: str | None) -> list[str]:
    """Return the frames of a golden file as they stand on the wire, of one entry where it is named."""
    return [encode(entry.frame) for entry in golden(file) if entry.frame and name in (None, entry.name)]


def updated(text: str) -> str:
    """Return the document with the golden frames in the places of its examples."""
    return _MARK.sub(_written, text)


def _written(mark: re.Match[str]) -> str:
    indent, name = mark["indent"], f"/{mark['name']}" if mark["name"] else ""
    kind = "example" if name else "examples"
    lines = [
        f"<!-- {kind}: {mark['file']}{name} -->",
        "```json",
        *frames_of(mark["file"], mark["name"]),
        "```",
    ]
    return "".join(f"{indent}{line}\n" for line in lines)


if __name__ == "__main__":
    current = DOCUMENT.read_text(encoding="utf-8")
    if "--update" in sys.argv[1:]:
        DOCUMENT.write_text(updated(current), encoding="utf-8")
    elif updated(current) != current:
        sys.exit("docs/protocol.md is behind the golden frames: python -m tests.contract.document --update")
