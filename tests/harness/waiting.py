"""Waiting for facts that no frame announces."""

import asyncio
from collections.abc import Awaitable, Callable

LOOK_SECONDS = 0.05


async def eventually(fact: Callable[[], Awaitable[bool]], what: str, seconds: float = 10.0) -> None:
    """Ask until `fact()` answers yes; fail with `what` otherwise."""
    try:
        async with asyncio.timeout(seconds):
            while not await fact():  # noqa: ASYNC110 - a fact that announces nothing
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError:
        message = f"not within {seconds} s: {what}"
        raise AssertionError(message) from None
