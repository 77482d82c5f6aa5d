"""The peers' packages: pinned, got once, and told of where they cannot be had."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bench import packages

EXACT = re.compile(r"^[A-Za-z0-9._-]+==\d[\w.]*$")


class FakeInstallers:
    """Stands in for pip and npm; counts how often they were asked, and fails as often as it is told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails = False

    def run(self, command: list[Any], **_options: Any) -> subprocess.CompletedProcess[str]:
        self.asked.append(Path(str(command[0])).name)
        return subprocess.CompletedProcess(command, int(self.fails), "", "first line\nno such package\n")


@pytest.fixture
def installers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeInstallers:
    fake = FakeInstallers()
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    monkeypatch.setattr(packages, "FOLDER", tmp_path / "var/bench")
    monkeypatch.setattr(packages.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(packages.subprocess, "run", fake.run)
    return fake


def test_every_package_of_the_peers_is_pinned_exactly() -> None:
    lines = (packages.SOURCES / "requirements.txt").read_text().splitlines()
    node = json.loads((packages.SOURCES / "package.json").read_text())["dependencies"]

    assert [line for line in lines if not line.startswith("#") and not EXACT.match(line)] == []
    assert [version for version in node.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_packages_are_got_once(installers: FakeInstallers) -> None:
    first = packages.missing_node(), packages.missing_python()
    asked = len(installers.asked)

    again = packages.missing_node(), packages.missing_python()

    assert first == again == ("", "")
    assert len(installers.asked) == asked > 0


def test_without_node_it_is_said_how_to_get_it(
    installers: FakeInstallers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages.shutil, "which", lambda _name: None)

    assert "apt-get install nodejs npm" in packages.missing_node()
    assert installers.asked == []


def test_what_could_not_be_got_is_said_and_tried_again(installers: FakeInstallers) -> None:
    installers.fails = True
    said = packages.missing_node()
    installers.fails = False

    assert "no such package" in said
    assert "bin/bench --setup" in said
    assert packages.missing_node() == ""
