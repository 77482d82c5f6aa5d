"""Handing on: at once where it is quiet, together where it is busy, in turns where there are thousands."""

import asyncio

import pytest

from rooms.delivery import fan_out as module
from rooms.delivery.entries import Entry, Handout, handouts, size_bytes
from rooms.delivery.fan_out import FanOut
from rooms.protocol.limits import PAGE_BYTES
from tests.harness.framing import text_of
from tests.unit.rooms.model import Follower, until

pytestmark = pytest.mark.asyncio


class Counting(Follower):
    """A follower that knows what came together."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[list[int]] = []

    def hand_on(self, entries: list[Entry]) -> None:
        super().hand_on(entries)
        self.parts.append([entry.seq for entry in entries])


def entries(first: int, last: int, *, size: int = 1) -> list[Entry]:
    return [Entry(seq, "1" * size) for seq in range(first, last + 1)]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the time of gathering last until it is over by the clock of the test."""
    monkeypatch.setattr(module, "GATHER_SECONDS", 0.05)


async def test_the_first_goes_at_once(busy: None):
    fan_out, follower = FanOut(), Counting()
    fan_out.followers.add(follower)

    fan_out.hand_on(entries(1, 1))

    assert follower.parts == [[1]]


async def test_what_comes_soon_after_goes_together(busy: None):
    fan_out, follower = FanOut(), Counting()
    fan_out.followers.add(follower)

    for seq in range(1, 9):
        fan_out.hand_on(entries(seq, seq))
    await until(lambda: len(follower.seqs) == 8)

    assert follower.parts == [[1], [2, 3, 4, 5, 6, 7, 8]]


async def test_after_a_pause_the_next_goes_at_once_again(busy: None):
    fan_out, follower = FanOut(), Counting()
    fan_out.followers.add(follower)
    fan_out.hand_on(entries(1, 1))
    loop = asyncio.get_running_loop()
    over = loop.time() + module.GATHER_SECONDS
    await until(lambda: loop.time() > over)

    fan_out.hand_on(entries(2, 2))

    assert follower.parts == [[1], [2]]


async def test_others_have_a_turn_while_it_goes_to_thousands(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "AT_A_TIME", 10)
    fan_out = FanOut()
    crowd = [Counting() for _ in range(35)]
    fan_out.followers.update(crowd)

    fan_out.hand_on(entries(1, 1))
    served = sum(1 for each in crowd if each.seqs)
    said = fan_out.handed_on
    fan_out.hand_on(entries(2, 2))
    await until(lambda: all(each.seqs == [1, 2] for each in crowd))

    assert served == 10
    assert said == 0, "not all have it"
    assert fan_out.handed_on == 2


async def test_nothing_is_handed_on_after_the_end(busy: None):
    fan_out, follower = FanOut(), Counting()
    fan_out.followers.add(follower)
    fan_out.hand_on(entries(1, 1))
    fan_out.hand_on(entries(2, 2))

    fan_out.close()
    loop = asyncio.get_running_loop()
    over = loop.time() + 2 * module.GATHER_SECONDS
    await until(lambda: loop.time() > over)

    assert follower.seqs == [1]


async def test_a_part_is_no_larger_than_a_page_and_built_once():
    many = entries(1, 100, size=3000)

    parts = list(handouts(many))

    assert [entry for part in parts for entry in part] == many
    assert len(parts) > 1
    for part in parts:
        assert size_bytes(text_of(part.data)) <= PAGE_BYTES
        assert part.data is part.data
    assert [list(part) for part in handouts(entries(1, 1, size=PAGE_BYTES + 5))] == [
        Handout(entries(1, 1, size=PAGE_BYTES + 5))
    ]
