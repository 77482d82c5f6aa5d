"""Which rooms have grown: told once a second, of rooms that last, by whoever has stored it."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping

import pytest
import pytest_asyncio

from rooms.delivery import growth as module
from rooms.delivery.entries import Entry
from rooms.delivery.groups import LOBBY, inbox_group, room_group
from rooms.delivery.growth import Growth
from rooms.delivery.hints import Hint, entries_hint
from rooms.pools import Unavailable
from rooms.protocol.limits import GREW_PER_SECOND
from tests.unit.rooms.model import until

pytestmark = pytest.mark.asyncio

LASTING, TEMPORARY = {1, 2}, 3


class Worker:
    """What a worker is asked and told; asking may fail."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.asked: list[list[int]] = []
        self.told: list[dict[int, int]] = []
        self.others: list[tuple[str, Hint]] = []
        self.growth = Growth(
            self.which_last, self.tell, lambda group, hint: self.others.append((group, hint))
        )

    async def which_last(self, room_ids: Collection[int]) -> set[int]:
        self.asked.append(sorted(room_ids))
        if self.failures:
            raise self.failures.pop()
        return LASTING & set(room_ids)

    def tell(self, heads: Mapping[int, int]) -> None:
        self.told.append(dict(heads))

    def store(self, room_id: int, *seqs: int, closes: bool = False) -> None:
        entries = [Entry(seq, "{}", closes and seq == seqs[-1]) for seq in seqs]
        self.growth.notice(room_group(room_id), entries_hint(room_id, entries))


@pytest_asyncio.fixture
async def worker(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Worker]:
    monkeypatch.setattr(module, "GREW_PER_SECOND", 100)
    worker = Worker()
    running = asyncio.create_task(worker.growth.run())
    yield worker
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_what_was_stored_in_one_moment_is_one_piece_of_news(worker: Worker):
    worker.store(1, 5, 6)
    worker.store(2, 9)
    worker.store(1, 7)
    await until(lambda: worker.told)

    assert worker.told == [{1: 7, 2: 9}]
    assert worker.others == [(LOBBY, {"type": "rooms.grew", "heads": [[1, 7], [2, 9]]})]


async def test_what_others_have_stored_is_told_here_and_to_nobody_else(worker: Worker):
    worker.growth.hear([(1, 8), (2, 3)])
    worker.growth.hear([(1, 7)])
    await until(lambda: worker.told)

    assert worker.told == [{1: 8, 2: 3}]
    assert worker.others == []
    assert worker.asked == []


async def test_what_is_further_is_told_of_one_room(worker: Worker):
    worker.store(1, 5)
    worker.growth.hear([(1, 8)])
    await until(lambda: worker.told)

    assert worker.told == [{1: 8}]


async def test_a_temporary_room_an_inbox_and_the_end_of_a_room_are_no_news(worker: Worker):
    worker.store(TEMPORARY, 4)
    worker.store(2, 6, closes=True)
    worker.growth.notice(inbox_group(1), entries_hint(1, [Entry(1, "{}")]))
    worker.growth.notice(LOBBY, {"type": "lobby.changed", "opened": [], "changed": [1], "removed": []})
    await until(lambda: worker.asked)
    worker.store(1, 1)
    await until(lambda: worker.told)

    assert worker.told == [{1: 1}]


async def test_a_room_is_asked_for_once(worker: Worker):
    for seq in (1, 2, 3):
        worker.store(1, seq)
        worker.store(TEMPORARY, seq)
        await until(lambda seq=seq: len(worker.told) == seq)

    assert worker.asked == [[1, 3]]


async def test_more_rooms_than_are_kept_in_mind_are_asked_for_again(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "KNOWN_MAX", 1)
    for count, room_id in enumerate((1, 2, 1), 1):
        worker.store(room_id, count)
        await until(lambda count=count: len(worker.told) == count)

    assert worker.asked == [[1], [2], [1]]


async def test_while_the_database_is_away_others_are_heard_and_then_all_is_told(worker: Worker):
    worker.failures = [Unavailable()]
    worker.store(1, 5)
    worker.growth.hear([(2, 8)])
    await until(lambda: len(worker.told) == 2)

    assert worker.told == [{2: 8}, {1: 5}]


async def test_a_bug_costs_one_piece_of_news(worker: Worker):
    worker.failures = [RuntimeError("a bug")]
    worker.store(1, 5)
    await until(lambda: worker.asked)
    worker.store(2, 9)
    await until(lambda: worker.told)

    assert worker.told == [{2: 9}]


async def test_it_is_told_once_a_second():
    assert GREW_PER_SECOND == 1
