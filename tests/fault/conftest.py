"""Runs with faults among other tests: each takes a minute, mostly of waiting, so all processes get some."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put one at the beginning of each equal part of all tests: the processes of xdist begin with such parts."""
    runs = [item for item in items if item.path.name == "test_some_runs.py"]
    others = [item for item in items if item.path.name != "test_some_runs.py"]
    part = -(-len(others) // len(runs)) if runs else 0
    items[:] = [
        item for n, run in enumerate(runs) for item in (run, *others[n * part : (n + 1) * part])
    ] or others
