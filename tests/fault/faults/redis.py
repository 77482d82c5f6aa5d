"""Redis that is away, forgets, stands still, or drops its subscribers."""

from __future__ import annotations

import asyncio
import random
import signal
from typing import TYPE_CHECKING, Any

from redis import Redis as Client

from tests.fault.faults.fault import Fault, require
from tests.harness.processes import is_listening
from tests.harness.services import Redis

if TYPE_CHECKING:
    from tests.fault.stage import Stage

SILENCE_SECONDS = 5.0
AWAY_SECONDS = (2.0, 5.0)


def _redis(stage: Stage) -> Redis:
    assert stage.redis is not None
    return stage.redis


async def stop(stage: Stage, dice: random.Random) -> dict[str, Any]:
    redis, seconds = _redis(stage), dice.uniform(*AWAY_SECONDS)
    await asyncio.to_thread(redis.stop, dice.choice((signal.SIGINT, signal.SIGKILL)))
    require(not is_listening(redis.port), "Redis still listens")
    try:
        await asyncio.sleep(seconds)  # The fault itself.
    finally:
        await asyncio.to_thread(redis.start)
    return {"seconds": round(seconds, 1)}


async def restart(stage: Stage, dice: random.Random) -> dict[str, Any]:
    redis = _redis(stage)
    before = redis.pids
    await asyncio.to_thread(redis.restart, dice.choice((signal.SIGINT, signal.SIGKILL)))
    require(redis.pids != before, "Redis is the same process")
    return {}


async def freeze(stage: Stage, dice: random.Random) -> dict[str, Any]:
    redis, seconds = _redis(stage), dice.uniform(*AWAY_SECONDS)
    redis.freeze()
    try:
        await asyncio.sleep(seconds)  # The fault itself.
        require(not await asyncio.to_thread(_answers, redis), "Redis answers")
    finally:
        redis.thaw()
    return {"seconds": round(seconds, 1)}


async def flush(stage: Stage, _dice: random.Random) -> dict[str, Any]:
    with Client.from_url(_redis(stage).url, socket_timeout=5) as client:
        require(await asyncio.to_thread(client.flushall), "Redis did not forget")
    return {}


async def drop_subscribers(stage: Stage, _dice: random.Random) -> dict[str, Any]:
    with Client.from_url(_redis(stage).url, socket_timeout=5) as client:
        dropped = await asyncio.to_thread(client.client_kill_filter, _type="pubsub")
    require(dropped, "Redis had no subscriber")
    return {"subscribers": dropped}


async def drop_last_words(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Lose the hint of the last message for a long while: nothing that follows shows the hole."""
    async with stage.crowd.hushed():
        evidence = await drop_subscribers(stage, dice)
        require(await stage.crowd.say_last_words(dice), "nobody was there to say something")
        await asyncio.sleep(SILENCE_SECONDS)  # The fault itself.
    return evidence


def _answers(redis: Redis) -> bool:
    with Client.from_url(redis.url, socket_timeout=0.3) as client:
        try:
            return bool(client.ping())
        except OSError:
            return False
        except Exception as error:
            return "timeout" not in str(error).lower()


FAULTS = tuple(
    Fault(name=name, group="redis", do=do, modes=("cluster",))
    for name, do in (
        ("redis-stopped", stop),
        ("redis-restarted", restart),
        ("redis-frozen", freeze),
        ("redis-flushed", flush),
        ("subscribers-dropped", drop_subscribers),
        ("last-words-dropped", drop_last_words),
    )
)
