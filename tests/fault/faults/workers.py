"""Workers that are killed, stand still, or are asked to stop."""

from __future__ import annotations

import asyncio
import random
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fault.faults.fault import Fault, require
from tests.harness.processes import is_alive, send_signal, wait_until

if TYPE_CHECKING:
    from tests.fault.stage import Stage

# A drain takes ten seconds at most, a start some more on a busy machine.
REPLACED_SECONDS = 60
SHORT_STANDSTILL, LONG_STANDSTILL = (5.0, 9.0), (12.0, 70.0)
LONG_SHARE = 0.1


async def _replaced(stage: Stage, workers: list[int], signal_number: int) -> dict[str, Any]:
    """Signal these workers; wait until they are gone and as many new ones are ready."""
    require(workers, "there is no worker")
    ready = stage.server.ready_lines
    send_signal(signal_number, *workers)

    def gone() -> bool:
        return not any(is_alive(worker) for worker in workers)

    await asyncio.to_thread(wait_until, gone, f"workers {workers} have ended", REPLACED_SECONDS)
    await asyncio.to_thread(stage.server.await_workers, ready + len(workers))
    return {"workers": workers}


async def kill_one(stage: Stage, dice: random.Random) -> dict[str, Any]:
    return await _replaced(stage, [dice.choice(stage.server.workers)], signal.SIGKILL)


async def kill_all(stage: Stage, _dice: random.Random) -> dict[str, Any]:
    return await _replaced(stage, stage.server.workers, signal.SIGKILL)


async def drain_one(stage: Stage, dice: random.Random) -> dict[str, Any]:
    return await _replaced(stage, [dice.choice(stage.server.workers)], signal.SIGTERM)


async def drain_all(stage: Stage, _dice: random.Random) -> dict[str, Any]:
    return await _replaced(stage, stage.server.workers, signal.SIGTERM)


async def roll(stage: Stage, _dice: random.Random) -> dict[str, Any]:
    """Let the supervisor replace one worker after the other."""
    old, ready = stage.server.workers, stage.server.ready_lines
    assert stage.server.process is not None
    send_signal(signal.SIGHUP, stage.server.process.pid)

    def replaced() -> bool:
        workers = stage.server.workers
        return len(workers) == len(old) and not set(workers) & set(old)

    await asyncio.to_thread(wait_until, replaced, "all workers are new ones", REPLACED_SECONDS)
    await asyncio.to_thread(stage.server.await_workers, ready + len(old))
    return {"workers": old}


async def freeze_one(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Let a worker stand still: mostly within its lease, now and then beyond it, which makes it start anew."""
    workers = stage.server.workers
    worker = dice.choice(workers)
    seconds = dice.uniform(*(LONG_STANDSTILL if dice.random() < LONG_SHARE else SHORT_STANDSTILL))
    send_signal(signal.SIGSTOP, worker)
    try:
        await asyncio.sleep(seconds)  # The fault itself.
        require(_stands_still(worker), f"worker {worker} went on, or ended")
    finally:
        send_signal(signal.SIGCONT, worker)
    return {"worker": worker, "seconds": round(seconds, 1), "alone": len(workers) == 1}


def _stands_still(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


FAULTS = (
    Fault(name="worker-killed", group="worker", do=kill_one),
    Fault(name="workers-killed", group="worker", do=kill_all, modes=("cluster",)),
    Fault(name="worker-frozen", group="worker", do=freeze_one),
    Fault(name="worker-drained", group="drain", do=drain_one),
    Fault(name="workers-drained", group="drain", do=drain_all, modes=("cluster",)),
    Fault(name="rolled", group="drain", do=roll),
)
