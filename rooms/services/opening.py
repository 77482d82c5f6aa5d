"""Opening: all that `welcome` says, of all who come in one moment, read in one go."""

# ruff: noqa: S608 - what is put into the statements is placeholders

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from accounts.names import display_name
from rooms.models import Participant, Room
from rooms.protocol.events import Occupant, Person, RoomView
from rooms.sql import places, rows

from .arriving import Arrival, arrive
from .inboxes import ensure_inboxes
from .occupancy import views_for_those_who_come


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Somebody comes; `resume_room`: they were in this room before."""

    arrival: Arrival
    resume_room: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A connection that is in a room. `saw_it_close`: the first room it wanted has closed, and it was in there."""

    you: Person
    room: RoomView
    occupants: list[Occupant]
    inbox_stream: int
    inbox_seq: int
    saw_it_close: bool


class _Yourself(NamedTuple):
    person: Person
    inbox_stream: int
    inbox_seq: int


def open_connections(openings: Sequence[Opening]) -> list[Opened | Exception]:
    """
    Register connections and read what each must know first; return for each that, or why it may not come.

    However many come, a fixed number of statements, but for rooms with seats and those that have closed. Raises
    Unavailable. Safe to repeat.
    """
    landed = arrive([opening.arrival for opening in openings])
    rooms = views_for_those_who_come({room_id for room_id in landed if isinstance(room_id, int)})
    people = _yourselves({opening.arrival.user_id for opening in openings})
    return [
        _opened(opening, room_id, rooms, people) if isinstance(room_id, int) else room_id
        for opening, room_id in zip(openings, landed, strict=True)
    ]


def _opened(
    opening: Opening,
    room_id: int,
    rooms: dict[int, tuple[RoomView, list[Occupant]]],
    people: dict[int, _Yourself],
) -> Opened:
    user_id, before = opening.arrival.user_id, opening.resume_room
    room, occupants = rooms[room_id]
    you = people[user_id]
    return Opened(
        you=you.person,
        room=room,
        occupants=occupants,
        inbox_stream=you.inbox_stream,
        inbox_seq=you.inbox_seq,
        saw_it_close=before not in (None, room_id) and _saw_it_close(before, user_id),
    )


def _yourselves(user_ids: Collection[int]) -> dict[int, _Yourself]:
    """Return who they are, and their inboxes with the heads. One query, but for those who come for the first time."""
    found = rows(
        "SELECT u.id, u.username, u.first_name, u.last_name, u.erased_at, s.id, s.last_seq FROM accounts_user u"
        " LEFT JOIN rooms_inbox i ON i.user_id = u.id LEFT JOIN rooms_stream s ON s.id = i.stream_id"
        f" WHERE u.id IN ({places(user_ids)})",
        user_ids,
    )
    lacking = [user_id for user_id, *_, inbox_stream, _ in found if inbox_stream is None]
    if lacking:
        ensure_inboxes(lacking)
        return _yourselves(user_ids)
    return {
        user_id: _Yourself(
            Person(id=user_id, login=login, name="" if erased_at else display_name(first, last, login)),
            inbox_stream,
            inbox_seq,
        )
        for user_id, login, first, last, erased_at, inbox_stream, inbox_seq in found
    }


def _saw_it_close(room_id: int | None, user_id: int) -> bool:
    is_closed = Room.objects.filter(pk=room_id, closed_at__isnull=False).exists()
    return is_closed and Participant.objects.filter(room_id=room_id, user_id=user_id).exists()
