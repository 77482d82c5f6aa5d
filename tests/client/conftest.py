"""One embedded chat, people in it, and the terminals that they sit at."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest_asyncio

from tests.client.terminals import Terminal
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.server import ChatServer


@pytest_asyncio.fixture
async def home(shared_chat: Callable[..., ChatServer]) -> AsyncIterator[House]:
    """People in a shared embedded chat."""
    server = shared_chat("embedded")
    before = len(server.complaints)
    house = House(server)
    yield house
    await house.close()
    assert server.complaints[before:] == []


@pytest_asyncio.fixture
async def terminal(tmp_path: Path) -> AsyncIterator[Callable[..., Terminal]]:
    """Give somebody a terminal: `terminal(person)`."""
    terminals: list[Terminal] = []

    def sit_down(person: Person, **environment: str) -> Terminal:
        terminals.append(Terminal(person, tmp_path / person.login, **environment))
        return terminals[-1]

    yield sit_down
    for each in terminals:
        await each.close()
