"""Group commit: batches, in order, one answer for each item, and never a false one."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from rooms.delivery import writer as module
from rooms.delivery.writer import BATCH_MAX, QUEUE_MAX, Committed, GroupCommit
from rooms.pools import Line, Unavailable
from rooms.protocol.errors import ErrorCode, Refused
from tests.unit.rooms.model import settle

pytestmark = pytest.mark.asyncio


class Store:
    """What a batch does: keeps its items, when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.has_begun = threading.Event()

    def commit(self, items: Sequence[Any]) -> Committed[Any]:
        self.has_begun.set()
        assert self.may_commit.wait(10)
        self.batches.append(list(items))
        for item in items:
            if isinstance(item, Exception) and not isinstance(item, Refused):
                raise item
        return Committed([item if isinstance(item, Refused) else f"stored {item}" for item in items])

    @property
    def stored(self) -> list[Any]:
        return [item for batch in self.batches for item in batch]


Parts = tuple[Store, GroupCommit[Any, Any]]


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    line = Line("test")
    yield line
    line.close()


@pytest_asyncio.fixture
async def parts(line: Line) -> AsyncIterator[Parts]:
    store = Store()
    yield store, GroupCommit(store.commit, line)
    store.may_commit.set()


async def submit(commit: GroupCommit[Any, Any], *items: Any) -> list[asyncio.Task[Any]]:
    tasks = [asyncio.create_task(commit.submit(item)) for item in items]
    await settle()
    return tasks


async def test_what_follows_a_batch_comes_when_all_have_their_answers():
    order: list[str] = []
    line = Line("test")
    commit: GroupCommit[str, str] = GroupCommit(
        lambda items: Committed(list(items), lambda: order.append("then")), line
    )

    async def say(item: str) -> None:
        order.append(await commit.submit(item))

    await asyncio.gather(say("one"), say("two"))
    await settle()
    line.close()

    assert order == ["one", "then", "two", "then"] or order == ["one", "two", "then"]


async def test_a_lone_item_goes_at_once(parts: Parts):
    store, commit = parts

    assert await commit.submit("a") == "stored a"

    assert store.batches == [["a"]]


async def test_what_comes_during_a_commit_is_the_next_batch_in_order(parts: Parts):
    store, commit = parts
    store.may_commit.clear()
    first = await submit(commit, 1)

    rest = await submit(commit, *range(2, 50))
    store.may_commit.set()

    assert await asyncio.gather(*first, *rest) == [f"stored {n}" for n in range(1, 50)]
    assert store.batches == [[1], list(range(2, 50))]


async def test_what_comes_within_the_next_milliseconds_is_one_batch(line: Line):
    store = Store()
    commit: GroupCommit[Any, Any] = GroupCommit(store.commit, line, gather_seconds=0.3)
    assert await commit.submit(1) == "stored 1"

    soon = [*await submit(commit, 2), *await submit(commit, 3)]

    assert await asyncio.gather(*soon) == ["stored 2", "stored 3"]
    assert store.batches == [[1], [2, 3]]


async def test_when_enough_wait_no_more_is_waited_for(line: Line):
    store = Store()
    commit: GroupCommit[Any, Any] = GroupCommit(store.commit, line, gather_seconds=3600, enough=3)
    assert await commit.submit(1) == "stored 1"

    soon = [*await submit(commit, 2, 3), *await submit(commit, 4)]

    assert await asyncio.gather(*soon) == ["stored 2", "stored 3", "stored 4"]
    assert store.batches == [[1], [2, 3, 4]]


async def test_when_enough_have_come_during_a_commit_the_next_one_follows_at_once(line: Line):
    store = Store()
    commit: GroupCommit[Any, Any] = GroupCommit(store.commit, line, gather_seconds=3600, enough=2)
    store.may_commit.clear()
    first, rest = await submit(commit, 1), await submit(commit, 2, 3)
    store.may_commit.set()

    assert await asyncio.gather(*first, *rest) == ["stored 1", "stored 2", "stored 3"]


async def test_a_drain_waits_for_who_submits_again_at_the_end(parts: Parts):
    store, commit = parts
    store.may_commit.clear()

    async def twice() -> None:
        await commit.submit(1)
        await commit.submit(2)

    talking = asyncio.create_task(twice())
    finishing = asyncio.create_task(commit.finish())
    await settle()
    store.may_commit.set()
    await finishing

    assert store.stored == [1, 2]
    await talking


