"""Presence: people come, and land in a room."""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import GenericIPAddressField

from rooms import sql
from rooms.models import LiveConnection, Room
from rooms.pools import Unavailable
from rooms.presence import leases
from rooms.protocol.errors import CloseCode, ErrorCode, Refused
from rooms.transactions import writing

from .occupancy import tell_lobby, tell_occupancy
from .presence import look_at_sessions_of
from .rooms import has_seat, note_participant

_ADDRESS = GenericIPAddressField()  # which knows one spelling of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A connection that has said `hello`. `wanted`: rooms by preference; else it lands in the default room."""

    connection_id: uuid.UUID
    worker_id: uuid.UUID
    user_id: int
    session_hash: str
    address: str | None
    client: str
    wanted: Sequence[int]


def arrive(arrival: Arrival) -> int:
    """
    Register a connection and return the room it is in.

    One transaction; a creator who comes back stops the countdown of their rooms. Safe to repeat. Raises Refused
    (`forbidden`: deactivated meanwhile), Unavailable when this worker is fenced.

    All temporary rooms of the person are locked, also those that do not count down yet: their last connection may be
    going in this moment.
    """
    with writing():
        _admit(arrival)
        rooms = _lock_rooms(arrival)
        _dismiss_oldest(arrival)
        room_id = _seat(arrival, rooms)
        _register(arrival, room_id)
        _stop_countdown([room for room in rooms.values() if room.owner_id == arrival.user_id])
        note_participant(room_id, arrival.user_id)
        tell_occupancy([room_id])
        return room_id


def _admit(arrival: Arrival) -> None:
    if not leases.is_alive(arrival.worker_id):
        raise Unavailable
    # The person's row is locked, so that two devices at once are counted one after the other.
    statement = "SELECT 1 FROM accounts_user WHERE id = %s AND is_active" + sql.locking("NO KEY UPDATE")
    if not sql.rows(statement, [arrival.user_id]):
        raise Refused(ErrorCode.FORBIDDEN)


def _lock_rooms(arrival: Arrival) -> dict[int, Room]:
    """Lock the rooms that are wanted, and the open temporary ones of this person, in the order of their ids."""
    statement = (
        "SELECT stream_id FROM rooms_room WHERE owner_id = %s AND kind = %s AND closed_at IS NULL"
        f" UNION SELECT stream_id FROM rooms_room WHERE stream_id IN ({sql.places(arrival.wanted)})"
    )
    ids = [pk for (pk,) in sql.rows(statement, [arrival.user_id, Room.Kind.TEMPORARY.value, *arrival.wanted])]
    return {room.pk: room for room in Room.objects.locked().filter(pk__in=ids)} if ids else {}


def _dismiss_oldest(arrival: Arrival) -> None:
    """Make place among the person's connections. After the rooms are locked, as whoever closes one does."""
    if not settings.LIMITS:
        return
    oldest = sql.rows(
        "SELECT id FROM rooms_liveconnection WHERE user_id = %s AND close_code IS NULL AND id <> %s"
        " ORDER BY joined_at DESC, id DESC LIMIT 1000 OFFSET %s",
        [arrival.user_id, sql.stored_id(arrival.connection_id), settings.CONNECTIONS_PER_PERSON - 1],
    )
    if oldest:
        here = list(
            LiveConnection.objects.locked()
            .filter(pk__in=[pk for (pk,) in oldest])
            .values_list("pk", flat=True)
        )
        LiveConnection.objects.filter(pk__in=here).update(close_code=CloseCode.TOO_MANY_CONNECTIONS)
        look_at_sessions_of(arrival.user_id)


def _seat(arrival: Arrival, rooms: dict[int, Room]) -> int:
    for room_id in arrival.wanted:
        room = rooms.get(room_id)
        if room is not None and room.closed_at is None and has_seat(room.pk, room.capacity, arrival.user_id):
            return room_id
    [(default_id,)] = sql.rows("SELECT stream_id FROM rooms_room WHERE kind = %s", [Room.Kind.DEFAULT.value])
    return int(default_id)


def _register(arrival: Arrival, room_id: int) -> None:
    """Write down the connection. It may be there already: then it is in this room now."""
    sql.run(
        "INSERT INTO rooms_liveconnection"
        " (id, user_id, worker_id, room_id, session_hash, address, client, joined_at)"
        f" VALUES (%s, %s, %s, %s, %s, %s, %s, {sql.stored_now()}) ON CONFLICT (id) DO UPDATE SET"
        " user_id = excluded.user_id, worker_id = excluded.worker_id, room_id = excluded.room_id,"
        " session_hash = excluded.session_hash, address = excluded.address, client = excluded.client,"
        " joined_at = excluded.joined_at",
        [
            sql.stored_id(arrival.connection_id), arrival.user_id, sql.stored_id(arrival.worker_id), room_id,
            arrival.session_hash, _ADDRESS.get_db_prep_save(arrival.address, connection), arrival.client[:64],
        ],
    )  # fmt: skip


def _stop_countdown(rooms: Sequence[Room]) -> None:
    counting = [room for room in rooms if room.close_at is not None and room.closed_at is None]
    for room in counting:
        room.close_at = None
        room.save(update_fields=["close_at"])
    tell_lobby(changed=[room.pk for room in counting])
