"""Who is in which room: what people are told of it."""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

from collections.abc import Collection

from django.db.models import F

from rooms.delivery.groups import LOBBY, room_group
from rooms.delivery.publisher import publish_on_commit
from rooms.frames import occupant
from rooms.models import LiveConnection, Room
from rooms.models.clock import moment
from rooms.protocol.events import Occupant, RoomView
from rooms.protocol.limits import OCCUPANTS_LISTED
from rooms.sql import places, rows

_COLUMNS = ("username", "first_name", "last_name", "erased_at")


def occupants_of(room_id: int, *, limit: int | None = None) -> list[Occupant]:
    """List the people in a room by name, each once however many devices they hold."""
    limited, values = (" LIMIT %s", [room_id, limit]) if limit is not None else ("", [room_id])
    return [
        occupant({"username": login, "first_name": first, "last_name": last, "erased_at": erased_at})
        for login, first, last, erased_at in rows(
            "SELECT username, first_name, last_name, erased_at FROM accounts_user"
            " WHERE id IN (SELECT user_id FROM rooms_liveconnection WHERE room_id = %s)"
            f" ORDER BY first_name, last_name, id{limited}",
            values,
        )
    ]


def occupants_in(room_ids: Collection[int]) -> dict[int, list[Occupant]]:
    """List the people in each of these rooms, in one query; a room without any is left out."""
    columns = {name: F(f"user__{name}") for name in _COLUMNS}
    found: dict[int, list[Occupant]] = {}
    here = LiveConnection.objects.filter(room_id__in=room_ids).values("room_id", **columns).distinct()
    for row in here:
        found.setdefault(row["room_id"], []).append(occupant(row))
    return found


def view_of(room_id: int) -> tuple[RoomView, list[Occupant]]:
    """Return a room and the first OCCUPANTS_LISTED of its people, for those who come in."""
    return views_for_those_who_come([room_id])[room_id]


def views_for_those_who_come(room_ids: Collection[int]) -> dict[int, tuple[RoomView, list[Occupant]]]:
    """Return these rooms, open or not, and the first OCCUPANTS_LISTED of the people in each."""
    return {
        view.id: (view, occupants_of(view.id, limit=OCCUPANTS_LISTED))
        for view in _views(f"r.stream_id IN ({places(room_ids)})", room_ids)
    }


def views_of(room_ids: Collection[int]) -> list[RoomView]:
    """Return those of these rooms that are open, for the list of rooms."""
    return _views(f"r.closed_at IS NULL AND r.stream_id IN ({places(room_ids)})", room_ids)


def which_last(room_ids: Collection[int]) -> set[int]:
    """Return those of these rooms that do not go with their creator."""
    rooms = Room.objects.filter(pk__in=room_ids).exclude(kind=Room.Kind.TEMPORARY)
    return set(rooms.values_list("pk", flat=True))


def views_after(room_id: int, *, limit: int) -> list[RoomView]:
    """Return the open rooms that follow this one, by their ids. Index: room_listed."""
    return _views("r.closed_at IS NULL AND r.stream_id > %s", [room_id, limit], limited=" LIMIT %s")


def _views(condition: str, values: Collection[int], *, limited: str = "") -> list[RoomView]:
    """
    Return the rooms that meet the condition, by their ids. One query.

    What stands elsewhere is looked up for each: a planner that may join reads all inboxes between two rooms.
    """
    return [
        RoomView(
            id=pk,
            name=name,
            kind=kind,
            access=access,
            owner=owner,
            capacity=capacity,
            occupants=people,
            seq=last_seq,
            closing_at=moment(close_at) if close_at is not None else None,
        )
        for pk, name, kind, access, owner, capacity, people, last_seq, close_at in rows(
            "SELECT r.stream_id, r.name, r.kind, r.access,"
            " (SELECT o.username FROM accounts_user o WHERE o.id = r.owner_id), r.capacity,"
            " (SELECT COUNT(DISTINCT c.user_id) FROM rooms_liveconnection c WHERE c.room_id = r.stream_id),"
            " (SELECT s.last_seq FROM rooms_stream s WHERE s.id = r.stream_id), r.close_at"
            f" FROM rooms_room r WHERE {condition} ORDER BY r.stream_id{limited}",
            values,
        )
    ]


def tell_occupancy(room_ids: Collection[int]) -> None:
    """Tell, after the commit, that people have come into these rooms or gone."""
    for room_id in sorted(set(room_ids)):
        publish_on_commit(room_group(room_id), {"type": "room.occupancy", "room": room_id})
    tell_lobby(changed=room_ids)


def tell_lobby(
    *, opened: Collection[int] = (), changed: Collection[int] = (), removed: Collection[int] = ()
) -> None:
    """Tell, after the commit, what has changed in the list of rooms."""
    if opened or changed or removed:
        publish_on_commit(
            LOBBY,
            {
                "type": "lobby.changed",
                "opened": sorted(set(opened)),
                "changed": sorted(set(changed)),
                "removed": sorted(set(removed)),
            },
        )
