"""What somebody does in a chat with little in it and in one with much, in turn, and what each thing costs."""

from __future__ import annotations

import asyncio
import os
import random
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import Any

from tests.bench.figures import Facts
from tests.bench.rounds import Rounds, in_turn
from tests.bench.shapes import Growth
from tests.bench.systems import Address
from tests.bounds.gauge import ticks_of
from tests.harness.client import ChatClient
from tests.harness.people import Person

# Of those that `grown_rows` has made: half of all private messages are with the first.
LOGIN, PEER = "grown0", "grown1"
NAMES = ("Grown 0", "Grown 1")
PAGE = 50
# Of what a small chat has no more of.
ROOMS, PEOPLE = 10, 40
SAID = "about as long as what people say to each other in a room, which is hardly ever more than this much"
Doings = dict[str, Callable[[], Awaitable[Any]]]  # Any: nobody looks at the answers


class Visitor:
    """Somebody who has been in the chat for long, on one lasting connection and many that come and go."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._person = Person(url=f"http://127.0.0.1:{address.port}", login=LOGIN, name=LOGIN)
        self._numbers = count()

    async def come(self) -> None:
        await self._person.log_in()
        self._client = await ChatClient.open(self._person)
        self._home, self._head = self._client.room["id"], self._client.room["seq"]
        users = await self._client.command("user.list", limit=PEOPLE)
        self._further = users["next"]

    async def leave(self) -> None:
        await self._client.close()

    async def measure(self, name: str, times: int) -> Facts:
        """Do something so many times; return what all processes have used."""
        do = self.doings[name]
        before = self._cpu()
        for _ in range(times):
            await do()
        after = self._cpu()
        return {"times": times, "cpu": {tree: after[tree] - before[tree] for tree in after}}

    @property
    def doings(self) -> Doings:
        command = self._client.command
        home, middle = f"room:{self._home}", self._head // 2
        return {
            "open a room": self._open,
            "a page of history": lambda: command("history.fetch", stream=home, before=middle, limit=PAGE),
            "what came after": lambda: command("history.fetch", stream=home, after=middle, limit=PAGE),
            "a message": lambda: self._client.post(SAID, room=self._home),
            "a private message": lambda: self._client.direct(PEER, SAID),
            "a page of rooms": lambda: command("room.list", limit=ROOMS),
            "a page of people": lambda: command("user.list", after=self._further, limit=PEOPLE),
            "the conversations": lambda: command("conversation.list", limit=PAGE),
            "a conversation": lambda: command("conversation.fetch", **{"with": PEER, "limit": PAGE}),
            "a room by its name": self._find,
            "the page without scripts": self._read_page,
        }

    async def _open(self) -> None:
        client = await ChatClient.open(self._person)
        with suppress(Exception):
            await client.close()

    async def _find(self) -> None:
        """Look for a room by its name, which brings one into it."""
        await self._client.enter(NAMES[next(self._numbers) % len(NAMES)])

    async def _read_page(self) -> None:
        request = urllib.request.Request(
            f"{self._person.url}/r/{self._home}/", headers={"Cookie": f"sessionid={self._person.token}"}
        )
        await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=20).read())

    def _cpu(self) -> dict[str, float]:
        ticks = os.sysconf("SC_CLK_TCK")
        return {name: ticks_of(root) / ticks for name, root in self._address.trees.items()}


def growth(addresses: dict[str, Address], shape: Growth, dice: random.Random) -> dict[str, Rounds]:
    """Measure everything that is done, in one chat after the other; return the slices by what was done."""
    visitors = {name: Visitor(address) for name, address in addresses.items()}
    with asyncio.Runner() as runner:
        for visitor in visitors.values():
            runner.run(visitor.come())
        found = {
            done: in_turn(
                visitors,
                shape.rounds,
                dice,
                lambda visitor, done=done: runner.run(visitor.measure(done, shape.times)),
            )
            for done in next(iter(visitors.values())).doings
        }
        for visitor in visitors.values():
            runner.run(visitor.leave())
    return found
