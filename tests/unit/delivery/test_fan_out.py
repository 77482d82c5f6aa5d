"""Handing on: at once where it is quiet, together where it is busy, in turns where there are thousands."""

import asyncio

import pytest

from rooms.delivery import fan_out as module
from rooms.delivery.entries import Entry, Handout, handouts, size_bytes
from rooms.delivery.fan_out import Allowance, FanOut
from rooms.protocol.limits import PAGE_BYTES
from tests.harness.framing import text_of
from tests.harness.logs import said_by
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
    fan_out, follower = FanOut(Allowance()), Counting()
    fan_out.followers.add(follower)

    fan_out.hand_on(entries(1, 1))

    assert follower.parts == [[1]]


async def test_what_comes_soon_after_goes_together(busy: None):
    fan_out, follower = FanOut(Allowance()), Counting()
    fan_out.followers.add(follower)

    for seq in range(1, 9):
        fan_out.hand_on(entries(seq, seq))
    await until(lambda: len(follower.seqs) == 8)

    assert follower.parts == [[1], [2, 3, 4, 5, 6, 7, 8]]


async def test_after_a_pause_the_next_goes_at_once_again(busy: None):
    fan_out, follower = FanOut(Allowance()), Counting()
    fan_out.followers.add(follower)
    fan_out.hand_on(entries(1, 1))
    loop = asyncio.get_running_loop()
    over = loop.time() + module.GATHER_SECONDS
    await until(lambda: loop.time() > over)

    fan_out.hand_on(entries(2, 2))

    assert follower.parts == [[1], [2]]


async def test_others_have_a_turn_while_it_goes_to_thousands(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "AT_A_TIME", 10)
    fan_out = FanOut(Allowance())
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


async def test_all_feeds_together_write_to_so_many_in_one_turn(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "AT_A_TIME", 10)
    allowance = Allowance()
    rooms = [FanOut(allowance) for _ in range(4)]
    crowds = [[Counting() for _ in range(6)] for _ in rooms]
    for room, crowd in zip(rooms, crowds, strict=True):
        room.followers.update(crowd)

    for room in rooms:
        room.hand_on(entries(1, 1))
    served = sum(1 for crowd in crowds for each in crowd if each.seqs)
    await until(lambda: all(each.seqs == [1] for crowd in crowds for each in crowd))

    assert served == 10
    await until(lambda: all(room.handed_on == 1 for room in rooms))


async def test_who_raises_reads_the_log_and_takes_nobody_with_them(busy: None, caplog):
    class Broken(Counting):
        behind = 0

        def hand_on(self, entries: list[Entry]) -> None:
            if entries[0].seq == 2:
                raise KeyError("a bug")
            super().hand_on(entries)

        def fall_behind(self) -> None:
            self.behind += 1

    fan_out, broken, others = FanOut(Allowance()), Broken(), [Counting() for _ in range(5)]
    fan_out.followers.update([broken, *others])

    for seq in (1, 2, 3):
        fan_out.hand_on(entries(seq, seq))
        await until(lambda seq=seq: fan_out.handed_on == seq)

    assert all(each.seqs == [1, 2, 3] for each in others)
    assert broken.behind == 1
    assert broken.seqs == [1, 3]
    assert [record.exc_info[0] for record in said_by("rooms.fan_out", caplog)] == [KeyError]


async def test_nothing_is_handed_on_after_the_end(busy: None):
    fan_out, follower = FanOut(Allowance()), Counting()
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
