"""One contract for both channel layers, and for workers that talk over Redis."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio
from asgiref.sync import async_to_sync

from rooms.delivery.layers import (
    OVERFLOW,
    RESET,
    ClusterChannelLayer,
    LocalChannelLayer,
)
from tests.contract.layer_tools import (
    AnyLayer,
    cluster_layer,
    expect_nothing,
    join,
    news,
    receive,
    until,
)
from tests.harness.services import Redis

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture(params=["local", "cluster"])
async def make_layer(request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., AnyLayer]]:
    made: list[AnyLayer] = []

    def make(**options: Any) -> AnyLayer:
        if request.param == "local":
            made.append(LocalChannelLayer(**options))
        else:
            made.append(cluster_layer(request.getfixturevalue("redis_server"), **options))
        return made[-1]

    yield make
    for layer in made:
        await layer.flush()


@pytest.fixture
def layer(make_layer: Callable[..., AnyLayer]) -> AnyLayer:
    return make_layer()


async def test_a_group_hears_what_is_sent_to_it_in_order(layer: AnyLayer):
    ana, bob = await join(layer), await join(layer)

    for number in range(50):
        await layer.group_send("room.1", news(number))

    for channel in (ana, bob):
        assert [await receive(layer, channel) for _ in range(50)] == [news(number) for number in range(50)]


async def test_a_channel_hears_what_is_sent_to_it_alone(layer: AnyLayer):
    ana, bob = await join(layer), await join(layer)

    await layer.send(ana, news(1))

    assert await receive(layer, ana) == news(1)
    await expect_nothing(layer, bob)


async def test_who_is_in_no_group_hears_nothing(layer: AnyLayer):
    member, stranger = await join(layer), await layer.new_channel()

    await layer.group_send("room.1", news(1))
    await layer.group_send("room.2", news(2))

    assert await receive(layer, member) == news(1)
    await expect_nothing(layer, stranger)


async def test_joining_twice_is_joining_once(layer: AnyLayer):
    channel = await join(layer)
    await layer.group_add("room.1", channel)

    await layer.group_send("room.1", news(1))

    assert await receive(layer, channel) == news(1)
    await expect_nothing(layer, channel)


async def test_leaving_ends_the_news_however_often_one_leaves(layer: AnyLayer):
    channel = await join(layer)

    await layer.group_discard("room.1", channel)
    await layer.group_discard("room.1", channel)
    await layer.group_discard("room.9", channel)
    await layer.group_discard("room.1", "never.opened")

    await layer.group_send("room.1", news(1))
    await expect_nothing(layer, channel)


async def test_one_who_came_back_hears_again(layer: AnyLayer):
    channel = await join(layer)
    for _ in range(5):
        await layer.group_discard("room.1", channel)
        await layer.group_add("room.1", channel)

    await layer.group_send("room.1", news(1))

    assert await receive(layer, channel) == news(1)


async def test_one_leaving_does_not_silence_the_others(layer: AnyLayer):
    ana, bob = await join(layer), await join(layer)

    await layer.group_discard("room.1", ana)
    await layer.group_send("room.1", news(1))

    assert await receive(layer, bob) == news(1)


async def test_a_receiver_that_falls_behind_gets_one_mark_for_all_it_missed(
    make_layer: Callable[..., AnyLayer],
):
    layer = make_layer(capacity=5)
    slow, quick = await join(layer), await join(layer, "room.2")

    for number in range(6):
        await layer.group_send("room.1", news(number))
    await layer.group_send("room.2", news(100))
    await layer.group_send("room.1", news(7))

    assert await receive(layer, quick) == news(100)
    assert [await receive(layer, slow) for _ in range(2)] == [OVERFLOW, news(7)]
    await expect_nothing(layer, slow)


async def test_ending_a_receive_ends_the_channel_and_its_memberships(layer: AnyLayer):
    ended, other = await join(layer), await join(layer)
    task = asyncio.create_task(layer.receive(ended))
    await asyncio.sleep(0)

    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    with pytest.raises(RuntimeError):
        await layer.group_add("room.1", ended)
    await layer.group_discard("room.1", ended)
    await layer.group_send("room.1", news(1))
    await layer.send(ended, news(2))
    assert await receive(layer, other) == news(1)


async def test_two_readers_of_one_channel_share_its_messages(layer: AnyLayer):
    channel = await join(layer)
    readers = [asyncio.create_task(receive(layer, channel)) for _ in range(2)]

    await layer.group_send("room.1", news(1))
    await layer.group_send("room.1", news(2))

    assert sorted((await asyncio.gather(*readers)), key=lambda message: message["number"]) == [
        news(1),
        news(2),
    ]


@pytest.mark.parametrize("name", ["", "a b", "sala.ñ", "room.٣", "room.1\n", "a!b", "x" * 100, None, 7])
async def test_a_group_name_that_channels_would_refuse_is_refused(layer: AnyLayer, name: Any):
    channel = await layer.new_channel()

    for call in (
        layer.group_add(name, channel),
        layer.group_discard(name, channel),
        layer.group_send(name, {}),
    ):
        with pytest.raises(TypeError):
            await call


async def test_a_sender_in_another_thread_is_heard(layer: AnyLayer):
    channel = await join(layer)
    waiting = asyncio.create_task(receive(layer, channel))

    with ThreadPoolExecutor(1) as pool:
        send = async_to_sync(layer.group_send)
        await asyncio.get_running_loop().run_in_executor(pool, send, "room.1", news(1))

    assert await waiting == news(1)


async def test_a_flushed_layer_is_like_new(layer: AnyLayer):
    await join(layer)

    await layer.flush()

    channel = await join(layer)
    await layer.group_send("room.1", news(1))
    assert await receive(layer, channel) == news(1)


async def test_a_layer_at_work_is_healthy(layer: AnyLayer):
    channel = await join(layer)
    await layer.group_send("room.1", news(1))
    await receive(layer, channel)

    assert layer.healthy


# Between workers


async def test_workers_hear_each_other(redis_server: Redis):
    prefix = f"t{uuid.uuid4().hex[:8]}"
    here, there = (ClusterChannelLayer([{"address": redis_server.url}], prefix=prefix) for _ in range(2))
    channel = await join(there)

    await here.group_send("room.1", news(1))
    await here.send(channel, news(2))

    assert [await receive(there, channel) for _ in range(2)] == [news(1), news(2)]
    await here.flush()
    await there.flush()


async def test_a_member_that_was_let_in_hears_the_very_next_message(redis_server: Redis):
    prefix = f"t{uuid.uuid4().hex[:8]}"
    here, there = (ClusterChannelLayer([{"address": redis_server.url}], prefix=prefix) for _ in range(2))
    channel = await there.new_channel()

    for number in range(100):
        await there.group_add(f"room.{number}", channel)
        await here.group_send(f"room.{number}", news(number))

    assert [await receive(there, channel) for _ in range(100)] == [news(number) for number in range(100)]
    await here.flush()
    await there.flush()


async def test_what_nobody_can_read_counts_as_a_loss(own_redis: Redis, far_layer: ClusterChannelLayer, admin):
    channel = await join(far_layer)
    (name,) = admin.pubsub_channels("*group*")

    admin.publish(name, b"\xc1 not msgpack")

    assert await receive(far_layer, channel) == RESET


async def test_the_last_member_takes_the_subscription_along(far_layer: ClusterChannelLayer, admin):
    channels = [await join(far_layer) for _ in range(5)]
    for channel in channels:
        await expect_nothing(far_layer, channel)

    await until(lambda: admin.pubsub_channels() == [])


async def test_several_hosts_are_refused():
    with pytest.raises(ValueError, match="one host"):
        ClusterChannelLayer([{"address": "redis://one"}, {"address": "redis://two"}])
