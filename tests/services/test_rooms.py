"""Rooms: a capacity is never exceeded, a name never taken twice, a room closed once and for all."""

import threading
import time
import uuid
from collections import Counter
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.delivery.groups import LOBBY, room_group
from rooms.delivery.hints import entries_of
from rooms.models import LiveConnection, Message, Participant, Room
from rooms.pools import Unavailable
from rooms.protocol.errors import ErrorCode, Refused
from rooms.services import rooms
from rooms.services.lists import fetch_history
from rooms.services.occupancy import occupants_in, occupants_of, view_of, views_of
from rooms.services.presence import depart
from tests.services.conftest import Hints
from tests.services.world import World, arrive, code_of, is_closed, post, room_of, seqs, threads


def people_in(room_id: int) -> set[int]:
    return set(LiveConnection.objects.filter(room_id=room_id).values_list("user_id", flat=True))


def create(world: World, owner, name: str, **fields: object) -> int:
    values = {"kind": "temporary", "capacity": None, **fields}
    return rooms.create_room(world.connect(owner), owner=owner.pk, name=name, **values)


# --- Capacity


@pytest.mark.parametrize("way", ["enter", "arrive"])
def test_a_capacity_is_never_exceeded_by_many_who_come_at_once(world: World, way: str):
    owner, *guests = world.people(21)
    small = world.room(owner, capacity=6)
    if way == "enter":
        here = {guest: world.connect(guest) for guest in guests}
        calls = [partial(rooms.enter_room, here[guest], room_id=small, user_id=guest.pk) for guest in guests]
    else:
        calls = [partial(arrive, world.arrival(guest, wanted=[small])) for guest in guests]

    with threads(20) as at_once:
        results = at_once(*calls)

    assert len(people_in(small)) == 6
    assert owner.pk in people_in(small)
    if way == "enter":
        assert sum(result is None for result in results) == 5
        assert {code_of(result) for result in results if result is not None} == {"room_full"}
    else:
        assert Counter(results) == {small: 5, world.home: 15}


def test_people_are_counted_and_not_their_devices(world: World):
    owner, guest, late = world.people(3)
    small = world.room(owner, capacity=2)
    assert arrive(world.arrival(guest, wanted=[small])) == small

    assert arrive(world.arrival(owner, wanted=[small])) == small
    assert arrive(world.arrival(guest, wanted=[small])) == small
    assert arrive(world.arrival(late, wanted=[small])) == world.home

    view, occupants = view_of(small)
    assert view.occupants == 2
    assert [person.login for person in occupants] == [owner.username, guest.username]


def test_a_seat_that_was_left_is_free(world: World):
    owner, guest, late = world.people(3)
    small = world.room(owner, capacity=2)
    first = world.connect(guest, wanted=[small])
    rooms.enter_room(first, room_id=world.home, user_id=guest.pk)

    assert arrive(world.arrival(late, wanted=[small])) == small


def test_entering_the_room_one_is_in_changes_nothing_though_it_is_full(world: World, hints: Hints):
    owner, guest = world.people(2)
    small = world.room(owner, capacity=2)
    here = world.connect(guest, wanted=[small])
    hints.clear()

    rooms.enter_room(here, room_id=small, user_id=guest.pk)

    assert room_of(here) == small
    assert hints == []


# --- Names


def test_one_name_is_taken_once_by_many_at_once(world: World):
    people = world.people(10)
    names = ["Tea", "tea", "TEA", "ｔｅａ", " Tea ", "tEA", "teA", "Tea", "tea", "TEа"[:2] + "A"]

    with threads(10) as at_once:
        results = at_once(*[partial(create, world, *pair) for pair in zip(people, names, strict=True)])

    made = [result for result in results if isinstance(result, int)]
    assert len(made) == 1
    assert {code_of(result) for result in results if result not in made} == {"name_taken"}
    assert list(Room.objects.open().exclude(pk=world.home).values_list("pk", flat=True)) == made


def test_who_was_too_late_for_a_name_stays_where_they_are(world: World):
    ana, ben = world.people(2)
    world.room(ana, "Tea")
    here = world.connect(ben)

    with pytest.raises(Refused) as raised:
        rooms.create_room(here, owner=ben.pk, name="tEa", kind="temporary", capacity=None)

    assert raised.value.code is ErrorCode.NAME_TAKEN
    assert room_of(here) == world.home


def test_many_who_start_at_once_make_one_default_room(transactional_db: None):
    with threads(6) as at_once:
        made = at_once(*[rooms.ensure_default_room] * 6)

    assert len(set(made)) == 1
    assert Room.objects.count() == 1


def test_who_asks_again_for_a_room_that_may_have_been_made_is_in_it(world: World):
    """Answered `unavailable`, the room may have been made; to be told then that the name is taken was a dead end."""
    ana = world.person("ana")
    here = world.connect(ana)
    again = partial(rooms.create_room, here, owner=ana.pk, name=" Tea", capacity=4, is_repeated=True)
    tea = rooms.create_room(here, owner=ana.pk, name="Tea", kind="permanent", capacity=4)
    rooms.enter_room(here, room_id=world.home, user_id=ana.pk)

    assert again(kind="permanent") == tea

    assert room_of(here) == tea
    with pytest.raises(Refused) as raised:
        again(kind="temporary")
    assert raised.value.code is ErrorCode.NAME_TAKEN


