"""Calls that are gathered: batches, in order, one answer for each item."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from rooms.gathering import Gathering
from rooms.pools import Unavailable
from rooms.protocol.errors import ErrorCode, Refused
from tests.unit.rooms.model import settle

pytestmark = pytest.mark.asyncio


class Desk:
    """In place of a pool: notes the batches, and does them when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[Any]] = []
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.trouble: Exception | None = None
        self.gathering: Gathering[Any, str] = Gathering(self, self.do, most=3)  # type: ignore[arg-type]

    async def run(self, function: Any, items: Sequence[Any]) -> Any:
        self.batches.append(list(items))
        await self.is_open.wait()
        if self.trouble is not None:
            raise self.trouble
        return function(items)

    def do(self, items: Sequence[Any]) -> list[Any]:
        return [item if isinstance(item, Exception) else f"done {item}" for item in items]

    async def submit(self, *items: Any) -> list[asyncio.Task[str]]:
        tasks = [asyncio.create_task(self.gathering.submit(item)) for item in items]
        await settle()
        return tasks


async def test_one_who_comes_alone_is_done_at_once():
    desk = Desk()

    assert await desk.gathering.submit(1) == "done 1"
    assert await desk.gathering.submit(2) == "done 2"
    assert desk.batches == [[1], [2]]


async def test_who_comes_while_one_is_under_way_goes_together_in_order_and_so_many_at_most():
    desk = Desk()
    desk.is_open.clear()
    tasks = await desk.submit(1)
    tasks += await desk.submit(2, 3, 4, 5)
    desk.is_open.set()

    assert await asyncio.gather(*tasks) == [f"done {number}" for number in range(1, 6)]
    assert desk.batches == [[1], [2, 3, 4], [5]]


async def test_what_is_refused_is_told_to_the_one_it_concerns():
    desk = Desk()
    desk.is_open.clear()
    tasks = await desk.submit(1, 2, Refused(ErrorCode.FORBIDDEN), 3)
    desk.is_open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert results[0::3] == ["done 1", "done 3"]
    assert results[1] == "done 2"
    assert isinstance(results[2], Refused)


async def test_whose_caller_has_gone_is_left_out():
    desk = Desk()
    desk.is_open.clear()
    first, gone, last = await desk.submit(1) + await desk.submit(2, 3)
    gone.cancel()
    await settle()
    desk.is_open.set()

    assert [await first, await last] == ["done 1", "done 3"]
    assert desk.batches == [[1], [3]]


async def test_a_database_that_is_away_is_told_at_once_to_all_who_wait_and_not_to_who_comes_later():
    desk = Desk()
    desk.is_open.clear()
    tasks = await desk.submit(1) + await desk.submit(2, 3, 4, 5, 6)
    desk.trouble = Unavailable()
    desk.is_open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    desk.trouble = None

    assert all(isinstance(result, Unavailable) for result in results)
    assert desk.batches == [[1]]
    assert await desk.gathering.submit(7) == "done 7"


async def test_a_bug_costs_one_batch_and_not_those_who_come_after():
    desk = Desk()
    desk.is_open.clear()
    tasks = await desk.submit(1) + await desk.submit(2)
    desk.trouble = ZeroDivisionError()
    desk.is_open.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    desk.trouble = None

    assert all(isinstance(result, ZeroDivisionError) for result in results)
    assert await desk.gathering.submit(3) == "done 3"


async def test_a_wrong_number_of_results_is_told_to_all_and_stalls_nobody():
    desk = Desk()
    desk.gathering._run = lambda items: []

    with pytest.raises(RuntimeError):
        await desk.gathering.submit(1)
    desk.gathering._run = desk.do
    assert await desk.gathering.submit(2) == "done 2"
