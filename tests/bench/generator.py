"""The load generator: built when a run begins, started once for each system, asked for slices."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.bench.figures import Facts
from tests.bench.shapes import Crowd
from tests.bench.systems import Address
from tests.harness.template import shared_folder

FOLDER = Path(__file__).parent


class NoCompiler(Exception):
    """There is nothing to build it with."""


class LoadFailed(Exception):
    """Not everybody came in, or the generator ended."""


@cache
def build(source: str) -> Path:
    """Compile a file of this folder into one that lives as long as the run; return the program."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise NoCompiler("the load generator is written in C; Debian: sudo apt-get install gcc libc6-dev")
    program = Path(tempfile.mkdtemp(prefix="bench-", dir=shared_folder())) / Path(source).stem
    subprocess.run(
        [compiler, "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", FOLDER / source, "-o", program],
        check=True,
    )
    return program


class Load:
    """The people of one system; they are in when this is made."""

    def __init__(self, address: Address, crowd: Crowd, *, at_once: int = 20) -> None:
        self._process = subprocess.Popen(
            [build("load.c"), *address.arguments(crowd), "--at-once", str(at_once)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.ready: Facts = self._hear("READY ")
        if self.ready["connections"] < crowd.people:
            self.leave()
            raise LoadFailed(f"only {self.ready['connections']} of {crowd.people} came in")

    def slice(self, rate: float, seconds: float) -> Facts:
        """Let them talk, and return what was counted when all that was sent has arrived or is lost."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"slice {rate} {seconds}\n")
        self._process.stdin.flush()
        return self._hear()

    def leave(self) -> None:
        """Let everybody close their connection and go."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _hear(self, before: str = "") -> Facts:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(before) or not line.strip():
            self.leave()
            raise LoadFailed("the load generator has ended; above is what it said")
        return dict(json.loads(line.removeprefix(before)))
