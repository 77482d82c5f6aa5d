"""`bin/setup` ends with an environment that works, whatever it finds."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.environment import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that was left half made, without pip, and a lock that names nothing."""
    folder = tmp_path_factory.mktemp("setup")
    (folder / "empty.lock").touch()
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    return folder


def test_an_environment_that_was_left_half_made_is_finished_once(folder: Path) -> None:
    set_up(folder)

    assert set_up(folder) == ""


def test_what_was_installed_for_another_python_is_installed_anew(folder: Path) -> None:
    set_up(folder)
    stamp = folder / "venv/stamp"
    stamp.write_text(stamp.read_text().rpartition(" ")[0] + " 3.10\n")

    assert "installing" in set_up(folder)


def set_up(folder: Path) -> str:
    """Run it; return what it said."""
    result = subprocess.run(
        ["sh", "bin/setup", folder / "empty.lock"], cwd=ROOT,
        env={**os.environ, "CHAT_VENV": str(folder / "venv")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stderr.strip()
