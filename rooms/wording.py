"""What people are told: a sentence for each refusal, lines for each answer to a typed command. In their language."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _, ngettext, override, pgettext

from rooms.protocol.command_line import USAGES
from rooms.protocol.errors import ErrorCode, Refused

_BY_REASON = {
    "blank_text": _("There is nothing to send: write something first."),
    "text_too_long": _("That is too long: a message has at most 4000 characters."),
    "message_to_oneself": _("A private message to yourself goes nowhere. Choose somebody else."),
    "missing_argument": _("Something is missing. Write it like this: %(usage)s"),
    "unexpected_argument": _("That is too much. Write it like this: %(usage)s"),
    "nearest_command": _("There is no command %(word)s. Did you mean %(nearest)s?"),
    "name_taken": _("There is a room “%(name)s” already."),
    "no_such_room": _("There is no room “%(name)s”."),
    "no_such_stream": _("There is nothing to read here."),
    "permanent_rooms_are_for_staff": _("Only the people who run this chat make rooms that stay."),
    "rooms_made": _("You have made many rooms. You can make the next one in a while."),
    "bad_field": _("The field “%(field)s” is not as it should be."),
    "missing_field": _("The field “%(field)s” is missing."),
    "not_before_hello": _("Say hello first."),
    "hello_twice": _("You have said hello already."),
    "make_needs_connection": _(
        "A room lives as long as its maker is connected, and without JavaScript you are not. Allow it to make one."
    ),
    "exit_needs_connection": _(
        "Without JavaScript there is no connection to leave. You can log out instead."
    ),
    "page_is_old": _(
        "This page was an old one. See whether your message is there, and send it again if it is not."
    ),
}

_BY_CODE = {
    ErrorCode.BAD_REQUEST: _("That was not understood."),
    ErrorCode.BAD_PROTOCOL: _("This program speaks another version. Please update it."),
    ErrorCode.TOO_LARGE: _("That is too long."),
    ErrorCode.UNKNOWN_TYPE: _("This server does not know how to do that."),
    ErrorCode.UNKNOWN_COMMAND: _("There is no such command. #help lists them."),
    ErrorCode.INVALID_NAME: _("A room cannot be called that."),
    ErrorCode.NAME_TAKEN: _("There is a room of that name already."),
    ErrorCode.ROOM_FULL: _("The room is full."),
    ErrorCode.ROOM_CLOSED: _("The room has closed."),
    ErrorCode.IS_DEFAULT: _("This room is everybody's. It does not close."),
    ErrorCode.NOT_OWNER: _("Only the person who made the room can close it."),
    ErrorCode.USER_NOT_FOUND: _("Nobody here has that username."),
    ErrorCode.NOT_IN_ROOM: _("You are not in that room now."),
    ErrorCode.CONFLICT: _("Something else was sent under the same number before."),
    ErrorCode.RATE_LIMITED: _("Slow down: you can send again in %(seconds)s s."),
    ErrorCode.FORBIDDEN: _("You may not do that."),
    ErrorCode.NOT_FOUND: _("There is nothing like that here."),
    ErrorCode.UNAVAILABLE: _("The server cannot store messages right now. Yours wait here."),
    ErrorCode.INTERNAL: _("Something broke on the server. It has been noted."),
}

# What can be typed, in the order in which it is told. How it is written, the protocol says.
HELP = (
    ("#cR", _("make a room and go there; it closes when you leave the chat")),
    ("#gR", _("go to a room")),
    ("#eR", _("go back to the room where everybody lands")),
    ("#lR", _("list the rooms")),
    ("#dR", _("close a room that you made")),
    ("#show users", _("list the people")),
    ("#private", _("write to one person")),
    ("#exit", _("leave the chat")),
    ("#help", _("show this list")),
)


def sentence(refused: Refused, language: str) -> str:
    """Return why something was refused, for a person."""
    with override(language):
        if refused.code is ErrorCode.INVALID_NAME and "why" in refused.details:
            return gettext("A room cannot be called that. %(why)s") % refused.details
        details = {"seconds": str(refused.retry_after or 1), **refused.details}
        if "usage" in details:
            details["usage"] = _in_words(details["usage"])
        in_general = _BY_CODE[refused.code]
        try:
            return str(_BY_REASON.get(refused.reason, in_general)) % details
        except KeyError:  # a detail that this sentence would like was not given
            return str(in_general) % details


def typed_commands(language: str) -> list[tuple[str, str, str]]:
    """Return what can be typed: the command, how it is written, what it does."""
    with override(language):
        return [(name, _in_words(USAGES[name]), str(meaning)) for name, meaning in HELP]


def help_lines(language: str) -> str:
    """Return the commands that can be typed, a line each."""
    return "\n".join(f"{usage} — {meaning}" for _name, usage, meaning in typed_commands(language))


def room_lines(rooms: Iterable[Mapping[str, Any]], *, more: bool, language: str) -> str:
    """Return the rooms, a line each."""
    with override(language):
        lines = [_room_line(room) for room in rooms]
        return "\n".join([*lines, gettext("… and more.")] if more else lines)


def user_lines(
    users: Iterable[Mapping[str, Any]], rooms: Mapping[int, str], *, more: bool, language: str
) -> str:
    """Return the people, a line each, with the names of the rooms they are in."""
    with override(language):
        lines = [_user_line(user, rooms) for user in users]
        return "\n".join([*lines, gettext("… and more.")] if more else lines)


def done_line(command: str, language: str, **details: object) -> str:
    """Return what a typed command has done."""
    with override(language):
        return str(_DONE[command]) % details


def _in_words(usage: str) -> str:
    """Return how a command is written, with names for its arguments that its reader understands."""
    room = pgettext("in a command", "room")
    login = pgettext("in a command", "login")
    text = pgettext("in a command", "text")
    return usage.replace("<room>", f"<{room}>").replace("<login>", f"<{login}>").replace(" text", f" {text}")


_DONE = {
    "room.create": _("You have made the room “%(name)s” and are in it. It closes when you leave the chat."),
    "room.enter": _("You are in “%(name)s”."),
    "room.leave": _("You are in “%(name)s”."),
    "room.delete": _("The room is closed."),
    "session.exit": _("Goodbye."),
    "direct.post": _("Your private message to %(login)s is stored."),
}


def _room_line(room: Mapping[str, Any]) -> str:
    people = ngettext("%(count)d person", "%(count)d people", room["occupants"]) % {
        "count": room["occupants"]
    }
    if room["capacity"]:
        people = gettext("%(people)s, room for %(capacity)d") % {
            "people": people,
            "capacity": room["capacity"],
        }
    kind = {
        "default": gettext("everybody's room"),
        "temporary": gettext("temporary"),
        "permanent": gettext("permanent"),
    }[room["kind"]]
    owner = gettext(", made by %(login)s") % {"login": room["owner"]} if room["owner"] else ""
    return f"{room['name']} — {people} ({kind}{owner})"


def _user_line(user: Mapping[str, Any], rooms: Mapping[int, str]) -> str:
    names = ", ".join(rooms[room_id] for room_id in user["rooms"] if room_id in rooms)
    where = gettext("in %(rooms)s") % {"rooms": names} if names else ""
    state = where or (gettext("online") if user["online"] else gettext("away"))
    return f"{user['name']} ({user['login']}) — {state}"
