"""Who is in which room: what people are told of it."""

from collections.abc import Collection

from django.db.models import F

from accounts.models import User
from rooms.delivery.groups import LOBBY, room_group
from rooms.delivery.publisher import publish_on_commit
from rooms.frames import occupant, room_view
from rooms.models import LiveConnection, Room
from rooms.protocol.events import Occupant, RoomView
from rooms.protocol.limits import OCCUPANTS_LISTED

_COLUMNS = ("username", "first_name", "last_name", "erased_at")


def occupants_of(room_id: int, *, limit: int | None = None) -> list[Occupant]:
    """List the people in a room by name, each once however many devices they hold."""
    here = LiveConnection.objects.filter(room_id=room_id).values("user_id")
    people = User.objects.filter(pk__in=here).order_by("first_name", "last_name", "pk")
    return [occupant(row) for row in people.values(*_COLUMNS)[:limit]]


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
    room = Room.objects.select_related("stream", "owner").with_occupants().get(pk=room_id)
    return room_view(room), occupants_of(room_id, limit=OCCUPANTS_LISTED)


def views_of(room_ids: Collection[int]) -> list[RoomView]:
    """Return those of these rooms that are open, for the list of rooms."""
    rooms = Room.objects.open().filter(pk__in=room_ids).select_related("stream", "owner").with_occupants()
    return [room_view(room) for room in rooms.order_by("pk")]


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
