"""A few runs of `bin/fault`, for every day. With these seeds each kind of fault comes at least once."""

from dataclasses import replace

import pytest

from tests.fault import report
from tests.fault.broken.servers import SERVERS
from tests.fault.faults import FAULTS
from tests.fault.play import play_all
from tests.fault.run import MESSAGES, Result
from tests.fault.schedule import Schedule, plan
from tests.fault.stage import lacking
from tests.harness.server import MODES, Mode

SEEDS: list[tuple[Mode, int]] = [("cluster", 9), ("cluster", 1319), ("embedded", 2101)]
BROKEN = SERVERS["ack-before-commit"]


def possible(mode: Mode) -> list[str]:
    """Return the faults that can be done on this machine: one of them takes root, another a compiler."""
    return [fault.name for fault in FAULTS.values() if mode in fault.modes and not fault.needs & lacking()]


def played(schedule: Schedule) -> tuple[Result, str]:
    [result] = play_all([schedule], messages=MESSAGES)
    return result, f"{report.announcement(schedule)}\n{report.outcome(result)}"


@pytest.mark.parametrize(("mode", "seed"), SEEDS)
def test_nothing_is_lost_repeated_inverted_or_late(mode: Mode, seed: int) -> None:
    result, said = played(plan(seed, mode, possible(mode)))

    assert result.is_good, said
    assert result.verdict.sent >= MESSAGES


def test_a_server_that_acknowledges_before_it_stores_is_caught() -> None:
    result, said = played(replace(plan(1, "cluster", BROKEN.faults), broken=BROKEN.name))

    assert "lost" in result.verdict.wrongs, said


@pytest.mark.parametrize("mode", MODES)
def test_the_seeds_bring_every_kind_of_fault(mode: Mode) -> None:
    runs = [plan(seed, mode, possible(mode)) for of, seed in SEEDS if of == mode]

    assert {planned.fault.group for run in runs for planned in run.faults} == {
        FAULTS[name].group for name in possible(mode)
    }
