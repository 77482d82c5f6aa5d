"""
The threads that may touch the database on behalf of the sockets.

Channels' own way puts all ORM work of all people on one thread, where one slow query stops everybody, and opens a
connection for each call. These few threads keep theirs. A call of a `Pool` has a limit of time: a driver's call cannot
be broken off, so the caller is answered `Unavailable` and the thread is left to return. In a `Line` it has none: the
time is kept by whoever waits for what it does.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connections

CALL_SECONDS = 2.5  # "within 3 s" is the promise (D14); the rest is the way there and back

QUEUE_SECONDS = 15.0

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger("rooms.pools")


class Unavailable(Exception):
    """The database did not answer in time. What was asked for is not known to be done."""


def with_connection(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """
    Call with this thread's lasting connection; a connection that broke while idle is replaced once.

    `function` must be safe to repeat: one transaction that is idempotent, or refuses the second time.
    Raises Unavailable when the database cannot be reached.
    """
    for attempt in (1, 2):
        try:
            return function(*args, **kwargs)
        except (OperationalError, InterfaceError) as problem:
            connections["default"].close()
            if attempt == 2 or not _was_stale(problem):
                logger.warning(
                    "database: %s", type(problem).__name__, exc_info=logger.isEnabledFor(logging.DEBUG)
                )
                raise Unavailable from problem
    raise AssertionError("unreachable")


def _was_stale(problem: Exception) -> bool:
    """Tell a connection that had died before from a database that is away, busy or too slow now."""
    text = str(problem)
    return any(
        sign in text
        for sign in (
            "closed",
            "terminating connection",
            "server closed",
            "EOF",
            "reset by peer",
            "Broken pipe",
        )
    )


class Pool:
    """
    A few threads with a lasting database connection each.

    A call that waits its turn behind others that get done is not given up: a thousand people who come back at once
    find a queue, not a refusal. What counts is how long nothing has been done; a call that found no database, if only
    after two seconds of trying to reach it, is nothing done.
    """

    def __init__(self, name: str, threads: int) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"chat-{name}")
        self._done_at = 0.0

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """
        Run in a thread.

        Raises Unavailable when for CALL_SECONDS no call has been done, or after QUEUE_SECONDS in all; what has not
        begun by then never will.
        """
        began_at = time.monotonic()
        call = self._executor.submit(partial(with_connection, function, *args, **kwargs))
        future = asyncio.wrap_future(call)
        try:
            while (left := self._patience(began_at) - time.monotonic()) > 0:
                done, _ = await asyncio.wait([future], timeout=left)
                if done:
                    if not isinstance(future.exception(), Unavailable):
                        self._done_at = time.monotonic()
                    return future.result()
        finally:
            call.cancel()  # now: what the loop's own future says reaches the thread a moment later
            future.cancel()
        raise Unavailable

    def _patience(self, began_at: float) -> float:
        """Return until when a call may wait that began at this time."""
        return min(max(began_at, self._done_at) + CALL_SECONDS, began_at + QUEUE_SECONDS)

    def close(self) -> None:
        """Let the threads end; what has not begun is dropped. Does not wait."""
        self._executor.shutdown(wait=False, cancel_futures=True)


class Line:
    """
    One thread with a lasting database connection: calls in their order, without a limit of time.

    For what happens with every message: an executor takes locks, conditions and wake-ups where one each will do. Make
    it in the loop that shall hear of the outcomes.
    """

    def __init__(self, name: str) -> None:
        self.name = f"chat-{name}"
        self._loop = asyncio.get_running_loop()
        self._calls: SimpleQueue[tuple[Callable[[], Any], Callable[[Any], None]] | None] = SimpleQueue()
        self._is_closed = False
        # A call that hangs keeps nobody from ending.
        threading.Thread(target=self._work, name=self.name, daemon=True).start()

    def call(self, function: Callable[[], R], then: Callable[[R | BaseException], None]) -> None:
        """Call in the thread, and then in the loop with what was returned or raised. Does not wait.

        Raises RuntimeError when it has been closed.
        """
        if self._is_closed:
            raise RuntimeError(f"{self.name} is closed")
        self._calls.put((function, then))

    def close(self) -> None:
        """Let the thread end behind what was called. Does not wait."""
        self._is_closed = True
        self._calls.put(None)

    def _work(self) -> None:
        try:
            while (call := self._calls.get()) is not None:
                function, then = call
                self._loop.call_soon_threadsafe(then, _outcome(function))
                del call, function, then  # nothing is held while nothing is done
        except RuntimeError:  # the loop has ended: nobody is there to be told
            logger.debug("no loop for %s", self.name)
        finally:
            connections.close_all()


def _outcome(function: Callable[[], R]) -> R | BaseException:
    try:
        return with_connection(function)
    except BaseException as problem:
        return problem
