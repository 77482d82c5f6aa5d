"""Group commit: while one batch is being committed the next one gathers.

No timer: a lone item goes at once, a thousand at a time share a commit. Generic; what a batch does is given.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rooms.pools import CALL_SECONDS, Pool, Unavailable

BATCH_MAX = 300
QUEUE_MAX = 5000

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _Waiting(Generic[Item, Result]):
    item: Item
    result: "asyncio.Future[Result]"


@dataclass(frozen=True, slots=True)
class Committed(Generic[Result]):
    """What became of each item of a batch, and what follows."""

    results: Sequence[Result | Exception]
    then: Callable[[], None] = lambda: None


class GroupCommit(Generic[Item, Result]):
    """Hands items to `run` in batches, one batch at a time, in the order they came.

    `run` is called in a thread of `pool` and returns one result, or one exception, for each item; and what shall be
    done in the loop when whoever waited has gone on with theirs. It must be safe to repeat: an item that was answered
    `Unavailable` may have been committed.
    """

    def __init__(self, run: Callable[[Sequence[Item]], Committed[Result]], pool: Pool) -> None:
        self._run = run
        self._pool = pool
        self._waiting: deque[_Waiting[Item, Result]] = deque()
        self._committing: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """Wait for the commit and return the item's result, or raise its exception.

        Raises Unavailable after CALL_SECONDS, or at once when QUEUE_MAX items wait; an item that has not begun by then
        is dropped.
        """
        if len(self._waiting) >= QUEUE_MAX:
            raise Unavailable
        waiting: _Waiting[Item, Result] = _Waiting(item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit())
        try:
            async with asyncio.timeout(CALL_SECONDS):
                return await waiting.result
        except TimeoutError as problem:
            raise Unavailable from problem

    async def finish(self) -> None:
        """Wait until nothing is on its way to the database."""
        while self._committing is not None and not self._committing.done():
            await asyncio.wait([self._committing])

    async def _commit(self) -> None:
        while batch := self._next_batch():
            try:
                committed = await self._pool.submit(self._run, [waiting.item for waiting in batch])
            except Exception as problem:  # whatever it is, each of the batch is told
                committed = Committed([problem] * len(batch))
            for waiting, result in zip(batch, committed.results, strict=True):
                if waiting.result.done():
                    continue
                if isinstance(result, Exception):
                    waiting.result.set_exception(result)
                else:
                    waiting.result.set_result(result)
            # Behind those who waited, in the same turn: an ack and its own event leave in one write.
            asyncio.get_running_loop().call_soon(committed.then)

    def _next_batch(self) -> list[_Waiting[Item, Result]]:
        batch: list[_Waiting[Item, Result]] = []
        while self._waiting and len(batch) < BATCH_MAX:
            waiting = self._waiting.popleft()
            if not waiting.result.done():
                batch.append(waiting)
        return batch
