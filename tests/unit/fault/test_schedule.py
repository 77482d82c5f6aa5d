"""A run is made from its seed alone, and is as long and as crowded as was promised."""

import importlib
import pickle

import pytest

from tests.fault.broken.servers import SERVERS
from tests.fault.faults import FAULTS
from tests.fault.schedule import plan
from tests.harness.server import MODES, Mode


@pytest.mark.parametrize("mode", MODES)
def test_a_seed_is_always_the_same_run(mode: Mode) -> None:
    assert plan(12, mode) == plan(12, mode)
    assert plan(12, mode) != plan(13, mode)


@pytest.mark.parametrize("mode", MODES)
def test_every_run_has_its_people_and_its_faults(mode: Mode) -> None:
    runs = [plan(seed, mode) for seed in range(300)]

    assert {len(run.faults) for run in runs} == {7, 8, 9}
    assert {run.people for run in runs} == set(range(8, 21))
    used = {planned.fault.name for run in runs for planned in run.faults}
    assert used == {name for name, fault in FAULTS.items() if mode in fault.modes}


def test_a_run_may_be_of_some_faults_only() -> None:
    run = plan(3, "cluster", ["cut", "redis-frozen"])

    assert {planned.fault.name for planned in run.faults} == {"cut", "redis-frozen"}
    assert len(run.faults) >= 7


def test_a_run_travels_between_processes() -> None:
    run = plan(5, "cluster")

    assert pickle.loads(pickle.dumps(run)) == run


def test_every_broken_server_says_what_is_broken_and_breaks_a_part_that_is_there() -> None:
    assert len(SERVERS) >= 8
    for broken in SERVERS.values():
        assert broken.spoil.__doc__
        assert importlib.util.find_spec(broken.part)
        assert set(broken.faults) <= set(FAULTS)
