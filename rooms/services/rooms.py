"""Rooms: made, entered, closed. Locks are taken in the order Room, Stream, connection."""

import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.names import NameRefused, check_room_name, name_key
from rooms import sql
from rooms.delivery.groups import room_group
from rooms.delivery.hints import entries_hint
from rooms.delivery.publisher import publish_on_commit
from rooms.models import LiveConnection, Message, Participant, Room, Stream, database_now
from rooms.pools import Unavailable
from rooms.protocol.errors import ErrorCode, Refused
from rooms.transactions import writing

from .history import encode_entries
from .occupancy import tell_lobby, tell_occupancy


def ensure_default_room() -> int:
    """Return the default room's id; made at first start, named by DEFAULT_ROOM_NAME. Two at once make one."""
    found = Room.objects.filter(kind=Room.Kind.DEFAULT).first()
    if found is not None:
        return found.stream_id
    wanted = settings.DEFAULT_ROOM_NAME
    name = check_room_name(wanted) if wanted else _("General room")
    try:
        with writing():
            return _make_room(name, kind=Room.Kind.DEFAULT).stream_id
    except IntegrityError:
        return Room.objects.values_list("pk", flat=True).get(kind=Room.Kind.DEFAULT)


def create_room(
    connection_id: uuid.UUID,
    *,
    owner: int,
    name: str,
    kind: str,
    capacity: int | None,
    refusal: Refused | None = None,
    is_repeated: bool = False,
) -> int:
    """
    Make a room and move the connection into it; return its id.

    `refusal`: what its rate has against it, told only where the name is free. `is_repeated`: it is not known whether
    the same was done before; a room that this person made just so is then the one. Raises Refused.
    """
    name = _checked_name(name)
    found = _open_room_named(name)
    if found is not None:
        asked_for = (owner, name, kind, capacity)
        if is_repeated and (found.owner_id, found.name, found.kind, found.capacity) == asked_for:
            enter_room(connection_id, room_id=found.stream_id, user_id=owner)
            return found.stream_id
        raise Refused(ErrorCode.NAME_TAKEN, "name_taken", details={"name": name})
    if refusal is not None:
        raise refusal
    if kind == Room.Kind.PERMANENT and not _may_make_permanent(owner):
        raise Refused(ErrorCode.FORBIDDEN, "permanent_rooms_are_for_staff")
    try:
        with writing():
            room = _make_room(name, kind=Room.Kind(kind), owner_id=owner, capacity=capacity)
            left = _move(connection_id, room.pk)
            tell_lobby(opened=[room.pk])
            tell_occupancy([left])
            return room.stream_id
    except IntegrityError as problem:  # somebody took the name in this moment
        raise Refused(ErrorCode.NAME_TAKEN, "name_taken", details={"name": name}) from problem


def find_room(*, room_id: int | None, name: str | None, user_id: int) -> int:
    """
    Return the id of the open room meant by id or by name (compared without case and look-alikes).

    Raises Refused: `room_closed` for a closed one that this person was in, else `not_found`.
    """
    room = _open_room_named(name) if name is not None else Room.objects.filter(pk=room_id).first()
    if room is not None and room.closed_at is None:
        return room.stream_id
    if room is not None and Participant.objects.filter(room=room, user_id=user_id).exists():
        raise Refused(ErrorCode.ROOM_CLOSED)
    raise Refused(
        ErrorCode.NOT_FOUND, "no_such_room", details={"name": name.strip() if name else str(room_id)}
    )


def enter_room(connection_id: uuid.UUID, *, room_id: int, user_id: int) -> None:
    """
    Move the connection into an open room. The capacity is never exceeded: the seats are counted under the room's lock.

    Entering the room one is in changes nothing. Raises Refused, Unavailable when the connection has been reaped.
    """
    with writing():
        capacity = _lock_open_room(room_id)
        if not has_seat(room_id, capacity, user_id):
            raise Refused(ErrorCode.ROOM_FULL, details={"capacity": str(capacity)})
        left = _move(connection_id, room_id)
        if left != room_id:
            tell_occupancy([left, room_id])


def delete_room(*, room_id: int, user_id: int) -> None:
    """Close a room that one has made. Raises Refused."""
    room = Room.objects.open().filter(pk=room_id).first()
    if room is None:
        raise Refused(ErrorCode.NOT_FOUND, "no_such_room", details={"name": str(room_id)})
    if room.kind == Room.Kind.DEFAULT:
        raise Refused(ErrorCode.IS_DEFAULT)
    if room.owner_id != user_id:
        raise Refused(ErrorCode.NOT_OWNER)
    close_room(room_id, reason="deleted")


def close_room(room_id: int, *, reason: str) -> bool:
    """
    Close a room: its last entry is written, its people are in the default room. False: it was closed, or is default.

    `reason`: "owner_left", "deleted" or "moderated". Two at once write one entry.
    """
    with writing():
        room = Room.objects.locked().filter(pk=room_id).first()
        if room is None or room.closed_at is not None or room.kind == Room.Kind.DEFAULT:
            return False
        _close(room, reason)
        return True