async def test_a_wrong_number_of_results_is_told_to_all_and_what_follows_is_done():
    line, followed = Line("test"), asyncio.Event()
    commit: GroupCommit[int, str] = GroupCommit(lambda _items: Committed(["one"], followed.set), line)

    results = await asyncio.gather(*(commit.submit(n) for n in range(3)), return_exceptions=True)
    await followed.wait()
    line.close()

    assert [type(result) for result in results] == [RuntimeError] * 3


async def test_a_batch_is_bounded(parts: Parts):
    store, commit = parts

    await asyncio.gather(*await submit(commit, *range(BATCH_MAX * 2 + 5)))

    assert max(len(batch) for batch in store.batches) == BATCH_MAX
    assert store.stored == list(range(BATCH_MAX * 2 + 5))


async def test_an_exception_belongs_to_its_item(parts: Parts):
    _, commit = parts
    refused = Refused(ErrorCode.CONFLICT)

    results = await asyncio.gather(*await submit(commit, 1, refused, 3), return_exceptions=True)

    assert results == ["stored 1", refused, "stored 3"]


async def test_a_failure_of_the_whole_batch_is_told_to_each_of_it_and_to_no_other(parts: Parts):
    store, commit = parts
    store.may_commit.clear()
    (first,) = await submit(commit, 1)
    broken = await submit(commit, 2, ValueError("broken"), 4)
    store.may_commit.set()

    results = await asyncio.gather(*broken, return_exceptions=True)

    assert [type(result) for result in results] == [ValueError] * 3
    assert await first == "stored 1"
    assert await commit.submit(5) == "stored 5"


async def test_what_takes_too_long_is_not_known_and_is_never_called_stored(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
):
    store, commit = parts
    monkeypatch.setattr(module, "CALL_SECONDS", 0.05)
    store.may_commit.clear()

    with pytest.raises(Unavailable):
        await commit.submit("begun")
    assert await asyncio.to_thread(store.has_begun.wait, 10)
    store.may_commit.set()
    await commit.finish()

    assert store.stored == ["begun"], "it may have been stored all the same"


async def test_what_has_not_begun_in_time_never_does(parts: Parts, monkeypatch: pytest.MonkeyPatch):
    store, commit = parts
    monkeypatch.setattr(module, "CALL_SECONDS", 0.05)
    store.may_commit.clear()

    results = await asyncio.gather(
        *await submit(commit, 1), *await submit(commit, 2, 3), return_exceptions=True
    )
    assert [type(result) for result in results] == [Unavailable] * 3
    monkeypatch.setattr(module, "CALL_SECONDS", 5)
    (late,) = await submit(commit, 4)
    store.may_commit.set()

    assert await late == "stored 4"
    assert store.stored == [1, 4]


async def test_who_no_longer_waits_is_not_written(parts: Parts):
    store, commit = parts
    store.may_commit.clear()
    (first,) = await submit(commit, 1)
    gone, stays = await submit(commit, 2, 3)

    gone.cancel()
    await settle()
    store.may_commit.set()

    assert await first == "stored 1"
    assert await stays == "stored 3"
    assert store.stored == [1, 3]


async def test_a_full_queue_is_said_at_once(parts: Parts, monkeypatch: pytest.MonkeyPatch):
    store, commit = parts
    monkeypatch.setattr(module, "QUEUE_MAX", 3)
    store.may_commit.clear()
    tasks = await submit(commit, 0)
    tasks += await submit(commit, 1, 2, 3)

    with pytest.raises(Unavailable):
        await commit.submit("one too many")

    store.may_commit.set()
    assert len(await asyncio.gather(*tasks)) == 4
    assert QUEUE_MAX > 1000


async def test_a_drain_waits_for_what_is_on_its_way(parts: Parts):
    store, commit = parts
    store.may_commit.clear()
    tasks = await submit(commit, 1, 2, 3)
    finishing = asyncio.create_task(commit.finish())
    await settle()
    assert not finishing.done()

    store.may_commit.set()
    await finishing

    assert store.stored == [1, 2, 3]
    await asyncio.gather(*tasks)


async def test_nothing_is_to_finish_where_nothing_was_begun(parts: Parts):
    await parts[1].finish()


async def test_a_crowd_is_answered_each_with_its_own(parts: Parts):
    store, commit = parts

    async def one(number: int) -> None:
        for turn in range(20):
            assert await commit.submit((number, turn)) == f"stored {(number, turn)}"

    await asyncio.gather(*[one(number) for number in range(50)])

    for number in range(50):
        assert [turn for who, turn in store.stored if who == number] == list(range(20))
    assert len(store.batches) < 200, "they share commits"
