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
class Waiting(Generic[Item, Result]):
    """An item whose caller waits for its result."""

    item: Item
    result: "asyncio.Future[Result]"

    def tell(self, result: Result | Exception) -> None:
        """Give the caller the result, or raise it there, unless it has gone or was told already."""
        if self.result.done():
            return
        if isinstance(result, Exception):
            self.result.set_exception(result)
        else:
            self.result.set_result(result)


def next_batch(waiting: deque[Waiting[Item, Result]], most: int) -> list[Waiting[Item, Result]]:
    """Take up to so many from the front; those whose callers have gone are dropped."""
    batch: list[Waiting[Item, Result]] = []
    while waiting and len(batch) < most:
        first = waiting.popleft()
        if not first.result.done():
            batch.append(first)
    return batch


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
        self._waiting: deque[Waiting[Item, Result]] = deque()
        self._working: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Wait for the item's result and return it, or raise its exception. Raises Unavailable as `Pool.run` does."""
        waiting: Waiting[Item, Result] = Waiting(item, asyncio.get_running_loop().create_future())
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
                await self._do(next_batch(self._waiting, self._most))
        finally:
            self._working = None

    async def _do(self, batch: list[Waiting[Item, Result]]) -> None:
        if not batch:
            return
        try:
            results = await self._pool.run(self._run, [waiting.item for waiting in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{len(results)} results of {len(batch)} items")
        except Unavailable as problem:
            # Whoever waits behind hears it now, not after as long a wait of its own.
            batch += self._waiting
            self._waiting.clear()
            results = [problem] * len(batch)
        except Exception as problem:
            results = [problem] * len(batch)
        for waiting, result in zip(batch, results, strict=True):
            waiting.tell(result)
