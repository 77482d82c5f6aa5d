"""Honest people who talk in a room of their own, and how long what they say is on its way."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Self

from tests.bounds.finding import share_of
from tests.harness.client import ChatClient, new_id
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.streams import Frame
from tests.harness.waiting import eventually

ARRIVED_SECONDS = 20.0


class Listener(ChatClient):
    """A connection that notes when each message came."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        self.came_at: dict[str, float] = {}

    def _take(self, frame: Frame) -> None:
        if frame["type"] == "message.posted":
            self.came_at[frame["client_id"]] = time.monotonic()
        super()._take(frame)


class Company:
    """Somebody who speaks and others who listen. Everything said must reach each of them, in order and once."""

    def __init__(self, speaker: Listener, listeners: list[Listener], room: int) -> None:
        self.room = room
        self._speaker = speaker
        self._listeners = listeners

    @classmethod
    @asynccontextmanager
    async def meet(cls, house: House, listeners: int) -> AsyncIterator[Self]:
        """Gather in a new room. At the end the judge of each connection is asked, and whether it is still open."""
        async with AsyncExitStack() as leaving:
            speaker, *others = [
                await leaving.enter_async_context(await Listener.open(await house.person()))
                for _ in range(1 + listeners)
            ]
            room = await speaker.create_room(f"Company {secrets.token_hex(6)}", kind="permanent")
            for listener in others:
                await listener.enter(room["id"])
            yield cls(speaker, others, room["id"])

    @property
    def closed(self) -> int:
        """How many of them the server has sent away."""
        return sum(person.close_code is not None for person in [self._speaker, *self._listeners])

    async def talk(self, messages: int, *, characters: int, per_second: float) -> list[float]:
        """Say so much at a steady pace; return the seconds that each message took to each listener."""
        said: dict[str, float] = {}
        acks = []
        began_at = time.monotonic()
        for number in range(messages):
            await asyncio.sleep(began_at + number / per_second - time.monotonic())  # The pace itself.
            acks.append(asyncio.create_task(self._say(said, characters)))
        await asyncio.gather(*acks)
        return await self._delays(said)

    @asynccontextmanager
    async def talking(self, *, per_second: float = 10, characters: int = 40) -> AsyncIterator[list[float]]:
        """Talk on while something else is done; the list has the delays of all at the end."""
        said: dict[str, float] = {}
        delays: list[float] = []

        over = asyncio.Event()

        async def go_on() -> None:
            while not over.is_set():
                await self._say(said, characters)
                await asyncio.sleep(1 / per_second)  # The pace itself.

        task = asyncio.create_task(go_on())
        try:
            yield delays
        finally:
            over.set()
            await asyncio.gather(task, return_exceptions=True)
        await task
        delays += await self._delays(said)

    async def _say(self, said: dict[str, float], characters: int) -> None:
        client_id = new_id()
        said[client_id] = time.monotonic()
        await self._speaker.post("x" * characters, client_id=client_id, room=self.room)

    async def _delays(self, said: dict[str, float]) -> list[float]:
        async def all_came() -> bool:
            return all(said.keys() <= listener.came_at.keys() for listener in self._listeners)

        await eventually(all_came, "everything has reached everybody", ARRIVED_SECONDS)
        return [listener.came_at[key] - at for listener in self._listeners for key, at in said.items()]


def p95(delays: list[float]) -> float:
    return share_of(delays, 0.95)
