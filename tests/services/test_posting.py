"""Posting: one order, no hole, and a repeated send is harmless for ever."""

import random
import uuid
from collections import Counter
from functools import partial
from itertools import chain

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from accounts.services import erase_user
from rooms.delivery.groups import inbox_group, room_group
from rooms.delivery.hints import entries_of
from rooms.models import Inbox, Message, Stream
from rooms.protocol.errors import ErrorCode, Refused
from rooms.services import rooms
from rooms.services.history import read_log
from rooms.services.posting import Post, Posted, post_messages
from tests.services.conftest import Hints
from tests.services.world import World, code_of, direct, post, seqs, threads

RATE = Refused(ErrorCode.RATE_LIMITED, retry_after=3)
ELSEWHERE = Refused(ErrorCode.NOT_IN_ROOM)


def inbox_of(user) -> int:
    return Inbox.objects.get(user=user).stream_id


# --- Order


def test_numbers_run_without_hole_while_many_threads_post_and_send_again(world: World):
    authors = world.people(4)
    room_ids = [world.home, world.room(authors[0])]

    def talk(number: int) -> list[tuple[Post, Posted]]:
        chance, mine, told = random.Random(number), [], []
        for _ in range(8):
            batch = []
            for _ in range(chance.randint(1, 12)):
                if mine and chance.random() < 0.2:
                    batch.append(chance.choice(mine))
                else:
                    author, room_id = authors[number].pk, chance.choice(room_ids)
                    batch.append(Post(author_id=author, room_id=room_id, client_id=uuid.uuid4(), text="x"))
                    mine.append(batch[-1])
            told += zip(batch, post_messages(batch), strict=True)
        return told

    with threads(4) as at_once:
        told = list(chain.from_iterable(at_once(*[partial(talk, number) for number in range(4)])))

    assert all(isinstance(result, Posted) for _, result in told)
    given = {(item.room_id, item.client_id, result.seq) for item, result in told}
    assert len(given) == len({item.client_id for item, _ in told}), "each has one number for ever"
    for room_id in room_ids:
        count = sum(1 for there, _, _ in given if there == room_id)
        assert seqs(room_id) == list(range(1, count + 1))
        assert Stream.objects.get(pk=room_id).last_seq == count


def test_a_batch_keeps_the_order_in_which_it_was_given(world: World):
    ana = world.person("ana")
    batch = [
        Post(author_id=ana.pk, room_id=world.home, client_id=uuid.uuid4(), text=str(n)) for n in range(30)
    ]

    results = post_messages(batch)

    assert [result.seq for result in results] == list(range(1, 31))
    assert list(Message.objects.of(world.home).order_by("seq").values_list("text", flat=True)) == [
        str(n) for n in range(30)
    ]


def test_a_time_that_is_stored_is_the_time_that_was_told(world: World):
    ana = world.person("ana")

    posted = post(ana, world.home)

    assert Message.objects.get().sent_at == posted.sent_at
    assert posted.sent_at.microsecond % 1000 == 0


# --- The same again


def test_a_repeated_send_gets_its_first_number(world: World):
    ana, client_id = world.person("ana"), uuid.uuid4()
    first = post(ana, world.home, client_id=client_id)
    post(ana, world.home, "another")

    again = post(ana, world.home, client_id=client_id)

    assert (again.seq, again.sent_at, again.duplicate) == (first.seq, first.sent_at, True)
    assert seqs(world.home) == [1, 2]


def test_the_same_twice_in_one_batch_is_one_message(world: World):
    ana = world.person("ana")
    item = Post(author_id=ana.pk, room_id=world.home, client_id=uuid.uuid4(), text="x")

    first, second = post_messages([item, item])

    assert (first.duplicate, second.duplicate) == (False, True)
    assert first.seq == second.seq
    assert seqs(world.home) == [1]


@pytest.mark.parametrize("refusal", [RATE, ELSEWHERE], ids=["rate", "room"])
def test_a_refusal_holds_for_what_is_new_only(world: World, refusal: Refused):
    ana, client_id = world.person("ana"), uuid.uuid4()
    first = post(ana, world.home, client_id=client_id)

    with pytest.raises(Refused) as raised:
        post(ana, world.home, refusal=refusal)

    assert raised.value is refusal
    assert post(ana, world.home, client_id=client_id, refusal=refusal).seq == first.seq
    assert seqs(world.home) == [1]


def test_a_repeated_send_is_known_after_its_room_has_closed(world: World):
    ana, client_id = world.person("ana"), uuid.uuid4()
    tea = world.room(ana)
    first = post(ana, tea, client_id=client_id)
    rooms.close_room(tea, reason="deleted")

    again = post(ana, tea, client_id=client_id, refusal=ELSEWHERE)

    assert (again.seq, again.duplicate) == (first.seq, True)


