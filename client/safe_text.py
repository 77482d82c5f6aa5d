r"""Texts of others, safe for a terminal.

Control characters (C0, C1, DEL), bidirectional controls and other format characters become visible escapes, `\xNN` or
`\uNNNN`. Joiners inside emoji stay, and the tags of a flag. More than eight accents on one letter are left out: they
would be drawn over other people's lines.
"""

import re
import unicodedata

ACCENTS_SHOWN = 8
_JOINERS = frozenset("\u200c\u200d\ufe0f")
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FLAG = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)")
LINE_BREAK = " ⏎ "


def one_line(text: str) -> str:
    """Return the text as one line: what breaks it is shown as a sign."""
    lines = text.replace("\r\n", "\n").split("\n")
    return LINE_BREAK.join(map(_printable, lines))


def several_lines(text: str) -> str:
    """Return the text with its own line breaks, and nothing else that moves the cursor."""
    return "\n".join(map(_printable, text.replace("\r\n", "\n").split("\n")))


def _printable(line: str) -> str:
    parts = _FLAG.split(line.replace("\t", "    "))
    return "".join(part if index % 2 else _escaped(part) for index, part in enumerate(parts))


def _escaped(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    shown: list[str] = []
    accents = 0
    for character in text:
        category = unicodedata.category(character)
        accents = accents + 1 if category in {"Mn", "Me"} else 0
        if accents <= ACCENTS_SHOWN:
            shown.append(
                _escape(character) if category in _UNSAFE and character not in _JOINERS else character
            )
    return "".join(shown)


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
