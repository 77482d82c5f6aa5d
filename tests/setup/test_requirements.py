"""The short lists that people read and the hashed locks that machines install say the same."""

import re

import pytest

from tests.harness.environment import ROOT

PIN = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==([^\s;\\]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "client/requirements"])
def test_every_direct_requirement_is_pinned_exactly(name: str) -> None:
    lines = [line for line in (ROOT / f"{name}.txt").read_text().splitlines() if line and line[0] not in "#-"]

    assert len(lines) == len(pins(f"{name}.txt"))
    assert lines == sorted(lines, key=lambda line: line.partition("==")[0])


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "client/requirements"])
def test_the_lock_has_what_the_list_names(name: str) -> None:
    listed = pins(f"{name}.txt")

    locked = pins(f"{name}.lock")

    assert listed
    assert {package: locked.get(package) for package in listed} == listed


@pytest.mark.parametrize("name", ["requirements", "client/requirements"])
def test_the_locks_agree(name: str) -> None:
    program, development = pins(f"{name}.lock"), pins("requirements-dev.lock")

    assert {package: development.get(package) for package in program} == program


def test_the_server_does_not_need_the_terminal_client() -> None:
    assert not {"textual", "rich", "websockets"} & set(pins("requirements.lock"))


@pytest.mark.parametrize("name", ["requirements.lock", "client/requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_hashes_and_no_index_is_named(name: str) -> None:
    text = (ROOT / name).read_text()

    entries = re.split(r"\n(?=[a-z])", text)[1:]

    # A package may be locked at one version for each platform.
    assert {entry.partition("==")[0].partition("[")[0] for entry in entries} == set(pins(name))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
    assert "index" not in text
