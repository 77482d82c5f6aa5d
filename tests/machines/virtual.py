"""A clock that moves only when it is told to, under real asyncio code."""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable
from typing import Any


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that never waits: what falls due runs in its order, the time between is left out."""

    def __init__(self) -> None:
        self._now = self._until = 0.0
        self._outside: deque[tuple[asyncio.Future[Any], Callable[[], object]]] = deque()
        super().__init__(_Impatient(self._nothing_to_do))

    def time(self) -> float:
        return self._now

    def advance(self, seconds: float) -> None:
        """Let time pass, with all that falls due in it."""
        self._until = self._now + seconds
        self.run_forever()
        while self._outside:
            future, call = self._outside.popleft()
            if not future.cancelled():
                try:
                    future.set_result(call())
                except Exception as problem:
                    future.set_exception(problem)
            self.run_forever()

    def outside(self, call: Callable[[], object]) -> "asyncio.Future[Any]":
        """Have something done while no loop runs, in no time: Django keeps other connections for code within one."""
        future = self.create_future()
        self._outside.append((future, call))
        self.stop()
        return future

    def do(self, action: Callable[[], object]) -> None:
        """Do something within the loop, and whatever follows from it at once."""
        problems: list[Exception] = []

        def act() -> None:
            try:
                action()
            except Exception as problem:
                problems.append(problem)

        self.call_soon(act)
        self.advance(0)
        if problems:
            raise problems[0]

    def end(self) -> None:
        """Cancel whatever still runs, and close."""
        while tasks := asyncio.all_tasks(self):
            for task in tasks:
                task.cancel()
            self.advance(1)
        self.close()

    def _nothing_to_do(self, seconds: float | None) -> None:
        if seconds is None or self._now + seconds > self._until:
            self._now = self._until
            self.stop()
        else:
            self._now += seconds


class _Impatient(selectors.DefaultSelector):
    """Where it would wait, it says for how long, and does not."""

    def __init__(self, would_wait: Callable[[float | None], None]) -> None:
        super().__init__()
        self._would_wait = would_wait

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or timeout > 0:
            self._would_wait(timeout)
        return []
