"""
How often somebody may do something, counted across all workers.

A window begins with the first thing done and lasts a fixed time. Redis holds the counts; while it is away, or where
there is none, each worker counts alone: a limit that is too generous for a while, never none and never a refusal
because Redis is ill.
"""

import logging
import time
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.conf import settings

from chatproject.optional_redis import OptionalRedis

LOCAL_WINDOWS_MAX = 50_000

logger = logging.getLogger("rooms.limits")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many in so many seconds."""

    count: int
    seconds: int


@dataclass(slots=True)
class _Window:
    ends_at: float
    count: int = 0


class Limiter:
    """Counts by key. With LIMITS=off nothing is counted."""

    def __init__(self) -> None:
        self._windows: dict[str, _Window] = {}
        self._shared: OptionalRedis | None = None

    async def hit(self, name: str, user_id: int, rate: Rate) -> int | None:
        """Count one. Return None when it is within the rate, else the seconds until it is again (at least 1)."""
        return await self._look(f"{name}:{user_id}", rate, cost=1)

    async def peek(self, name: str, user_id: int, rate: Rate) -> int | None:
        """Ask what `hit` would say, without counting."""
        return await self._look(f"{name}:{user_id}", rate, cost=0)

    async def take_back(self, name: str, user_id: int, rate: Rate) -> None:
        """Count one less: what was counted was nothing new."""
        await self._look(f"{name}:{user_id}", rate, cost=-1)

    async def close(self) -> None:
        """Close the connection to Redis."""
        if self._shared is not None:
            await self._shared.close()

    async def _look(self, key: str, rate: Rate, *, cost: int) -> int | None:
        if not settings.LIMITS:
            return None
        here = self._count_here(key, rate, cost)
        shared = await self._count_shared(key, rate, cost)
        count, left = shared if shared is not None else here
        return max(1, ceil(left)) if count + (1 - cost) > rate.count else None

    def _count_here(self, key: str, rate: Rate, cost: int) -> tuple[int, float]:
        now = time.monotonic()
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            if len(self._windows) >= LOCAL_WINDOWS_MAX:
                self._forget_ended(now)
            window = self._windows[key] = _Window(now + rate.seconds)
        window.count += cost
        return window.count, window.ends_at - now

    def _forget_ended(self, now: float) -> None:
        self._windows = {key: window for key, window in self._windows.items() if window.ends_at > now}

    async def _count_shared(self, key: str, rate: Rate, cost: int) -> tuple[int, float] | None:
        if not settings.REDIS_URL:
            return None
        if self._shared is None:
            self._shared = OptionalRedis(
                settings.REDIS_URL, logger=logger, without="limits are counted by this worker alone"
            )
        return await self._shared.ask(lambda redis: _count(redis, f"chat:limit:{key}", rate, cost))


async def _count(redis: Any, key: str, rate: Rate, cost: int) -> tuple[int, float]:  # Any: redis-py's client
    pipe = redis.pipeline(transaction=True)
    pipe.set(key, 0, px=rate.seconds * 1000, nx=True)
    pipe.incrby(key, cost)
    pipe.pttl(key)
    _, count, left_ms = await pipe.execute()
    return int(count), max(0, int(left_ms)) / 1000
