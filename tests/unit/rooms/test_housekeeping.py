"""A worker's house: its lease is renewed, whatever goes wrong, and nobody who has gone stays in the list."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from rooms import housekeeping as module
from rooms.clock import ServerClock
from rooms.housekeeping import Housekeeping
from rooms.pools import Unavailable
from rooms.presence import leases
from rooms.services.due import Due
from tests.unit.rooms.model import until

pytestmark = pytest.mark.asyncio

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Database:
    """Answers by the name of what is asked; the next `failures` questions raise."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failures: list[Exception] = []
        self.answers: dict[str, Callable[..., Any]] = {
            "take_lease": lambda *_, **__: NOW,
            "beat": lambda _: NOW,
            "ensure_default_room": lambda: 1,
            "history_name": lambda: "h",
            "connection_ids": lambda _: [],
            "what_is_due": Due,
        }
        self.departed: list[tuple[list[uuid.UUID], bool]] = []

    async def run(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(0)
        self.asked.append(function.__name__)
        if self.failures:
            raise self.failures.pop()
        if function.__name__ == "depart":
            self.departed.append((sorted(arguments[0]), options["at_once"]))
        return self.answers.get(function.__name__, lambda *_, **__: 0)(*arguments, **options)


class Stage:
    def __init__(self) -> None:
        self.database = Database()
        self.here: set[uuid.UUID] = set()
        self.fenced = 0
        self.house = Housekeeping(
            self.database,  # type: ignore[arg-type]
            ServerClock(),
            lease_pool=self.database,  # type: ignore[arg-type]
            spawn=None,
            here=lambda: self.here,
            fenced=self.fence,
        )
        self.tasks: list[asyncio.Task[None]] = []

    async def fence(self) -> None:
        self.fenced += 1

    def start(self, *coroutines: Any) -> None:
        self.tasks += [asyncio.create_task(coroutine) for coroutine in coroutines]


@pytest_asyncio.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.005)
    monkeypatch.setattr(module, "JANITOR_SECONDS", 0.005)
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.005)
    stage = Stage()
    yield stage
    for task in stage.tasks:
        task.cancel()
    await asyncio.gather(*stage.tasks, return_exceptions=True)


async def test_a_worker_waits_for_its_database(stage: Stage):
    stage.database.failures = [Unavailable()] * 4

    await asyncio.wait_for(stage.house.become_alive(), 5)

    assert (stage.house.default_room_id, stage.house.history) == (1, "h")


@pytest.mark.parametrize("problem", [Unavailable(), RuntimeError("a bug")])
async def test_the_lease_is_renewed_after_whatever_went_wrong(stage: Stage, problem: Exception, caplog):
    stage.start(stage.house.beat())
    await until(lambda: "beat" in stage.database.asked)

    stage.database.failures = [problem] * 3
    await until(lambda: not stage.database.failures)
    beats = stage.database.asked.count("beat")

    await until(lambda: stage.database.asked.count("beat") > beats + 2)


async def test_the_lease_is_renewed_while_a_crowd_comes_in(stage: Stage):
    class Crowded:
        async def run(self, *_: Any, **__: Any) -> None:
            await asyncio.Event().wait()

    house = Housekeeping(
        Crowded(),  # type: ignore[arg-type]
        ServerClock(),
        lease_pool=stage.database,  # type: ignore[arg-type]
        spawn=None,
        here=lambda: stage.here,
        fenced=stage.fence,
    )
    stage.start(house.beat(), house.keep())

    await until(lambda: stage.database.asked.count("beat") > 2)


async def test_a_worker_that_was_declared_dead_begins_anew_under_another_id(stage: Stage, caplog):
    before = stage.house.worker_id
    stage.database.answers["beat"] = lambda worker_id: None if worker_id == before else NOW

    stage.start(stage.house.beat())
    await until(lambda: stage.fenced)
    await until(lambda: stage.database.asked[-1] == "connection_ids")

    assert stage.house.worker_id != before
    assert stage.fenced == 1
    assert "take_lease" in stage.database.asked


async def test_a_fence_that_fails_does_not_end_the_beat(stage: Stage, caplog):
    dead = stage.house.worker_id
    stage.database.answers["beat"] = lambda worker_id: None if worker_id == dead else NOW

    async def fail() -> None:
        stage.fenced += 1
        raise RuntimeError("a bug")

    stage.house._fenced = fail
    stage.start(stage.house.beat())
    await until(lambda: stage.fenced)
    beats = stage.database.asked.count("beat")

    await until(lambda: stage.database.asked.count("beat") > beats + 2)


async def test_the_janitor_goes_round_after_whatever_went_wrong(stage: Stage, caplog):
    stage.database.failures = [RuntimeError("a bug"), Unavailable(), RuntimeError("another")]

    stage.start(stage.house.keep())

    await until(lambda: not stage.database.failures)
    rounds = stage.database.asked.count("what_is_due")
    await until(lambda: stage.database.asked.count("what_is_due") > rounds + 2)


