"""Turns: what one visitor asks for many times at once is done one after the other, so that others need not wait."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager


class Superseded(Exception):
    """So many came after this one that its turn would be of no use."""


class Turns:
    """A queue for each key, there as long as somebody is in it. Used in one event loop."""

    def __init__(self) -> None:
        self._queues: dict[Hashable, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def of(self, key: Hashable, *, most_waiting: int | None = None) -> AsyncIterator[None]:
        """
        Wait until all who came before under the same key are through.

        Where more than `most_waiting` wait, the one that has waited longest is told to go: Superseded is raised to it.
        """
        queue = self._queues.setdefault(key, deque())
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue.append(mine)
        if len(queue) == 1:
            mine.set_result(None)
        elif most_waiting is not None:
            _thin_out(queue, most_waiting)
        try:
            await mine
            yield
        finally:
            self._leave(key, queue, mine)

    def dismiss(self, key: Hashable, problem: type[Exception]) -> None:
        """Raise this to all who wait under the key: whoever has the turn has found that it is in vain."""
        for future in self._queues.get(key, ()):
            if not future.done():
                future.set_exception(problem())

    def _leave(self, key: Hashable, queue: deque[asyncio.Future[None]], mine: asyncio.Future[None]) -> None:
        if mine.done() and not mine.cancelled():
            mine.exception()  # seen, even if whoever waited was cancelled in the moment of being told
        had_turn = queue[0] is mine
        queue.remove(mine)
        if not queue:
            del self._queues[key]
        elif had_turn and not queue[0].done():  # who was told to go passes the turn on in leaving
            queue[0].set_result(None)


def _thin_out(queue: deque[asyncio.Future[None]], most_waiting: int) -> None:
    waiting = [future for future in queue if not future.done()]
    for future in waiting[: max(0, len(waiting) - most_waiting)]:
        future.set_exception(Superseded())
