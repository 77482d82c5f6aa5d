"""What was done, as the log of actions keeps it and as whoever reads that log sees it: in their own language."""

import json
from typing import Any

from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext, gettext_noop

from accounts.admin import CLOSED_AN_ACCOUNT, OPENED_AN_ACCOUNT

from .log_form import LABELS

READING = 4  # beside Django's 1 to 3: added, changed, deleted
CLOSED_A_ROOM = gettext_noop("Closed the room.")
ENDED_A_SESSION = gettext_noop("Ended a session.")
ENDED_ALL_SESSIONS = gettext_noop("Ended all sessions.")
IN_ROOMS = gettext_noop("messages in rooms")
IN_PRIVATE = gettext_noop("private messages")
_OURS = {CLOSED_A_ROOM, ENDED_A_SESSION, ENDED_ALL_SESSIONS, CLOSED_AN_ACCOUNT, OPENED_AN_ACCOUNT}


def subject_of(entry: LogEntry) -> str:
    """Say what it was done to."""
    return gettext(entry.object_repr) if entry.action_flag == READING else entry.object_repr


def deed_of(entry: LogEntry) -> Any:
    """Say what was done. Any: Django's own words, lazy or not."""
    if entry.action_flag == READING:
        return _reading(entry.change_message)
    if entry.change_message in _OURS:
        return gettext(entry.change_message)
    return entry.get_change_message() or entry.get_action_flag_display()


def _reading(question: str) -> str:
    try:
        asked: dict[str, str] = dict(json.loads(question or "{}"))
    except (TypeError, ValueError):  # not by this program: as it stands is better than no page
        return question
    told = "; ".join(f"{LABELS[name]}: {value}" for name, value in asked.items() if name in LABELS)
    return gettext("Read. %(filter)s") % {"filter": told}
