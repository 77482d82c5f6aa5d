"""Rooms in the administration: with who is and was there, closed on purpose, and never the default one."""

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from rooms.delivery.groups import LOBBY
from rooms.models import LiveConnection, Message, Room
from rooms.services.rooms import close_room
from tests.services.administration.pages import CONNECTIONS, ROOMS, act, done, text_of
from tests.services.world import World

pytestmark = pytest.mark.django_db


def test_a_room_is_shown_with_who_is_there_and_who_was(boss, world: World, ana):
    room_id = world.room(ana, "Tea")
    ben = world.person("ben", first_name="Ben", last_name="Stone")
    world.connect(ben, wanted=[room_id], client="terminal", address="192.0.2.7")
    LiveConnection.objects.filter(user=ana).delete()

    page = text_of(boss, f"{ROOMS}{room_id}/change/")

    here, were = page.split("Have been here")
    assert "Ben Stone" in here
    assert "terminal" in here
    assert "192.0.2.7" in here
    assert "Ana Pérez" not in here
    assert "Ana Pérez" in were
    assert f"{CONNECTIONS}?room__pk__exact={room_id}" in here


def test_rooms_are_found_by_name_and_by_whether_they_are_open(boss, world: World, ana):
    tea, milk = world.room(ana, "Tea"), world.room(world.person("ben"), "Milk")
    act(boss, ROOMS, "close_rooms", milk)

    assert "Milk" not in text_of(boss, ROOMS, q="tea")
    assert "Milk" not in text_of(boss, ROOMS, state="open")
    assert "Tea" not in text_of(boss, ROOMS, state="closed")
    assert f"#{tea}" in text_of(boss, ROOMS, kind__exact="temporary")


def test_what_has_been_closed_is_noted_though_the_next_room_cannot_be(boss, world: World, ana, monkeypatch):
    tea, milk = world.room(ana, "Tea"), world.room(world.person("ben"), "Milk")

    def close(room_id: int, *, reason: str) -> bool:
        if room_id == tea:
            raise DatabaseError
        return close_room(room_id, reason=reason)

    monkeypatch.setattr("rooms.admin.rooms.close_room", close)
    with pytest.raises(DatabaseError):
        act(boss, ROOMS, "close_rooms", milk, tea)

    assert Room.objects.get(pk=milk).closed_at is not None
    assert done() == ["boss: Milk: Closed the room."]


def test_a_room_is_closed_only_after_a_question(boss, world: World, ana, hints):
    room_id = world.room(ana, "Tea")
    hints.clear()

    question = act(boss, ROOMS, "close_rooms", room_id, confirmed=False)

    assert "Close this room?" in question
    assert Room.objects.get(pk=room_id).closed_at is None
    assert not hints

    act(boss, ROOMS, "close_rooms", room_id)

    assert Room.objects.get(pk=room_id).closed_at is not None
    assert Message.objects.get(stream_id=room_id, kind="room_closed").text == "moderated"
    assert LiveConnection.objects.get(user=ana).room_id == world.home
    assert hints.to(LOBBY)
    assert done() == ["boss: Tea: Closed the room."]


def test_the_default_room_cannot_be_closed_and_it_is_said(boss, world: World):
    page = act(boss, ROOMS, "close_rooms", world.home)

    assert "The default room cannot be closed" in page
    assert Room.objects.get(pk=world.home).closed_at is None
    assert done() == []


def test_only_who_may_close_rooms_is_offered_it_and_can(helper, world: World, ana):
    room_id = world.room(ana, "Tea")
    onlooker = helper("view_room")

    act(onlooker, ROOMS, "close_rooms", room_id)

    assert "close_rooms" not in text_of(onlooker, ROOMS)
    assert "close_rooms" not in text_of(onlooker, f"{ROOMS}{room_id}/change/")
    assert Room.objects.get(pk=room_id).closed_at is None


def test_who_may_close_rooms_needs_no_other_right(helper, world: World, ana):
    room_id = world.room(ana, "Tea")

    act(helper("view_room", "close_room"), ROOMS, "close_rooms", room_id)

    assert Room.objects.get(pk=room_id).closed_at is not None


def test_names_of_rooms_and_people_are_text(boss, world: World):
    eve = world.person("eve", first_name="<b>Eve</b>", last_name="x")
    room_id = world.room(eve, "Tea")
    Room.objects.filter(pk=room_id).update(name="<i>Tea</i>")

    for path in (ROOMS, f"{ROOMS}{room_id}/change/", CONNECTIONS, "/admin/rooms/participant/"):
        page = text_of(boss, path)
        assert "<i>" not in page
        assert "<b>" not in page


@pytest.mark.parametrize("path", [ROOMS, CONNECTIONS, "/admin/rooms/participant/", "/admin/accounts/user/"])
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(boss, world: World, ana, path):
    world.room(ana, "Tea")
    text_of(boss, path)
    with CaptureQueriesContext(connection) as few:
        text_of(boss, path)
    for number in range(7):
        world.room(world.person(f"person{number}"), f"Room {number}")

    with CaptureQueriesContext(connection) as many:
        text_of(boss, path)

    assert len(many) == len(few)


def test_nothing_is_added_changed_or_deleted_by_hand(boss, world: World, ana):
    room_id = world.room(ana, "Tea")

    for path in (
        f"{ROOMS}add/",
        f"{ROOMS}{room_id}/delete/",
        f"{CONNECTIONS}add/",
        "/admin/rooms/message/add/",
    ):
        assert boss.post(path, {"post": "yes"}).status_code in {403, 404}
    assert boss.post(f"{ROOMS}{room_id}/change/", {"name": "Mine"}).status_code == 403
    assert Room.objects.get(pk=room_id).name == "Tea"
