"""Many runs, one after the other or several at a time, each process with a PostgreSQL and a Redis of its own."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial

from tests.fault import report
from tests.fault.records import Records
from tests.fault.run import Result, play
from tests.fault.schedule import Schedule
from tests.fault.stage import Services
from tests.harness.environment import ROOT

KEPT = ROOT / "var/fault"


def play_all(
    schedules: Sequence[Schedule], *, messages: int, jobs: int = 1, keep: bool = False
) -> list[Result]:
    """Play the runs and print what came of each; keep the records of what was not good, or of all."""
    KEPT.mkdir(parents=True, exist_ok=True)
    play_some = partial(_play_in_turn, messages=messages, keep=keep)
    if jobs == 1:
        return play_some(schedules)
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        begun = [pool.submit(play_some, schedules[number::jobs]) for number in range(jobs)]
        return [result for done in as_completed(begun) for result in done.result()]


def _play_in_turn(schedules: Sequence[Schedule], *, messages: int, keep: bool) -> list[Result]:
    return asyncio.run(_play(schedules, messages, keep))


async def _play(schedules: Sequence[Schedule], messages: int, keep: bool) -> list[Result]:
    """Play them in one loop: what its threads have started ends with them."""
    results = []
    services = Services.start() if any(schedule.mode == "cluster" for schedule in schedules) else None
    try:
        for schedule in schedules:
            path = KEPT / f"{schedule.mode}-{schedule.seed}{schedule.broken and '-'}{schedule.broken}.jsonl"
            with Records(path) as records:
                result = await play(schedule, services, records, messages)
            said = [report.announcement(schedule), report.outcome(result)]
            if result.is_good and not keep:
                path.unlink()
            else:
                said.append(f"  records: {path.relative_to(ROOT)}")
            print("\n".join(said), flush=True)
            results.append(result)
    finally:
        if services:
            services.destroy()
    return results
