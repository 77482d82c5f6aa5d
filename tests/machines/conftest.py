"""
Two sizes of run. The short one belongs to `bin/test` and is the same each time; the long one is
`bin/test tests/machines --hypothesis-profile=long`, takes other schedules each time, and says how many steps it was.
"""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machines.machine import Machine
from tests.machines.node import Node
from tests.services.conftest import hints, world

__all__ = ["hints", "world"]

LONG = "long"
settings.register_profile(LONG, settings.get_profile("chat"), print_blob=True)
Run = Callable[..., None]


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.close()


@pytest.fixture
def run(node: Node, record_property: Callable[[str, object], None]) -> Run:
    """Run a machine: `run(Order, schedules=60, steps=50, longer=20)`."""

    def run(machine: type[Machine], *, schedules: int, steps: int, longer: int) -> None:
        is_long = settings.get_current_profile_name() == LONG
        machine.node = node
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=schedules * (longer if is_long else 1),
                stateful_step_count=steps,
                derandomize=not is_long,
                database=None,
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
        record_property("steps", machine.steps)
        record_property("schedules", machine.schedules)

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    total = 0
    for report in terminalreporter.stats.get("passed", []):
        facts = dict(report.user_properties)
        if "steps" not in facts:
            continue
        name = report.nodeid.rpartition("::")[2]
        total += facts["steps"]
        terminalreporter.write_line(
            f"{facts['steps']:>7} steps, {facts['schedules']:>5} schedules, {report.duration:>5.1f} s: {name}"
        )
    if total:
        terminalreporter.write_line(f"{total:>7} steps in all")
