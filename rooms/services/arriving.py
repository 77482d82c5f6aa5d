"""Presence: people come, and land in a room. Those who come in one moment come in one transaction."""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

import uuid
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db import DataError, IntegrityError, connection
from django.db.models import GenericIPAddressField

from rooms import sql
from rooms.models import LiveConnection, Room
from rooms.pools import Unavailable
from rooms.presence import leases
from rooms.protocol.errors import CloseCode, ErrorCode, Refused
from rooms.transactions import writing

from .occupancy import tell_lobby, tell_occupancy
from .presence import look_at_sessions_of
from .rooms import has_seat, note_participants

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


@dataclass(frozen=True, slots=True)
class _Room:
    """A room whose row is locked."""

    pk: int
    owner_id: int | None
    capacity: int | None
    is_open: bool
    counts_down: bool


def arrive(arrivals: Sequence[Arrival]) -> list[int | Exception]:
    """
    Register connections, all of one worker; return for each the room it is in, or why it may not come.

    One transaction and a fixed number of statements for all, but for rooms with seats; a creator who comes back stops
    the countdown of their rooms. Safe to repeat. `Refused` (`forbidden`): deactivated meanwhile. What the database
    refuses as a whole is done again one by one, so that one bad arrival keeps nobody out. Raises Unavailable when this
    worker is fenced.

    Locks are taken in the order people, rooms, connections, each by their ids, so that two batches never wait for each
    other. All temporary rooms of the people are locked, also those that do not count down yet: a last connection may
    be going in this moment.
    """
    try:
        return _arrive(arrivals)
    except (IntegrityError, DataError):
        return [_arrive_alone(arrival) for arrival in arrivals]


def _arrive_alone(arrival: Arrival) -> int | Exception:
    try:
        [result] = _arrive([arrival])
    except (IntegrityError, DataError) as problem:
        return problem
    return result


def _arrive(arrivals: Sequence[Arrival]) -> list[int | Exception]:
    with writing():
        if not leases.is_alive(arrivals[0].worker_id):
            raise Unavailable
        people = _lock_people({arrival.user_id for arrival in arrivals})
        admitted = [arrival for arrival in arrivals if arrival.user_id in people]
        rooms = _lock_rooms(admitted)
        _dismiss_oldest(admitted)
        seats = _Seats(rooms)
        for arrival in admitted:
            seats.seat(arrival)
        seats.register()
        _stop_countdown([room for room in rooms.values() if room.owner_id in people])
        note_participants({(seats.room_of[each.connection_id], each.user_id) for each in admitted})
        tell_occupancy(seats.room_of.values())
    return [seats.room_of.get(arrival.connection_id, Refused(ErrorCode.FORBIDDEN)) for arrival in arrivals]


def _lock_people(user_ids: Collection[int]) -> set[int]:
    """Lock those who may come, so that two devices of one person at once are counted one after the other."""
    ask = f"SELECT id FROM accounts_user WHERE id IN ({sql.places(user_ids)}) AND is_active ORDER BY id"
    return {pk for (pk,) in sql.rows(ask + sql.locking("NO KEY UPDATE"), user_ids)}


def _lock_rooms(arrivals: Sequence[Arrival]) -> dict[int, _Room]:
    """Lock the rooms that are wanted, and the open temporary ones of these people."""
    people = [arrival.user_id for arrival in arrivals]
    wanted = {room_id for arrival in arrivals for room_id in arrival.wanted}
    ids = sql.rows(
        f"SELECT stream_id FROM rooms_room WHERE owner_id IN ({sql.places(people)}) AND kind = %s"
        f" AND closed_at IS NULL UNION SELECT stream_id FROM rooms_room WHERE stream_id IN ({sql.places(wanted)})",
        [*people, Room.Kind.TEMPORARY.value, *wanted],
    )
    if not ids:
        return {}
    ask = (
        "SELECT stream_id, owner_id, capacity, closed_at IS NULL, close_at IS NOT NULL FROM rooms_room"
        f" WHERE stream_id IN ({sql.places(ids)}) ORDER BY stream_id"
    )
    return {
        row[0]: _Room(*row) for row in sql.rows(ask + sql.locking("NO KEY UPDATE"), [pk for (pk,) in ids])
    }


