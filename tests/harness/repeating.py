"""Sends that are repeated while the server cannot store them, as an outbox does."""

import asyncio
from collections.abc import Awaitable, Callable

from tests.harness.client import Refusal


async def post_until_stored(send: Callable[[], Awaitable[object]]) -> None:
    """Repeat a send, as an outbox does, until it is acknowledged."""
    while (code := await refusal_code(send)) is not None:
        assert code == "unavailable"
        await asyncio.sleep(0.2)


async def refusal_code(send: Callable[[], Awaitable[object]]) -> str | None:
    try:
        await send()
    except Refusal as refusal:
        return refusal.code
    return None
