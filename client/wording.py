"""Sentences about what happened: the connection, a message that was not taken, a room that closed."""

from .closing import Why
from .connection import Phase, Status
from .frames import Frame
from .outbox_items import Item
from .safe_text import one_line
from .words import Words


def connection_line(words: Words, status: Status) -> str:
    """Return how the connection is; nothing where it is as it should be."""
    if status.phase is Phase.OPEN:
        return ""
    if status.phase is Phase.ENDED and status.why is not None:
        return end_line(words, status.why)
    if status.why is Why.RESTART:
        return words.say("The server is restarting…")
    if status.phase is Phase.WAITING or status.why is not None:
        return words.say("Reconnecting… Messages you send will wait.")
    return words.say("Connecting…")


def end_line(words: Words, why: Why) -> str:
    """Return why one is not connected any more and does not come back by oneself."""
    return {
        Why.LEFT: words.say("You have left the chat."),
        Why.PROTOCOL: words.say("The server speaks another version. Please update this program."),
        Why.SESSION_ENDED: words.say("Your session has ended. Log in again to go on."),
        Why.BANNED: words.say("Your account is closed."),
        Why.TOO_MANY: words.say("You are connected too often at the same time; this connection was ended."),
    }.get(why, words.say("There is no connection."))


def refusal_line(words: Words, item: Item) -> str:
    """Return what was not taken, and why."""
    known = {
        "room_closed": words.say("The room has closed."),
        "too_large": words.say("That is too long: a message has at most 4000 characters."),
    }
    reason = one_line(item.reason) or known.get(item.code, item.code)
    return words.say(
        "Not sent to {name}: “{text}” {reason}", name=_called(item), text=_short(item.text), reason=reason
    )


def closed_line(words: Words, event: Frame) -> str:
    """Return which room has closed, and why."""
    name = one_line(event["room"]["name"])
    return {
        "owner_left": words.say("The room “{name}” has closed: who made it has left.", name=name),
        "deleted": words.say("The room “{name}” has closed: who made it has closed it.", name=name),
    }.get(event.get("reason", ""), words.say("The room “{name}” was closed by an administrator.", name=name))


def _called(item: Item) -> str:
    return one_line(item.target.name)


def _short(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= 60 else f"{line[:59]}…"
