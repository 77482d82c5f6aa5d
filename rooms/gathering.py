"""Calls that are gathered: what comes while one is under way goes together in the next."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rooms.pools import Pool, Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Item, Result]):
    item: Item
    result: "asyncio.Future[Result]"


class Gathering(Generic[Item, Result]):
    """
    Hands items to `run` in a pool, `most` at a time at most, one batch after the other, in the order they came.

    `run` returns one result, or one exception, for each item. It must be safe to repeat: an item that was answered
    `Unavailable` may have been done. An item whose caller has gone before its turn is left out. Use it in one loop.
    """

    def __init__(
        self, pool: Pool, run: Callable[[Sequence[Item]], Sequence[Result | Exception]], *, most: int
    ) -> None:
        self._pool = pool
        self._run = run
        self._most = most
        self._waiting: deque[_Waiting[Item, Result]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Wait for the item's result and return it, or raise its exception. Raises Unavailable as `Pool.run` does."""
        waiting: _Waiting[Item, Result] = _Waiting(item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        return await waiting.result

    def close(self) -> None:
        """Do nothing more, and tell nobody: for the end of the worker, when all who waited have gone."""
        if self._working is not None:
            self._working.cancel()

    async def _work(self) -> None:
        try:
            while self._waiting:
                await self._do(self._next_batch())
        finally:
            self._working = None

    def _next_batch(self) -> list[_Waiting[Item, Result]]:
        batch: list[_Waiting[Item, Result]] = []
        while self._waiting and len(batch) < self._most:
            waiting = self._waiting.popleft()
            if not waiting.result.done():
                batch.append(waiting)
        return batch

    async def _do(self, batch: list[_Waiting[Item, Result]]) -> None:
        if not batch:
            return
        try:
            results = await self._pool.run(self._run, [waiting.item for waiting in batch])
        except (
            Unavailable
        ) as problem:  # whoever waits behind hears it now, not after as long a wait of its own
            batch += self._waiting
            self._waiting.clear()
            results = [problem] * len(batch)
        except Exception as problem:
            results = [problem] * len(batch)
        for waiting, result in zip(batch, results, strict=True):
            _tell(waiting.result, result)


def _tell(future: "asyncio.Future[Result]", result: Result | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
