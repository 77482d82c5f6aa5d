"""A worker's clock that jumps, by libfaketime; time that only goes on (`CLOCK_MONOTONIC`) is left as it is."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.fault.faults.fault import Fault, require

if TYPE_CHECKING:
    from tests.fault.stage import Stage

JUMPS_SECONDS = (-70, 70, 25 * 3600)
TURNED_SECONDS = (3.0, 6.0)
ASK = "import time; print(time.time())"


async def jump(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Turn the clock of the server's processes, and back."""
    jump, seconds = dice.choice(JUMPS_SECONDS), dice.uniform(*TURNED_SECONDS)
    stage.turn_clock(jump)
    try:
        await asyncio.sleep(seconds)  # The fault itself.
        shown = await asyncio.to_thread(
            subprocess.check_output, [sys.executable, "-c", ASK], env=stage.server.environment
        )
        require(abs(float(shown) - time.time() - jump) < 5, f"the clock shows {shown!r}")
    finally:
        stage.turn_clock(0)
    return {"jump": jump, "seconds": round(seconds, 1)}


FAULTS = (Fault(name="clock-jumped", group="clock", do=jump, needs=frozenset({"clock"})),)
