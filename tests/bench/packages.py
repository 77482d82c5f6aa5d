"""The packages of the peers, in folders of their own that git does not know; made when they are first needed."""

from __future__ import annotations

import os
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


def missing_python() -> str:
    """Install what the peers in Python need, unless it is there; say what is wrong where that cannot be done."""
    wanted = SOURCES / "requirements.txt"
    if _is_installed(FOLDER / "python", wanted):
        return ""
    python, environment = [sys.executable, "-m", "venv", "--clear", FOLDER / "python"], dict(os.environ)
    # --no-deps: the list is whole.
    pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", "-r", wanted]
    return _install("Python", [python, pip], environment) or _note(FOLDER / "python", wanted)


def missing_node() -> str:
    """Install what the peers in JavaScript need, unless it is there; say what is wrong where that cannot be done."""
    wanted, folder = SOURCES / "package.json", FOLDER / "node"
    if shutil.which("node") is None or shutil.which("npm") is None:
        return "it needs node and npm on the PATH; Debian: sudo apt-get install nodejs npm"
    if _is_installed(folder, wanted):
        return ""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(wanted, folder)
    npm = ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]
    return _install("JavaScript", [npm], dict(os.environ)) or _note(folder, wanted)


def _is_installed(folder: Path, wanted: Path) -> bool:
    note = folder / "installed"
    return note.exists() and note.read_text() == wanted.read_text()


def _note(folder: Path, wanted: Path) -> str:
    shutil.copy(wanted, folder / "installed")
    return ""


def _install(language: str, commands: list[list[str | Path]], environment: dict[str, str]) -> str:
    print(
        f"chat: installing the packages of the peers in {language} into {FOLDER.relative_to(ROOT)}",
        flush=True,
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    for command in commands:
        result = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS
        )
        if result.returncode:
            said = (result.stderr or result.stdout).strip().rpartition("\n")[2]
            return f"its packages could not be installed ({said[:160]}); try again by bin/bench --setup"
    return ""
