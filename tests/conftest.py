"""Real servers as fixtures, and what they logged beside the report of a test that failed."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from tests.harness.house import House
from tests.harness.machine import find_browser
from tests.harness.server import MODES, ChatServer, Mode
from tests.harness.services import Postgres, Redis, Service

LOG_LINES_SHOWN = 60
SERVERS = pytest.StashKey[list[ChatServer]]()


def _running(service: Service) -> Iterator[Any]:
    service.start()
    try:
        yield service
    finally:
        service.destroy()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that the servers of many tests share, each with a database of its own."""
    yield from _running(Postgres())


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The Redis server of the shared cluster."""
    yield from _running(Redis())


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that a test may stop, freeze and kill."""
    yield from _running(Postgres())


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """A Redis server that a test may stop, freeze and flush."""
    yield from _running(Redis())


@pytest.fixture(scope="session")
def shared_chat(request: pytest.FixtureRequest) -> Iterator[Callable[[Mode], ChatServer]]:
    """The chats without limits that tests share who do no harm to them; each is started when first asked for."""
    started: dict[Mode, ChatServer] = {}

    def chat(mode: Mode) -> ChatServer:
        if mode not in started:
            services = {}
            if mode == "cluster":
                names = {"postgres": "postgres", "redis": "redis_server"}
                services = {key: request.getfixturevalue(name) for key, name in names.items()}
            started[mode] = ChatServer(mode, **services)
            started[mode].start()
        return started[mode]

    yield chat
    for server in started.values():
        server.destroy()


@pytest.fixture(params=MODES)
def chat(request: pytest.FixtureRequest, shared_chat: Callable[[Mode], ChatServer]) -> Iterator[ChatServer]:
    """Each test twice: the embedded chat on SQLite, and two workers on PostgreSQL and Redis."""
    server = shared_chat(request.param)
    before = len(server.complaints)
    yield server
    assert server.complaints[before:] == []


@pytest_asyncio.fixture
async def house(chat: ChatServer) -> AsyncIterator[House]:
    """People in a shared chat. Others may be in its default room; a private corner is one's own."""
    house = House(chat)
    yield house
    await house.close()


@pytest.fixture
def start_chat(
    request: pytest.FixtureRequest, postgres: Postgres, own_redis: Redis
) -> Iterator[Callable[..., ChatServer]]:
    """Start a chat of the test's own: `start_chat(mode, workers=…, faultless=…, ROOM_GRACE_SECONDS="2")`."""
    started: list[ChatServer] = []

    def start(mode: Mode, **options: Any) -> ChatServer:
        services = {"postgres": postgres, "redis": own_redis} if mode == "cluster" else {}
        server = ChatServer(mode, **{**services, **options})
        started.append(server)
        server.start()
        request.node.stash.setdefault(SERVERS, []).append(server)
        return server

    yield start
    for server in started:
        server.stop()
        complaints = server.complaints if server.faultless else []
        server.destroy()
        assert complaints == []


@pytest_asyncio.fixture
async def own_house(start_chat: Callable[..., ChatServer]) -> AsyncIterator[Callable[..., House]]:
    """Start a chat of the test's own and let people in: `own_house(mode, …)`."""
    houses: list[House] = []

    def start(mode: Mode, **options: Any) -> House:
        houses.append(House(start_chat(mode, **options)))
        return houses[-1]

    yield start
    for house in houses:
        await house.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    shared = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, ChatServer)]
    for server in {*shared, *item.stash.get(SERVERS, [])}:
        tail = "\n".join(server.log.splitlines()[-LOG_LINES_SHOWN:])
        report.sections.append((f"log of the {server.mode} chat", tail))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium that was found; as root it runs without its sandbox."""
    arguments = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": find_browser(), "args": arguments}