def test_to_ask_again_gets_nobody_the_name_of_somebody_elses_room(world: World):
    ana, ben = world.people(2)
    world.room(ana, "Tea")

    with pytest.raises(Refused) as raised:
        create(world, ben, "Tea", is_repeated=True)

    assert raised.value.code is ErrorCode.NAME_TAKEN


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "mаny scripts", "a\u202eb", "<b>"])
def test_a_room_cannot_be_called_anything(world: World, name: str):
    with pytest.raises(Refused) as raised:
        create(world, world.person("ana"), name)

    assert raised.value.code is ErrorCode.INVALID_NAME
    assert raised.value.details["why"]


def test_what_is_said_first_of_a_new_room_is_that_its_name_is_taken(world: World):
    ana, rate = world.person("ana"), Refused(ErrorCode.RATE_LIMITED, "rooms_made", retry_after=9)
    create(world, ana, "Tea")

    for name, code in (("Tea", ErrorCode.NAME_TAKEN), ("", ErrorCode.INVALID_NAME), ("Milk", rate.code)):
        with pytest.raises(Refused) as raised:
            create(world, ana, name, refusal=rate)
        assert raised.value.code is code


def test_permanent_rooms_may_be_kept_to_staff(world: World, settings):
    ana, boss = world.person("ana"), world.person("boss", is_staff=True)
    assert create(world, ana, "For all", kind="permanent")
    settings.PERMANENT_ROOMS = "staff"

    with pytest.raises(Refused) as raised:
        create(world, ana, "Mine", kind="permanent")

    assert raised.value.code is ErrorCode.FORBIDDEN
    assert create(world, ana, "Mine", kind="temporary")
    assert create(world, boss, "Theirs", kind="permanent")


def test_a_room_is_made_by_nobody_whose_connection_has_been_taken_back(world: World):
    ana = world.person("ana")

    with pytest.raises(Unavailable):
        rooms.create_room(uuid.uuid4(), owner=ana.pk, name="Tea", kind="temporary", capacity=None)

    assert Room.objects.count() == 1


# --- Closing


def test_many_who_close_a_room_at_once_write_one_last_entry(world: World):
    tea = world.room(world.person("ana"))

    with threads(4) as at_once:
        for number in range(8):
            results = at_once(*[partial(rooms.close_room, tea, reason="deleted")] * 4)

            assert sorted(results) == [False, False, False, True]
            assert Message.objects.of(tea).filter(kind=Message.Kind.ROOM_CLOSED).count() == 1
            tea = world.room(world.person(f"ben{number}"))


def test_nothing_is_accepted_after_a_rooms_last_entry(world: World):
    ana, *talkers = world.people(4)
    tea = world.room(ana)
    begun = threading.Barrier(4)

    def talk(author) -> object:
        begun.wait(10)
        while True:
            try:
                post(author, tea)
            except Refused as refused:
                return refused.code

    def close() -> object:
        begun.wait(10)
        deadline = time.monotonic() + 10
        while len(seqs(tea)) < 10 and time.monotonic() < deadline:
            pass
        return rooms.close_room(tea, reason="deleted")

    with threads(4) as at_once:
        results = at_once(*[partial(talk, author) for author in talkers], close)

    assert results == [ErrorCode.ROOM_CLOSED] * 3 + [True]
    entries = list(Message.objects.of(tea).order_by("seq"))
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.kind for entry in entries].index("room_closed") == len(entries) - 1


def test_the_people_of_a_closed_room_are_in_the_default_room(world: World, hints: Hints):
    ana, ben = world.people(2)
    tea = world.room(ana)
    guest = world.connect(ben, wanted=[tea])
    hints.clear()

    rooms.close_room(tea, reason="moderated")

    assert room_of(guest) == world.home
    assert people_in(world.home) == {ana.pk, ben.pk}
    assert Participant.objects.filter(room_id=world.home).count() == 2
    (hint,) = hints.to(room_group(tea))
    assert [entry.closes for entry in entries_of(hint)] == [True]
    assert {"type": "lobby.changed", "opened": [], "changed": [], "removed": [tea]} in hints.to(LOBBY)


def test_who_comes_while_a_room_closes_is_never_left_in_it(world: World):
    ana, *guests = world.people(5)
    for number in range(6):
        tea = create(world, ana, f"Tea {number}")
        here = {guest: world.connect(guest) for guest in guests}
        calls = [partial(rooms.enter_room, here[guest], room_id=tea, user_id=guest.pk) for guest in guests]

        with threads(5) as at_once:
            results = at_once(*calls, partial(rooms.close_room, tea, reason="deleted"))

        assert people_in(tea) == set()
        assert {code_of(result) for result in results[:4] if result is not None} <= {"room_closed"}


