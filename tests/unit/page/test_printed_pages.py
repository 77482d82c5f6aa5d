"""What the pages print: the log with its neighbours, what scripts are given of it, and all that in few queries."""

import gzip
import json
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms.models import Message, Room
from rooms.pages.logs import PAGE
from rooms.services.history import history_name
from rooms.services.lists import fetch_history
from rooms.services.marks import Mark, mark_read
from rooms.services.posting import Post, post_messages
from rooms.services.rooms import note_participants
from tests.unit.page.test_views import NAUGHTY, open_room

HTML_BYTES = 14 * 1024
# Session, person, room, mark, log, inbox in two, history, rooms with marks, conversations in three with marks, people.
QUERIES = 15


@pytest.fixture
def ben(db: None) -> User:
    return User.objects.create_user("ben", first_name="Ben", last_name="Ode")


def say(author: User, *texts: str, room: Room | None = None, to: str | None = None) -> None:
    room_id = room.pk if room else None
    posts = [
        Post(author_id=author.pk, client_id=uuid.uuid4(), text=text, room_id=room_id, to=to) for text in texts
    ]
    assert not [result for result in post_messages(posts) if isinstance(result, Exception)]


def page(visitor: Client, path: str) -> str:
    response = visitor.get(path)
    assert response.status_code == 200
    return response.content.decode()


def texts(html: str) -> list[str]:
    return re.findall(
        r'<div class="message__text"[^>]*>(.*?)</div>', html.split("<template", 1)[0], re.DOTALL
    )


def seed_of(html: str) -> Any:
    found = re.search(r'<script id="chat-seed" type="application/json">(.*?)</script>', html)
    return json.loads(found[1]) if found else None


def way(html: str, label: str) -> str | None:
    found = re.search(rf'<a [^>]*href="([^"]*)"[^>]*>{label}</a>', html)
    return found[1] if found else None


def lines(first: int, last: int) -> list[str]:
    return [f"line {number}" for number in range(first, last + 1)]


def test_a_room_prints_its_newest_page_and_leads_to_those_before(
    visitor: Client, lobby: Room, ben: User
) -> None:
    say(ben, *lines(1, 70), room=lobby)

    newest = page(visitor, "/")
    older = page(visitor, way(newest, "Earlier messages") or "")
    oldest = page(visitor, way(older, "Earlier messages") or "")

    assert texts(newest) == lines(41, 70)
    assert texts(older) == lines(11, 40)
    assert texts(oldest) == lines(1, 10)
    assert way(oldest, "Earlier messages") is None
    assert way(newest, "Later messages") is None


def test_from_an_older_page_one_gets_to_later_ones_and_to_the_newest(
    visitor: Client, lobby: Room, ben: User
) -> None:
    say(ben, *lines(1, 70), room=lobby)

    older = page(visitor, "/?before=21")
    later = page(visitor, way(older, "Later messages") or "")

    assert texts(older) == lines(1, 20)
    assert texts(later) == lines(21, 50)
    assert way(later, "To the newest message") == "/"


def test_the_address_of_a_message_prints_it_among_its_neighbours(
    visitor: Client, lobby: Room, ben: User
) -> None:
    say(ben, *lines(1, 70), room=lobby)

    html = page(visitor, f"/r/{lobby.pk}/40/")

    assert "line 40" in texts(html)
    assert len(texts(html)) == PAGE
    assert re.findall(r'class="message[^"]*message--sought[^"]*" data-key="([^"]*)"', html) == [
        f"room:{lobby.pk}/40"
    ]


@pytest.mark.parametrize(
    "query", ["before=x", "before=0", "after=999", "before=", "before=9" + "9" * 30, "after=-1"]
)
def test_an_address_that_makes_no_sense_prints_the_newest_page(
    visitor: Client, lobby: Room, ben: User, query: str
) -> None:
    say(ben, *lines(1, 40), room=lobby)

    assert texts(page(visitor, f"/?{query}")) == lines(11, 40)


def test_a_message_that_is_not_there_is_said_to_be_missing(visitor: Client, lobby: Room, ben: User) -> None:
    say(ben, "hello", room=lobby)

    for seq in (0, 2, 10**30):
        html = page(visitor, f"/r/{lobby.pk}/{seq}/")
        assert "That message is not in this room." in html.split("chat-words", 1)[1].split("</script>", 1)[1]
        assert texts(html) == ["hello"]


