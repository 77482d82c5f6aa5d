"""What a fault is."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tests.harness.server import MODES, Mode

if TYPE_CHECKING:
    from tests.fault.stage import Stage

Group = Literal["worker", "drain", "redis", "database", "network", "clock", "disk"]
# Does it, holds it, and heals it; returns what shows that it was there.
Doing = Callable[["Stage", random.Random], Awaitable[dict[str, Any]]]


class NotApplied(Exception):
    """The fault did nothing, so a run with it proves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; `needs` names what the stage must be built with for it."""

    name: str
    group: Group
    do: Doing
    modes: tuple[Mode, ...] = MODES
    needs: frozenset[str] = frozenset()

    def __reduce__(self) -> tuple[Callable[[str], Fault], tuple[str]]:
        """Travel between processes by name."""
        return _named, (self.name,)


def _named(name: str) -> Fault:
    from tests.fault.faults import FAULTS  # which is made of what is made of this

    return FAULTS[name]


def require(fact: object, what: str) -> None:
    """Raise `NotApplied` unless the fault has shown."""
    if not fact:
        raise NotApplied(what)
