"""A worker where nothing happens asks the database little, and no more for many people than for one."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.sessions import Identity
from rooms.clock import ServerClock
from rooms.delivery.feeds import Feeds
from rooms.delivery.groups import room_group
from rooms.delivery.layers import LocalChannelLayer
from rooms.delivery.news import OccupancyNews
from rooms.housekeeping import Housekeeping
from rooms.services import history, occupancy
from rooms.sessions import SessionWatch
from tests.services.world import World
from tests.unit.rooms.model import Follower

TRANSACTIONS = ("BEGIN", "COMMIT")


class CountingPool:
    """One thread for the database, which counts what it is asked."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(1)
        self.queries: list[str] = []

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await asyncio.wrap_future(self.threads.submit(self._call, partial(function, *args, **kwargs)))

    def _call(self, function: Callable[[], Any]) -> Any:
        with CaptureQueriesContext(connection) as captured:
            result = function()
        asked = [query["sql"] for query in captured]
        self.queries += [sql for sql in asked if not sql.startswith(TRANSACTIONS)]
        return result

    def close(self) -> None:
        self.threads.submit(connections.close_all).result()
        self.threads.shutdown()


@pytest.fixture
def pool() -> Iterator[CountingPool]:
    pool = CountingPool()
    yield pool
    pool.close()


class Worker:
    """The parts of a worker that go round by themselves, in a house with so many people connected."""

    def __init__(self, world: World, pool: CountingPool, people: list[User]) -> None:
        here = [self._come(world, user) for user in people]
        self.streams = [world.room(user, f"Room {user.pk}") for user in people[:5]]
        self.pool = pool
        self.house = Housekeeping(
            pool,  # type: ignore[arg-type]
            ServerClock(),
            lease_pool=pool,  # type: ignore[arg-type]
            spawn=None,
            here=lambda: {each.id for each in here},
            fenced=None,  # type: ignore[arg-type]
        )
        self.house.worker_id = world.worker
        self.sessions = SessionWatch(pool, lambda: here)  # type: ignore[arg-type]

    def _come(self, world: World, user: User) -> Any:
        identity = Identity(
            user_id=user.pk, login=user.username, session_key=f"k{user.pk}", session_hash="s" * 64,
            auth_hash="", language="",
        )  # fmt: skip
        return SimpleNamespace(id=world.connect(user), identity=identity, say_goodbye=lambda _: None)

    def queries_of(self, one_round: Callable[[], Any]) -> list[str]:
        """Return what one round asks."""
        before = len(self.pool.queries)
        asyncio.run(one_round())
        return self.pool.queries[before:]

    def feeds(self) -> Feeds:
        """Return feeds that follow the streams and never get to open: only what is polled counts here."""

        async def read_heads(ids: Any) -> dict[int, int]:
            heads: dict[int, int] = await self.pool.run(history.read_heads, ids)
            return heads

        async def read_log(*_: Any) -> Any:
            await asyncio.Event().wait()

        feeds = Feeds(LocalChannelLayer(), "c", read_log=read_log, read_heads=read_heads)
        for stream in self.streams:
            feeds.follow(stream, room_group(stream), Follower())
        return feeds

    async def poll_of_heads(self) -> None:
        feeds = self.feeds()
        await feeds._poll_once()
        await feeds.close()

    async def look_at_occupants(self) -> None:
        feeds = self.feeds()
        news = OccupancyNews(feeds, partial(self.pool.run, occupancy.occupants_in))
        await news._look(feeds.followed_rooms())
        await feeds.close()


@pytest.mark.parametrize("count", [0, 1, 50])
def test_a_round_costs_the_same_queries_however_many_are_here(world: World, pool: CountingPool, count: int):
    worker = Worker(world, pool, world.people(count))
    is_anybody_here = bool(count)

    rounds = {
        "janitor, every second": worker.house._go_round,
        "heads, every two seconds": worker.poll_of_heads,
        "sessions, every two seconds": partial(worker.sessions._look, world.worker),
        "lease, every three seconds": worker.house._renew,
        "occupants, every eight seconds": worker.look_at_occupants,
    }

    assert {name: len(worker.queries_of(one_round)) for name, one_round in rounds.items()} == {
        "janitor, every second": 1,
        "heads, every two seconds": 1 if is_anybody_here else 0,
        "sessions, every two seconds": 3 if is_anybody_here else 0,
        "lease, every three seconds": 3,
        "occupants, every eight seconds": 1 if is_anybody_here else 0,
    }
