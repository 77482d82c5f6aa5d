"""Read, then write: what SQLite refuses to deferred transactions, and must be no trouble on either database."""

from functools import partial

from rooms.models import Stream
from rooms.transactions import writing
from tests.services.world import World, threads

TURNS = 30


def test_threads_that_read_and_then_write_never_find_the_database_locked(world: World):
    def count_up() -> int:
        for _ in range(TURNS):
            with writing():
                stream = Stream.objects.locked([world.home]).get()
                stream.last_seq += 1
                stream.save(update_fields=["last_seq"])
        return TURNS

    with threads(3) as at_once:
        done = at_once(*[partial(count_up) for _ in range(3)])

    assert done == [TURNS] * 3
    assert Stream.objects.get(pk=world.home).last_seq == 3 * TURNS
