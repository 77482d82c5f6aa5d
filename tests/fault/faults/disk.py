"""A disk that is full: the database's folder lies on a small file system, which is filled."""

from __future__ import annotations

import asyncio
import errno
import random
from typing import TYPE_CHECKING, Any

from tests.fault.faults.fault import Fault, require

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fault.stage import Stage

FULL_SECONDS = (2.0, 5.0)
PIECE_BYTES = 4096


async def fill(stage: Stage, dice: random.Random) -> dict[str, Any]:
    assert stage.disk is not None
    seconds, ballast = dice.uniform(*FULL_SECONDS), stage.disk / "ballast"
    try:
        size = await asyncio.to_thread(_fill, ballast)
        require(size, "there was room left, or none before")
        await asyncio.sleep(seconds)  # The fault itself.
    finally:
        ballast.unlink(missing_ok=True)
        await asyncio.to_thread(stage.revive_database)
    return {"bytes": size, "seconds": round(seconds, 1)}


def _fill(path: Path) -> int:
    """Write until nothing more goes in; return how much that was."""
    size = 0
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                size += file.write(b"\0" * PIECE_BYTES)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
    return size


FAULTS = (Fault(name="disk-full", group="disk", do=fill, needs=frozenset({"disk"})),)
