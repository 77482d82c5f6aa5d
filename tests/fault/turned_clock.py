"""The wall clock of the server's processes, which a fault may turn. The time that only goes on stays as it is."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


class NoCompiler(Exception):
    """There is nothing to build the clock with."""


class TurnedClock:
    """Built anew for each run; `environment` is for the processes that shall go by it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="clock-"))
        self._library = self._folder / "turned_clock.so"
        self._file = self._folder / "turn"
        self.turn(0)
        subprocess.run(
            [_compiler(), "-shared", "-fPIC", "-O2", "-Wall", "-Werror", SOURCE, "-o", self._library],
            check=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self._library), "CHAT_TURNED_CLOCK": str(self._file)}

    def turn(self, seconds: int, process: int = 0) -> None:
        """Let the clock be that much ahead, in one process or in all."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=qq", seconds, process))

    def is_read_by(self, process: int) -> bool:
        """Whether this process goes by it."""
        maps = Path(f"/proc/{process}/maps").read_text()
        return str(self._library) in maps and str(self._file) in maps

    def destroy(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)


def has_compiler() -> bool:
    return _find_compiler() is not None


def _compiler() -> str:
    if found := _find_compiler():
        return found
    raise NoCompiler("the clock is a few lines of C; Debian: sudo apt-get install gcc libc6-dev")


def _find_compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
