"""Presence: a temporary room lives as long as its creator is here, whatever becomes of workers and devices."""

import random
import uuid
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.sessions import session_hash
from rooms.delivery.groups import LOBBY, inbox_group
from rooms.models import LiveConnection, Message, Participant, Room, WorkerLease, database_now
from rooms.pools import Unavailable
from rooms.presence import leases
from rooms.protocol.errors import CloseCode, ErrorCode, Refused
from rooms.services import arriving, opening, rooms
from rooms.services.opening import Opening
from rooms.services.presence import (
    ask_to_close,
    depart,
    give_up,
    reap_expired,
    reap_spawn,
    start_countdown_of_abandoned,
    told_to_close,
)
from tests.services.conftest import Hints
from tests.services.world import World, arrive, closes_at, is_closed, room_of, threads

SOON = timedelta(seconds=5)
A_TICK = timedelta(milliseconds=2)  # of the coarsest clock of a database


def connection_of(user) -> uuid.UUID:
    return LiveConnection.objects.get(user=user).pk


def let_the_grace_end(room_id: int) -> None:
    Room.objects.filter(pk=room_id).update(close_at=database_now())


def changes_of(room_id: int, hints: Hints) -> list[object]:
    return [hint for hint in hints.to(LOBBY) if room_id in hint["changed"]]


# --- The creator goes


def test_the_grace_begins_with_the_creators_last_connection(world: World, settings):
    ana = world.person("ana")
    tea = world.room(ana)
    first, second = connection_of(ana), world.connect(ana)

    depart([first])
    assert closes_at(tea) is None
    depart([second])

    grace = timedelta(seconds=settings.ROOM_GRACE_SECONDS)
    assert abs(closes_at(tea) - database_now() - grace) < SOON
    assert rooms.close_due_rooms() == []


def test_two_last_connections_that_go_at_once_begin_one_countdown(world: World, hints: Hints):
    ana = world.person("ana")
    tea = world.room(ana)
    with threads(2) as at_once:
        for _ in range(15):
            LiveConnection.objects.filter(user=ana).delete()
            gone = [world.connect(ana), world.connect(ana)]
            assert closes_at(tea) is None
            hints.clear()

            assert at_once(*[partial(depart, [each]) for each in gone]) == [None, None]

            assert closes_at(tea) is not None
            # Once because two people left the list's room, and exactly once because a countdown began.
            assert len(changes_of(tea, hints)) == 1


def test_a_guest_who_goes_begins_no_countdown(world: World):
    ana, ben = world.people(2)
    tea = world.room(ana)

    depart([world.connect(ben, wanted=[tea])])

    assert closes_at(tea) is None


def test_a_permanent_room_stays_when_its_creator_goes(world: World):
    ana = world.person("ana")
    library = world.room(ana, kind="permanent")

    depart([connection_of(ana)], at_once=True)

    assert closes_at(library) is None
    assert rooms.close_due_rooms() == []


def test_a_room_whose_grace_is_over_closes_once_for_all_janitors(world: World):
    ana, ben = world.people(2)
    with threads(4) as at_once:
        for number in range(6):
            tea = world.room(ana, f"Tea {number}")
            guest = world.connect(ben, wanted=[tea])
            depart([connection_of(ana)])
            let_the_grace_end(tea)

            closed = at_once(*[rooms.close_due_rooms] * 4)

            assert [each for ids in closed for each in ids] == [tea]
            assert [entry.text for entry in Message.objects.of(tea)] == ["owner_left"]
            assert room_of(guest) == world.home