def _dismiss_oldest(arrivals: Sequence[Arrival]) -> None:
    """Make place among each person's connections. After the rooms are locked, as whoever closes one does."""
    if not settings.LIMITS:
        return
    coming: dict[int, list[uuid.UUID]] = defaultdict(list)
    for arrival in arrivals:
        coming[arrival.user_id].append(arrival.connection_id)
    keys = [sql.stored_id(arrival.connection_id) for arrival in arrivals]
    here: dict[int, list[uuid.UUID]] = defaultdict(list)  # of each person, the newest first
    for user_id, key in sql.rows(
        f"SELECT user_id, id FROM rooms_liveconnection WHERE user_id IN ({sql.places(coming)})"
        f" AND close_code IS NULL AND id NOT IN ({sql.places(keys)}) ORDER BY joined_at DESC, id DESC",
        [*coming, *keys],
    ):
        here[user_id].append(key)
    too_many = {
        user_id: keys[max(0, settings.CONNECTIONS_PER_PERSON - len(coming[user_id])) :]
        for user_id, keys in here.items()
    }
    oldest = [key for keys in too_many.values() for key in keys]
    if oldest:
        rows = LiveConnection.objects.locked().filter(pk__in=oldest)
        LiveConnection.objects.filter(pk__in=list(rows.values_list("pk", flat=True))).update(
            close_code=CloseCode.TOO_MANY_CONNECTIONS
        )
        for user_id in [user_id for user_id, keys in too_many.items() if keys]:
            look_at_sessions_of(user_id)


class _Seats:
    """Gives each who comes a place, in rooms that are locked, and writes down their connections."""

    def __init__(self, rooms: dict[int, _Room]) -> None:
        self.room_of: dict[uuid.UUID, int] = {}  # by connection
        self._rooms = rooms
        self._waiting: list[Arrival] = []  # to be written down

    def seat(self, arrival: Arrival) -> None:
        """Find the first wanted room that is open and has a seat, else the default room."""
        for room_id in arrival.wanted:
            room = self._rooms.get(room_id)
            if room is None or not room.is_open:
                continue
            if room.capacity is not None:
                self.register()  # who came just now is counted too
            if has_seat(room.pk, room.capacity, arrival.user_id):
                break
        else:
            room_id = self._default_id
        self.room_of[arrival.connection_id] = room_id
        self._waiting.append(arrival)

    def register(self) -> None:
        """Write down the connections. One may be there already: then it is in this room now."""
        if not self._waiting:
            return
        row = f"(%s, %s, %s, %s, %s, %s, %s, {sql.stored_now()})"
        values = [
            value
            for arrival in self._waiting
            for value in (
                sql.stored_id(arrival.connection_id), arrival.user_id, sql.stored_id(arrival.worker_id),
                self.room_of[arrival.connection_id], arrival.session_hash,
                _ADDRESS.get_db_prep_save(arrival.address, connection), arrival.client[:64],
            )
        ]  # fmt: skip
        sql.run(
            "INSERT INTO rooms_liveconnection"
            " (id, user_id, worker_id, room_id, session_hash, address, client, joined_at)"
            f" VALUES {', '.join([row] * len(self._waiting))} ON CONFLICT (id) DO UPDATE SET"
            " user_id = excluded.user_id, worker_id = excluded.worker_id, room_id = excluded.room_id,"
            " session_hash = excluded.session_hash, address = excluded.address, client = excluded.client,"
            " joined_at = excluded.joined_at",
            values,
        )
        self._waiting = []

    @cached_property
    def _default_id(self) -> int:
        [(pk,)] = sql.rows("SELECT stream_id FROM rooms_room WHERE kind = %s", [Room.Kind.DEFAULT.value])
        return int(pk)


def _stop_countdown(rooms: Sequence[_Room]) -> None:
    counting = [room.pk for room in rooms if room.counts_down and room.is_open]
    if counting:
        Room.objects.filter(pk__in=counting).update(close_at=None)
        tell_lobby(changed=counting)
