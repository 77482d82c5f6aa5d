"""All who are in the chat, as far as a fault or the run has to do with them together."""

from __future__ import annotations

import asyncio
import random
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tests.fault.actors import Actor, Town

BACK_SECONDS = 60.0
LOOK_SECONDS = 0.02


class Crowd:
    """The actors of a run."""

    def __init__(self, town: Town, actors: list[Actor]) -> None:
        self._town = town
        self._actors = actors

    async def all_back(self) -> None:
        """Wait until everybody is connected and caught up who wants to be. Raises TimeoutError."""
        await self._until(lambda: all(actor.is_back for actor in self._actors))

    @asynccontextmanager
    async def hushed(self) -> AsyncIterator[None]:
        """Let nobody begin anything; what is on its way has been answered when this is entered."""
        self._town.is_hushed = True
        try:
            await self._until(lambda: all(actor.is_settled and actor.is_back for actor in self._actors))
            yield
        finally:
            self._town.is_hushed = False

    async def say_last_words(self, dice: random.Random) -> bool:
        """Let one of them say something into the silence; return whether anybody could."""
        for actor in dice.sample(self._actors, len(self._actors)):
            if await actor.say_last_words():
                return True
        return False

    async def _until(self, fact: Callable[[], bool]) -> None:
        async with asyncio.timeout(BACK_SECONDS):
            while not fact():  # noqa: ASYNC110 - the facts are spread over many actors
                await asyncio.sleep(LOOK_SECONDS)
