"""What is done to every system: how many people in how many rooms, and how much they say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.bench.grown import GROWN, SMALL, Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Who is there: `members` in each room, of whom the first `senders` talk."""

    rooms: int
    members: int
    senders: int = 1

    @property
    def people(self) -> int:
        return self.rooms * self.members

    def deliveries(self, rate: float) -> float:
        """How many are asked for in a second, at so many messages a second in all."""
        return rate * self.members


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """People talk, slice by slice, in turn with those of other systems."""

    crowd: Crowd
    rates: tuple[float, ...]
    rounds: int = 8
    seconds: float = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """Everybody comes at once, so many at a time, and leaves again."""

    crowd: Crowd
    rounds: int = 8
    at_once: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Everybody is there and says nothing."""

    crowds: tuple[Crowd, ...]
    seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """The same is done in a chat with little in it and in one with much, so many times in a slice."""

    sizes: tuple[Size, ...]
    times: int = 100
    rounds: int = 8


Shape = Talk | Storm | Silence | Growth

NOBODY = Crowd(rooms=0, members=0)
ROOM = Crowd(rooms=1, members=200, senders=10)
SHAPES: dict[str, Shape] = {
    "room": Talk(crowd=ROOM, rates=(10, 100, 400, 1000)),
    "rooms": Talk(crowd=Crowd(rooms=100, members=4), rates=(200,)),
    "cluster": Talk(crowd=ROOM, rates=(400,)),
    "connect": Storm(crowd=Crowd(rooms=5, members=200)),
    "idle": Silence(crowds=(Crowd(rooms=5, members=200), Crowd(rooms=20, members=200))),
    # One long slice, in which every delivery is accounted for.
    "exact": Talk(crowd=ROOM, rates=(1000,), rounds=2, seconds=8.0),
    "grown": Growth(sizes=(SMALL, GROWN)),
}


def adjusted(shape: Shape, *, rates: list[float] | None, rounds: int | None, seconds: float | None) -> Shape:
    """Return the shape with what was asked for on the command line, as far as it is a matter of this shape."""
    # Any: each shape has its own fields.
    wanted: dict[str, Any] = {"rates": tuple(rates) if rates else None, "rounds": rounds, "seconds": seconds}
    fields = {name: value for name, value in wanted.items() if value is not None and hasattr(shape, name)}
    return replace(shape, **fields)
