"""Commands typed as text: the lines that begin with `#`."""

import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher
from types import MappingProxyType

from . import commands
from .commands import Command
from .errors import ErrorCode, Refused
from .limits import RAW_NAME_LENGTH
from .text import is_blank, visible_part

# A word ends at white space or at the `<` of its argument: `#\private<ana> hi`.
_LINE = re.compile(
    r"[#＃]\s*(?P<word>show\s+users(?![^\s<])|[^\s<]*)\s*(?P<rest>.*)", re.DOTALL | re.IGNORECASE
)
_BRACKETED_LOGIN = re.compile(r"<(?P<login>[^<>]*)>\s*(?P<text>.*)", re.DOTALL)
_PLAIN_LOGIN = re.compile(r"(?P<login>\S+)\s*(?P<text>.*)", re.DOTALL)

# Enough to tell what somebody meant; comparing words takes time that grows with their lengths' product.
_COMPARED = 24
# Less alike than this, nobody meant it: `#help` is the nearest then. One letter of two is alike enough.
_ALIKE = 0.4

# How each command is written, in the order in which they are told.
USAGES: Mapping[str, str] = MappingProxyType(
    {
        "#cR": "#cR <room>",
        "#gR": "#gR <room>",
        "#eR": "#eR",
        "#exit": "#exit",
        "#lR": "#lR",
        "#IR": "#IR",
        "#dR": "#dR <room>",
        "#show users": "#show users",
        "#private": "#private <login> text",
        "#help": "#help",
    }
)

_WITHOUT_ARGUMENT: Mapping[str, Callable[[], Command]] = MappingProxyType(
    {
        "#eR": commands.LeaveRoom,
        "#exit": commands.ExitSession,
        "#lR": commands.ListRooms,
        "#IR": commands.ListRooms,
        "#show users": commands.ListUsers,
        "#help": commands.ShowHelp,
    }
)

_OF_A_ROOM: Mapping[str, Callable[[str], Command]] = MappingProxyType(
    {
        "#cR": lambda name: commands.CreateRoom(name=name),
        "#gR": lambda name: commands.EnterRoom(name=name),
        "#dR": lambda name: commands.DeleteRoom(name=name),
    }
)

_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {name.lower(): name for name in USAGES} | {"#\\private": "#private"}
)


def is_command_line(text: str) -> bool:
    """Whether the text is a command and never a message: `#` at its first visible place, but not `##`."""
    line = visible_part(text)
    return line.startswith("＃") or (line.startswith("#") and not line.startswith("##"))


def without_escape(text: str) -> str:
    """Return a message as it is meant: one that begins with `##` begins with one `#`."""
    line = visible_part(text)
    if not line.startswith("##"):
        return text
    return text[: len(text) - len(line)] + line[1:]


def parse_line(text: str, client_id: str | None) -> Command:
    """Read a command line, for which `is_command_line` holds.

    `client_id` counts for a private message only; None there is a refusal. Raises nothing but `Refused`, and
    what is not understood never becomes a message.
    """
    line = visible_part(text).rstrip()
    found = _LINE.match(line)
    word, rest = (found["word"], found["rest"]) if found else ("", "")
    name = _SPELLINGS.get(f"#{_one_spaced(word)}")
    if name is None or not line.startswith("#"):
        raise _unknown(line[:1], word, rest)
    if build := _WITHOUT_ARGUMENT.get(name):
        if rest:
            raise _misused("unexpected_argument", name)
        return build()
    if build_for := _OF_A_ROOM.get(name):
        return build_for(_room_name(rest, name))
    return _private(rest, name, client_id)


def _one_spaced(word: str) -> str:
    return " ".join(word.lower().split())


def _room_name(rest: str, name: str) -> str:
    room = rest[1:-1].strip() if rest.startswith("<") and rest.endswith(">") else rest
    if is_blank(room):
        raise _misused("missing_argument", name)
    if len(room) > RAW_NAME_LENGTH:
        raise Refused(ErrorCode.INVALID_NAME, "name_too_long")
    return room


def _private(rest: str, name: str, client_id: str | None) -> Command:
    found = _BRACKETED_LOGIN.match(rest) or _PLAIN_LOGIN.match(rest)
    if not found or is_blank(found["login"]) or is_blank(found["text"]):
        raise _misused("missing_argument", name)
    if client_id is None:
        raise Refused(ErrorCode.BAD_REQUEST, "bad_field", details={"field": "client_id"})
    login = found["login"].strip()
    if len(login) > RAW_NAME_LENGTH:
        raise Refused(ErrorCode.USER_NOT_FOUND, "login_too_long")
    return commands.PostDirect(to=login, client_id=client_id, text=found["text"])


def _misused(reason: str, name: str) -> Refused:
    return Refused(ErrorCode.BAD_REQUEST, reason, details={"usage": USAGES[name]})


def _unknown(sign: str, word: str, rest: str) -> Refused:
    # With the sign as it was typed: that the full-width one is another can only so be seen.
    details = {"word": f"{sign}{word[:_COMPARED]}", "nearest": _nearest(word, rest)}
    return Refused(ErrorCode.UNKNOWN_COMMAND, "nearest_command", details=details)


def _nearest(word: str, rest: str) -> str:
    # `#show users` is compared with the word and what follows it, without the spaces: every line has some.
    one = word[:_COMPARED].lower()
    two = (word + "".join(rest[:_COMPARED].split()))[:_COMPARED].lower()
    likeness = {
        known: SequenceMatcher(
            None, two if " " in known else one, known.removeprefix("#").replace(" ", "")
        ).ratio()
        for known in _SPELLINGS
    }
    best = max(likeness, key=lambda known: likeness[known])
    return _SPELLINGS[best] if likeness[best] >= _ALIKE else "#help"
