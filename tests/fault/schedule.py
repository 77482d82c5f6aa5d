"""What a run will be, made from its seed alone, so that it can be played again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fault.faults import FAULTS, Fault
from tests.harness.server import Mode

FEWEST_PEOPLE, MOST_PEOPLE = 8, 20
FEWEST_FAULTS, MOST_FAULTS = 7, 9
LONGEST_CALM_SECONDS = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A fault and what it is done with: `seed` decides whom it hits and for how long."""

    fault: Fault
    calm: float
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One run."""

    seed: int
    mode: Mode
    people: int
    workers: int
    faults: tuple[Planned, ...]
    broken: str = ""  # the name of a server that is broken on purpose

    @property
    def needs(self) -> frozenset[str]:
        """What the stage must have for these faults."""
        return frozenset().union(*(planned.fault.needs for planned in self.faults))


def plan(seed: int, mode: Mode, names: Sequence[str] = ()) -> Schedule:
    """Return the run of this seed: of all faults of the mode, or of those that are named."""
    dice = random.Random(f"{mode} {seed}")
    possible = [fault for fault in FAULTS.values() if mode in fault.modes]
    chosen = [fault for fault in possible if fault.name in names] if names else possible
    count = dice.randint(FEWEST_FAULTS, MOST_FAULTS)
    # All different ones as long as there are any.
    drawn = dice.sample(chosen, min(count, len(chosen)))
    drawn += dice.choices(chosen, k=count - len(drawn))
    return Schedule(
        seed=seed,
        mode=mode,
        people=dice.randint(FEWEST_PEOPLE, MOST_PEOPLE),
        workers=dice.choice((2, 2, 3)) if mode == "cluster" else 1,
        faults=tuple(
            Planned(fault=fault, calm=dice.uniform(0.2, LONGEST_CALM_SECONDS), seed=dice.getrandbits(32))
            for fault in drawn
        ),
    )
