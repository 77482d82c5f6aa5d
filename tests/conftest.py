"""Real servers as fixtures, and what they logged beside the report of a test that failed."""

import math
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import pytest
import pytest_asyncio
from django.utils import translation
from hypothesis import HealthCheck, settings

from tests.harness.house import House
from tests.harness.machine import find_browser
from tests.harness.server import MODES, ChatServer, Mode
from tests.harness.services import Postgres, Redis, Service

LOG_LINES_SHOWN = 400
# How long one example takes says something of the machine and of what else it does, not of the code.
settings.register_profile("chat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("chat")
SERVERS = pytest.StashKey[list[ChatServer]]()


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Leave no language behind: a view keeps the one of whoever asked until somebody else does."""
    yield
    translation.deactivate()


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
    """A Redis server that tests share who do no harm to it."""
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
def shared_chat(request: pytest.FixtureRequest) -> Iterator[Callable[..., ChatServer]]:
    """Return a chat that tests share who do no harm to it: `shared_chat(mode, ROOM_GRACE_SECONDS="4")`.

    Each is started when first asked for, with a database and a Redis of its own, and lives as long as the run.
    """
    with ExitStack() as running:

        @cache
        def chat(mode: Mode, **environment: str) -> ChatServer:
            services = {}
            if mode == "cluster":
                redis = running.enter_context(contextmanager(_running)(Redis()))
                services = {"postgres": request.getfixturevalue("postgres"), "redis": redis}
            server = ChatServer(mode, **services, **environment)
            running.callback(server.destroy)
            server.start()
            return server

        yield chat


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> Mode:
    """Each test twice: the embedded chat on SQLite, and a cluster of two workers on PostgreSQL and Redis."""
    return request.param


@pytest.fixture
def chat(mode: Mode, shared_chat: Callable[..., ChatServer]) -> Iterator[ChatServer]:
    """The chat as it comes, without limits."""
    server = shared_chat(mode)
    before = len(server.complaints)
    yield server
    assert server.complaints[before:] == []


@pytest_asyncio.fixture
async def house(chat: ChatServer) -> AsyncIterator[House]:
    """People in a shared chat. Others may be in its default room; a private corner is one's own."""
    house = House(chat)
    yield house
    await house.close()


@pytest_asyncio.fixture
async def visit(
    request: pytest.FixtureRequest, mode: Mode, shared_chat: Callable[..., ChatServer]
) -> AsyncIterator[Callable[..., House]]:
    """Let people into a shared chat with other settings: `visit(ROOM_GRACE_SECONDS="4")`."""
    houses: list[tuple[House, int]] = []

    def let_in(**environment: str) -> House:
        server = shared_chat(mode, **environment)
        request.node.stash.setdefault(SERVERS, []).append(server)
        houses.append((House(server), len(server.complaints)))
        return houses[-1][0]

    yield let_in
    for house, before in houses:
        await house.close()
        assert house.server.complaints[before:] == []


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


@pytest.fixture(scope="session")
def cluster_to_break() -> Iterator[ChatServer]:
    """The cluster of `breakable`."""
    with ExitStack() as running:
        postgres, redis = (
            running.enter_context(contextmanager(_running)(kind())) for kind in (Postgres, Redis)
        )
        server = ChatServer("cluster", postgres=postgres, redis=redis, faultless=False)
        running.callback(server.destroy)
        server.start()
        yield server


@pytest.fixture
def breakable(cluster_to_break: ChatServer) -> Iterator[ChatServer]:
    """A cluster of two workers that tests share, which may stop, freeze and kill them and the services. It is whole
    again after each: what was said and who was there stays.
    """
    yield cluster_to_break
    cluster_to_break.mend()


@pytest_asyncio.fixture
async def breakable_house(breakable: ChatServer) -> AsyncIterator[House]:
    """People in that cluster."""
    house = House(breakable)
    yield house
    await house.close()


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


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with those that mostly wait, spread over the processes: while they do, others have the machine."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    rest = [item for item in items if not item.get_closest_marker("slow")]
    # Each process begins with a share of the list, in its order.
    share = math.ceil(len(rest) / processes)
    items[:] = [
        item
        for number in range(processes)
        for item in [*slow[number::processes], *rest[number * share : (number + 1) * share]]
    ]


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
