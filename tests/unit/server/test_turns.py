"""Turns: one after the other under one key, others beside them, and nobody forgotten."""

import asyncio

import pytest

from chatproject.turns import Superseded, Turns
from tests.unit.rooms.model import settle

pytestmark = pytest.mark.asyncio


class Visitors:
    """Some who take turns; each stays until told to go."""

    def __init__(self) -> None:
        self.turns = Turns()
        self.inside: list[str] = []
        self.may_go: dict[str, asyncio.Event] = {}

    async def come(self, name: str, key: str, most_waiting: int | None = None) -> asyncio.Task[None]:
        self.may_go[name] = asyncio.Event()
        task = asyncio.create_task(self._be_here(name, key, most_waiting))
        await settle()
        return task

    async def go(self, name: str) -> None:
        self.may_go[name].set()
        await settle()

    async def _be_here(self, name: str, key: str, most_waiting: int | None) -> None:
        async with self.turns.of(key, most_waiting=most_waiting):
            self.inside.append(name)
            try:
                await self.may_go[name].wait()
            finally:
                self.inside.remove(name)


async def test_under_one_key_one_is_inside_and_others_are_beside_it():
    visitors = Visitors()
    for name, key in (("first", "ana"), ("second", "ana"), ("third", "ana"), ("other", "boris")):
        await visitors.come(name, key)

    assert visitors.inside == ["first", "other"]
    await visitors.go("first")
    assert visitors.inside == ["other", "second"]
    await visitors.go("second")
    assert visitors.inside == ["other", "third"]


async def test_who_gives_up_waiting_holds_up_nobody():
    visitors = Visitors()
    first, second, _third = [await visitors.come(name, "ana") for name in ("first", "second", "third")]

    second.cancel()
    first.cancel()
    await settle()

    assert visitors.inside == ["third"]


async def test_who_gives_up_in_the_moment_of_the_turn_passes_it_on():
    visitors = Visitors()
    _first, second, _third = [await visitors.come(name, "ana") for name in ("first", "second", "third")]

    visitors.may_go["first"].set()
    second.cancel()
    await settle()

    assert visitors.inside == ["third"]


async def test_where_more_wait_than_may_the_one_who_has_waited_longest_goes():
    visitors = Visitors()
    tasks = [
        await visitors.come(name, "ana", most_waiting=2) for name in ("first", "second", "third", "fourth")
    ]

    assert visitors.inside == ["first"]
    with pytest.raises(Superseded):
        await tasks[1]
    await visitors.go("first")
    assert visitors.inside == ["third"]


async def test_a_turn_that_was_in_vain_is_told_to_all_who_wait_and_the_next_may_try():
    visitors = Visitors()
    tasks = [await visitors.come(name, "ana") for name in ("first", "second", "third")]

    visitors.turns.dismiss("ana", ConnectionError)
    await visitors.go("first")

    for task in tasks[1:]:
        with pytest.raises(ConnectionError):
            await task
    await visitors.come("later", "ana")
    assert visitors.inside == ["later"]
