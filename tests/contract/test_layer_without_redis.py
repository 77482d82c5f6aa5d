"""While Redis is away nobody is turned away, nothing hangs, and every possible loss leaves a mark."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import pytest

from rooms.delivery.layers import (
    RESET,
    ClusterChannelLayer,
    LayerAway,
)
from rooms.delivery.layers.redis_link import with_timeouts
from tests.contract.layer_tools import (
    SOON_SECONDS,
    cluster_layer,
    expect_nothing,
    join,
    news,
    receive,
    receive_until,
    until,
)
from tests.harness.services import Redis

pytestmark = pytest.mark.asyncio


async def test_a_killed_subscription_leaves_a_mark_and_comes_back(far_layer: ClusterChannelLayer, admin):
    ana, bob = await join(far_layer), await join(far_layer, "room.2")

    admin.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    admin.publish("nobody", "hears this")

    assert await receive(far_layer, ana) == RESET
    assert await receive(far_layer, bob) == RESET
    await far_layer.group_send("room.1", news(1))
    assert await receive(far_layer, ana) == news(1)
    assert far_layer.healthy


async def test_a_restart_of_redis_leaves_a_mark_and_nobody_is_deaf_after_it(
    own_redis: Redis, far_layer: ClusterChannelLayer
):
    ana, bob = await join(far_layer), await join(far_layer)
    await far_layer.group_send("room.1", news(1))
    assert await receive(far_layer, ana) == news(1)
    assert await receive(far_layer, bob) == news(1)

    own_redis.restart()

    assert await receive(far_layer, ana) == RESET
    assert await receive(far_layer, bob) == RESET
    await far_layer.group_send("room.1", news(2))
    assert await receive(far_layer, ana) == news(2)
    assert await receive(far_layer, bob) == news(2)


async def test_the_first_message_after_a_restart_is_sent_though_the_kept_connection_is_stale(
    own_redis: Redis, far_layer: ClusterChannelLayer
):
    channel = await join(far_layer)
    await far_layer.group_send("room.1", news(1))

    own_redis.restart()
    await receive_until(far_layer, channel, RESET)
    await far_layer.group_send("room.1", news(2))

    assert await receive(far_layer, channel) == news(2)


async def test_who_comes_while_redis_is_down_is_let_in_at_once_and_hears_after_it(own_redis: Redis):
    own_redis.stop()
    layer = cluster_layer(own_redis)
    started = time.monotonic()

    channel = await join(layer)
    await layer.group_add("room.2", channel)

    assert time.monotonic() - started < 1.0
    assert not layer.healthy
    own_redis.start()
    assert await receive(layer, channel) == RESET
    assert layer.healthy
    await layer.group_send("room.2", news(1))
    assert (await receive_until(layer, channel, news(1)))[-1] == news(1)
    await layer.flush()


async def test_who_comes_in_an_outage_hears_after_it(own_redis: Redis, far_layer: ClusterChannelLayer):
    early = await join(far_layer)
    own_redis.stop()
    await until(lambda: not far_layer.healthy)

    late = await join(far_layer)
    await far_layer.group_discard("room.1", early)
    await far_layer.group_add("room.2", early)
    own_redis.start()

    assert await receive(far_layer, late) == RESET
    assert await receive(far_layer, early) == RESET
    await far_layer.group_send("room.1", news(1))
    await far_layer.group_send("room.2", news(2))
    assert await receive(far_layer, late) == news(1)
    assert await receive(far_layer, early) == news(2)


async def test_who_leaves_in_an_outage_is_gone_after_it(
    own_redis: Redis, far_layer: ClusterChannelLayer, admin
):
    stays, goes = await join(far_layer), await join(far_layer, "room.2")
    own_redis.stop()
    await until(lambda: not far_layer.healthy)

    await expect_nothing(far_layer, goes)
    own_redis.start()

    assert await receive(far_layer, stays) == RESET
    assert not [name for name in admin.pubsub_channels() if b"room.2" in name]


async def test_publishing_to_a_stopped_redis_fails_at_once(own_redis: Redis, far_layer: ClusterChannelLayer):
    own_redis.stop()
    started = time.monotonic()

    for _ in range(20):
        with pytest.raises(LayerAway):
            await far_layer.group_send("room.1", news(1))

    assert time.monotonic() - started < 2.0
    assert not far_layer.healthy


async def test_of_many_who_publish_to_a_frozen_redis_none_waits_for_the_others(
    own_redis: Redis, far_layer: ClusterChannelLayer
):
    await far_layer.group_send("room.1", news(0))
    own_redis.freeze()
    started = time.monotonic()

    sends = [far_layer.group_send("room.1", {"type": "news", "text": "x" * 60_000}) for _ in range(200)]
    results = await asyncio.gather(*sends, return_exceptions=True)

    assert all(isinstance(result, LayerAway) for result in results)
    assert time.monotonic() - started < 2.0
    own_redis.thaw()


async def test_a_frozen_redis_is_noticed_and_its_return_is_marked(
    own_redis: Redis, far_layer: ClusterChannelLayer
):
    channel = await join(far_layer)
    own_redis.freeze()

    await until(lambda: not far_layer.healthy)
    late = await join(far_layer, "room.2")
    own_redis.thaw()

    assert await receive(far_layer, channel) == RESET
    assert await receive(far_layer, late) == RESET
    await far_layer.group_send("room.2", news(1))
    assert (await receive_until(far_layer, late, news(1)))[-1] == news(1)


async def test_joining_at_a_frozen_redis_does_not_wait_for_it(
    own_redis: Redis, far_layer: ClusterChannelLayer
):
    channel = await join(far_layer)
    own_redis.freeze()
    started = time.monotonic()

    for number in range(20):
        await far_layer.group_add(f"room.{number}", channel)

    assert time.monotonic() - started < 2.0
    own_redis.thaw()
    assert await receive(far_layer, channel) == RESET


async def test_publishing_works_again_soon_after_an_outage(own_redis: Redis, far_layer: ClusterChannelLayer):
    own_redis.stop()
    with pytest.raises(LayerAway):
        await far_layer.group_send("room.1", news(1))
    own_redis.start()

    async def is_sent() -> bool:
        with suppress(LayerAway):
            await far_layer.group_send("room.1", news(2))
            return True
        return False

    await until(is_sent)
    assert far_layer.healthy


async def test_a_flushed_redis_takes_nothing_away(far_layer: ClusterChannelLayer, admin):
    channel = await join(far_layer)

    admin.flushall()
    await far_layer.group_send("room.1", news(1))

    assert await receive(far_layer, channel) == news(1)


# Silence


async def test_an_idle_subscription_is_asked_for_life_well_before_any_timeout_of_redis_py(
    far_layer: ClusterChannelLayer, admin
):
    channel = await join(far_layer)

    def asked() -> bool:
        return "cmdstat_ping" in admin.info("commandstats")

    await until(asked)
    await far_layer.group_send("room.1", news(1))
    assert await receive(far_layer, channel) == news(1)
    assert far_layer.healthy


@pytest.mark.parametrize(("given", "effective"), [({}, 3.0), ({"socket_timeout": 7}, 7)])
async def test_every_timeout_of_a_connection_is_said(given: dict[str, Any], effective: float):
    from channels_redis.utils import create_pool

    connection = create_pool(with_timeouts({"address": "redis://127.0.0.1:1/0", **given})).make_connection()

    assert connection.socket_timeout == effective
    assert connection.socket_connect_timeout == 2.0
    assert connection.health_check_interval == 0


@pytest.mark.slow
async def test_a_subscription_outlives_the_timeout_that_redis_py_8_sets_by_default(redis_server: Redis):
    layer = cluster_layer(redis_server)
    channel = await join(layer)
    waiting = asyncio.create_task(layer.receive(channel))

    await asyncio.sleep(6.5)

    await layer.group_send("room.1", news(1))
    assert await asyncio.wait_for(waiting, SOON_SECONDS) == news(1)
    await layer.flush()
