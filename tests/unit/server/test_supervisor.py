"""The supervisor's patience, with processes that are none."""

import asyncio
import os
import signal
import socket
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
