"""A network that cuts, swallows, loses one way, is slow, or dribbles."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from tests.fault.cable import Weather
from tests.fault.faults.fault import Doing, Fault, require

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fault.stage import Stage

BAD_WEATHER_SECONDS = (3.0, 7.0)
SHARES = (0.3, 0.6, 1.0)
SLOWEST_SECONDS = 0.8


async def cut(stage: Stage, dice: random.Random) -> dict[str, Any]:
    lines = stage.cable.cut(dice.choice(SHARES), dice)
    require(lines, "nobody was connected")
    return {"connections": lines}


def _under(weather: Callable[[random.Random], Weather]) -> Doing:
    async def do(stage: Stage, dice: random.Random) -> dict[str, Any]:
        share, seconds = dice.choice(SHARES), dice.uniform(*BAD_WEATHER_SECONDS)
        stage.cable.turn(weather(dice), share, dice)
        try:
            await asyncio.sleep(seconds)  # The fault itself.
            require(stage.cable.touched, "nothing was sent meanwhile")
        finally:
            stage.cable.clear_up()
        return {"share": share, "seconds": round(seconds, 1), "bytes": stage.cable.touched}

    return do


FAULTS = (
    Fault(name="cut", group="network", do=cut),
    *(
        Fault(name=name, group="network", do=_under(weather))
        for name, weather in (
            ("black-hole", lambda _dice: Weather(swallowed=frozenset({"up", "down"}))),
            ("lost-upward", lambda _dice: Weather(swallowed=frozenset({"up"}))),
            ("lost-downward", lambda _dice: Weather(swallowed=frozenset({"down"}))),
            ("latency", lambda dice: Weather(delay=dice.uniform(0.1, SLOWEST_SECONDS))),
            ("drip", lambda _dice: Weather(drips=True)),
        )
    ),
)
