"""Somebody's sessions end: those of a connection, or all of a person."""

import pytest
from django.contrib.sessions.models import Session

from accounts.models import User
from accounts.sessions import session_hash
from rooms.delivery.groups import inbox_group
from rooms.models import LiveConnection
from tests.accounts.fixtures import PASSWORD
from tests.services.administration.pages import CONNECTIONS, PEOPLE, act, done, text_of
from tests.services.world import World

pytestmark = pytest.mark.django_db


def logged_in(world: World, log_in, user: User, **fields):
    """Log somebody in and let them come; return browser and connection."""
    browser = log_in(user)
    hashed = session_hash(browser.session.session_key)
    return browser, world.connect(user, session_hash=hashed, **fields)


def close_code(connection_id) -> int | None:
    return LiveConnection.objects.get(pk=connection_id).close_code


def test_all_sessions_of_a_person_end_and_their_sockets_are_told(boss, world: World, log_in, ana, hints):
    phone, laptop = (logged_in(world, log_in, ana) for _ in range(2))
    _ben, bens = logged_in(world, log_in, world.person("ben"))
    hints.clear()

    act(boss, PEOPLE, "disconnect", ana)

    assert not Session.objects.filter(session_key__in=[phone[0].cookies["sessionid"].value]).exists()
    assert [close_code(phone[1]), close_code(laptop[1]), close_code(bens)] == [4401, 4401, None]
    assert hints.to(inbox_group(ana.pk)) == [{"type": "sessions.changed"}]
    assert done() == ["boss: ana: Ended all sessions."]


def test_the_session_of_one_connection_ends_and_no_other(boss, world: World, log_in, ana):
    (phone, here), (laptop, there) = (logged_in(world, log_in, ana) for _ in range(2))

    question = act(boss, CONNECTIONS, "disconnect", here, confirmed=False)
    assert close_code(here) is None
    act(boss, CONNECTIONS, "disconnect", here)

    assert "End this session?" in question
    assert [close_code(here), close_code(there)] == [4401, None]
    keys = set(Session.objects.values_list("session_key", flat=True))
    assert phone.cookies["sessionid"].value not in keys
    assert laptop.cookies["sessionid"].value in keys
    assert done() == ["boss: ana: Ended a session."]


def test_a_session_ends_though_its_person_has_loaded_the_page_anew_meanwhile(boss, world: World, log_in, ana):
    phone, here = logged_in(world, log_in, ana)
    hashed = session_hash(phone.session.session_key)
    question = act(boss, CONNECTIONS, "disconnect", here, confirmed=False)
    LiveConnection.objects.filter(pk=here).delete()
    again = world.connect(ana, session_hash=hashed)
    carried = f"{ana.pk}:{hashed}"
    assert f'name="session" value="{carried}"' in question

    answer = boss.post(
        CONNECTIONS,
        {"action": "disconnect", "_selected_action": [here], "session": [carried], "confirmed": "yes"},
        follow=True,
    )

    assert "1 session ended." in answer.content.decode()
    assert close_code(again) == 4401
    assert done() == ["boss: ana: Ended a session."]


def test_a_session_that_is_named_by_hand_ends_no_superusers(helper, world: World, log_in, ana):
    root = User.objects.create_superuser("root", password=PASSWORD)
    browser, there = logged_in(world, log_in, root)
    _ana, here = logged_in(world, log_in, ana)
    staff = helper("view_liveconnection", "disconnect_people")
    hashed = session_hash(browser.session.session_key)
    forged = [
        f"{root.pk}:{hashed}",
        f"{ana.pk}:{hashed}",
        "x:y",
        f"{10**30}:z",
        ":",
        "nothing",
    ]

    staff.post(
        CONNECTIONS,
        {"action": "disconnect", "_selected_action": [here], "session": forged, "confirmed": "yes"},
    )

    assert close_code(there) is None
    assert close_code(here) == 4401


def test_a_superuser_is_disconnected_by_superusers_only(helper, world: World, log_in):
    root = User.objects.create_superuser("root", password=PASSWORD)
    _browser, here = logged_in(world, log_in, root)
    staff = helper("view_user", "view_liveconnection", "disconnect_people")

    for path, chosen in ((PEOPLE, root), (CONNECTIONS, here)):
        assert "superuser" in act(staff, path, "disconnect", chosen)

    assert close_code(here) is None
    assert done() == []


def test_nobody_disconnects_themselves_by_mistake(boss):
    act(boss, PEOPLE, "disconnect", *User.objects.all())

    assert boss.get(PEOPLE).status_code == 200


def test_only_who_may_disconnect_is_offered_it_and_can(helper, world: World, log_in, ana):
    _browser, here = logged_in(world, log_in, ana)
    onlooker = helper("view_user", "view_liveconnection", "change_user")

    for path, chosen in ((PEOPLE, ana), (CONNECTIONS, here)):
        act(onlooker, path, "disconnect", chosen)
        assert 'value="disconnect"' not in text_of(onlooker, path)

    assert close_code(here) is None


def test_a_person_is_shown_with_their_sessions_and_connections(boss, world: World, log_in, ana):
    room_id = world.room(ana, "Tea")
    logged_in(world, log_in, ana, wanted=[room_id], client="terminal", address="192.0.2.7")

    page = text_of(boss, f"{PEOPLE}{ana.pk}/change/")

    connections, sessions = page.split("Logged in</h2>")
    assert "terminal" in connections
    assert "192.0.2.7" in connections
    assert "Firefox" in sessions


def test_a_session_that_has_ended_is_not_shown(boss, world: World, log_in, ana):
    logged_in(world, log_in, ana)
    Session.objects.all().exclude(session_key=boss.session.session_key).delete()

    assert "Firefox" not in text_of(boss, f"{PEOPLE}{ana.pk}/change/").split("Logged in</h2>")[1]


def test_a_session_that_a_new_password_has_ended_is_not_shown(boss, world: World, log_in, ana):
    log_in(ana)
    ana.set_password("nine loud magpies")
    ana.save()

    assert "Firefox" not in text_of(boss, f"{PEOPLE}{ana.pk}/change/").split("Logged in</h2>")[1]


def test_where_somebody_is_and_what_they_said_of_themselves_is_for_who_may_see_it(
    helper, world: World, log_in, ana
):
    room_id = world.room(ana, "Tea")
    logged_in(world, log_in, ana, wanted=[room_id], address="192.0.2.7")
    staff = helper("view_user", "view_room")

    for page in (f"{PEOPLE}{ana.pk}/change/", f"/admin/rooms/room/{room_id}/change/"):
        shown = text_of(staff, page)
        assert "192.0.2.7" not in shown
        assert "Firefox" not in shown
        assert "Ana Pérez" not in shown
    people = text_of(staff, PEOPLE)
    assert "column-age" not in people
    assert "column-here" not in people
