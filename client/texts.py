"""What of a text can be seen, and which typed lines are commands. What they mean is the server's to read."""

import re
import unicodedata

_INVISIBLE = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U00013430-\U00013440\U00016fe4"
    r"\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_VISIBLE = re.compile(rf"[^{_INVISIBLE}]")


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return _VISIBLE.search(text) is None


def visible_part(text: str) -> str:
    """Return the text from its first visible character on."""
    found = _VISIBLE.search(text)
    return text[found.start() :] if found else ""


def length_of(text: str) -> int:
    """Return the length as the server counts: code points of the composed form."""
    return len(unicodedata.normalize("NFC", text))


def is_command_line(text: str) -> bool:
    """Whether the server will read this text as a command, and never show it as a message.

    A line after a full-width number sign is one too: the server refuses it with a hint, and it must not wait in the
    outbox as if it were a message.
    """
    line = visible_part(text)
    return (line.startswith("#") and not line.startswith("##")) or line.startswith("＃")


def as_shown(text: str) -> str:
    """Return the text as the log shows it: of two number signs the first only says "this is no command"."""
    line = visible_part(text)
    return text[: len(text) - len(line)] + line[1:] if line.startswith("##") else text


def as_typed(text: str) -> str:
    """Return what to type for the log to show this text."""
    line = visible_part(text)
    return text[: len(text) - len(line)] + "#" + line if line.startswith("#") else text
