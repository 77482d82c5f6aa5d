"""The wall clock of one worker, or of all of them, that jumps."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from tests.fault.faults.fault import Fault, require

if TYPE_CHECKING:
    from tests.fault.stage import Stage

JUMPS_SECONDS = (-70, 70, 25 * 3600)
TURNED_SECONDS = (3.0, 6.0)


async def jump(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Turn the clock, and back."""
    assert stage.clock is not None
    jump, seconds = dice.choice(JUMPS_SECONDS), dice.uniform(*TURNED_SECONDS)
    workers = stage.server.workers
    worker = dice.choice([0, dice.choice(workers)])
    require(all(map(stage.clock.is_read_by, workers)), "a worker does not go by the clock")
    stage.clock.turn(jump, worker)
    try:
        await asyncio.sleep(seconds)  # The fault itself.
    finally:
        stage.clock.turn(0)
    return {"jump": jump, "worker": worker or "all", "seconds": round(seconds, 1)}


FAULTS = (Fault(name="clock-jumped", group="clock", do=jump, needs=frozenset({"clock"})),)
