"""What the tests of the channel layers share."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from rooms.delivery.layers import ClusterChannelLayer, LocalChannelLayer, Message
from tests.harness.services import Redis

SOON_SECONDS = 10.0
QUIET_SECONDS = 0.3
AnyLayer = LocalChannelLayer | ClusterChannelLayer


def cluster_layer(server: Redis, **options: Any) -> ClusterChannelLayer:
    return ClusterChannelLayer([{"address": server.url}], prefix=f"t{uuid.uuid4().hex[:8]}", **options)


def news(number: int) -> Message:
    return {"type": "news", "number": number}


async def receive(layer: AnyLayer, channel: str, seconds: float = SOON_SECONDS) -> Message:
    return await asyncio.wait_for(layer.receive(channel), seconds)


async def receive_until(layer: AnyLayer, channel: str, message: Message) -> list[Message]:
    got: list[Message] = []
    while message not in got:
        got.append(await receive(layer, channel))
    return got


async def expect_nothing(layer: AnyLayer, channel: str) -> None:
    """Prove silence. This ends the channel."""
    with pytest.raises(TimeoutError):
        await receive(layer, channel, QUIET_SECONDS)


async def until(fact: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(SOON_SECONDS):
        while True:
            held = fact()
            if held if isinstance(held, bool) else await held:
                return
            await asyncio.sleep(0.02)


async def join(layer: AnyLayer, group: str = "room.1") -> str:
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    return channel
