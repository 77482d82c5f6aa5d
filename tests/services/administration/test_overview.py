"""The first page of the administration: how the chat is, in a few cheap queries."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.rights import PERMISSIONS
from rooms.admin.wording import READING
from rooms.models import Message, database_now
from rooms.services import overview
from tests.services.administration.pages import ACTIONS, PEOPLE, act, text_of
from tests.services.world import World, direct, post

pytestmark = pytest.mark.django_db
INDEX = "/admin/"


def test_figures_are_those_of_the_moment(world: World, ana):
    ben = world.person("ben")
    world.room(ana, "Tea")
    world.connect(ben)
    world.connect(ben)
    post(ana, world.home, "today")
    direct(ben, "ana", "in private")
    post(ana, world.home, "yesterday")
    Message.objects.filter(text="yesterday").update(sent_at=database_now() - timedelta(days=1))

    now = overview.look_around()

    assert (now.people, now.connections, now.open_rooms, now.messages_today) == (2, 3, 2, 2)


def test_a_silent_worker_is_told_from_one_that_lives(world: World):
    world.let_expire(world.start_worker(), seconds_ago=20)

    assert sorted(worker.is_alive for worker in overview.look_around().workers) == [False, True]


def test_it_is_said_whether_redis_answers(settings, world: World):
    assert overview.look_around().redis_answers is bool(settings.REDIS_URL) or None

    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert overview.look_around().redis_answers is False
    settings.REDIS_URL = ""
    assert overview.look_around().redis_answers is None


def test_the_page_asks_few_questions_however_much_there_is(
    boss, world: World, ana, django_assert_max_num_queries
):
    for number in range(9):
        world.room(world.person(f"person{number}"), f"Room {number}")
        world.start_worker()
        post(ana, world.home, "hello")
    act(boss, PEOPLE, "close_accounts", ana)
    text_of(boss, INDEX)

    with django_assert_max_num_queries(10):
        page = text_of(boss, INDEX)

    assert "people online" in page
    assert page.count("overview__part") > 9


def test_open_rooms_and_messages_of_a_day_are_counted_to_a_bound(world: World, ana, monkeypatch):
    monkeypatch.setattr(overview, "COUNTED_AT_MOST", 2)
    world.room(ana, "Tea")
    world.room(ana, "Milk")
    for _ in range(3):
        post(ana, world.home, "hello")

    now = overview.look_around()

    assert (now.messages_today, now.has_more_messages) == (2, True)
    assert (now.open_rooms, now.has_more_rooms) == (2, True)


def test_the_last_actions_stay_and_readings_are_elsewhere(boss, world: World, ana):
    act(boss, PEOPLE, "close_accounts", ana)
    text_of(boss, "/admin/rooms/message/")

    assert "messages in rooms" not in text_of(boss, INDEX)
    assert "ana" in text_of(boss, INDEX)
    actions = text_of(boss, reverse("admin:admin_logentry_changelist"))
    assert "messages in rooms" in actions
    assert "messages in rooms" not in text_of(boss, reverse("admin:admin_logentry_changelist"), sort="done")


def test_the_log_of_actions_is_only_read(boss, ana):
    act(boss, PEOPLE, "close_accounts", ana)
    entry = LogEntry.objects.get()

    for path in (f"{entry.pk}/delete/", f"{entry.pk}/change/", "add/"):
        assert boss.post(f"/admin/admin/logentry/{path}", {"post": "yes"}).status_code == 403
    assert LogEntry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("text", ["[3, what?", "[3]", "3"])
def test_an_entry_that_another_program_made_is_shown_as_it_stands(boss, text):
    LogEntry.objects.create(user_id=boss.session["_auth_user_id"], action_flag=READING, change_message=text)

    assert text in text_of(boss, ACTIONS)


def test_staff_without_that_right_sees_their_own_actions_only(boss, helper, ana):
    act(boss, PEOPLE, "close_accounts", ana)

    page = text_of(helper("view_user"), INDEX)

    assert "My actions" in page
    assert ">ana<" not in page


def test_rights_are_offered_in_words_and_given(boss, helper, ana):
    form = text_of(boss, f"{PEOPLE}{ana.pk}/change/")
    offered = dict(re.findall(r'name="user_permissions" value="(\d+)"[^>]*>\s*([^<]+)</label>', form))
    groups = text_of(boss, "/admin/auth/group/add/")
    wanted = next(pk for pk, words in offered.items() if words.strip() == "close rooms")

    boss.post("/admin/auth/group/add/", {"name": "Caretakers", "permissions": [wanted]})

    assert [words.strip() for words in offered.values()] == [str(words) for words in PERMISSIONS.values()]
    assert "close rooms" in groups
    ana.groups.add(Group.objects.get(name="Caretakers"))
    assert ana.get_all_permissions() == {"rooms.close_room"}


def test_groups_are_for_superusers_and_addresses_are_nobodys(boss, helper):
    staff = helper("view_group", "change_group", "add_group", "change_emailaddress", "view_emailaddress")

    assert staff.get("/admin/auth/group/").status_code == 403
    assert staff.get("/admin/auth/group/add/").status_code == 403
    assert boss.get("/admin/auth/group/").status_code == 200
    assert boss.get("/admin/account/emailaddress/").status_code == 404
    assert boss.get("/admin/usersessions/usersession/").status_code == 404
