"""Reading logs: live, resume, history and export say the same."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.services import erase_user
from rooms.models import Inbox, Message, Stream
from rooms.protocol.errors import ErrorCode, Refused
from rooms.services import chatlog, lists, rooms
from rooms.services.history import history_name, read_heads, read_log
from rooms.services.inboxes import ensure_inboxes
from tests.services.world import World, direct, open_connection, post, threads


def texts(entries) -> list[str]:
    return [json.loads(entry.frame)["text"] for entry in entries]


def fetch(user, stream: str, *, before: int | None = None, after: int | None = None, limit: int = 50):
    return lists.fetch_history(user.pk, stream=stream, before=before, after=after, limit=limit)


def seqs_of(entries) -> list[int]:
    return [entry.seq for entry in entries]


# --- The log as feeds read it


def test_the_log_is_read_after_before_and_from_its_end(world: World):
    ana = world.person("ana")
    for number in range(1, 11):
        post(ana, world.home, str(number))

    assert seqs_of(read_log(world.home, 3, None, 4).entries) == [4, 5, 6, 7]
    assert seqs_of(read_log(world.home, None, 8, 3).entries) == [5, 6, 7]
    assert seqs_of(read_log(world.home, None, None, 2).entries) == [9, 10]
    assert seqs_of(read_log(world.home, 10, None, 5).entries) == []
    assert read_log(world.home, 0, None, 1).head == 10


def test_a_log_that_is_not_there_is_empty(world: World):
    assert read_log(999_999, None, None, 50) == (0, 0, [])


def test_the_head_never_claims_more_than_the_entries_have(world: World):
    ana = world.person("ana")
    done: list[bool] = []

    def talk() -> None:
        for _ in range(60):
            post(ana, world.home)
        done.append(True)

    def look() -> list[tuple[int, list[int]]]:
        pages = []
        while not done:
            page = read_log(world.home, None, None, 200)
            pages.append((page.head, seqs_of(page.entries)))
        return pages

    with threads(2) as at_once:
        _, pages = at_once(talk, look)

    assert pages
    for head, found in pages:
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= head


def test_all_heads_cost_one_query(world: World):
    ana = world.person("ana")
    tea, milk = world.room(ana, "Tea"), world.room(ana, "Milk")
    post(ana, tea)

    with CaptureQueriesContext(connection) as captured:
        heads = read_heads([world.home, tea, milk])

    assert heads == {world.home: 0, tea: 1, milk: 0}
    assert len(captured) == 1


def test_what_retention_has_cut_is_owned_up_to(world: World):
    ana = world.person("ana")
    for number in range(1, 6):
        post(ana, world.home, str(number))
    Stream.objects.filter(pk=world.home).update(floor_seq=2)
    Message.objects.of(world.home).filter(seq__lte=2).delete()

    page = read_log(world.home, 0, None, 50)

    assert (page.head, page.floor, seqs_of(page.entries)) == (5, 2, [3, 4, 5])


# --- History


def test_history_is_read_in_pages_both_ways(world: World):
    ana = world.person("ana")
    for number in range(1, 8):
        post(ana, world.home, str(number))
    stream = f"room:{world.home}"

    entries, more = fetch(ana, stream, limit=3)
    assert (seqs_of(entries), more) == ([5, 6, 7], True)
    entries, more = fetch(ana, stream, before=5, limit=4)
    assert (seqs_of(entries), more) == ([1, 2, 3, 4], False)
    entries, more = fetch(ana, stream, after=2, limit=3)
    assert (seqs_of(entries), more) == ([3, 4, 5], True)
    entries, more = fetch(ana, stream, after=7)
    assert (seqs_of(entries), more) == ([], False)


def test_history_says_what_the_feed_says(world: World):
    ana = world.person("ana", first_name="Ana")
    post(ana, world.home, "¡hola! 👋")

    assert fetch(ana, f"room:{world.home}")[0] == read_log(world.home, 0, None, 50).entries


@pytest.mark.parametrize(
    "stream",
    ["room:999999", "room:", "room:x", "room:-1", "room:" + "9" * 40, "room:٣", "inbox:1", "", "lobby"],
)
def test_what_is_not_there_and_what_is_not_ones_own_answer_alike(world: World, stream: str):
    with pytest.raises(Refused) as raised:
        fetch(world.person("ana"), stream)

    assert raised.value.code is ErrorCode.NOT_FOUND


def test_an_inbox_cannot_be_read_as_if_it_were_a_room(world: World):
    ana, ben, cleo = (world.person(name) for name in ("ana", "ben", "cleo"))
    direct(ana, "ben", "secret")
    for inbox in Inbox.objects.filter(user__in=[ana, ben]):
        with pytest.raises(Refused):
            fetch(cleo, f"room:{inbox.stream_id}")


def test_ones_inbox_is_ones_own(world: World):
    ana, ben, cleo = (world.person(name) for name in ("ana", "ben", "cleo"))
    direct(ana, "ben", "secret")

    assert texts(fetch(ana, "inbox")[0]) == texts(fetch(ben, "inbox")[0]) == ["secret"]
    assert fetch(cleo, "inbox") == ([], False)


def test_a_conversation_is_what_two_people_said_to_each_other(world: World):
    ana, ben, _cleo = (world.person(name) for name in ("ana", "ben", "cleo"))
    direct(ana, "ben", "one")
    direct(ana, "cleo", "two")
    direct(ben, "ana", "three")
    direct(ana, "ben", "four")

    entries, more = lists.fetch_conversation(ana.pk, login="BEN", before=None, limit=2)
    assert (texts(entries), more) == (["three", "four"], True)
    entries, more = lists.fetch_conversation(ana.pk, login="ben", before=entries[0].seq, limit=2)
    assert (texts(entries), more) == (["one"], False)


def test_a_conversation_with_nobody_is_refused(world: World):
    ana = world.person("ana")
    world.person("boris")
    for login in ("nobody", "bоris"):
        with pytest.raises(Refused) as raised:
            lists.fetch_conversation(ana.pk, login=login, before=None, limit=50)
        assert raised.value.code is ErrorCode.USER_NOT_FOUND


# --- People as they are now


def test_an_erased_author_is_an_emptied_author(world: World):
    ana, ben = world.person("ana", first_name="Ana", last_name="Pérez"), world.person("ben")
    post(ana, world.home, "still here")
    direct(ana, "ben", "me too")
    erase_user(ana)

    for stream in (f"room:{world.home}", "inbox"):
        ((entry,), _) = fetch(ben, stream)
        event = json.loads(entry.frame)
        assert event["author"] == {"id": ana.pk, "login": f"deleted-{ana.pk}", "name": ""}
        assert "Ana" not in entry.frame
    (conversation,) = lists.list_conversations(ben.pk, after=None, limit=50).items
    assert (conversation["login"], conversation["name"]) == (f"deleted-{ana.pk}", "")


def test_a_new_name_is_shown_on_what_was_said_before(world: World):
    ana = world.person("ana", first_name="Ana")
    post(ana, world.home)
    ana.first_name = "Anne"
    ana.save()

    ((entry,), _) = fetch(ana, f"room:{world.home}")

    assert json.loads(entry.frame)["author"]["name"] == "Anne"


# --- Opening


def test_who_opens_a_connection_is_told_where_they_are_and_how_far_their_inbox_is(world: World):
    ana, ben = world.person("ana", first_name="Ana"), world.person("ben")
    direct(ben, "ana")

    opened = open_connection(world.arrival(ana), resume_room=None)

    assert (opened.you.login, opened.you.name) == ("ana", "Ana")
    assert (opened.room.id, opened.room.occupants) == (world.home, 1)
    assert opened.inbox_seq == 1
    assert opened.inbox_stream == Inbox.objects.get(user=ana).stream_id
    assert not opened.saw_it_close


@pytest.mark.parametrize("was_there", [True, False])
def test_the_end_of_a_closed_room_is_told_to_who_was_there(world: World, was_there: bool):
    ana, ben = world.person("ana"), world.person("ben")
    tea = world.room(ana)
    if was_there:
        world.connect(ben, wanted=[tea])
    rooms.close_room(tea, reason="deleted")

    opened = open_connection(world.arrival(ben, wanted=[tea]), resume_room=tea)

    assert opened.room.id == world.home
    assert opened.saw_it_close is was_there


def test_many_who_need_an_inbox_at_once_get_the_same_one(world: World):
    ana = world.person("ana")
    with threads(4) as at_once:
        found = at_once(*[lambda: ensure_inboxes([ana.pk])[ana.pk].stream_id] * 4)

    assert len(set(found)) == 1
    assert Stream.objects.filter(kind=Stream.Kind.INBOX).count() == 1


def test_a_history_keeps_its_name(world: World):
    assert history_name() == history_name()


# --- The log as lines


def test_the_log_has_a_private_message_once_and_is_followed_from_where_it_was(world: World):
    ana, _ben = world.person("ana"), world.person("ben")
    post(ana, world.home, "one\ntwo")
    seen = chatlog.heads(None)
    direct(ana, "ben", "psst")
    tea = world.room(ana)
    rooms.close_room(tea, reason="deleted")

    lines = list(chatlog.log_lines(room=None, since=None))

    assert [line.split(" ", 1)[1] for line in lines] == [
        f"room {world.home} General #1 ana: one\\x0atwo",
        "private ana -> ben #1 psst",
        f"room {tea} Tea #1 (closed: deleted)",
    ]
    assert sorted(chatlog.lines_after(seen, None)) == sorted(lines[1:])
    assert list(chatlog.lines_after(seen, None)) == []
    assert list(chatlog.log_lines(room=None, since=timezone.now() + timedelta(days=1))) == []


def test_what_is_said_while_the_log_begins_to_be_followed_is_printed_once(world: World):
    ana, _ben = world.person("ana"), world.person("ben")
    seen = chatlog.heads(None)
    post(ana, world.home, "just now")
    direct(ana, "ben", "psst")

    printed = list(chatlog.log_lines(room=None, since=None, seen=seen))

    assert len(printed) == 2
    assert list(chatlog.lines_after(seen, None)) == []


@pytest.mark.parametrize("spelling", ["room:0%d", "room:+%d", "room: %d", "Room:%d", "%d"])
def test_a_stream_has_one_name_only(world: World, spelling: str):
    ana = world.person("ana")

    with pytest.raises(Refused) as raised:
        fetch(ana, spelling % world.home)

    assert raised.value.code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize("wanted", ["9" * 25, "9" * 5000, "٣", "nowhere", ""])
def test_a_room_that_nobody_has_is_not_found(world: World, wanted: str):
    with pytest.raises(Refused) as raised:
        chatlog.find_any_room(wanted)

    assert raised.value.code is ErrorCode.NOT_FOUND


def test_a_closed_room_is_found_for_the_log_by_id_and_by_name(world: World):
    tea = world.room(world.person("ana"), "Tea")
    rooms.close_room(tea, reason="deleted")

    assert chatlog.find_any_room(str(tea)).pk == chatlog.find_any_room("TEA").pk == tea
