"""
What the scripts are given of the printed log, so that they need not ask for it again.

Events are exactly as they were sent live. `head`: up to where the log was; a script resumes there.
"""

from typing import Any

from rooms.models import History
from rooms.protocol.events import INBOX, Wire, room_stream

from .logs import Printed


def seed_of_room(room_id: int, log: Printed, inbox: Printed | None) -> Wire | None:
    """Return the seed of a room's page, None while this database's history has no name."""
    private = {} if inbox is None else {INBOX: _log(inbox)}
    stream = room_stream(room_id)
    return _seed({stream: _log(log), **private}, marks=_marks(stream, log))


def seed_of_conversation(login: str, log: Printed) -> Wire | None:
    """Return the seed of a conversation's page. An older page of it says nothing about what came after."""
    unread = log.unread.count if log.unread else 0
    told = {"login": login, "events": log.events, "more": log.has_older, "unread": unread}
    conversation = None if log.has_newer else told
    inbox = {"head": log.head, "events": [], "more": log.head > 0}
    return _seed({INBOX: inbox}, marks=_marks(f"@{login}", log), conversation=conversation)


def _seed(streams: dict[str, Any], **more: Any) -> Wire | None:  # Any: JSON
    history = History.objects.filter(pk=1).values_list("name", flat=True).first()
    return {"history": str(history), "streams": streams, **more} if history else None


def _marks(place: str, log: Printed) -> dict[str, int]:
    """Say up to where the place has been read, by the name that the scripts have for it."""
    return {} if log.marked is None else {place: log.marked}


def _log(log: Printed) -> dict[str, Any]:  # Any: JSON
    return {"head": log.head, "events": log.events, "more": log.has_older}
