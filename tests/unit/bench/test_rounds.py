"""Who is there, and who has their turn when."""

import random
from typing import Any

import pytest

from tests.bench.rounds import started, talk
from tests.bench.scripts import PLAIN
from tests.bench.shapes import Crowd
from tests.bench.systems import Address, System

CROWD = Crowd(rooms=1, members=2)


class FakeSystem(System):
    """Starts, or does not."""

    about = "a system"

    def __init__(self, name: str, *, lacks: str = "", fails: bool = False) -> None:
        self.name, self.lacks, self.fails = name, lacks, fails
        self.calls: list[str] = []

    def missing(self) -> str:
        return self.lacks

    def start(self, crowd: Crowd) -> Address:
        self.calls.append("start")
        if self.fails:
            raise RuntimeError("it has ended")
        return Address(port=1, script=PLAIN, trees={"server": 1})

    def stop(self) -> None:
        self.calls.append("stop")


class FakeLoad:
    """Notes its turns in a list that all share."""

    def __init__(self, name: str, turns: list[str]) -> None:
        self.name, self.turns = name, turns

    def slice(self, rate: float, seconds: float) -> dict[str, Any]:
        self.turns.append(self.name)
        return {"turn": len(self.turns), "rate": rate, "seconds": seconds}


def rounds_of(names: str, rounds: int, seed: int = 1) -> tuple[list[str], dict[str, list[dict[str, Any]]]]:
    turns: list[str] = []
    loads: Any = {name: FakeLoad(name, turns) for name in names}
    return turns, talk(loads, rate=10, rounds=rounds, seconds=1, dice=random.Random(seed))


def test_each_has_one_turn_a_round_in_an_order_that_changes() -> None:
    turns, _found = rounds_of("abcd", 20)

    orders = ["".join(turns[begin : begin + 4]) for begin in range(0, 80, 4)]

    assert {"".join(sorted(order)) for order in orders} == {"abcd"}
    assert len(set(orders)) > 5


def test_the_first_round_is_dropped() -> None:
    _turns, found = rounds_of("ab", 3)

    assert {name: len(slices) for name, slices in found.items()} == {"a": 2, "b": 2}
    assert min(facts["turn"] for slices in found.values() for facts in slices) > 2


def test_a_single_round_is_kept() -> None:
    _turns, found = rounds_of("a", 1)

    assert [facts["turn"] for facts in found["a"]] == [1]


def test_the_same_seed_gives_the_same_order() -> None:
    assert rounds_of("abcd", 5, seed=3)[0] == rounds_of("abcd", 5, seed=3)[0]


def test_what_cannot_be_had_or_started_is_left_out_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    lacking, failing = FakeSystem("ws", lacks="it needs node"), FakeSystem("epoll", fails=True)

    with started([FakeSystem("ours"), lacking, failing], CROWD) as addresses:
        present = list(addresses)

    assert present == ["ours"]
    assert capsys.readouterr().out.splitlines() == [
        "chat: ws is left out: it needs node",
        "chat: epoll is left out: it has ended",
    ]


def test_without_ours_there_is_nothing_to_compare_with() -> None:
    with pytest.raises(RuntimeError, match="it has ended"), started([FakeSystem("ours", fails=True)], CROWD):
        pass


def test_whatever_was_started_is_ended_also_if_it_failed() -> None:
    systems = [FakeSystem("ours"), FakeSystem("epoll", fails=True), FakeSystem("ws", lacks="it needs node")]

    with started(systems, CROWD):
        pass

    assert [system.calls for system in systems] == [["start", "stop"], ["start", "stop"], []]