def test_a_room_closes_while_its_people_leave_it_and_nobody_waits_for_each_other(world: World):
    ana, *guests = world.people(6)
    with threads(6) as at_once:
        for number in range(12):
            tea = create(world, ana, f"Tea {number}")
            here = {guest: world.connect(guest, wanted=[tea]) for guest in guests}
            leaving = [
                partial(rooms.enter_room, here[guest], room_id=world.home, user_id=guest.pk)
                for guest in guests
            ]

            results = at_once(*leaving, partial(rooms.close_room, tea, reason="deleted"))

            assert results == [None] * 5 + [True]
            LiveConnection.objects.all().delete()


def test_a_closed_rooms_name_is_free_at_once_for_a_new_log(world: World):
    ana = world.person("ana")
    tea = world.room(ana, "Tea")
    post(ana, tea)
    rooms.close_room(tea, reason="deleted")

    again = world.room(ana, "Tea")

    assert again != tea
    assert seqs(again) == []
    assert rooms.find_room(room_id=None, name="tea", user_id=ana.pk) == again


def test_the_default_room_never_closes(world: World):
    assert rooms.close_room(world.home, reason="moderated") is False
    assert not is_closed(world.home)


# --- Who may


def test_only_who_made_a_room_deletes_it(world: World):
    ana, ben = world.people(2)
    tea = world.room(ana)

    for user, room_id, code in (
        (ben, tea, ErrorCode.NOT_OWNER),
        (ana, world.home, ErrorCode.IS_DEFAULT),
        (ana, 999_999, ErrorCode.NOT_FOUND),
    ):
        with pytest.raises(Refused) as raised:
            rooms.delete_room(room_id=room_id, user_id=user.pk)
        assert raised.value.code is code

    rooms.delete_room(room_id=tea, user_id=ana.pk)
    assert is_closed(tea)


def test_a_room_is_found_by_a_name_that_looks_the_same(world: World):
    tea = world.room(world.person("ana"), "Tea Time")

    for name in ("tea time", "  TEA TIME ", "Теа Time"[3:] and "tea  time"):
        assert rooms.find_room(room_id=None, name=name, user_id=0) == tea


def test_a_closed_room_is_told_from_none_only_to_who_was_there(world: World):
    ana, ben = world.people(2)
    tea = world.room(ana)
    rooms.close_room(tea, reason="deleted")

    for user, code in ((ana, ErrorCode.ROOM_CLOSED), (ben, ErrorCode.NOT_FOUND)):
        with pytest.raises(Refused) as raised:
            rooms.find_room(room_id=tea, name=None, user_id=user.pk)
        assert raised.value.code is code
    with pytest.raises(Refused) as raised:
        fetch_history(ana.pk, stream=f"room:{tea}", before=None, after=None, limit=50)
    assert raised.value.code is ErrorCode.NOT_FOUND


def test_a_connection_that_was_taken_back_enters_nothing(world: World):
    with pytest.raises(Unavailable):
        rooms.enter_room(uuid.uuid4(), room_id=world.home, user_id=world.person("ana").pk)


def test_an_occupant_is_listed_once_by_name(world: World):
    zoe = world.person("zoe", first_name="Ana")
    abe = world.person("abe", first_name="Zacharias")
    for user in (zoe, zoe, abe):
        world.connect(user)

    assert [person.login for person in occupants_of(world.home)] == ["zoe", "abe"]
    assert len(occupants_of(world.home, limit=1)) == 1


def test_the_people_of_many_rooms_are_listed_by_one_query(world: World):
    ana, ben, cleo = world.people(3)
    tea, milk, empty = (world.room(cleo, name) for name in ("Tea", "Milk", "Empty"))
    for user, room_id in ((ana, tea), (ana, tea), (ben, tea), (ben, milk)):
        world.connect(user, wanted=[room_id])
    LiveConnection.objects.filter(user=cleo).delete()

    with CaptureQueriesContext(connection) as captured:
        found = occupants_in([tea, milk, empty])

    assert len(captured) == 1
    assert {room_id: {person.login for person in people} for room_id, people in found.items()} == {
        tea: {"person0", "person1"},
        milk: {"person1"},
    }
    assert all(set(people) == set(occupants_of(room_id)) for room_id, people in found.items())


def test_a_view_is_what_the_models_say_and_its_times_have_a_zone(world: World):
    """Counting down, a room could not be told of: SQLite's driver brings a time without a zone."""
    ana = world.person("ana")
    here = world.connect(ana)
    room_id = rooms.create_room(here, owner=ana.pk, name="Tea", kind="temporary", capacity=7)
    world.connect(world.person("boris"), wanted=[room_id])
    depart([here])
    room = Room.objects.with_occupants().get(pk=room_id)

    view, _ = view_of(room_id)

    facts = (
        room.name,
        room.kind,
        room.access,
        room.owner,
        room.capacity,
        room.occupants,
        room.stream.last_seq,
    )
    assert (view.name, view.kind, view.access, ana, view.capacity, view.occupants, view.seq) == facts
    assert view.closing_at == room.close_at is not None
    assert view.owner == "ana"
    assert views_of([room_id, 10**9]) == [view]