async def test_the_janitor_asks_one_thing_where_nothing_is_due(stage: Stage):
    stage.start(stage.house.keep())

    await until(lambda: len(stage.database.asked) > 3)

    assert set(stage.database.asked) == {"what_is_due"}


@pytest.mark.parametrize(
    ("due", "done"),
    [
        (Due(leases=True), ["reap_expired", "close_due_rooms"]),
        (Due(abandoned=True), ["start_countdown_of_abandoned", "close_due_rooms"]),
        (Due(rooms=True), ["close_due_rooms"]),
    ],
)
async def test_the_janitor_does_what_is_due_and_closes_what_that_has_left(
    stage: Stage, due: Due, done: list[str], monkeypatch: pytest.MonkeyPatch
):
    stage.database.answers["what_is_due"] = lambda: due
    monkeypatch.setattr(leases, "BEAT_SECONDS", 10)
    await stage.house.become_alive()
    stage.database.asked.clear()

    stage.start(stage.house.keep())

    await until(lambda: "close_due_rooms" in stage.database.asked)
    assert stage.database.asked[1 : stage.database.asked.index("close_due_rooms") + 1] == done


@pytest.mark.parametrize("silence", [7, 30])
async def test_after_a_standstill_of_the_database_no_worker_takes_the_others_for_dead(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, silence: int
):
    now = 1000.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(leases, "BEAT_SECONDS", 3)
    await stage.house.become_alive()
    assert stage.house.may_judge

    now += silence  # Nobody could renew anything; the janitor's question is the first that is answered.
    assert not stage.house.may_judge
    await stage.house._renew()
    assert not stage.house.may_judge
    for _ in range(2):
        now += 3
        await stage.house._renew()
    assert stage.house.may_judge


async def test_a_worker_that_had_to_wait_for_the_database_judges_nobody_at_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    now = 1000.0
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now))
    monkeypatch.setattr(leases, "BEAT_SECONDS", 3)
    stage.database.failures = [Unavailable()]

    await stage.house.become_alive()

    assert not stage.house.may_judge


async def test_who_could_not_be_forgotten_is_forgotten_later(stage: Stage):
    one, other = sorted([uuid.uuid4(), uuid.uuid4()])
    stage.house.depart(one, at_once=False)
    stage.database.failures = [Unavailable()]
    with pytest.raises(Unavailable):
        await stage.house.forget_departed()
    stage.house.depart(one, at_once=True)
    stage.house.depart(other, at_once=False)

    await stage.house.forget_departed()
    await stage.house.forget_departed()

    assert stage.database.departed == [([one], True), ([other], False)]


async def test_many_who_go_in_one_moment_are_forgotten_together(stage: Stage):
    ids = sorted(uuid.uuid4() for _ in range(50))

    async def go(connection_id: uuid.UUID) -> None:
        stage.house.depart(connection_id, at_once=False)
        await stage.house.forget_departed()

    await asyncio.gather(*[go(connection_id) for connection_id in ids])

    assert sorted(one for some, _ in stage.database.departed for one in some) == ids
    assert len(stage.database.departed) == 2, "the first, and all that came while it was being forgotten"


async def test_who_stops_waiting_keeps_nobody_from_being_forgotten(stage: Stage):
    one, other = sorted([uuid.uuid4(), uuid.uuid4()])
    stage.house.depart(one, at_once=False)
    first = asyncio.create_task(stage.house.forget_departed())
    second = asyncio.create_task(stage.house.forget_departed())
    await asyncio.sleep(0)
    second.cancel()
    await first
    stage.house.depart(other, at_once=False)

    await stage.house.forget_departed()

    assert stage.database.departed == [([one], False), ([other], False)]


async def test_a_purpose_that_was_noted_is_not_lost(stage: Stage):
    one = uuid.uuid4()
    stage.house.depart(one, at_once=True)
    stage.house.depart(one, at_once=False)

    await stage.house.forget_departed()

    assert stage.database.departed == [([one], True)]


async def test_a_row_that_nobody_remembers_is_found(stage: Stage):
    ghost, living, coming = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    stage.here = {living}

    def rows(_: uuid.UUID) -> list[uuid.UUID]:
        stage.here.add(coming)  # while the database is asked
        return [ghost, living, coming]

    stage.database.answers["connection_ids"] = rows
    stage.start(stage.house.beat(), stage.house.keep())

    await until(lambda: stage.database.departed)

    assert stage.database.departed[0] == ([ghost], False)
    assert all(ids == [ghost] for ids, _ in stage.database.departed)


async def test_a_worker_whose_lease_has_run_out_knows_it_before_anybody_tells(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    assert not stage.house.is_alive
    await stage.house.become_alive()
    assert stage.house.is_alive

    now = time.monotonic()
    monkeypatch.setattr("rooms.housekeeping.time.monotonic", lambda: now + 11)  # as after a SIGSTOP

    assert not stage.house.is_alive
