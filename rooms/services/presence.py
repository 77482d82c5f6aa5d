"""Presence: people go, and are taken back when their worker has died."""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from rooms import sql
from rooms.delivery.groups import inbox_group
from rooms.delivery.publisher import publish_on_commit
from rooms.models import LiveConnection, Participant, Room, WorkerLease, database_now
from rooms.presence import leases
from rooms.protocol.errors import CloseCode
from rooms.transactions import writing

from .occupancy import tell_lobby, tell_occupancy
from .rooms import close_due_rooms


def depart(
    connection_ids: Collection[uuid.UUID], *, at_once: bool = False, gone_since: datetime | None = None
) -> None:
    """
    Forget connections; where it was a creator's last, the grace of their temporary rooms begins.

    `at_once`: the person has left on purpose, no grace. `gone_since`: when they were last known to be here. A
    connection that was told to go by a log-out counts as left on purpose. One transaction, safe to repeat.
    """
    with writing():
        closes_now = _forget(connection_ids, at_once=at_once, gone_since=gone_since)
    if closes_now:
        close_due_rooms()


def reap_expired(*, own_worker: uuid.UUID) -> int:
    """Take back the connections of workers whose lease has run out, never one's own; return how many. Janitor."""
    others = leases.expired(database_now()).exclude(pk=own_worker).values_list("pk", flat=True)
    return sum(_reap(worker_id, only_expired=True) for worker_id in others)


def reap_spawn(spawn: uuid.UUID) -> int:
    """Take back, at once, the connections of a worker that its supervisor has seen die; return how many."""
    found = list(WorkerLease.objects.filter(spawn=spawn).values_list("pk", flat=True))
    return sum(_reap(worker_id, only_expired=False) for worker_id in found)


def give_up(worker_id: uuid.UUID) -> None:
    """End a worker's lease in order: connections that are still there are forgotten, grace begins."""
    _reap(worker_id, only_expired=False)


def start_countdown_of_abandoned() -> int:
    """
    Let the grace begin of rooms whose creator is gone and nobody has noticed; return how many. Janitor.

    Nothing is known to leave a room behind so; this makes it a matter of a second if something does.
    """
    if not Room.objects.abandoned().count():  # not `exists`, as in due.py
        return 0
    with writing():
        rooms = list(
            Room.objects.abandoned()
            .select_for_update(of=("self",), no_key=True, skip_locked=True)
            .order_by("pk")
        )
        _start_countdown(rooms, set(), None)
    return len(rooms)


def ask_to_close(*, close_code: int, user_id: int | None = None, session_hash: str | None = None) -> int:
    """
    Tell the connections of a person, or of one session, to close; return how many. Their workers do it at once.

    The fact is in the rows: a worker that misses the hint finds it by its poll within two seconds.
    """
    with writing():
        return tell_to_close(close_code=close_code, user_id=user_id, session_hash=session_hash)


def tell_to_close(*, close_code: int, user_id: int | None = None, session_hash: str | None = None) -> int:
    """Do the same within a transaction that is open already."""
    connections = LiveConnection.objects.filter(close_code__isnull=True)
    if user_id is not None:
        connections = connections.filter(user_id=user_id)
    if session_hash is not None:
        connections = connections.filter(session_hash=session_hash)
    told = list(connections.locked().values_list("pk", "user_id"))
    connections.filter(pk__in=[pk for pk, _ in told]).update(close_code=close_code)
    for person in {person for _, person in told}:
        look_at_sessions_of(person)
    return len(told)


def look_at_sessions_of(user_id: int) -> None:
    """Hint, after the commit, that sessions of this person may have ended."""
    publish_on_commit(inbox_group(user_id), {"type": "sessions.changed"})


