"""What is due is found by one question, and nothing is found that is not."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms.models import LiveConnection, Room, database_now
from rooms.services.due import Due, what_is_due
from tests.services.world import World

NOTHING = Due()
SOON = timedelta(seconds=30)


def test_in_a_quiet_house_nothing_is_due_and_one_query_says_so(world: World):
    world.room(world.person("ana"))
    world.start_worker()

    with CaptureQueriesContext(connection) as captured:
        assert not what_is_due()

    assert len(captured) == 1


def test_a_lease_is_due_when_it_has_run_out(world: World):
    silent = world.start_worker()
    world.let_expire(silent, seconds_ago=-SOON.total_seconds())
    assert what_is_due() == NOTHING

    world.let_expire(silent)

    assert what_is_due() == Due(leases=True)


def test_a_room_is_due_when_its_time_has_come(world: World):
    tea = world.room(world.person("ana"))
    Room.objects.filter(pk=tea).update(close_at=database_now() + SOON)
    assert what_is_due() == NOTHING

    Room.objects.filter(pk=tea).update(close_at=database_now() - timedelta(milliseconds=1))
    assert what_is_due() == Due(rooms=True)

    Room.objects.filter(pk=tea).update(closed_at=database_now())
    assert what_is_due() == NOTHING


def test_a_room_whose_creator_has_gone_unnoticed_is_due(world: World):
    world.room(world.person("ana"))
    LiveConnection.objects.all().delete()

    assert what_is_due() == Due(abandoned=True)
