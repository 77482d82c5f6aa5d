"""Redis as a help that may be away: asked for a moment only, and after a failure left alone for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import logging

T = TypeVar("T")

REDIS_SECONDS = 0.25  # longer nobody waits for an answer
AWAY_SECONDS = 2.0
REDIS_CONNECTIONS = 16


class Absence:
    """That somebody did not answer lately."""

    def __init__(self) -> None:
        self._until = 0.0

    @property
    def lasts(self) -> bool:
        """Whether it is too early to ask again."""
        return time.monotonic() < self._until

    def begin(self, seconds: float) -> bool:
        """Note a failure. Return whether it is news: of many who asked in vain at once, the first one says it."""
        is_news = not self.lasts
        self._until = time.monotonic() + seconds
        return is_news


class OptionalRedis:
    """A Redis that many ask through a few connections. Make it anywhere; use it in one loop."""

    def __init__(self, url: str, *, logger: logging.Logger, without: str) -> None:
        """Log, when it does not answer, what happens without it."""
        self._url = url
        self._logger = logger
        self._without = without
        self._absence = Absence()
        self._redis: Any = None  # Any: redis-py's async client is barely typed

    async def ask(self, question: Callable[[Any], Awaitable[T]]) -> T | None:
        """Return the answer, or None while Redis is away. All that `question` asks shares one short time."""
        if self._absence.lasts:
            return None
        if self._redis is None:
            self._redis = _connect(self._url)
        try:
            return await _within(REDIS_SECONDS, question(self._redis))
        except Exception as problem:  # the promise is that Redis may be away, in whatever way
            if self._absence.begin(AWAY_SECONDS):
                self._logger.warning("%s: %s", self._without, type(problem).__name__)
            return None

    async def close(self) -> None:
        """Let the connections go; who asks again gets new ones."""
        redis, self._redis = self._redis, None
        if redis is not None:
            await redis.aclose()


async def _within(seconds: float, question: Awaitable[T]) -> T:
    """
    Return the answer, or raise TimeoutError.

    It is waited for in two halves: while this process stands still an answer lies unread, which must not pass for
    silence. A standstill ends one half at most, and the other reads the answer.
    """
    asked = asyncio.ensure_future(question)
    try:
        for _half in range(2):
            await asyncio.wait({asked}, timeout=seconds / 2)
        if not asked.done():
            raise TimeoutError
        return asked.result()
    finally:
        asked.cancel()


def _connect(url: str) -> Any:
    from redis.asyncio import BlockingConnectionPool, Redis  # only where there is a Redis

    # Blocking: a burst of people waits for a connection; it is no sign that Redis is away.
    pool = BlockingConnectionPool.from_url(
        url,
        socket_timeout=2 * REDIS_SECONDS,  # `_within` is the bound; these must not come before it
        socket_connect_timeout=2 * REDIS_SECONDS,
        max_connections=REDIS_CONNECTIONS,
        timeout=REDIS_SECONDS,
        decode_responses=True,
    )
    return Redis.from_pool(pool)
