"""Redis as a help that may be away."""

import asyncio
import logging
import time
from typing import Any

import pytest

from chatproject import optional_redis
from chatproject.optional_redis import OptionalRedis
from tests.harness.logs import said_by

pytestmark = pytest.mark.asyncio


@pytest.fixture
def redis(monkeypatch: pytest.MonkeyPatch) -> OptionalRedis:
    monkeypatch.setattr(optional_redis, "REDIS_SECONDS", 0.1)
    return OptionalRedis("redis://127.0.0.1:1/0", logger=logging.getLogger("test"), without="nothing")


async def test_a_worker_that_stood_still_does_not_take_redis_for_away(redis: OptionalRedis) -> None:
    async def answer_that_comes_meanwhile(_redis: Any) -> str:
        asyncio.get_running_loop().call_soon(time.sleep, 0.15)  # the standstill
        await asyncio.sleep(0.01)
        return "here"

    assert await redis.ask(answer_that_comes_meanwhile) == "here"


async def test_a_question_without_an_answer_is_given_up_and_nothing_of_it_goes_on(
    redis: OptionalRedis, caplog: pytest.LogCaptureFixture
) -> None:
    given_up = asyncio.Event()

    async def silence(_redis: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    assert await redis.ask(silence) is None
    await given_up.wait()
    assert [record.getMessage() for record in said_by("test", caplog)] == ["nothing: TimeoutError"]


async def test_who_asks_and_is_cancelled_leaves_no_question_behind(redis: OptionalRedis) -> None:
    begun, given_up = asyncio.Event(), asyncio.Event()

    async def silence(_redis: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    asking = asyncio.create_task(redis.ask(silence))
    await begun.wait()
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await given_up.wait()
