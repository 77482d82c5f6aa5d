"""What the chat page says, in the reader's language: a table for its scripts, which know keys only."""

from collections.abc import Callable
from typing import TypedDict

from django.utils.translation import gettext as _, ngettext


class Plural(TypedDict):
    """One sentence in the forms that `Intl.PluralRules` tells apart; a language that has fewer repeats them."""

    one: str
    few: str
    many: str
    other: str


def page_words() -> dict[str, str | Plural]:
    """Return the words in the active language. A name in braces is filled in by the page."""
    return {**_connection_words(), **_log_words(), **_writing_words(), **_list_words()}


def _connection_words() -> dict[str, str | Plural]:
    return {
        "connecting": _("Connecting…"),
        "reconnecting": _("Reconnecting… Messages you send will wait."),
        "restarting": _("The server is restarting…"),
        "offline": _("No connection."),
        "messages_wait": _plural(
            lambda n: ngettext("{count} message waits.", "{count} messages wait.", n),
        ),
        "retry_now": _("Retry now"),
        "catching_up": _("Loading missed messages…"),
        "left": _("You have left the chat."),
        "come_back": _("Come back"),
        "banned": _("This account may not take part any more."),
        "too_many_connections": _("The chat is open in too many places, so it was closed here."),
        "use_here": _("Use it here"),
        "protocol": _("This page is out of date. Load it again."),
        "reload": _("Load again"),
        "session_ended": _("You are logged out. Your messages are kept."),
        "device_clock_ahead": _plural(
            lambda n: ngettext(
                "This device’s clock is {count} minute ahead.",
                "This device’s clock is {count} minutes ahead.",
                n,
            ),
        ),
        "device_clock_behind": _plural(
            lambda n: ngettext(
                "This device’s clock is {count} minute behind.",
                "This device’s clock is {count} minutes behind.",
                n,
            ),
        ),
    }


def _log_words() -> dict[str, str | Plural]:
    return {
        "messages_in": _("Messages in {room}"),
        "messages_with": _("Private messages with {name}"),
        "nobody_wrote": _("Nobody has written yet. Say hello!"),
        "no_private_yet": _("You two have not written to each other yet."),
        "earlier": _("Earlier messages"),
        "gap": _plural(
            lambda n: ngettext(
                "Show {count} message left out here", "Show {count} messages left out here", n
            ),
        ),
        "new_below": _plural(lambda n: ngettext("{count} new message", "{count} new messages", n)),
        "to_newest": _("To the newest message"),
        "deleted_person": _("Deleted account"),
        "private_from": _("private"),
        "private_to": _("private to {name}"),
        "private_message_from": _("Private message from {name}: {text}"),
        "only_you": _("Only you see this"),
        "dismiss": _("Dismiss"),
        "closed_owner_left": _("{room} has closed, because its creator left."),
        "closed_deleted": _("{room} has closed: its creator deleted it."),
        "closed_moderated": _("{room} has been closed by an administrator."),
        "not_found_message": _("That message is not in this room."),
    }


def _writing_words() -> dict[str, str | Plural]:
    return {
        "write_in": _("Message {room}"),
        "write_to": _("Private message to {name}"),
        "sending": _("Sending…"),
        "stored": _("Sent"),
        "waiting": _("Waits for the network"),
        "stale": _("Written more than a day ago. Send it still?"),
        "send_now": _("Send now"),
        "refused": _("Not accepted: {reason}"),
        "refused_in": _("Not accepted in {room}: {reason}"),
        "refused_room_closed": _("the room has closed"),
        "refused_too_large": _("it is too long"),
        "edit": _("Edit"),
        "copy_text": _("Copy text"),
        "send_to": _("Send to {room}"),
        "delete": _("Delete"),
        "waits_elsewhere": _plural(
            lambda n: ngettext("{count} message waits in {room}.", "{count} messages wait in {room}.", n),
        ),
        "enter_and_send": _("Go there and send"),
        "too_long": _plural(
            lambda n: ngettext("{count} character too many.", "{count} characters too many.", n),
        ),
        "commands_need_connection": _("Commands work only while connected. Try again in a moment."),
        "command_lost": _(
            "The connection broke, so it is not known whether that was done. You can send it again."
        ),
        "no_answer": _("That did not work. Try again in a moment."),
    }


def _list_words() -> dict[str, str | Plural]:
    return {
        "people_here": _plural(lambda n: ngettext("{count} person here", "{count} people here", n)),
        "and_more": _plural(lambda n: ngettext("and {count} more", "and {count} more", n)),
        "you": _("you"),
        "temporary": _("temporary"),
        "closes_at": _("closes at {time}"),
        "unseen": _plural(lambda n: ngettext("{count} unread", "{count} unread", n)),
        "no_private": _("No private messages yet. Choose somebody under People."),
        "online": _("online"),
        "offline_person": _("offline"),
    }


def _plural(form: Callable[[int], str]) -> Plural:
    """Ask for the form of a number of each kind that English, Spanish or Russian knows."""
    return {"one": form(1), "few": form(2), "many": form(5), "other": form(5)}
