"""What stands beside a printed log: rooms, conversations, people. As much of it as a page holds."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from rooms.frames import occupant
from rooms.models import LiveConnection, Room
from rooms.services import lists

ROOMS = 50
CONVERSATIONS = 30
PEOPLE = 50

Entry = dict[str, Any]  # Any: what is given to a template


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """`people`: who is online, whether they are in the room or not."""

    rooms: list[Entry]
    conversations: list[Entry]
    people: list[Entry]


def read_lists(user: User, *, address: str) -> Lists:
    """Read what somebody sees beside the log at this address."""
    rooms = lists.list_rooms(after=None, limit=ROOMS).items
    conversations = lists.list_conversations(user.pk, after=None, limit=CONVERSATIONS).items
    return Lists(
        rooms=[_room(room, address) for room in rooms],
        conversations=[_person(conversation, address) for conversation in conversations],
        people=[_person(person, address) for person in _online(user)],
    )


def _online(user: User) -> list[dict[str, str]]:
    """Return others who are connected, by name."""
    connected = LiveConnection.objects.values("user_id")
    people = User.objects.present().filter(pk__in=connected).exclude(pk=user.pk)
    columns = ("username", "first_name", "last_name", "erased_at")
    rows = people.order_by("first_name", "last_name", "pk").values(*columns)[:PEOPLE]
    return [occupant(row).to_wire() for row in rows]


def _room(room: Entry, address: str) -> Entry:
    href = reverse("lobby") if room["kind"] == Room.Kind.DEFAULT else reverse("room", args=[room["id"]])
    return {**room, "href": href, "is_here": href == address}


def _person(person: Entry, address: str) -> Entry:
    """Add where to talk to them; somebody whose account is deleted is not to be talked to."""
    href = reverse("conversation", args=[person["login"]]) if person["name"] else ""
    return {**person, "href": href, "is_here": href == address}
