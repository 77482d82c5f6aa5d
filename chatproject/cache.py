"""The cache of the cluster: Redis, and while Redis is away this worker's own memory."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from chatproject.optional_redis import Absence

logger = logging.getLogger("chat.cache")
OWN_ENTRIES = 50_000  # Some 20 MB at the most.
RETRY_SECONDS = 5.0  # How long Redis is left alone after it has failed.

# Django makes a cache for each request: what one has learnt must not be learnt anew by the next.
_absences: defaultdict[str, Absence] = defaultdict(Absence)


class FallbackCache(BaseCache):
    """Counts across workers while Redis answers, by this worker alone while it does not; a limit never becomes none."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:  # Any: Django's free-form options.
        super().__init__(params)
        self._shared = RedisCache(location, params)
        # Django's own few hundred entries would let a stranger push out the count of guesses at an account.
        own = {**params, "OPTIONS": {"MAX_ENTRIES": OWN_ENTRIES}}
        self._own = LocMemCache(f"fallback-{location}", own)
        self._absence = _absences[location]

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask(lambda cache: cache.get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._ask(lambda cache: cache.delete(key, version)))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask(lambda cache: cache.incr(key, delta, version)))

    def clear(self) -> None:
        self._own.clear()
        self._ask(lambda cache: cache.clear())

    def _ask(self, call: Callable[[BaseCache], Any]) -> Any:
        if not self._absence.lasts:
            try:
                return call(self._shared)
            except (RedisError, OSError) as error:
                if self._absence.begin(RETRY_SECONDS):
                    logger.warning(
                        "Redis is away, limits are counted by this worker alone: %s", type(error).__name__
                    )
        return call(self._own)
