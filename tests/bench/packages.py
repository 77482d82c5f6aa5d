"""The packages of the peers, in folders of their own that git does not know; made when they are first needed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.harness.environment import ROOT

SOURCES = Path(__file__).parent / "peers"
FOLDER = ROOT / "var/bench"
PYTHON = FOLDER / "python/bin/python"
NODE_MODULES = FOLDER / "node/node_modules"
INSTALL_SECONDS = 600
Command = list[str | Path]


def missing_python() -> str:
    """Install what the peers in Python need, unless it is there; say what is wrong where that cannot be done."""
    wanted = SOURCES / "requirements.txt"
    venv: Command = [sys.executable, "-m", "venv", "--clear", FOLDER / "python"]
    # --no-deps: the list is whole.
    pip: Command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-deps",
        "-r",
        wanted,
    ]
    return _install("Python", FOLDER / "python", wanted, [venv, pip])


def missing_node() -> str:
    """Install what the peers in JavaScript need, unless it is there; say what is wrong where that cannot be done."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "it needs node and npm on the PATH; Debian: sudo apt-get install nodejs npm"
    wanted, folder = SOURCES / "package.json", FOLDER / "node"
    copy: Command = ["cp", wanted, folder]
    npm: Command = [
        "npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder,
    ]  # fmt: skip
    return _install("JavaScript", folder, wanted, [copy, npm])


def _install(language: str, folder: Path, wanted: Path, commands: list[Command]) -> str:
    """Run the commands unless that has been done since the list was changed; say what went wrong."""
    note = folder / "installed"
    if note.exists() and note.read_text() == wanted.read_text():
        return ""
    print(
        f"chat: installing the packages of the peers in {language} into {FOLDER.relative_to(ROOT)}",
        flush=True,
    )
    folder.mkdir(parents=True, exist_ok=True)
    for command in commands:
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
        if result.returncode:
            said = (result.stderr or result.stdout).strip().rpartition("\n")[2]
            return f"its packages could not be installed ({said[:160]}); try again by bin/bench --setup"
    note.write_text(wanted.read_text())
    return ""
