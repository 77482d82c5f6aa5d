"""How many sessions of PostgreSQL a worker holds: lasting ones for the sockets, none left behind by pages."""

import asyncio
import urllib.request
from collections.abc import Callable

import pytest

from tests.harness.house import House
from tests.harness.services import execute

pytestmark = pytest.mark.asyncio

PAGES = 60
SESSIONS_OF_A_WORKER = 4 + 2 + 8  # the pools' threads, the handshakes', the pages' at once

SESSIONS = "SELECT count(*), min(pid), max(pid) FROM pg_stat_activity WHERE datname = %s"


async def test_neither_pages_nor_posts_leave_sessions_behind(own_house: Callable[..., House]) -> None:
    house = own_house("cluster", workers=1)
    ana = await house.newcomer()
    server = house.server
    assert server.postgres is not None

    def sessions() -> list[int]:
        (row,) = execute(server.postgres.url(), SESSIONS, server.database)
        return [int(value) for value in row]

    def visit_pages() -> None:
        for _ in range(PAGES):
            urllib.request.urlopen(f"{server.url}/accounts/login/", timeout=10).close()

    await asyncio.to_thread(visit_pages)
    for number in range(PAGES):
        await ana.post(f"message {number}")
        await ana.rooms()

    count, _, newest = await asyncio.to_thread(sessions)
    assert count <= SESSIONS_OF_A_WORKER
    for number in range(PAGES):
        await ana.post(f"again {number}")
        await ana.rooms()
    assert (await asyncio.to_thread(sessions))[2] == newest  # the sockets' sessions last
