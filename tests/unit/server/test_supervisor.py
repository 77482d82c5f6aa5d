"""The supervisor's patience, with processes that are none."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chatproject import supervisor as module
from chatproject.supervisor import Command, Supervisor


class Dead:
    """A process that has ended already."""

    pid, returncode = 0, 1

    async def wait(self) -> int:
        return self.returncode


def test_a_machine_that_can_start_nothing_is_not_asked_without_a_pause(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    attempts = 0

    async def launch(*_: Any, **__: Any) -> Dead:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            return Dead()
        if attempts == 2:
            asyncio.get_running_loop().call_later(0.3, os.kill, os.getpid(), signal.SIGTERM)
        raise OSError("no memory")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", launch)
    monkeypatch.setattr(module, "STEADY_SECONDS", -1.0)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Supervisor(
            listener, Command(folder=tmp_path), workers=1, reap=lambda _: None, on_ready=lambda: None
        ).run()

    assert attempts == 2


class Living:
    """A process that says at once that it takes connections, and lives until it is told to go."""

    def __init__(self, **options: Any) -> None:
        self.pid, self.returncode = 0, None
        self._is_over = asyncio.Event()
        os.write(int(options["env"]["CHAT_READY_FD"]), b"ready\n")

    async def wait(self) -> int | None:
        await self._is_over.wait()
        return self.returncode

    def send_signal(self, _number: int) -> None:
        self.returncode = 0
        self._is_over.set()


class Machine:
    """Starts processes, except when it is told to fail."""

    def __init__(self) -> None:
        self.processes: list[Living] = []
        self.troubles: list[Exception] = []
        self.when_started = lambda: None

    async def start(self, *_: Any, **options: Any) -> Living:
        if self.troubles:
            raise self.troubles.pop(0)
        self.processes.append(Living(**options))
        asyncio.get_running_loop().call_soon(self.when_started)
        return self.processes[-1]

    @property
    def alive(self) -> int:
        return sum(process.returncode is None for process in self.processes)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    machine = Machine()
    monkeypatch.setattr(asyncio, "create_subprocess_exec", machine.start)
    monkeypatch.setattr(module, "BACK_OFF_SECONDS", (0.0, 0.01, 0.02))
    yield machine
    assert machine.alive == 0
    assert machine.troubles == []


def supervise(folder: Path, *, workers: int, on_ready: Any = lambda: None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Supervisor(
            listener, Command(folder=folder), workers=workers, reap=lambda _: None, on_ready=on_ready
        ).run()


def tell(number: int) -> None:
    os.kill(os.getpid(), number)


def test_a_machine_that_can_start_nothing_at_first_has_all_workers_in_the_end(
    machine: Machine, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    announced = 0

    def announce() -> None:
        nonlocal announced
        announced += 1

    machine.troubles = [OSError("no memory"), BlockingIOError("fork"), RuntimeError("can't start new thread")]
    machine.when_started = lambda: tell(signal.SIGTERM) if machine.alive == 2 else None

    supervise(tmp_path, workers=2, on_ready=announce)

    assert len(machine.processes) == 2
    assert announced == 1
    assert [line for line in caplog.messages if "no worker could be started" in line] == [
        "no worker could be started: OSError: no memory",
        "no worker could be started: BlockingIOError: fork",
        "no worker could be started: RuntimeError: can't start new thread",
    ]


def test_workers_are_replaced_though_the_machine_can_start_none_for_a_while(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO", "chat.supervisor")

    def hang_up() -> None:
        machine.troubles = [OSError("no memory"), OSError("no memory")]
        tell(signal.SIGHUP)

    def when_replaced(record: logging.LogRecord) -> bool:
        if "the workers are replaced" in record.getMessage():
            tell(signal.SIGTERM)
        return True

    monkeypatch.setattr(module.logger, "filters", [when_replaced])

    supervise(tmp_path, workers=2, on_ready=hang_up)

    assert len(machine.processes) == 4
    assert caplog.text.count("no worker could be started: OSError: no memory") == 2


def test_a_defect_of_the_supervisor_is_not_swallowed(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    async def broken(*_: Any) -> None:
        tell(signal.SIGTERM)
        raise KeyError("a defect")

    monkeypatch.setattr(Supervisor, "_roll", broken)

    supervise(tmp_path, workers=1, on_ready=lambda: tell(signal.SIGHUP))

    assert "KeyError: 'a defect'" in caplog.text
