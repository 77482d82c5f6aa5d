"""One run: people talk while things break, until all is whole again; then everybody looks at what they have."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.fault.actors import Actor, Town
from tests.fault.bounds import LATE_SECONDS, exceeded
from tests.fault.crowd import Crowd
from tests.fault.faults import NotApplied
from tests.fault.judge import Verdict, judge
from tests.fault.records import Records
from tests.fault.recovery import AFTERMATH_SECONDS, Recovery, recoveries
from tests.fault.schedule import Schedule
from tests.fault.stage import Services, Stage, small_disk
from tests.fault.truth import note_export, note_truth
from tests.harness.client import ChatClient

MESSAGES = 2000
ROOMS = 3
SETTLED_SECONDS = 60.0
LONGEST_TALK_SECONDS = 240.0


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a run; `trouble` is why it says nothing, for example a fault that could not be done."""

    schedule: Schedule
    verdict: Verdict = field(default_factory=Verdict)
    recoveries: list[Recovery] = field(default_factory=list)
    seconds: float = 0.0
    trouble: str = ""

    @property
    def is_good(self) -> bool:
        return not self.trouble and not self.verdict.wrongs


async def play(schedule: Schedule, services: Services | None, records: Records, messages: int) -> Result:
    """Play a run on services that it leaves whole."""
    began_at = time.monotonic()
    result = Result(schedule=schedule)
    try:
        async with AsyncExitStack() as cleaning:
            stage = await _open_stage(schedule, services, cleaning)
            await _talk(stage, records, messages)
    except (NotApplied, TimeoutError, AssertionError, OSError) as trouble:
        result.trouble = f"{type(trouble).__name__}: {trouble}"
    if result.trouble:  # nobody has read what is stored; but a stream with a hole is one
        for record in records.of("broken"):
            result.verdict.wrong("broken", record)
    else:
        result.verdict = judge(records.all)
        result.recoveries = recoveries(records.all)
    for recovery in result.recoveries:
        for what in exceeded(recovery):
            result.verdict.wrong("too slow", f"{recovery.fault}: {what}")
    result.seconds = time.monotonic() - began_at
    return result


async def _open_stage(schedule: Schedule, services: Services | None, cleaning: AsyncExitStack) -> Stage:
    disk: Path | None = None
    if "disk" in schedule.needs:
        disk = cleaning.enter_context(small_disk(schedule.mode))
        if schedule.mode == "cluster":
            services = Services.start(disk)
            cleaning.callback(services.destroy)
    stage = Stage(schedule, services, disk)
    cleaning.push_async_callback(stage.close)
    await stage.open()
    return stage


async def _talk(stage: Stage, records: Records, messages: int) -> None:
    schedule, server = stage.schedule, stage.server
    people = [guest for _ in range(schedule.people) if (guest := server.guest())]
    newcomer = server.guest()
    assert newcomer
    async with await ChatClient.open(newcomer) as host:
        rooms = [
            (await host.create_room(f"Room {number}", kind="permanent"))["id"] for number in range(ROOMS)
        ]
    town = Town(people=people, rooms=[1, *rooms])
    actors = [
        Actor(replace(person, url=stage.cable.url), town, records, f"{schedule.seed} {number}")
        for number, person in enumerate(people)
    ]
    await asyncio.gather(*(actor.start() for actor in actors))
    try:
        stage.crowd = Crowd(town, actors)
        await _break_things(stage, records)
        await asyncio.sleep(AFTERMATH_SECONDS)  # The last one is to be seen to be over, too.
        async with asyncio.timeout(LONGEST_TALK_SECONDS):
            while town.sent < messages:  # noqa: ASYNC110 - many say something
                await asyncio.sleep(0.05)
        for actor in actors:
            actor.fall_silent()
        async with asyncio.timeout(SETTLED_SECONDS):
            while not all(actor.is_settled and actor.is_here for actor in actors):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await asyncio.sleep(LATE_SECONDS)  # The promise: by now everything has come by itself.
            await asyncio.gather(*(actor.visit_all() for actor in actors))
        for actor in actors:
            actor.note_what_is_held()
    finally:
        await asyncio.gather(*(actor.stop() for actor in actors))
    await note_truth(newcomer, people, records)
    await asyncio.to_thread(note_export, server, records)


async def _break_things(stage: Stage, records: Records) -> None:
    for planned in stage.schedule.faults:
        await stage.crowd.all_back()  # What comes of a fault is not to be taken for that of the next.
        await asyncio.sleep(planned.calm)  # The pace of the schedule.
        dice = random.Random(planned.seed)
        records.note("fault", name=planned.fault.name, group=planned.fault.group)
        evidence = await planned.fault.do(stage, dice)
        records.note("healed", name=planned.fault.name, group=planned.fault.group, evidence=evidence)
