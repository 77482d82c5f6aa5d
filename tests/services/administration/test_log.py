"""The log in the administration: found, read leaf by leaf, never changed; and who reads it is written down."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import erase_user
from rooms.models import Message
from rooms.services import log_leaves
from tests.services.administration.pages import ACTIONS, LOG, ROOMS, act, done, text_of
from tests.services.world import World, direct, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(world: World, ana):
    """What Ana and Ben have said in two rooms and in private."""
    ben = world.person("ben", first_name="Ben")
    tea = world.room(ana, "Tea")
    post(ana, world.home, "the kettle is on")
    post(ben, world.home, "Чайник кипит")
    post(ana, tea, "only <b>here</b>")
    direct(ben, "ana", "a secret")
    return {"ben": ben, "tea": tea}


def test_rooms_are_read_and_private_messages_are_not(boss, talk):
    page = text_of(boss, LOG)

    assert "the kettle is on" in page
    assert "only &lt;b&gt;here&lt;/b&gt;" in page
    assert "a secret" not in page


def test_private_messages_are_read_where_one_asks_for_them(boss, talk):
    page = text_of(boss, LOG, kind="private")

    assert page.count("a secret") == 1
    assert "the kettle is on" not in page
    assert text_of(boss, LOG, kind="private", author="ana").count("a secret") == 1
    assert text_of(boss, LOG, kind="private", author="ben").count("a secret") == 1


def test_private_messages_need_a_right_of_their_own(helper, talk):
    staff = helper("view_message")

    assert "a secret" not in text_of(staff, LOG, kind="private")
    assert "private" not in done()[-1]
    assert 'name="kind"' not in text_of(staff, LOG)


def test_without_that_right_rooms_are_not_drawn_as_if_they_were_private(helper, talk):
    page = text_of(helper("view_message"), LOG, kind="private")

    assert "the kettle is on" in page
    assert "log__place" in page


def test_a_day_is_that_of_the_readers_zone(boss, talk, ana):
    late = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)
    Message.objects.filter(text="the kettle is on").update(sent_at=late)
    asked = {"room": "General", "day": "2026-03-04"}

    assert "the kettle is on" not in text_of(boss, LOG, **asked)
    boss.cookies["zone"] = "Europe/Madrid"
    page = text_of(boss, LOG, **asked)

    assert "the kettle is on" in page
    assert "03/04/2026" in page
    assert "Times are those of Europe/Madrid." in page


def test_who_has_that_right_reads_them(helper, talk):
    assert "a secret" in text_of(helper("view_message", "read_private_messages"), LOG, kind="private")


def test_nobody_reads_without_the_right_to(helper, talk):
    assert helper("view_room").get(LOG).status_code == 403
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"words": "KETTLE"}, {"the kettle is on"}),
        ({"words": "чайник"}, {"Чайник кипит"}),
        ({"words": "%"}, set()),
        ({"author": "Ana"}, {"the kettle is on", "only <b>here</b>"}),
        ({"author": "ana", "room": "tea"}, {"only <b>here</b>"}),
        ({"room": "#{tea}"}, {"only <b>here</b>"}),
        ({"day": "2001-02-03"}, {"only <b>here</b>"}),
    ],
)
def test_what_was_said_is_found(boss, talk, asked, found):
    Message.objects.filter(stream_id=talk["tea"]).update(sent_at="2001-02-03T23:59:59Z")

    answer = boss.get(LOG, {name: value.format(**talk) for name, value in asked.items()})

    assert {entry.text for entry in answer.context["leaf"].entries} == found


@pytest.mark.parametrize(
    ("asked", "said"), [({"author": "zoe"}, "Nobody has"), ({"room": "Milk"}, "no such room")]
)
def test_what_cannot_be_found_is_said_and_nothing_is_shown(boss, talk, asked, said):
    page = text_of(boss, LOG, **asked)

    assert said in page
    assert "kettle" not in page
    assert not LogEntry.objects.exists()


def test_each_leaf_that_is_read_is_one_line_in_the_log_of_actions(boss, talk):
    text_of(boss, LOG, words="kettle", author="ana")
    text_of(boss, LOG, kind="private")

    assert done() == [
        'boss: messages in rooms: {"words": "kettle", "author": "ana"}',
        'boss: private messages: {"kind": "private"}',
    ]
    assert "messages in rooms · Read. Text: kettle; Person: ana" in text_of(boss, ACTIONS)
    boss.post("/language/", {"language": "es"})
    assert "mensajes en salas · Leyó. Texto: kettle; Persona: ana" in text_of(boss, ACTIONS)


def test_that_somebody_was_read_is_noted_by_login_however_it_was_typed_and_goes_when_they_are_erased(
    boss, talk, ana
):
    text_of(boss, LOG, author="ANA")
    before = LogEntry.objects.latest("pk").change_message
    erase_user(ana)

    assert before == '{"author": "ana"}'
    assert LogEntry.objects.latest("pk").change_message == f'{{"author": "deleted-{ana.pk}"}}'


@pytest.mark.parametrize("asked", [{}, {"room": "Tea"}, {"day": "today"}, {"author": "ana"}])
def test_leaves_follow_each_other_without_a_gap(boss, world: World, ana, monkeypatch, asked):
    monkeypatch.setattr(log_leaves, "ENTRIES", 3)
    tea = world.room(ana, "Tea")
    for number in range(8):
        post(ana, tea, f"number {number}")
    if asked.get("day"):
        asked = {"day": Message.objects.first().sent_at.date().isoformat()}

    answer, seen = boss.get(LOG, asked), []
    while True:
        seen += [entry.text for entry in answer.context["leaf"].entries]
        if not answer.context["older_url"]:
            break
        last = answer
        answer = boss.get(LOG + answer.context["older_url"])

    assert seen == [f"number {number}" for number in reversed(range(8))]
    back = boss.get(LOG + answer.context["newer_url"])
    assert [entry.pk for entry in back.context["leaf"].entries] == [
        entry.pk for entry in last.context["leaf"].entries
    ]


def test_a_search_that_has_come_far_says_so_and_can_go_on(boss, world: World, ana, monkeypatch):
    monkeypatch.setattr(log_leaves, "SEARCHED", 4)
    for text in ("needle", *["hay"] * 6):
        post(ana, world.home, text)

    first = boss.get(LOG, {"words": "needle"})
    second = boss.get(LOG + first.context["older_url"])

    assert not first.context["leaf"].entries
    assert "Looked through back to" in first.content.decode()
    assert [entry.text for entry in second.context["leaf"].entries] == ["needle"]
    assert second.context["older_url"] is None


def test_a_message_is_shown_with_what_was_said_around_it(boss, world: World, ana, talk):
    answer = boss.get(
        LOG, {"room": f"#{world.home}", "upto": Message.objects.get(text="the kettle is on").pk}
    )

    assert [entry.text for entry in answer.context["leaf"].entries] == ["the kettle is on"]
    newer = boss.get(LOG + answer.context["newer_url"])
    assert [entry.text for entry in newer.context["leaf"].entries] == ["Чайник кипит"]


@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, "٣", ""])
def test_a_place_that_is_none_is_the_newest(boss, talk, place):
    assert "the kettle is on" in text_of(boss, LOG, before=place)


def test_an_erased_person_stays_as_an_emptied_author(boss, talk, ana):
    erase_user(ana)

    page = text_of(boss, LOG, author=f"deleted-{ana.pk}")

    assert "the kettle is on" in page
    assert "Pérez" not in page


def test_that_a_room_was_closed_stands_in_its_log(boss, talk):
    act(boss, ROOMS, "close_rooms", talk["tea"])

    assert "The room was closed by an administrator." in text_of(boss, LOG, room="Tea")


def test_a_leaf_asks_eleven_questions_at_most_however_long_the_log_is(
    boss, world: World, ana, talk, django_assert_max_num_queries
):
    for number in range(60):
        post(ana, world.home, f"number {number}")
    text_of(boss, LOG)

    with django_assert_max_num_queries(11):
        text_of(boss, LOG, words="number", author="ana", room="General")


def test_nothing_of_the_log_is_counted(boss, talk):
    with CaptureQueriesContext(connection) as asked:
        text_of(boss, LOG, words="kettle", author="ana", room="General", day="2001-02-03")
        text_of(boss, LOG, kind="private", author="ana")

    of_messages = [query["sql"] for query in asked if '"rooms_message"' in query["sql"]]
    assert of_messages
    assert not [sql for sql in of_messages if "COUNT(" in sql.upper() or "LIMIT" not in sql]


def test_a_message_has_no_page_on_which_to_change_it(boss, talk):
    message = Message.objects.first()

    for page in ("change", "delete", "history"):
        assert boss.get(f"{LOG}{message.pk}/{page}/").status_code == 404


def test_time_between_is_kept(boss, world: World, ana):
    """Two entries of one moment stand on one leaf or the next, and on one only."""
    for number in range(3):
        post(ana, world.home, f"number {number}")
    moment = Message.objects.first().sent_at - timedelta(days=1)
    Message.objects.update(sent_at=moment)
    pks = list(Message.objects.order_by("-pk").values_list("pk", flat=True))

    answer = boss.get(LOG, {"before": pks[0]})

    assert [entry.pk for entry in answer.context["leaf"].entries] == pks[1:]