def close_due_rooms() -> list[int]:
    """
    Close the rooms whose creator has not come back in time; return their ids. Any worker may call it at any time.

    Each in a transaction of its own; a room that another worker is closing is passed over.
    """
    closed = []
    for room_id in list(Room.objects.due(database_now()).values_list("pk", flat=True)):
        with writing():
            room = (
                Room.objects.due(database_now())
                .select_for_update(no_key=True, skip_locked=True)
                .filter(pk=room_id)
                .first()
            )
            if room is None:
                continue
            if room.owner_id and LiveConnection.objects.filter(user_id=room.owner_id).exists():
                room.close_at = None
                room.save(update_fields=["close_at"])
                tell_lobby(changed=[room.pk])
            else:
                _close(room, "owner_left")
                closed.append(room.pk)
    return closed


def has_seat(room_id: int, capacity: int | None, user_id: int) -> bool:
    """Tell, under the room's lock, whether this person may come in: people are counted, not sockets."""
    if capacity is None:
        return True
    [(people, is_here)] = sql.rows(
        "SELECT COUNT(DISTINCT user_id), MAX(CASE WHEN user_id = %s THEN 1 ELSE 0 END)"
        " FROM rooms_liveconnection WHERE room_id = %s",
        [user_id, room_id],
    )
    return bool(is_here) or people < capacity


def note_participants(there: Collection[tuple[int, int]]) -> None:
    """
    Remember that these people have been in these rooms: pairs of room and person, in one order everywhere.

    What was said before they first came is not unread.
    """
    head = "(SELECT s.last_seq FROM rooms_stream s WHERE s.id = %s)"
    row = f"(%s, %s, {sql.stored_now()}, {sql.stored_now()}, {head})"
    if there:
        sql.run(
            "INSERT INTO rooms_participant (room_id, user_id, joined_at, last_seen_at, last_read_seq)"  # noqa: S608 - this file's words
            f" VALUES {', '.join([row] * len(there))}"
            " ON CONFLICT (room_id, user_id) DO UPDATE SET last_seen_at = excluded.last_seen_at",
            [value for room_id, user_id in sorted(there) for value in (room_id, user_id, room_id)],
        )


def _checked_name(name: str) -> str:
    try:
        return check_room_name(name)
    except NameRefused as refused:
        raise Refused(
            ErrorCode.INVALID_NAME, f"name_{refused.reason}", details={"why": str(refused.message)}
        ) from refused


def _open_room_named(name: str) -> Room | None:
    return Room.objects.open().filter(name_key=name_key(name)).first()


def _may_make_permanent(user_id: int) -> bool:
    if settings.PERMANENT_ROOMS == "everybody":
        return True
    return bool(User.objects.filter(pk=user_id, is_staff=True).exists())


def _make_room(
    name: str, *, kind: Room.Kind, owner_id: int | None = None, capacity: int | None = None
) -> Room:
    stream = Stream.objects.create(kind=Stream.Kind.ROOM)
    return Room.objects.create(
        stream=stream,
        name=name,
        name_key=name_key(name),
        kind=kind,
        owner_id=owner_id,
        capacity=capacity,
        created_at=database_now(),
    )


def _lock_open_room(room_id: int) -> int | None:
    """Lock the row; return how many people it takes, None for any number. Raises Refused."""
    ask = "SELECT capacity, closed_at FROM rooms_room WHERE stream_id = %s"
    found = sql.rows(ask + sql.locking("NO KEY UPDATE"), [room_id])
    if not found or found[0][1] is not None:
        raise Refused(ErrorCode.ROOM_CLOSED)
    capacity: int | None = found[0][0]
    return capacity


def _move(connection_id: uuid.UUID, room_id: int) -> int:
    """Move a connection, whose room need not be locked to be left; return the room it was in."""
    key = sql.stored_id(connection_id)
    ask = "SELECT room_id, user_id FROM rooms_liveconnection WHERE id = %s"
    found = sql.rows(ask + sql.locking("UPDATE"), [key])
    if not found:  # this worker has been declared dead: it is about to find out
        raise Unavailable
    [(left, user_id)] = found
    if left != room_id:
        sql.run("UPDATE rooms_liveconnection SET room_id = %s WHERE id = %s", [room_id, key])
        note_participants([(room_id, user_id)])
    return int(left)


def _close(room: Room, reason: str) -> None:
    stream = Stream.objects.locked([room.pk]).get()
    default_id = Room.objects.values_list("pk", flat=True).get(kind=Room.Kind.DEFAULT)
    now = database_now()
    stream.last_seq += 1
    stream.save(update_fields=["last_seq"])
    entry = Message.objects.create(
        stream=stream, seq=stream.last_seq, kind=Message.Kind.ROOM_CLOSED, text=reason, sent_at=now
    )
    room.close_at, room.closed_at = None, now
    room.save(update_fields=["close_at", "closed_at"])
    _move_everybody(room.pk, default_id)
    publish_on_commit(room_group(room.pk), entries_hint(room.pk, encode_entries(stream, [entry])))
    tell_lobby(removed=[room.pk])


def _move_everybody(room_id: int, to: int) -> None:
    here = LiveConnection.objects.locked().filter(room_id=room_id)
    people = set(here.values_list("user_id", flat=True))
    LiveConnection.objects.filter(room_id=room_id).update(room_id=to)
    note_participants([(to, user_id) for user_id in people])
    if people:
        tell_occupancy([to])