def test_what_people_wrote_is_printed_as_text(visitor: Client, lobby: Room, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(first_name=NAUGHTY, last_name="")
    say(ben, NAUGHTY + "<b>bold</b>", room=lobby)

    html = page(visitor, "/")

    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    outside = re.sub(r"<script id=.*?</script>", "", html, flags=re.DOTALL)
    assert "<b>" not in outside
    assert "alert(" not in outside.replace("&lt;script&gt;alert(", "")


def test_private_messages_stand_among_those_of_the_room_and_on_their_own_page(
    visitor: Client, lobby: Room, ana: User, ben: User
) -> None:
    say(ben, "to all", room=lobby)
    say(ben, "to you", to="ana")
    say(ana, "back to you", to="ben")
    say(User.objects.create_user("cleo"), "from another", to="ana")

    assert texts(page(visitor, "/")) == ["to all", "to you", "back to you", "from another"]
    assert texts(page(visitor, "/p/ben/")) == ["to you", "back to you"]


def test_nobody_reads_the_private_messages_of_others(visitor: Client, lobby: Room, ben: User) -> None:
    say(ben, "not for ana", to=User.objects.create_user("cleo").username)

    for path in ("/", "/p/ben/", "/p/cleo/"):
        assert "not for ana" not in page(visitor, path)


def test_a_conversation_is_printed_page_by_page(visitor: Client, ana: User, ben: User) -> None:
    for number in range(1, 36):
        say(ben, f"line {number}", to="ana")
        say(User.objects.get_or_create(username="cleo")[0], "between", to="ana")

    newest = page(visitor, "/p/ben/")
    older = page(visitor, way(newest, "Earlier messages") or "")

    assert texts(newest) == lines(6, 35)
    assert texts(older) == lines(1, 5)
    assert way(older, "Earlier messages") is None
    assert texts(page(visitor, way(older, "Later messages") or "")) == lines(6, 35)


@pytest.mark.parametrize("query", ["before=1", "after=3", "after=999"])
def test_a_conversation_beyond_whose_ends_one_looks_is_not_shown_as_empty(
    visitor: Client, ana: User, ben: User, query: str
) -> None:
    say(ben, "one", "two", to="ana")

    assert texts(page(visitor, f"/p/ben/?{query}")) == ["one", "two"]


def test_scripts_are_given_the_same_events_as_were_sent_live(
    visitor: Client, lobby: Room, ana: User, ben: User
) -> None:
    history = history_name()
    say(ben, *lines(1, 40), room=lobby)
    say(ben, "psst", to="ana")

    seed = seed_of(page(visitor, "/"))

    entries, _ = fetch_history(ana.pk, stream=f"room:{lobby.pk}", before=None, after=None, limit=PAGE)
    inbox, _ = fetch_history(ana.pk, stream="inbox", before=None, after=None, limit=PAGE)
    assert seed == {
        "history": history,
        "streams": {
            f"room:{lobby.pk}": {
                "head": 40,
                "events": [json.loads(entry.frame) for entry in entries],
                "more": True,
            },
            "inbox": {"head": 1, "events": [json.loads(entry.frame) for entry in inbox], "more": False},
        },
        "marks": {},
    }


def test_what_is_unread_is_printed_below_a_line_and_told_to_the_scripts(
    visitor: Client, lobby: Room, ana: User, ben: User
) -> None:
    history_name()
    note_participants([(lobby.pk, ana.pk)])
    say(ben, *lines(1, 4), room=lobby)
    mark_read([Mark(user_id=ana.pk, stream=f"room:{lobby.pk}", seq=2)])
    other = open_room("Tea")
    note_participants([(other.pk, ana.pk)])
    say(ben, *lines(1, 120), room=other)
    say(ben, "one", "two", "three", to="ana")
    mark_read([Mark(user_id=ana.pk, with_="ben", seq=1)])

    here, there = page(visitor, "/"), page(visitor, "/p/ben/")

    keys = re.findall(r'<li class="(?:message|unread)[^>]* data-key="([^"]+)"', here)
    assert keys == [f"room:{lobby.pk}/{seq}" for seq in (1, 2)] + ["new"] + [
        f"room:{lobby.pk}/{seq}" for seq in (3, 4)
    ] + [f"inbox/{seq}" for seq in (1, 2, 3)]
    assert "New · 2" in here
    assert re.findall(r'data-part="unseen">([^<]+)<', here) == ["2", "99+"]
    assert seed_of(here)["marks"] == {f"room:{lobby.pk}": 2}
    assert seed_of(there)["marks"] == {"@ben": 1}
    assert seed_of(there)["conversation"]["unread"] == 2


def test_scripts_are_told_of_an_older_page_where_the_log_ends(
    visitor: Client, lobby: Room, ben: User
) -> None:
    history_name()
    say(ben, *lines(1, 70), room=lobby)

    stream = seed_of(page(visitor, f"/r/{lobby.pk}/5/"))["streams"][f"room:{lobby.pk}"]

    assert (stream["head"], stream["events"][0]["seq"], stream["events"][-1]["seq"]) == (70, 1, 30)


def test_scripts_are_given_a_conversation_and_how_far_the_inbox_had_got(
    visitor: Client, ana: User, ben: User
) -> None:
    history_name()
    say(ben, "one", "two", to="ana")

    seed = seed_of(page(visitor, "/p/ben/"))

    assert [event["text"] for event in seed["conversation"]["events"]] == ["one", "two"]
    assert seed["conversation"]["login"] == "ben"
    assert seed["streams"] == {"inbox": {"head": 2, "events": [], "more": True}}


def test_without_a_history_scripts_are_given_nothing(visitor: Client, lobby: Room, ben: User) -> None:
    say(ben, "hello", room=lobby)

    assert seed_of(page(visitor, "/")) is None


def test_times_are_printed_in_the_zone_that_the_browser_has_said(
    visitor: Client, lobby: Room, ben: User
) -> None:
    say(ben, "hello", room=lobby)
    Message.objects.update(sent_at="2026-11-20T23:30:00Z")

    for zone, time, day in [
        ("", "23:30", "2026-11-20"),
        ("Europe/Madrid", "00:30", "2026-11-21"),
        ("../../etc/passwd", "23:30", "2026-11-20"),
        ("No/Where", "23:30", "2026-11-20"),
        ("Europe", "23:30", "2026-11-20"),
        ("x" * 3000, "23:30", "2026-11-20"),
    ]:
        visitor.cookies["zone"] = zone
        html = page(visitor, "/")
        assert re.search(rf'<time class="message__time"[^>]*>{time}</time>', html), zone
        assert f'<time data-part="day" datetime="{day}">' in html, zone


def test_beside_the_log_stand_rooms_conversations_and_people_as_links(
    visitor: Client, lobby: Room, ben: User
) -> None:
    den = open_room("Den")
    say(ben, "psst", to="ana")

    html = page(visitor, "/")

    for href in ("/", f"/r/{den.pk}/", "/p/ben/"):
        assert re.search(rf'<a class="entry"[^>]* href="{href}"', html), href
    assert re.search(r'<a class="entry"[^>]* href="/"[^>]*aria-current="page"', html)


def test_the_form_sends_to_the_place_that_is_shown(visitor: Client, lobby: Room, ben: User) -> None:
    for path, action in [("/", f"/r/{lobby.pk}/post/"), ("/p/ben/", "/p/ben/post/")]:
        html = page(visitor, path)
        assert re.search(rf'<form class="composer__form" method="post" action="{action}"', html)
        assert re.search(r'name="client_id" value="[0-9a-f-]{36}"', html)
        assert "csrfmiddlewaretoken" in html


def test_a_page_takes_few_queries_however_much_is_on_it(
    visitor: Client, lobby: Room, ana: User, ben: User
) -> None:
    people = [User.objects.create_user(f"person{number}") for number in range(20)]
    for person in people:
        say(person, *lines(1, 3), room=lobby)
        say(person, "psst", to="ana")
        open_room(f"Room {person.pk}")

    for path in ("/", f"/r/{lobby.pk}/20/", "/?before=30", "/p/person1/"):
        with CaptureQueriesContext(connection) as queries:
            page(visitor, path)
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) <= QUERIES, (path, asked)


def test_a_room_with_a_page_of_messages_is_small(visitor: Client, lobby: Room, ana: User, ben: User) -> None:
    history_name()
    for number in range(15):
        say(
            ben,
            f"Message number {number} of Ben, as long as people write them on most days of the week.",
            room=lobby,
        )
        say(ana, f"An answer to number {number}, not much shorter than that to which it answers.", room=lobby)

    html = visitor.get("/").content

    assert len(gzip.compress(html, 6)) <= HTML_BYTES
