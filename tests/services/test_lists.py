"""The lists: paged by key, without a hole or a repetition while things change behind and before one's back."""

import json
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import erase_user
from rooms.models import Room
from rooms.models.clock import moment
from rooms.protocol.codec import iso, parse
from rooms.protocol.commands import ListUsers
from rooms.protocol.errors import ErrorCode, Refused
from rooms.services import lists, rooms
from rooms.services.lists import Page
from tests.services.world import World, direct, post


def whole(
    read: Callable[..., Page], *, limit: int, between: Callable[[int], Any] = lambda _: None
) -> list[Any]:
    """Read all pages; something may happen between two of them."""
    items: list[Any] = []
    after, number = None, 0
    while True:
        page = read(after=after, limit=limit)
        assert len(page.items) == len(page.keys) <= limit
        items += page.items
        if not page.more:
            return items
        assert page.items
        after, number = page.keys[-1], number + 1
        between(number)


def test_every_room_is_listed_once_while_rooms_open_and_close(world: World):
    ana = world.person("ana")
    ids = [world.room(ana, f"Room {number}") for number in range(9)]

    def between(number: int) -> None:
        if number < 4:
            rooms.close_room(ids[number * 2], reason="deleted")
            world.room(ana, f"New {number}")

    listed = [room["id"] for room in whole(partial(lists.list_rooms, ana.pk), limit=2, between=between)]

    stayed = [room_id for index, room_id in enumerate(ids) if index not in (2, 4, 6)]
    assert listed[0] == world.home
    assert listed == sorted(set(listed))
    assert set(stayed) <= set(listed)


def test_a_room_is_listed_with_its_people_and_its_head(world: World):
    ana, ben = world.person("ana"), world.person("ben")
    tea = world.room(ana, capacity=5)
    world.connect(ben, wanted=[tea])
    world.connect(ben, wanted=[tea])

    _, view = lists.list_rooms(ana.pk, after=None, limit=50).items

    assert (view["owner"], view["capacity"], view["occupants"], view["seq"]) == ("ana", 5, 2, 0)


def test_a_room_says_when_something_was_last_said_there_or_when_it_was_made(world: World):
    ana = world.person("ana")
    tea, den = world.room(ana, "Tea"), world.room(ana, "Den")
    posted = post(ana, tea)

    views = {view["id"]: view for view in lists.list_rooms(ana.pk, after=None, limit=50).items}

    assert views[tea]["active_at"] == iso(posted.sent_at)
    assert views[den]["active_at"] == iso(moment(Room.objects.get(pk=den).created_at))


def test_everybody_is_listed_once_while_people_sign_up(world: World):
    names = [f"{letter}{letter}" for letter in "zeyxab"] + ["Ñandú", "Яна", "Cc"]
    for name in names:
        world.person(name)

    users = whole(lists.list_users, limit=2, between=lambda number: world.person(f"a0{number}"))

    logins = [user["login"] for user in users]
    assert len(logins) == len(set(logins))
    assert set(names) <= set(logins)


def test_whoever_has_the_longest_login_does_not_end_the_list(world: World):
    for name in ("m" * 150, "zoe"):  # of an administrator: each m counts as the r and n that it looks like
        world.person(name)

    (key,) = lists.list_users(after=None, limit=1).keys

    asked = parse(json.dumps({"type": "user.list", "ref": "1", "after": key})).command
    assert isinstance(asked, ListUsers)
    assert [user["login"] for user in lists.list_users(after=asked.after, limit=1).items] == ["zoe"]


def test_a_person_is_listed_with_the_rooms_they_are_in(world: World):
    ana, _ben = world.person("ana", first_name="Ana", last_name="Pérez"), world.person("ben")
    tea = world.room(ana)
    world.connect(ana)

    first, second = lists.list_users(after=None, limit=50).items

    assert first == {"login": "ana", "name": "Ana Pérez", "online": True, "rooms": [world.home, tea]}
    assert second == {"login": "ben", "name": "ben", "online": False, "rooms": []}


def test_who_is_gone_is_not_listed(world: World):
    world.person("ana", is_active=False)
    erase_user(world.person("ben"))

    assert lists.list_users(after=None, limit=50).items == []


def test_conversations_come_newest_first_with_their_last_words(world: World):
    ana, ben, cleo = (world.person(name, first_name=name.title()) for name in ("ana", "ben", "cleo"))
    direct(ana, "ben", "one")
    direct(cleo, "ana", "two")
    direct(ben, "ana", "three")

    newest, older = lists.list_conversations(ana.pk, after=None, limit=50).items

    assert (newest["login"], newest["name"], newest["text"], newest["seq"]) == ("ben", "Ben", "three", 3)
    assert (older["login"], older["text"]) == ("cleo", "two")


def test_a_conversation_is_listed_once_while_others_go_on(world: World):
    ana, *others = world.people(9)
    for other in others:
        direct(other, ana.username)

    def read(**page: Any) -> Page:
        return lists.list_conversations(ana.pk, **page)

    def between(number: int) -> None:
        direct(others[0 if number == 1 else -number], ana.username)

    logins = [each["login"] for each in whole(read, limit=3, between=between)]

    assert len(logins) == len(set(logins))
    # Who wrote meanwhile stands at the top now; everybody else is where they were.
    assert [other.username for other in reversed(others[1:])] == logins


def test_nobody_reads_the_conversations_of_others(world: World):
    ana, _ben, cleo = (world.person(name) for name in ("ana", "ben", "cleo"))
    direct(ana, "ben")

    assert lists.list_conversations(cleo.pk, after=None, limit=50).items == []
    assert lists.fetch_conversation(cleo.pk, login="ana", before=None, limit=50) == ([], False)


@pytest.mark.parametrize("key", ["x", "-1", "1.5", "٣", "9" * 30, ""])
def test_a_page_that_was_never_handed_out_is_refused(world: World, key: str):
    ana = world.person("ana")
    direct(ana, world.person("ben").username)
    for read in (partial(lists.list_rooms, ana.pk), partial(lists.list_conversations, ana.pk)):
        with pytest.raises(Refused) as raised:
            read(after=key, limit=5)
        assert raised.value.code is ErrorCode.BAD_REQUEST


def test_a_list_costs_the_same_queries_however_long_it_is(world: World):
    ana, *people = world.people(12)

    def costs() -> list[int]:
        found = []
        for read in (
            lambda: lists.list_rooms(ana.pk, after=None, limit=50),
            lambda: lists.list_users(after=None, limit=50),
            lambda: lists.list_conversations(ana.pk, after=None, limit=50),
        ):
            with CaptureQueriesContext(connection) as captured:
                read()
            found.append(len(captured))
        return found

    direct(people[0], ana.username)
    before = costs()
    for person in people:
        world.room(person, f"Room of {person}")
        direct(person, ana.username, client_id=uuid.uuid4())

    assert costs() == before