def told_to_close(worker_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Return the connections of this worker that have been told to close, with the code."""
    rows = LiveConnection.objects.filter(worker_id=worker_id, close_code__isnull=False)
    return {pk: code for pk, code in rows.values_list("pk", "close_code") if code is not None}


def _start_countdown(rooms: Sequence[Room], on_purpose: Collection[int], gone_since: datetime | None) -> None:
    now = database_now()
    grace = timedelta(seconds=settings.ROOM_GRACE_SECONDS)
    for room in rooms:
        leaves_at_once = room.owner_id is None or room.owner_id in on_purpose
        room.close_at = now if leaves_at_once else max(now, _last_seen(room, gone_since or now) + grace)
        room.save(update_fields=["close_at"])
    tell_lobby(changed=[room.pk for room in rooms])


def _note_seen(rooms: Sequence[Room], gone_since: datetime | None) -> None:
    """Note that the creators of these rooms were here, for what they have left may prove to be gone since longer."""
    if not rooms:
        return
    moment = gone_since or database_now()
    for room in rooms:
        _creator_among_people(room).filter(last_seen_at__lt=moment).update(last_seen_at=moment)


def _last_seen(room: Room, gone_since: datetime) -> datetime:
    """Return when the creator was last known to be here: with the connection that goes last, or with another."""
    return max([gone_since, *_creator_among_people(room).values_list("last_seen_at", flat=True)])


def _creator_among_people(room: Room) -> QuerySet[Participant]:
    assert room.owner_id is not None
    return Participant.objects.filter(room=room, user_id=room.owner_id)


def _reap(worker_id: uuid.UUID, *, only_expired: bool) -> int:
    """Exactly one of several janitors deletes the lease, and only that one takes the connections back."""
    with writing():
        dead = WorkerLease.objects.select_for_update(skip_locked=True).filter(pk=worker_id)
        if only_expired:
            dead = dead.filter(lease_until__lt=database_now())
        lease = dead.first()
        if lease is None:
            return 0
        gone = leases.connection_ids(worker_id)
        _forget(gone, at_once=False, gone_since=leases.last_sign_of_life(lease) if only_expired else None)
        lease.delete()
    return len(gone)


def _forget(connection_ids: Collection[uuid.UUID], *, at_once: bool, gone_since: datetime | None) -> bool:
    """Delete the rows and start countdowns; tell whether one of them is over at once."""
    keys = [sql.stored_id(connection_id) for connection_id in connection_ids]
    # This lock makes the two last connections of one creator go one after the other.
    owned = _lock_rooms_of_owners_among(keys)
    ask = f"SELECT user_id, room_id, close_code FROM rooms_liveconnection WHERE id IN ({sql.places(keys)}) ORDER BY id"
    rows = sql.rows(ask + sql.locking("UPDATE"), keys)
    sql.run(f"DELETE FROM rooms_liveconnection WHERE id IN ({sql.places(keys)})", keys)
    people = {user_id for user_id, _, _ in rows}
    on_purpose = {user_id for user_id, _, code in rows if at_once or code == CloseCode.SESSION_ENDED}
    tell_occupancy({room_id for _, room_id, _ in rows})
    if not owned:
        return False
    still_here = set(LiveConnection.objects.filter(user_id__in=people).values_list("user_id", flat=True))
    left = [room for room in owned if room.owner_id in people - still_here]
    _note_seen([room for room in owned if room.owner_id in people & still_here], gone_since)
    _start_countdown(left, on_purpose, gone_since)
    return bool(left) and (bool(on_purpose) or not settings.ROOM_GRACE_SECONDS)


def _lock_rooms_of_owners_among(keys: Sequence[Any]) -> list[Room]:
    """Lock the open temporary rooms of those whose connections these are."""
    ids = sql.rows(
        "SELECT stream_id FROM rooms_room WHERE closed_at IS NULL AND kind = %s AND owner_id IN"
        f" (SELECT user_id FROM rooms_liveconnection WHERE id IN ({sql.places(keys)}))",
        [Room.Kind.TEMPORARY.value, *keys],
    )
    return list(Room.objects.open().locked().filter(pk__in=[pk for (pk,) in ids])) if ids else []
