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
    return _seed({room_stream(room_id): _log(log), **private})


def seed_of_conversation(login: str, log: Printed) -> Wire | None:
    """Return the seed of a conversation's page. An older page of it says nothing about what came after."""
    conversation = None if log.has_newer else {"login": login, "events": log.events, "more": log.has_older}
    inbox = {"head": log.head, "events": [], "more": log.head > 0}
    return _seed({INBOX: inbox}, conversation=conversation)


def _seed(streams: dict[str, Any], **more: Any) -> Wire | None:  # Any: JSON
    history = History.objects.filter(pk=1).values_list("name", flat=True).first()
    return {"history": str(history), "streams": streams, **more} if history else None


def _log(log: Printed) -> dict[str, Any]:  # Any: JSON
    return {"head": log.head, "events": log.events, "more": log.has_older}
