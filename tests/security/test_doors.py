"""The way in: a few pages at a time, sockets besides, nothing else."""

import asyncio

import pytest
from asgiref.sync import async_to_sync

from chatproject.doors import Doors

WAIT_SECONDS = 5


class Counting:
    """An application that stays until it is let go, and counts who is inside."""

    def __init__(self) -> None:
        self.inside = self.most = self.done = 0
        self.may_go = asyncio.Event()
        self._arrivals: asyncio.Queue[None] = asyncio.Queue()

    async def have_come(self, count: int) -> None:
        for _ in range(count):
            await self._arrivals.get()

    async def __call__(self, scope, receive, send) -> None:
        self._arrivals.put_nowait(None)
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.may_go.wait()
        self.inside -= 1
        self.done += 1


def test_only_so_many_pages_are_worked_on_at_once_and_sockets_do_not_wait_for_them():
    @async_to_sync
    async def scenario():
        pages, socket = Counting(), Counting()
        doors = Doors(pages=pages, socket=socket, pages_at_once=2)
        crowd = [asyncio.create_task(doors({"type": "http", "path": "/"}, None, None)) for _ in range(5)]
        sitting = asyncio.create_task(doors({"type": "websocket", "path": "/ws/"}, None, None))
        async with asyncio.timeout(WAIT_SECONDS):
            await pages.have_come(2)
            await socket.have_come(1)

            pages.may_go.set()
            socket.may_go.set()
            await asyncio.gather(*crowd, sitting)

        assert (pages.most, pages.done, socket.done) == (2, 5, 1)

    scenario()


def test_a_process_says_that_it_lives_though_all_its_pages_wait_for_the_database():
    @async_to_sync
    async def scenario():
        pages = Counting()
        doors = Doors(pages=pages, socket=None, pages_at_once=1)
        stuck = asyncio.create_task(doors({"type": "http", "path": "/"}, None, None))
        asked = asyncio.create_task(doors({"type": "http", "path": "/healthz"}, None, None))
        async with asyncio.timeout(WAIT_SECONDS):
            await pages.have_come(2)

        pages.may_go.set()
        await asyncio.gather(stuck, asked)

    scenario()


def test_a_page_that_breaks_gives_its_place_back():
    async def broken(scope, receive, send):
        raise RuntimeError

    @async_to_sync
    async def scenario():
        doors = Doors(pages=broken, socket=broken, pages_at_once=1)
        for _ in range(3):
            async with asyncio.timeout(WAIT_SECONDS):
                with pytest.raises(RuntimeError):
                    await doors({"type": "http", "path": "/"}, None, None)

    scenario()


def test_another_kind_of_scope_is_a_mistake_of_the_server():
    doors = Doors(pages=None, socket=None, pages_at_once=1)

    with pytest.raises(ValueError, match="lifespan"):
        async_to_sync(doors)({"type": "lifespan"}, None, None)
