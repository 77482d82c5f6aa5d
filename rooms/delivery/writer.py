"""
Group commit: while one batch is being committed the next one gathers.

A lone item goes at once. What comes within the next milliseconds goes together: what a commit costs is the same for one
as for many, and whoever is in a room where so much is said has seen the last one a moment ago. Generic; what a batch
does is given.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from rooms.gathering import Waiting, next_batch
from rooms.pools import CALL_SECONDS, Line, Unavailable

GATHER_SECONDS = 0.010
ENOUGH = 8  # waiting, and they share a commit well: no more is waited for
BATCH_MAX = 300
QUEUE_MAX = 5000

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Committed(Generic[Result]):
    """What became of each item of a batch, and what follows."""

    results: Sequence[Result | Exception]
    then: Callable[[], None] = lambda: None


class GroupCommit(Generic[Item, Result]):
    """Hands items to `run` in batches, one batch at a time, in the order they came. Use it in one loop.

    `run` is called in the thread of `line` and returns one result, or one exception, for each item; and what shall be
    done in the loop when whoever waited has gone on with theirs. It must be safe to repeat: an item that was answered
    `Unavailable` may have been committed. `gather_seconds`: from the beginning of a batch to that of the
    next, unless `enough` wait before.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Committed[Result]],
        line: Line,
        *,
        gather_seconds: float = GATHER_SECONDS,
        enough: int = ENOUGH,
    ) -> None:
        self._run = run
        self._line = line
        self._gather_seconds = gather_seconds
        self._enough = enough
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Waiting[Item, Result]] = deque()
        self._gathers_until = 0.0
        self._next: asyncio.Handle | None = None  # the next commit, while none is under way
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    async def submit(self, item: Item) -> Result:
        """Wait for the commit and return the item's result, or raise its exception.

        Raises Unavailable after CALL_SECONDS, or at once when QUEUE_MAX items wait; an item that has not begun by then
        is dropped.
        """
        if len(self._waiting) >= QUEUE_MAX:
            raise Unavailable
        waiting: Waiting[Item, Result] = Waiting(item, self._loop.create_future())
        self._waiting.append(waiting)
        if self._is_idle.is_set():
            self._is_idle.clear()
            # In the next turn at the earliest: with what else this one brings.
            self._next = self._loop.call_at(self._gathers_until, self._commit)
        elif self._next is not None and len(self._waiting) == self._enough:
            self._next.cancel()
            self._next = self._loop.call_soon(self._commit)
        giving_up = self._loop.call_later(CALL_SECONDS, _give_up, waiting.result)
        try:
            return await waiting.result
        finally:
            giving_up.cancel()

    async def finish(self) -> None:
        """Wait until nothing is on its way to the database."""
        while not self._is_idle.is_set():  # somebody may have come between the end and this turn
            await self._is_idle.wait()

    def _commit(self) -> None:
        self._next = None
        batch = next_batch(self._waiting, BATCH_MAX)
        if not batch:
            self._is_idle.set()
            return
        self._gathers_until = self._loop.time() + self._gather_seconds
        self._line.call(partial(self._run, [waiting.item for waiting in batch]), partial(self._end, batch))

    def _end(
        self, batch: "list[Waiting[Item, Result]]", outcome: "Committed[Result] | BaseException"
    ) -> None:
        """Tell each of a batch what became of it; whatever went wrong with the whole of it is told to all."""
        try:
            committed = _of_all(batch, outcome)
            for waiting, result in zip(batch, committed.results, strict=True):
                waiting.tell(result)
            # Behind those who waited, in the same turn: an ack and its own event leave in one write.
            self._loop.call_soon(committed.then)
        finally:
            if self._waiting:
                at = 0.0 if len(self._waiting) >= self._enough else self._gathers_until
                self._next = self._loop.call_at(at, self._commit)
            else:
                self._is_idle.set()


def _of_all(batch: Sequence[Any], outcome: Committed[Result] | BaseException) -> Committed[Result]:
    if isinstance(outcome, Exception):
        return Committed([outcome] * len(batch))
    if isinstance(outcome, BaseException):  # which a future would not take
        return Committed([RuntimeError(f"{type(outcome).__name__} in the writer's thread")] * len(batch))
    if len(outcome.results) != len(batch):
        problem = RuntimeError(f"{len(outcome.results)} results of {len(batch)} items")
        return Committed([problem] * len(batch), outcome.then)
    return outcome


def _give_up(result: "asyncio.Future[Any]") -> None:
    if not result.done():
        result.set_exception(Unavailable())
