"""Opening: all that `welcome` says, read in one go."""

from dataclasses import dataclass

from accounts.models import User
from rooms.frames import person
from rooms.models import Participant, Room, Stream
from rooms.protocol.events import Occupant, Person, RoomView

from .inboxes import ensure_inboxes
from .occupancy import view_of
from .presence import Arrival, arrive


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
    inbox = ensure_inboxes([arrival.user_id])[arrival.user_id]
    room_id = arrive(arrival)
    room, occupants = view_of(room_id)
    return Opened(
        you=person(User.objects.get(pk=arrival.user_id)),
        room=room,
        occupants=occupants,
        inbox_stream=inbox.stream_id,
        inbox_seq=Stream.objects.values_list("last_seq", flat=True).get(pk=inbox.stream_id),
        saw_it_close=resume_room not in (None, room_id) and _saw_it_close(resume_room, arrival.user_id),
    )


def _saw_it_close(room_id: int | None, user_id: int) -> bool:
    is_closed = Room.objects.filter(pk=room_id, closed_at__isnull=False).exists()
    return is_closed and Participant.objects.filter(room_id=room_id, user_id=user_id).exists()
