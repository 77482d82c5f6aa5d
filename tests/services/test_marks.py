"""Read marks: they go forward only, never beyond what was said, and belong to one person."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from rooms.delivery.groups import inbox_group
from rooms.models import ConversationMark, Inbox, Participant
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.limits import UNREAD_COUNTED
from rooms.services import lists, rooms
from rooms.services.marks import Mark, mark_read
from tests.services.conftest import Hints
from tests.services.world import World, direct, post, threads


def mark(user: User, place: int | str, seq: int) -> int:
    """Mark a room or a conversation; raises what is answered."""
    where = {"stream": f"room:{place}"} if isinstance(place, int) else {"with_": place}
    (result,) = mark_read([Mark(user_id=user.pk, seq=seq, **where)])  # type: ignore[arg-type]
    if isinstance(result, Exception):
        raise result
    return result


def read_in(user: User, room_id: int) -> int | None:
    rooms_listed = lists.list_rooms(user.pk, after=None, limit=200).items
    return next(room["read"] for room in rooms_listed if room["id"] == room_id)


def unread_of(user: User) -> dict[str, tuple[int, int]]:
    """Return the mark and the count of what is unread of each conversation."""
    conversations = lists.list_conversations(user.pk, after=None, limit=50).items
    return {each["login"]: (each["read"], each["unread"]) for each in conversations}


def test_whoever_comes_for_the_first_time_has_read_what_is_there(world: World):
    ana, ben = world.people(2)
    world.connect(ana)
    for _ in range(3):
        post(ana, world.home)

    assert read_in(ben, world.home) is None
    world.connect(ben)
    assert read_in(ben, world.home) == 3


def test_coming_back_reads_nothing(world: World):
    ana, ben = world.people(2)
    world.connect(ben)
    post(ana, world.home)
    world.connect(ben)

    assert read_in(ben, world.home) == 0


def test_whoever_is_moved_to_the_default_room_for_the_first_time_has_read_it(world: World):
    ana, ben = world.people(2)
    tea = world.room(ana)
    world.connect(ben, wanted=[tea])
    post(ana, world.home)

    rooms.close_room(tea, reason="deleted")

    assert read_in(ben, world.home) == 1


def test_a_mark_goes_forward_only_and_not_beyond_the_head(world: World):
    ana, ben = world.people(2)
    world.connect(ana)
    for _ in range(5):
        post(ben, world.home)

    assert [mark(ana, world.home, seq) for seq in (2, 1, 4, 0, 99)] == [2, 2, 4, 4, 5]
    assert read_in(ana, world.home) == 5


def test_marks_of_a_batch_are_answered_each_for_itself(world: World):
    ana, ben = world.people(2)
    for person in (ana, ben):
        world.connect(person)
    for _ in range(5):
        post(ben, world.home)
    direct(ben, ana.username)

    results = mark_read(
        [
            Mark(user_id=ana.pk, stream=f"room:{world.home}", seq=3),
            Mark(user_id=ben.pk, stream=f"room:{world.home}", seq=4),
            Mark(user_id=ana.pk, stream="room:99999", seq=1),
            Mark(user_id=ana.pk, with_=ben.username, seq=1),
            Mark(user_id=ana.pk, stream=f"room:{world.home}", seq=2),
        ]
    )

    assert [result if isinstance(result, int) else "refused" for result in results] == [3, 4, "refused", 1, 3]
    assert (read_in(ana, world.home), read_in(ben, world.home)) == (3, 4)


@pytest.mark.parametrize("stream", ["inbox", "room:99999", "room:", "room:x", "tea", ""])
def test_what_is_no_open_room_is_not_found(world: World, stream: str):
    ana = world.person("ana")
    world.connect(ana)

    (result,) = mark_read([Mark(user_id=ana.pk, stream=stream, seq=1)])

    assert isinstance(result, Refused)
    assert result.code is ErrorCode.NOT_FOUND


def test_a_room_that_has_closed_and_one_never_entered_are_not_found(world: World):
    ana, ben = world.people(2)
    closed, other = world.room(ana, "Tea"), world.room(ben, "Milk")
    rooms.close_room(closed, reason="deleted")

    for room_id in (closed, other):
        with pytest.raises(Refused) as raised:
            mark(ana, room_id, 1)
        assert raised.value.code is ErrorCode.NOT_FOUND
    assert not Participant.objects.filter(room_id=other, user=ana).exists()


def test_a_login_of_nobody_is_refused(world: World):
    ana, _ben = world.person("ana"), world.person("ben")

    for login in ("nobody", "bеn"):  # the second with a Cyrillic letter
        with pytest.raises(Refused) as raised:
            mark(ana, login, 1)
        assert raised.value.code is ErrorCode.USER_NOT_FOUND


def test_what_others_have_said_since_the_mark_is_unread(world: World):
    ana, _ben, _cleo = (world.person(name) for name in ("ana", "ben", "cleo"))
    ben, cleo = User.objects.get(username="ben"), User.objects.get(username="cleo")
    direct(ben, "ana")
    direct(ana, "ben")
    direct(cleo, "ana")
    direct(ben, "ana")

    assert unread_of(ana) == {"ben": (0, 2), "cleo": (0, 1)}
    assert unread_of(ben) == {"ana": (0, 1)}

    assert mark(ana, "BEN", 3) == 3
    assert unread_of(ana) == {"ben": (3, 1), "cleo": (0, 1)}
    assert mark(ana, "ben", 99) == 4
    assert mark(ana, "ben", 1) == 4
    assert unread_of(ana) == {"ben": (4, 0), "cleo": (0, 1)}


def test_more_than_a_hundred_are_not_counted(world: World):
    ana, ben = world.people(2)
    for _ in range(UNREAD_COUNTED + 3):
        direct(ben, ana.username)

    assert unread_of(ana) == {ben.username: (0, UNREAD_COUNTED)}


def test_a_conversation_in_which_nothing_was_said_keeps_no_mark(world: World):
    ana, ben, cleo = world.people(3)
    direct(ben, ana.username)

    assert mark(ana, cleo.username, 1) == 0
    assert mark(cleo, ana.username, 1) == 0
    assert not ConversationMark.objects.exists()


def test_all_devices_of_a_person_are_told_once_the_mark_has_moved(world: World, hints: Hints):
    ana, ben = world.people(2)
    world.connect(ana)
    post(ben, world.home)
    direct(ben, ana.username)
    hints.clear()

    for _ in range(2):
        mark(ana, world.home, 1)
        mark(ana, ben.username, 1)

    inbox = Inbox.objects.get(user=ana).stream_id
    assert [group for group, _ in hints] == [inbox_group(ana.pk)] * 2
    assert [(hint["type"], hint["inbox"]) for _, hint in hints] == [("read.marked", inbox)] * 2
    assert [json.loads(hint["frame"]) for _, hint in hints] == [
        {"type": "read.marked", "stream": f"room:{world.home}", "read": 1},
        {"type": "read.marked", "with": ben.username, "read": 1},
    ]


def test_two_workers_that_mark_at_once_leave_what_is_further(world: World):
    ana, ben = world.people(2)
    world.connect(ana)
    for _ in range(20):
        post(ben, world.home)
        direct(ben, ana.username)

    with threads(2) as at_once:
        for seq in range(1, 20, 2):
            results = at_once(
                lambda seq=seq: (mark(ana, world.home, seq), mark(ana, ben.username, seq)),
                lambda seq=seq: (mark(ana, world.home, seq + 1), mark(ana, ben.username, seq + 1)),
            )
            assert not [each for each in results if isinstance(each, Exception)]
            assert read_in(ana, world.home) == seq + 1
            assert unread_of(ana)[ben.username][0] == seq + 1


def test_nothing_that_was_said_before_there_were_marks_is_unread(world: World):
    ana, ben, cleo = world.people(3)
    world.connect(ana)
    post(ben, world.home)
    direct(ben, ana.username)
    direct(cleo, ana.username)
    migration = import_module("rooms.migrations.0006_nothing_old_is_unread")

    for _ in range(2):  # broken off, it is done again
        with connection.schema_editor(atomic=False) as editor:
            migration.start_in_rooms(apps, editor)
            migration.start_in_conversations(apps, editor)

    assert read_in(ana, world.home) == 1
    assert unread_of(ana) == {ben.username: (1, 0), cleo.username: (2, 0)}
    direct(cleo, ana.username)
    assert unread_of(ana)[cleo.username] == (2, 1)
