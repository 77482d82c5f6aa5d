"""Opening: all that `welcome` says, read in one go."""

from dataclasses import dataclass

from accounts.names import display_name
from rooms.models import Participant, Room
from rooms.protocol.events import Occupant, Person, RoomView
from rooms.sql import rows

from .arriving import Arrival, arrive
from .inboxes import ensure_inboxes
from .occupancy import view_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A connection that is in a room. `saw_it_close`: the first room it wanted has closed, and it was in there."""

    you: Person
    room: RoomView
    occupants: list[Occupant]
    inbox_stream: int
    inbox_seq: int
    saw_it_close: bool


def open_connection(arrival: Arrival, *, resume_room: int | None) -> Opened:
    """Register a connection and read what it must know first. Raises Refused, Unavailable. Safe to repeat."""
    room_id = arrive(arrival)
    room, occupants = view_of(room_id)
    you, inbox_stream, inbox_seq = _yourself(arrival.user_id)
    return Opened(
        you=you,
        room=room,
        occupants=occupants,
        inbox_stream=inbox_stream,
        inbox_seq=inbox_seq,
        saw_it_close=resume_room not in (None, room_id) and _saw_it_close(resume_room, arrival.user_id),
    )


def _yourself(user_id: int) -> tuple[Person, int, int]:
    """Return who one is, and one's inbox with its head. One query, but for the first time."""
    [(login, first, last, erased_at, inbox_stream, inbox_seq)] = rows(
        "SELECT u.username, u.first_name, u.last_name, u.erased_at, s.id, s.last_seq FROM accounts_user u"
        " LEFT JOIN rooms_inbox i ON i.user_id = u.id LEFT JOIN rooms_stream s ON s.id = i.stream_id"
        " WHERE u.id = %s",
        [user_id],
    )
    if inbox_stream is None:
        ensure_inboxes([user_id])
        return _yourself(user_id)
    name = "" if erased_at else display_name(first, last, login)
    return Person(id=user_id, login=login, name=name), inbox_stream, inbox_seq


def _saw_it_close(room_id: int | None, user_id: int) -> bool:
    is_closed = Room.objects.filter(pk=room_id, closed_at__isnull=False).exists()
    return is_closed and Participant.objects.filter(room_id=room_id, user_id=user_id).exists()
