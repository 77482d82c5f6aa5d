"""What the chat page says, in the reader's language: a table for its scripts, which know keys only."""

from collections.abc import Callable
from typing import TypedDict

from django.utils.translation import get_language, gettext as _, ngettext

from rooms import wording


class Plural(TypedDict):
    """One sentence in the forms that `Intl.PluralRules` tells apart; a language that has fewer repeats them."""

    one: str
    few: str
    many: str
    other: str


def page_words() -> dict[str, str | Plural]:
    """Return the words in the active language. A name in braces is filled in by the page."""
    return {**_connection_words(), **_log_words(), **_writing_words(), **_list_words(), **_place_words()}


# What the argument of a command is one of; where it is something new there is nothing to complete.
_COMPLETES = {"#gR": "rooms", "#dR": "own_rooms", "#private": "people"}


def page_commands() -> list[dict[str, str]]:
    """Return the commands that can be typed, for a page that helps to type them."""
    return [
        {"name": name, "usage": usage, "help": meaning, "completes": _COMPLETES.get(name, "")}
        for name, usage, meaning in wording.typed_commands(get_language())
    ]


def _connection_words() -> dict[str, str | Plural]:
    return {
        "connecting": _("Connecting…"),
        "reconnecting": _("Reconnecting… Messages you send will wait."),
        "restarting": _("The server is restarting…"),
        "offline": _("No connection."),
        "messages_wait": _plural(
            lambda n: ngettext("{count} message waiting.", "{count} messages waiting.", n),
        ),
        "unavailable": _("The server cannot store messages right now. Yours wait here."),
        "catching_up_missed": _plural(
            lambda n: ngettext("Loading {count} missed message…", "Loading {count} missed messages…", n),
        ),
        "log_in_again": _("Log in again to go on."),
        "log_in_to_send": _plural(
            lambda n: ngettext(
                "Log in again to send your {count} message.", "Log in again to send your {count} messages.", n
            ),
        ),
        "log_in": _("Log in"),
        "new_version": _("There is a new version of this page."),
        "incomplete": _("A part of this page could not be loaded."),
        "retry_now": _("Retry now"),
        "catching_up": _("Loading missed messages…"),
        "left": _("You have left the chat."),
        "come_back": _("Come back"),
        "banned": _("This account may not take part any more."),
        "too_many_connections": _("The chat is open in too many places, so it was closed here."),
        "use_here": _("Use it here"),
        "protocol": _("This page is out of date. Load it again."),
        "reload": _("Load again"),
    }


def _log_words() -> dict[str, str | Plural]:
    return {
        "messages_in": _("Messages in {room}"),
        "messages_with": _("Private messages with {name}"),
        "nobody_wrote": _("Nobody has written yet. Say hello, or share the link."),
        "share_link": _("Share the link"),
        "copied": _("Copied"),
        "not_copied": _("That could not be copied."),
        "no_private_yet": _("You two have not written to each other yet."),
        "gap": _plural(
            lambda n: ngettext(
                "Show {count} message left out here", "Show {count} messages left out here", n
            ),
        ),
        "new_below": _plural(lambda n: ngettext("{count} new message", "{count} new messages", n)),
        "to_newest": _("To the newest message"),
        "new_line": _plural(lambda n: ngettext("New · {count}", "New · {count}", n)),
        "new_above": _plural(lambda n: ngettext("{count} new", "{count} new", n)),
        "mark_read": _("Mark as read"),
        "deleted_person": _("Deleted account"),
        "private_from": _("private"),
        "private_to": _("private to {name}"),
        "private_message_from": _("Private message from {name}: {text}"),
        "only_you": _("Only you see this"),
        "dismiss": _("Dismiss"),
        "closed_owner_left": _("{room} has closed, because its creator left."),
        "closed_deleted": _("{room} has closed: its creator deleted it."),
        "closed_owner_left_by": _("{name} left, so {room} closed."),
        "closed_deleted_by": _("{name} closed {room}."),
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
        "waits_unavailable": _("Waits for the server"),
        "waits_too_many_connections": _("Waits until you use the chat here"),
        "waits_left": _("You have left the chat."),
        "waits_session_ended": _("Log in again to go on."),
        "waits_banned": _("This account may not take part any more."),
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
        "text_too_long": _("That is too long: a message has at most 4000 characters."),
        "characters_left": _plural(
            lambda n: ngettext("{count} character left", "{count} characters left", n),
        ),
        "slow_down": _plural(
            lambda n: ngettext(
                "Slow down: you can send again in {count} second.",
                "Slow down: you can send again in {count} seconds.",
                n,
            ),
        ),
        "use_instead": _("Use {what}"),
        "ask_close_room": _("Close “{room}” for everybody in it?"),
        "close_room": _("Close the room"),
        "keep_room": _("Keep it"),
        "ask_leave_words": _plural(
            lambda n: ngettext(
                "{count} message is not sent yet. Leave the chat all the same?",
                "{count} messages are not sent yet. Leave the chat all the same?",
                n,
            ),
        ),
        "ask_leave_room": _("Your room “{room}” closes when you leave the chat."),
        "leave": _("Leave"),
        "stay": _("Stay"),
        "ask_log_out": _plural(
            lambda n: ngettext("{count} message is not sent yet", "{count} messages are not sent yet", n),
        ),
        "rooms_open": _plural(lambda n: ngettext("{count} open room", "{count} open rooms", n)),
        "people_known": _plural(lambda n: ngettext("{count} person", "{count} people", n)),
        "people_of_many": _("People, those who are online first"),
        "commands_to_type": _("What can be typed here"),
        "commands_need_connection": _("Commands work only while connected. Try again in a moment."),
        "command_lost": _(
            "The connection broke, so it is not known whether that was done. You can send it again."
        ),
        "no_answer": _("That did not work. Try again in a moment."),
    }


