"""All systems up at once, each in its turn, in another order each round; the first round is for warming up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from tests.bench.figures import Facts
from tests.bench.generator import Load, LoadFailed
from tests.bench.shapes import Crowd, Silence, Storm
from tests.bench.systems import Address, System

T = TypeVar("T")
# So long after the last came in, those who are there may still be told who is.
NEWS_SECONDS = 3.0
# Slices of each system by its name, those of one round at the same place.
Rounds = dict[str, list[Facts]]


def say(text: str) -> None:
    print(f"chat: {text}", flush=True)


@contextmanager
def started(systems: Sequence[System], crowd: Crowd) -> Iterator[dict[str, Address]]:
    """Have those up that can be; the first, which the others are compared with, must be."""
    with ExitStack() as running:
        addresses: dict[str, Address] = {}
        for system in systems:
            if reason := system.missing():
                say(f"{system.name} is left out: {reason}")
                continue
            running.callback(system.stop)
            try:
                addresses[system.name] = system.start(crowd)
            except (RuntimeError, OSError) as error:
                if system is systems[0]:
                    raise
                say(f"{system.name} is left out: {error}")
        yield addresses


@contextmanager
def connected(addresses: dict[str, Address], crowd: Crowd) -> Iterator[dict[str, Load]]:
    """Have all the people of all systems in."""
    with ExitStack() as present:
        loads: dict[str, Load] = {}
        for name, address in addresses.items():
            try:
                loads[name] = Load(address, crowd)
            except LoadFailed as error:
                if not loads:
                    raise
                say(f"{name} is left out: {error}")
                continue
            present.callback(loads[name].leave)
        yield loads


def talk(loads: dict[str, Load], *, rate: float, rounds: int, seconds: float, dice: random.Random) -> Rounds:
    """Let people talk at that rate, in one system after the other."""
    return in_turn(loads, rounds, dice, lambda load: load.slice(rate, seconds))


def storm(addresses: dict[str, Address], shape: Storm, dice: random.Random) -> Rounds:
    """Let everybody come at once and leave again, in one system after the other."""

    def once(address: Address) -> Facts:
        load = Load(address, shape.crowd, at_once=shape.at_once)
        load.leave()
        return load.ready

    return in_turn(addresses, shape.rounds, dice, once)


def silence(system: System, crowd: Crowd, shape: Silence) -> tuple[Facts, Facts] | None:
    """Let people in and say nothing; return how they came in and what was counted then. Each on a fresh server."""
    with started([system], crowd) as addresses, connected(addresses, crowd) as loads:
        for load in loads.values():
            load.slice(0, NEWS_SECONDS)
            return load.ready, load.slice(0, shape.seconds)
    return None


def in_turn(those: dict[str, T], rounds: int, dice: random.Random, measure: Callable[[T], Facts]) -> Rounds:
    """Measure each once a round; a single round is kept, of more the first is dropped."""
    found: Rounds = {name: [] for name in those}
    for _round in range(rounds):
        order = list(those)
        dice.shuffle(order)
        for name in order:
            found[name].append(measure(those[name]))
    return {name: facts[min(1, rounds - 1) :] for name, facts in found.items()}