def test_nobody_closes_a_room_before_its_time(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    depart([connection_of(ana)])
    Room.objects.filter(pk=tea).update(close_at=database_now() + SOON)

    assert rooms.close_due_rooms() == []
    assert not is_closed(tea)


# --- The creator comes back


def test_a_return_in_time_stops_the_countdown(world: World, hints: Hints):
    ana = world.person("ana")
    tea = world.room(ana)
    depart([connection_of(ana)])
    hints.clear()

    assert arrive(world.arrival(ana, wanted=[tea])) == tea

    assert closes_at(tea) is None
    assert changes_of(tea, hints)


def test_a_return_into_another_room_stops_the_countdown_too(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    depart([connection_of(ana)])

    assert arrive(world.arrival(ana)) == world.home

    assert closes_at(tea) is None


def test_a_return_too_late_finds_the_room_closed(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    depart([connection_of(ana)])
    let_the_grace_end(tea)
    rooms.close_due_rooms()

    assert arrive(world.arrival(ana, wanted=[tea])) == world.home
    assert is_closed(tea)


def test_a_creator_who_is_here_when_the_grace_ends_keeps_the_room(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    let_the_grace_end(tea)

    assert rooms.close_due_rooms() == []

    assert closes_at(tea) is None


def test_each_absence_has_the_whole_grace(world: World, settings):
    ana = world.person("ana")
    tea = world.room(ana)
    # However it came to be: a countdown that runs on though the creator is here.
    Room.objects.filter(pk=tea).update(close_at=database_now() + timedelta(seconds=1))

    depart([connection_of(ana)])

    assert closes_at(tea) - database_now() > timedelta(seconds=settings.ROOM_GRACE_SECONDS) - SOON


def test_a_return_in_the_moment_of_leaving_leaves_no_countdown_behind(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    here = connection_of(ana)
    with threads(1) as at_once, ThreadPoolExecutor(1) as coming:
        with transaction.atomic():
            depart([here])
            arrived = coming.submit(at_once, partial(arrive, world.arrival(ana)))
            wait([arrived], timeout=0.3)  # it may be through already, or wait for this transaction

        assert arrived.result() == [world.home]

    assert closes_at(tea) is None


def test_a_room_never_counts_down_while_its_creator_is_here(world: World):
    """Reloads, second devices and returns, two things at once, two hundred times."""
    ana, chance = world.person("ana"), random.Random(11)
    tea = world.room(ana)
    here = [connection_of(ana)]

    def come(connection_id: uuid.UUID) -> int:
        return arrive(world.arrival(ana, wanted=[tea], connection_id=connection_id))

    with threads(2) as at_once:
        for trial in range(200):
            coming = [uuid.uuid4()] if chance.random() < 0.6 or not here else []
            going = here[:1] if here and (not coming or chance.random() < 0.8) else []
            steps = [partial(come, each) for each in coming] + [partial(depart, [each]) for each in going]
            chance.shuffle(steps)
            problems = [result for result in at_once(*steps) if isinstance(result, Exception)]
            here = [each for each in here if each not in going] + coming

            assert problems == [], trial
            assert (closes_at(tea) is None) == bool(here), f"trial {trial}"
            assert rooms.close_due_rooms() == []

    assert not is_closed(tea)


# --- On purpose


def test_leaving_on_purpose_takes_no_grace(world: World):
    ana = world.person("ana")
    tea = world.room(ana)

    depart([connection_of(ana)], at_once=True)

    assert is_closed(tea)


def test_leaving_on_purpose_with_a_second_device_closes_nothing(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    first = connection_of(ana)
    world.connect(ana)

    depart([first], at_once=True)

    assert not is_closed(tea)
    assert closes_at(tea) is None


def test_without_grace_a_room_goes_with_its_creator(world: World, settings):
    settings.ROOM_GRACE_SECONDS = 0
    ana = world.person("ana")
    tea = world.room(ana)

    depart([connection_of(ana)])

    assert is_closed(tea)


def test_after_a_log_out_there_is_no_grace(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    here = connection_of(ana)
    assert ask_to_close(close_code=CloseCode.SESSION_ENDED, user_id=ana.pk) == 1

    depart([here])

    assert is_closed(tea)


def test_to_depart_twice_is_to_depart_once(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    here = connection_of(ana)
    depart([here])
    before = closes_at(tea)

    depart([here], at_once=True)

    assert closes_at(tea) == before


# --- Workers die


def test_an_expired_worker_is_reaped_by_exactly_one_of_many(world: World):
    ana, ben = world.people(2)
    janitors = [world.start_worker() for _ in range(4)]
    with threads(4) as at_once:
        for number in range(6):
            dead = world.start_worker()
            tea = rooms.create_room(
                world.connect(ana, worker_id=dead),
                owner=ana.pk,
                name=f"Tea {number}",
                kind="temporary",
                capacity=None,
            )
            world.connect(ben, worker_id=dead)
            world.let_expire(dead)

            counts = at_once(*[partial(reap_expired, own_worker=worker) for worker in janitors])

            assert sorted(counts) == [0, 0, 0, 2]
            assert not LiveConnection.objects.exists()
            assert not WorkerLease.objects.filter(pk=dead).exists()
            assert closes_at(tea) is not None


def test_the_grace_counts_from_the_last_sign_of_life(world: World, settings):
    settings.ROOM_GRACE_SECONDS = 15.0
    ana, dead = world.person("ana"), world.start_worker()
    tea = world.room(ana)
    LiveConnection.objects.filter(user=ana).update(worker_id=dead)
    before = database_now()
    world.let_expire(dead, seconds_ago=2)
    after = database_now()

    reap_expired(own_worker=world.worker)

    # Silent for LEASE + 2 s: three of the fifteen are left.
    left = timedelta(seconds=3)
    assert before - A_TICK <= closes_at(tea) - left <= after + A_TICK


def test_a_creator_who_was_here_after_a_worker_had_died_has_the_whole_grace_from_then(world: World, settings):
    settings.ROOM_GRACE_SECONDS = 15.0
    ana, dead = world.person("ana"), world.start_worker()
    tea = world.room(ana)
    LiveConnection.objects.filter(user=ana).update(worker_id=dead)
    second = world.connect(ana)
    world.let_expire(dead, seconds_ago=2)

    depart([second])
    assert closes_at(tea) is None, "nobody knows yet that the other device is gone"
    reap_expired(own_worker=world.worker)

    assert abs(closes_at(tea) - database_now() - timedelta(seconds=15)) < SOON


def test_of_two_dead_workers_the_one_that_lived_longer_counts(world: World, settings):
    settings.ROOM_GRACE_SECONDS = 25.0
    ana = world.person("ana")
    # They are taken back in the order of their ids.
    later, earlier = sorted([world.start_worker(), world.start_worker()])
    tea = world.room(ana)
    LiveConnection.objects.filter(user=ana).update(worker_id=earlier)
    world.connect(ana, worker_id=later)
    world.let_expire(earlier, seconds_ago=9)
    before = database_now()
    world.let_expire(later, seconds_ago=1)
    after = database_now()

    assert reap_expired(own_worker=world.worker) == 2

    left = timedelta(seconds=14)
    assert before - A_TICK <= closes_at(tea) - left <= after + A_TICK


def test_a_grace_that_is_over_when_the_death_is_found_closes_now_and_not_before(world: World, settings):
    settings.ROOM_GRACE_SECONDS = 3.0
    ana, dead = world.person("ana"), world.start_worker()
    tea = world.room(ana)
    LiveConnection.objects.filter(user=ana).update(worker_id=dead)
    world.let_expire(dead)
    before = database_now()

    reap_expired(own_worker=world.worker)

    assert before <= closes_at(tea) <= database_now()
    assert rooms.close_due_rooms() == [tea]


def test_a_worker_never_reaps_itself_nor_one_that_lives(world: World):
    other = world.start_worker()
    world.connect(world.person("ana"), worker_id=other)
    world.let_expire(world.worker)

    assert reap_expired(own_worker=world.worker) == 0

    assert LiveConnection.objects.count() == 1


def test_what_the_supervisor_saw_die_is_taken_back_at_once(world: World, settings):
    spawn, ana = uuid.uuid4(), world.person("ana")
    dead = world.start_worker(spawn=spawn)
    tea = world.room(ana)
    LiveConnection.objects.filter(user=ana).update(worker_id=dead)
    stays = world.connect(world.person("ben"))

    assert reap_spawn(spawn) == 1
    assert reap_spawn(spawn) == 0

    assert list(LiveConnection.objects.values_list("pk", flat=True)) == [stays]
    grace = timedelta(seconds=settings.ROOM_GRACE_SECONDS)
    assert abs(closes_at(tea) - database_now() - grace) < SOON


def test_a_worker_that_was_declared_dead_finds_out_and_admits_nobody(world: World):
    world.let_expire(world.worker)
    other = world.start_worker()
    reap_expired(own_worker=other)

    assert leases.beat(world.worker) is None
    with pytest.raises(Unavailable):
        world.connect(world.person("ana"))


def test_a_beat_keeps_a_late_worker_alive(world: World):
    world.let_expire(world.worker)

    assert leases.beat(world.worker) is not None

    assert reap_expired(own_worker=world.start_worker()) == 0


def test_a_worker_that_ends_in_order_gives_its_people_back(world: World):
    ana = world.person("ana")
    tea = world.room(ana)

    give_up(world.worker)

    assert closes_at(tea) is not None
    assert not WorkerLease.objects.exists()


def test_an_abandoned_room_that_nobody_noticed_is_found(world: World):
    ana = world.person("ana")
    tea = world.room(ana)
    LiveConnection.objects.all().delete()

    assert start_countdown_of_abandoned() == 1
    assert start_countdown_of_abandoned() == 0

    assert closes_at(tea) is not None


# --- Too many connections


def test_the_oldest_connection_goes_when_there_are_too_many(world: World, settings, hints: Hints):
    settings.LIMITS, settings.CONNECTIONS_PER_PERSON = True, 3
    ana, ben = world.people(2)
    other = world.connect(ben)
    mine = [world.connect(ana) for _ in range(3)]
    for age, connection_id in enumerate(reversed(mine)):
        LiveConnection.objects.filter(pk=connection_id).update(
            joined_at=database_now() - timedelta(minutes=1 + age)
        )
    hints.clear()

    newest = world.connect(ana)

    told = told_to_close(world.worker)
    assert told == {mine[0]: CloseCode.TOO_MANY_CONNECTIONS}
    assert hints.to(inbox_group(ana.pk)) == [{"type": "sessions.changed"}]
    assert {newest, other}.isdisjoint(told)


def test_many_devices_at_once_leave_no_more_than_allowed(world: World, settings):
    settings.LIMITS, settings.CONNECTIONS_PER_PERSON = True, 3
    ana = world.person("ana")

    with threads(8) as at_once:
        at_once(*[partial(arrive, world.arrival(ana)) for _ in range(8)])

    assert LiveConnection.objects.filter(close_code=None).count() == 3


def test_without_limits_nobody_is_told_to_go(world: World, settings):
    settings.LIMITS, settings.CONNECTIONS_PER_PERSON = False, 1
    ana = world.person("ana")

    for _ in range(3):
        world.connect(ana)

    assert told_to_close(world.worker) == {}


def test_to_arrive_twice_is_to_arrive_once(world: World, settings):
    settings.LIMITS, settings.CONNECTIONS_PER_PERSON = True, 1
    arrival = world.arrival(world.person("ana"))

    assert arrive(arrival) == arrive(arrival) == world.home

    assert LiveConnection.objects.count() == 1
    assert told_to_close(world.worker) == {}


def test_somebody_deactivated_does_not_get_in(world: World):
    with pytest.raises(Refused) as raised:
        world.connect(world.person("ana", is_active=False))

    assert raised.value.code is ErrorCode.FORBIDDEN


# --- Ended sessions


def test_only_the_connections_of_one_session_are_told_to_close(world: World, hints: Hints):
    ana = world.person("ana")
    ended, stays = world.connect(ana, session_hash="a" * 64), world.connect(ana, session_hash="b" * 64)
    hints.clear()

    assert ask_to_close(close_code=CloseCode.SESSION_ENDED, session_hash="a" * 64) == 1

    assert told_to_close(world.worker) == {ended: CloseCode.SESSION_ENDED}
    assert hints.to(inbox_group(ana.pk)) == [{"type": "sessions.changed"}]
    assert stays not in told_to_close(world.worker)


def test_one_device_too_many_and_a_room_that_closes_take_rooms_before_connections(world: World, settings):
    settings.LIMITS, settings.CONNECTIONS_PER_PERSON = True, 1
    ana = world.person("ana")
    world.room(ana)

    with CaptureQueriesContext(connection) as queries:
        world.connect(ana)

    said = [query["sql"] for query in queries]
    rooms_taken = next(n for n, sql in enumerate(said) if sql.startswith("SELECT stream_id, owner_id"))
    dismissed = next(n for n, sql in enumerate(said) if sql.startswith('UPDATE "rooms_liveconnection"'))
    assert rooms_taken < dismissed


def test_a_log_out_and_a_room_that_closes_take_the_connections_in_one_order(world: World):
    ana = world.person("ana")
    for _ in range(3):
        world.connect(ana, session_hash="a" * 64)

    with CaptureQueriesContext(connection) as queries:
        ask_to_close(close_code=CloseCode.SESSION_ENDED, session_hash="a" * 64)

    (taken,) = [query["sql"] for query in queries if query["sql"].startswith('SELECT "rooms_liveconnection"')]
    assert "ORDER BY 1 ASC" in taken  # its first column, the id


def test_who_has_been_told_why_to_close_is_not_told_anew(world: World):
    ana = world.person("ana")
    here = world.connect(ana)
    ask_to_close(close_code=CloseCode.BANNED, user_id=ana.pk)

    assert ask_to_close(close_code=CloseCode.SESSION_ENDED, user_id=ana.pk) == 0

    assert told_to_close(world.worker) == {here: CloseCode.BANNED}


def test_a_log_out_marks_the_connections_of_that_session(world: World, client, hints: Hints):
    ana = world.person("ana")
    client.force_login(ana)
    here = world.connect(ana, session_hash=session_hash(client.session.session_key))
    elsewhere = world.connect(ana, session_hash="b" * 64)

    client.post("/accounts/logout/")

    assert told_to_close(world.worker) == {here: CloseCode.SESSION_ENDED}
    assert elsewhere not in told_to_close(world.worker)


def test_a_changed_account_is_only_a_hint_to_look(world: World, hints: Hints):
    ana = world.person("ana")
    world.connect(ana)
    hints.clear()

    ana.is_active = False
    ana.save()

    assert hints == [(inbox_group(ana.pk), {"type": "sessions.changed"})]
    assert told_to_close(world.worker) == {}


def test_a_hint_about_sessions_waits_for_the_commit(world: World, hints: Hints):
    ana = world.person("ana")
    world.connect(ana)
    hints.clear()

    with transaction.atomic():
        ask_to_close(close_code=CloseCode.BANNED, user_id=ana.pk)
        assert hints == []

    assert len(hints) == 1


@pytest.mark.parametrize(
    ("said", "kept"), [("2001:DB8:0:0::1", "2001:db8::1"), ("192.0.2.7", "192.0.2.7"), (None, None)]
)
def test_an_address_is_kept_in_one_spelling(world: World, said: str | None, kept: str | None):
    here = world.connect(world.person("ana"), address=said)

    assert LiveConnection.objects.get(pk=here).address == kept


# --- Those who come in one moment


def test_many_who_come_at_once_are_each_where_they_would_be_alone(world: World):
    ana, ben, eva, gone = (world.person(login) for login in ("ana", "ben", "eva", "gone"))
    tea, coffee = world.room(ana), world.room(ben, "Coffee")
    gone.is_active = False
    gone.save()

    landed = arriving.arrive(
        [
            world.arrival(eva, wanted=[coffee, tea]),
            world.arrival(gone),
            world.arrival(ana, wanted=[999_999]),
            world.arrival(ben, wanted=[tea]),
        ]
    )

    assert landed[0::2] == [coffee, world.home]
    assert landed[3] == tea
    assert isinstance(landed[1], Refused)
    assert landed[1].code is ErrorCode.FORBIDDEN
    assert set(Participant.objects.filter(room_id=tea).values_list("user__username", flat=True)) == {
        "ana",
        "ben",
    }


def test_the_last_seat_is_given_to_the_first_of_those_who_come_at_once(world: World):
    owner, *guests = (world.person(login) for login in ("owner", "ana", "ben", "eva"))
    small = world.room(owner, capacity=3)

    landed = arriving.arrive([world.arrival(guest, wanted=[small]) for guest in guests])

    assert landed == [small, small, world.home]


def test_many_who_come_at_once_take_one_transaction_and_as_many_statements_as_one(world: World):
    people = [world.person(f"p{number}") for number in range(20)]
    tea = world.room(world.person("ana"))

    def statements(who: list[User]) -> int:
        with CaptureQueriesContext(connection) as queries:
            opening.open_connections([Opening(arrival=world.arrival(one, wanted=[tea])) for one in who])
        return len(queries)

    statements(people)  # inboxes are made
    assert statements(people) == statements(people[:1])


def test_one_bad_arrival_keeps_nobody_else_out(world: World):
    ana, ben = world.person("ana"), world.person("ben")
    good, bad = world.arrival(ana), world.arrival(ben, session_hash=None)  # which no column takes

    landed = arriving.arrive([good, bad])

    assert landed[0] == world.home
    assert isinstance(landed[1], IntegrityError)
    assert room_of(good.connection_id) == world.home
    assert not LiveConnection.objects.filter(pk=bad.connection_id).exists()
