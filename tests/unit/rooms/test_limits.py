"""Rates are counted across workers, and by each worker alone while Redis is away."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rooms.limits import Limiter, Rate
from tests.harness.logs import said_by
from tests.harness.processes import free_port
from tests.harness.services import Redis

pytestmark = pytest.mark.asyncio

THREE = Rate(3, 60)


@pytest_asyncio.fixture
async def alone(settings) -> AsyncIterator[Limiter]:
    settings.LIMITS, settings.REDIS_URL = True, ""
    limiter = Limiter()
    yield limiter
    await limiter.close()


@pytest_asyncio.fixture
async def two_workers(
    settings, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Limiter, Limiter]]:
    # A busy machine is no sign that Redis is away.
    monkeypatch.setattr("chatproject.optional_redis.REDIS_SECONDS", 20.0)
    settings.LIMITS, settings.REDIS_URL = True, own_redis.url
    both = Limiter(), Limiter()
    yield both
    for limiter in both:
        await limiter.close()


async def hits(limiter: Limiter, count: int, *, user: int = 1, rate: Rate = THREE) -> list[bool]:
    """Return which of so many were within the rate."""
    return [await limiter.hit("messages", user, rate) is None for _ in range(count)]


async def test_so_many_and_no_more(alone: Limiter):
    assert await hits(alone, 5) == [True, True, True, False, False]


async def test_a_refusal_says_for_how_long(alone: Limiter):
    await hits(alone, 3)

    wait = await alone.hit("messages", 1, THREE)

    assert wait is not None
    assert 58 <= wait <= 60


async def test_a_window_ends(alone: Limiter, monkeypatch: pytest.MonkeyPatch):
    await hits(alone, 4)
    now = time.monotonic()

    monkeypatch.setattr("rooms.limits.time.monotonic", lambda: now + 61)

    assert await hits(alone, 4) == [True, True, True, False]


async def test_people_and_things_are_counted_apart(alone: Limiter):
    await hits(alone, 4)

    assert await hits(alone, 1, user=2) == [True]
    assert await alone.hit("rooms", 1, THREE) is None


async def test_to_ask_is_not_to_count(alone: Limiter):
    for _ in range(9):
        assert await alone.peek("messages", 1, THREE) is None
    await hits(alone, 3)

    assert await alone.peek("messages", 1, THREE) is not None


async def test_without_limits_nothing_is_counted(alone: Limiter, settings):
    settings.LIMITS = False
    assert all(await hits(alone, 50))


async def test_what_has_ended_is_forgotten_before_memory_is_full(
    alone: Limiter, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("rooms.limits.LOCAL_WINDOWS_MAX", 10)
    now = time.monotonic()
    for user in range(10):
        await hits(alone, 1, user=user)
    monkeypatch.setattr("rooms.limits.time.monotonic", lambda: now + 61)

    await hits(alone, 1, user=99)

    assert len(alone._windows) == 1


async def test_two_workers_count_together(two_workers: tuple[Limiter, Limiter]):
    here, there = two_workers

    assert await hits(here, 2) == [True, True]
    assert await hits(there, 2) == [True, False]
    assert await here.peek("messages", 1, THREE) is not None


async def test_a_burst_of_many_people_is_still_counted_together(two_workers: tuple[Limiter, Limiter], caplog):
    here, there = two_workers
    rate = Rate(30, 60)

    told = await asyncio.gather(*[limiter.hit("messages", 1, rate) for limiter in (here, there) * 30])

    assert sum(wait is None for wait in told) == 30
    assert not said_by("rooms.limits", caplog)


async def test_while_redis_is_away_each_worker_counts_alone(settings, caplog):
    settings.LIMITS, settings.REDIS_URL = True, f"redis://127.0.0.1:{free_port()}/0"
    limiter = Limiter()

    assert await hits(limiter, 4) == [True, True, True, False]

    assert len(said_by("rooms.limits", caplog)) == 1, "it is asked once, then left alone for a while"
    await limiter.close()


async def test_nobody_waits_long_for_a_redis_that_is_frozen(
    two_workers: tuple[Limiter, Limiter], own_redis: Redis, monkeypatch: pytest.MonkeyPatch, caplog
):
    here, _ = two_workers
    await hits(here, 1)
    own_redis.freeze()
    monkeypatch.setattr("chatproject.optional_redis.REDIS_SECONDS", 0.05)
    monkeypatch.setattr("chatproject.optional_redis.AWAY_SECONDS", 60.0)

    assert await hits(here, 3) == [True, True, False], "what was counted before counts on"

    assert len(said_by("rooms.limits", caplog)) == 1, "asked once, and then left alone"


async def test_counting_together_comes_back_with_redis(
    two_workers: tuple[Limiter, Limiter], own_redis: Redis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("chatproject.optional_redis.AWAY_SECONDS", 0.0)
    here, there = two_workers
    await hits(here, 1)
    own_redis.stop()
    await hits(here, 1)
    own_redis.start()

    await hits(here, 3)

    assert await hits(there, 1) == [False]
