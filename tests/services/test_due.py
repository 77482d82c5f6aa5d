"""What is due is found by one question, and nothing is found that is not."""

import uuid
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.models import LiveConnection, Room, WorkerLease, database_now
from rooms.services.due import Due, what_is_due
from tests.services.world import World

NOTHING = Due()
SOON = timedelta(seconds=30)


def due(world: World, worker_id: uuid.UUID | None = None) -> Due:
    return what_is_due(own_worker=worker_id or world.worker)


def test_in_a_quiet_house_nothing_is_due_and_one_query_says_so(world: World):
    world.room(world.person("ana"))
    world.start_worker()

    with CaptureQueriesContext(connection) as captured:
        assert not due(world)

    assert len(captured) == 1


def test_a_lease_is_due_when_it_has_run_out_and_never_ones_own(world: World):
    silent = world.start_worker()
    world.let_expire(silent, seconds_ago=-SOON.total_seconds())
    assert due(world) == NOTHING

    world.let_expire(silent)

    assert due(world) == Due(leases=True)
    assert due(world, silent) == NOTHING


def test_a_room_is_due_when_its_time_has_come(world: World):
    tea = world.room(world.person("ana"))
    Room.objects.filter(pk=tea).update(close_at=database_now() + SOON)
    assert due(world) == NOTHING

    Room.objects.filter(pk=tea).update(close_at=database_now())
    assert due(world) == Due(rooms=True)

    Room.objects.filter(pk=tea).update(closed_at=database_now())
    assert due(world) == NOTHING


def test_a_room_whose_creator_has_gone_unnoticed_is_due(world: World):
    world.room(world.person("ana"))
    LiveConnection.objects.all().delete()

    assert due(world) == Due(abandoned=True)


def test_a_worker_that_was_declared_dead_leaves_the_house_to_others(world: World):
    world.let_expire(world.start_worker())
    WorkerLease.objects.filter(pk=world.worker).delete()

    assert due(world) == NOTHING
    assert due(world, world.start_worker()) == Due(leases=True)