def test_another_person_may_use_the_same_client_id(world: World):
    ana, ben = world.people(2)
    client_id = uuid.uuid4()

    assert post(ana, world.home, client_id=client_id).seq == 1
    assert post(ben, world.home, client_id=client_id).seq == 2


def test_other_words_under_the_same_client_id_are_a_conflict(world: World):
    ana, client_id = world.person("ana"), uuid.uuid4()
    world.person("ben")
    tea = world.room(ana)
    post(ana, world.home, "hello", client_id=client_id)

    for attempt in (
        partial(post, ana, world.home, "hullo"),
        partial(post, ana, tea, "hello"),
        partial(direct, ana, "ben", "hello"),
    ):
        with pytest.raises(Refused) as raised:
            attempt(client_id=client_id)
        assert raised.value.code is ErrorCode.CONFLICT

    assert seqs(tea) == []


def test_one_client_id_in_two_rooms_at_once_is_stored_once_and_a_conflict_once(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    with threads(2) as at_once:
        for _ in range(15):
            client_id = uuid.uuid4()
            results = at_once(
                *[partial(post, ana, room_id, client_id=client_id) for room_id in (world.home, tea)]
            )

            told = Counter(type(result) for result in results)
            assert told == {Posted: 1, Refused: 1}, results
            assert Message.objects.filter(client_id=client_id).count() == 1


# --- Closed rooms


def test_nothing_is_stored_in_a_closed_room(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    rooms.close_room(tea, reason="deleted")

    for refusal in (None, ELSEWHERE, RATE):
        with pytest.raises(Refused) as raised:
            post(ana, tea, refusal=refusal)
        assert raised.value.code is ErrorCode.ROOM_CLOSED

    assert seqs(tea) == [1]


def test_a_closed_room_that_one_never_was_in_is_just_another_room(world: World):
    ana, ben = world.people(2)
    tea = world.room(ana)
    rooms.close_room(tea, reason="deleted")

    with pytest.raises(Refused) as raised:
        post(ben, tea, refusal=ELSEWHERE)

    assert raised.value.code is ErrorCode.NOT_IN_ROOM


# --- Private messages


def test_a_private_message_is_one_entry_in_each_inbox(world: World):
    ana, ben = world.person("ana"), world.person("ben")
    direct(ben, "ana", "first")

    posted = direct(ana, "ben", "second")

    mine, theirs = Message.objects.filter(text="second").order_by("-is_origin")
    assert (mine.stream_id, mine.seq, mine.peer, mine.is_origin) == (inbox_of(ana), posted.seq, ben, True)
    assert (theirs.stream_id, theirs.peer, theirs.is_origin) == (inbox_of(ben), ana, False)
    assert mine.author == theirs.author == ana
    assert seqs(inbox_of(ana)) == seqs(inbox_of(ben)) == [1, 2]


def test_nobody_ever_sees_one_half_of_a_private_message(world: World):
    ana, ben = world.person("ana"), world.person("ben")
    done, counts = [], []

    def talk(author, to: str) -> None:
        for _ in range(20):
            direct(author, to)
        done.append(author)

    def look() -> None:
        while len(done) < 2:
            rows = Message.objects.order_by().values("is_origin").annotate(count=Count("pk"))
            counts.append({row["is_origin"]: row["count"] for row in rows})

    with threads(3) as at_once:
        problems = at_once(partial(talk, ana, "ben"), partial(talk, ben, "ana"), look)

    assert problems == [None] * 3
    assert all(count.get(True, 0) == count.get(False, 0) for count in counts)
    assert seqs(inbox_of(ana)) == seqs(inbox_of(ben)) == list(range(1, 41))


def test_a_repeated_private_message_is_known_and_not_copied_again(world: World):
    ana, ben, client_id = world.person("ana"), world.person("ben"), uuid.uuid4()
    first = direct(ana, "ben", client_id=client_id)

    again = direct(ana, "BEN", client_id=client_id, refusal=RATE)

    assert (again.seq, again.duplicate) == (first.seq, True)
    assert seqs(inbox_of(ben)) == [1]


def test_a_repeated_private_message_is_known_though_its_reader_was_erased(world: World):
    ana, ben, client_id = world.person("ana"), world.person("ben"), uuid.uuid4()
    first = direct(ana, "ben", client_id=client_id)
    erase_user(ben)

    assert direct(ana, "ben", client_id=client_id).seq == first.seq


def test_the_copy_of_a_private_message_takes_no_client_id_from_its_reader(world: World):
    ana, ben, client_id = world.person("ana"), world.person("ben"), uuid.uuid4()
    direct(ana, "ben", client_id=client_id)

    assert direct(ben, "ana", client_id=client_id).duplicate is False


def test_a_login_is_found_without_case_and_a_look_alike_is_not(world: World):
    ana = world.person("ana")
    world.person("Boris")

    assert direct(ana, "bORIS").seq == 1
    for look_alike in ("Воris", "B0ris", "bоris", "Bo ris", "nobody"):
        with pytest.raises(Refused) as raised:
            direct(ana, look_alike)
        assert raised.value.code is ErrorCode.USER_NOT_FOUND, look_alike


def test_somebody_who_is_gone_cannot_be_written_to(world: World):
    ana, ben, cleo = world.person("ana"), world.person("ben", is_active=False), world.person("cleo")
    erase_user(cleo)
    cleo.refresh_from_db()

    for login in (ben.username, "cleo", cleo.username):
        with pytest.raises(Refused) as raised:
            direct(ana, login)
        assert raised.value.code is ErrorCode.USER_NOT_FOUND


def test_a_private_message_to_oneself_is_refused(world: World):
    ana = world.person("ana")

    with pytest.raises(Refused) as raised:
        direct(ana, "ANA")

    assert raised.value.code is ErrorCode.BAD_REQUEST


def test_somebody_deactivated_says_nothing_more(world: World):
    ana = world.person("ana", is_active=False)

    with pytest.raises(Refused) as raised:
        post(ana, world.home)

    assert raised.value.code is ErrorCode.FORBIDDEN


def test_a_private_message_of_somebody_deleted_leaves_the_others_of_its_batch(world: World):
    ana, ben, cleo = world.people(3)
    gone = ana.pk
    ana.delete()

    private, spoken = post_messages(
        [
            Post(author_id=gone, to=ben.username, client_id=uuid.uuid4(), text="hello"),
            Post(author_id=cleo.pk, room_id=world.home, client_id=uuid.uuid4(), text="hello"),
        ]
    )

    assert (code_of(private), spoken.seq) == ("forbidden", 1)
    assert seqs(inbox_of(ben)) == []


def test_a_refused_message_leaves_the_others_of_its_batch(world: World):
    ana = world.person("ana")
    mine = {"author_id": ana.pk, "text": "x"}
    batch = [
        Post(room_id=world.home, client_id=uuid.uuid4(), **mine),
        Post(to="nobody", client_id=uuid.uuid4(), **mine),
        Post(room_id=world.home, client_id=uuid.uuid4(), refusal=RATE, **mine),
        Post(room_id=world.home, client_id=uuid.uuid4(), **mine),
    ]

    first, unknown, refused, last = post_messages(batch)

    assert (first.seq, last.seq) == (1, 2)
    assert (code_of(unknown), code_of(refused)) == ("user_not_found", "rate_limited")


# --- What is published


def test_what_is_hinted_is_what_the_log_says(world: World, hints: Hints):
    ana = world.person("ana", first_name="Ana", last_name="Pérez")
    ben = world.person("ben")
    tea = world.room(ana)
    hints.clear()

    post(ana, tea, "¡hola! \U0001f44b")
    direct(ana, "ben")
    rooms.close_room(tea, reason="deleted")

    for group, stream_id in (
        (room_group(tea), tea),
        (inbox_group(ana.pk), inbox_of(ana)),
        (inbox_group(ben.pk), inbox_of(ben)),
    ):
        told = [hint for hint in hints.to(group) if hint["type"] == "stream.entries"]
        shown = [entry for hint in told for entry in entries_of(hint)]
        assert shown == read_log(stream_id, 0, None, 50).entries


def test_a_private_message_is_hinted_to_the_two_and_to_nobody_else(world: World, hints: Hints):
    ana, ben = world.person("ana"), world.person("ben")

    direct(ana, "ben")

    assert {group for group, _ in hints} == {inbox_group(ana.pk), inbox_group(ben.pk)}


def test_nothing_is_published_for_what_is_stored_already(world: World, hints: Hints):
    ana, client_id = world.person("ana"), uuid.uuid4()
    post(ana, world.home, client_id=client_id)
    hints.clear()

    post(ana, world.home, client_id=client_id)

    assert hints == []


# --- What it costs


def queries_of(batch: list[Post]) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert all(isinstance(result, Posted) for result in post_messages(batch))
    return len(captured)


def test_a_batch_costs_the_same_queries_however_many_post(world: World):
    people = world.people(80)

    def batch(size: int) -> list[Post]:
        return [
            Post(author_id=person.pk, room_id=world.home, client_id=uuid.uuid4(), text="x")
            for person in people[:size]
        ]

    alone = queries_of(batch(1))

    assert queries_of(batch(80)) == alone
    assert alone <= 7, "people, begin, lock, look, insert, count on, commit"


def test_private_messages_cost_the_same_queries_however_many_are_written_to(world: World):
    ana, *people = world.people(20)
    for person in people:
        direct(ana, person.username)

    def batch(size: int) -> list[Post]:
        return [
            Post(author_id=ana.pk, to=person.username, client_id=uuid.uuid4(), text="x")
            for person in people[:size]
        ]

    alone = queries_of(batch(1))

    assert queries_of(batch(19)) == alone
