"""The terminal client as people run it: a process with pipes, for one person at one server."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.harness.environment import ROOT
from tests.harness.people import Person
from tests.harness.processes import die_with_parent
from tests.harness.waiting import eventually

SOON_SECONDS = 20.0


@dataclass(slots=True)
class Run:
    """One process of it."""

    process: asyncio.subprocess.Process
    out: bytearray = field(default_factory=bytearray)
    notes: bytearray = field(default_factory=bytearray)
    readers: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return self.out.decode().splitlines()

    def write(self, *lines: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("".join(f"{line}\n" for line in lines).encode())

    async def finish(self) -> int:
        """End the input, wait, return the exit code."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        return await self.wait()

    async def wait(self) -> int:
        async with asyncio.timeout(SOON_SECONDS):
            code = await self.process.wait()
            await asyncio.gather(*self.readers)
        return code

    async def until(self, fact: Callable[[], bool], what: str) -> None:
        async def is_so() -> bool:
            return fact()

        try:
            await eventually(is_so, what, SOON_SECONDS)
        except AssertionError as error:
            error.add_note(f"out: {self.out.decode()}\nnotes: {self.notes.decode()}")
            raise

    async def kill(self) -> None:
        """End it as the kernel does when memory is short."""
        self.process.send_signal(signal.SIGKILL)
        await self.wait()

    async def _gather(self, stream: asyncio.StreamReader, into: bytearray) -> None:
        while data := await stream.read(65_536):
            into += data

    def begin(self) -> None:
        for stream, into in ((self.process.stdout, self.out), (self.process.stderr, self.notes)):
            assert stream is not None
            self.readers.append(asyncio.create_task(self._gather(stream, into)))


class Terminal:
    """A person's machine: what the client keeps there, and the runs of it."""

    def __init__(self, person: Person, state: Path, **environment: str) -> None:
        self.person = person
        self.state = state
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(state),
            "XDG_STATE_HOME": str(state),
            "LANG": "C.UTF-8",
            "CHAT_PASSWORD": person.password,
            **environment,
        }
        self.runs: list[Run] = []

    async def plain(self, *arguments: str, stdin: int = asyncio.subprocess.PIPE) -> Run:
        """Start `--plain`."""
        return await self.start("--plain", "--login", self.person.login, *arguments, stdin=stdin)

    async def start(self, *arguments: str, stdin: int = asyncio.subprocess.PIPE) -> Run:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "client", "--server", self.person.url, *arguments,
            cwd=ROOT, env=self.environment, stdin=stdin,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, preexec_fn=die_with_parent(),
        )  # fmt: skip
        run = Run(process)
        run.begin()
        self.runs.append(run)
        return run

    async def close(self) -> None:
        for run in self.runs:
            if run.process.returncode is None:
                await run.kill()