def _list_words() -> dict[str, str | Plural]:
    return {
        "people_here": _plural(lambda n: ngettext("{count} here", "{count} here", n)),
        "and_more": _plural(lambda n: ngettext("and {count} more", "and {count} more", n)),
        "show_more": _plural(lambda n: ngettext("Show {count} more", "Show {count} more", n)),
        "you": _("you"),
        "owner": _("made this room"),
        "temporary": _("temporary"),
        "closing_now": _("closing…"),
        "closes_in_seconds": _plural(lambda n: ngettext("closes in {count} s", "closes in {count} s", n)),
        "closes_in_minutes": _plural(lambda n: ngettext("closes in {count} min", "closes in {count} min", n)),
        "room_closes": _("The creator of {room} is away: it {text}."),
        "unseen": _plural(lambda n: ngettext("{count} unread", "{count} unread", n)),
        "no_private": _("No private messages yet."),
        "no_private_choose": _("No private messages yet. Choose somebody below to write to them."),
        "people_found": _("People"),
        "nobody_online": _("Nobody else is here just now."),
        "nobody_elsewhere": _("Everybody who is online is in this room."),
        "nothing_found": _("Nothing goes by that name."),
        "make_room": _("Create room “{room}”"),
        "needs_name": _("Give the room a name."),
        "online": _("online"),
        "offline_person": _("offline"),
    }


def _place_words() -> dict[str, str | Plural]:
    return {
        "device_clock_ahead": _(
            "This device’s clock is {time} ahead of the server’s. Times here are the server’s."
        ),
        "device_clock_behind": _(
            "This device’s clock is {time} behind the server’s. Times here are the server’s."
        ),
        "kind_default": _("The room where everybody lands."),
        "kind_temporary": _("A temporary room: it closes when its creator leaves the chat."),
        "kind_permanent": _("A permanent room: it stays until its creator closes it."),
        "owner_away": _("Its creator is away:"),
        "private_talk": _(
            "A private conversation. Nobody else in the chat sees it; an administrator can, and that is recorded."
        ),
        "here_now": _("Here now"),
        "now": _("Now"),
        "people": _plural(lambda n: ngettext("{count} person", "{count} people", n)),
        "people_of": _plural(
            lambda n: ngettext("{count} person, {capacity} seats", "{count} people, {capacity} seats", n)
        ),
        "copy_link": _("Copy the link"),
        "copy_by_hand": _("Copy it by hand"),
        "leave_room": _("Leave this room"),
        "back_to_room": _("Back to {room}"),
        "close_room_sure": _("Close {room} for everybody? Its messages go with it."),
    }


def _plural(form: Callable[[int], str]) -> Plural:
    """Ask for the form of a number of each kind that English, Spanish or Russian knows."""
    return {"one": form(1), "few": form(2), "many": form(5), "other": form(5)}
