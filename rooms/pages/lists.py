"""What stands beside a printed log: rooms, conversations, people. As much of it as a page holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse

from accounts.models import User
from rooms.frames import occupant
from rooms.models import LiveConnection, Room
from rooms.services import lists

from .places import Place

ROOMS = 50
CONVERSATIONS = 30
PEOPLE = 50
BADGE_MAX = 99  # as badge.js has it

Entry = dict[str, Any]  # Any: what is given to a template


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """`online`: others, of whom some are in the room that is shown; `here` names the reader too."""

    rooms: list[Entry]
    conversations: list[Entry]
    online: list[Entry]
    here: list[Entry]
    elsewhere: list[Entry]


def read_lists(user: User, place: Place) -> Lists:
    """Read what somebody sees beside the log of a place."""
    address = place.address
    rooms = lists.list_rooms(user.pk, after=None, limit=ROOMS).items
    conversations = lists.list_conversations(user.pk, after=None, limit=CONVERSATIONS).items
    people = [_person(person, address) for person in _connected(user, place.room)]
    shared = _shared_names([*conversations, *people])
    others = [person for person in people if not person["is_self"]]
    return Lists(
        rooms=[_room(room, address) for room in _in_order(rooms)],
        conversations=[
            {
                **_person(conversation, address),
                "is_namesake": conversation["name"].lower() in shared,
                "unread": _badge(conversation["unread"]),
            }
            for conversation in conversations
        ],
        online=others,
        here=[person for person in people if person["is_in_room"]],
        elsewhere=[person for person in others if not person["is_in_room"]],
    )


def _in_order(rooms: list[Entry]) -> list[Entry]:
    """Put the default room first, then where something was last said: as the scripts do."""
    latest = sorted(rooms, key=lambda room: str(room["active_at"]), reverse=True)
    return sorted(latest, key=lambda room: room["kind"] != Room.Kind.DEFAULT)


def _shared_names(people: Iterable[Entry]) -> set[str]:
    """Return the names that belong to more than one login, however they are written: as the scripts compare."""
    logins: dict[str, set[str]] = {}
    for person in people:
        logins.setdefault(person["name"].lower(), set()).add(person["login"])
    return {name for name, bearers in logins.items() if len(bearers) > 1}


def _connected(reader: User, room: Room) -> list[Entry]:
    """Return who is connected, by name, and whether they are in this room."""
    columns = ("username", "first_name", "last_name", "erased_at", "is_in_room")
    connected = LiveConnection.objects.values("user_id")  # few, of whom everybody is found by their key
    in_room = LiveConnection.objects.filter(user_id=OuterRef("pk"), room=room)
    people = User.objects.present().filter(pk__in=connected).annotate(is_in_room=Exists(in_room))
    rows = people.order_by("first_name", "last_name", "pk").values(*columns)[:PEOPLE]
    return [
        {
            **occupant(row).to_wire(),
            "is_in_room": row["is_in_room"],
            "is_self": row["username"] == reader.get_username(),
        }
        for row in rows
    ]


def _room(room: Entry, address: str) -> Entry:
    href = reverse("lobby") if room["kind"] == Room.Kind.DEFAULT else reverse("room", args=[room["id"]])
    is_here = href == address
    counts = not is_here and room["kind"] != Room.Kind.TEMPORARY and room["read"] is not None
    unread = max(0, room["seq"] - room["read"]) if counts else 0
    return {**room, "href": href, "is_here": is_here, "unread": _badge(unread)}


def _badge(count: int) -> str:
    """Return a count as a badge shows it."""
    return "" if count == 0 else str(count) if count <= BADGE_MAX else f"{BADGE_MAX}+"


def _person(person: Entry, address: str) -> Entry:
    """Add where to talk to them: not to oneself, nor to somebody whose account is deleted."""
    is_reachable = person["name"] and not person.get("is_self")
    href = reverse("conversation", args=[person["login"]]) if is_reachable else ""
    return {**person, "href": href, "is_here": href == address}
