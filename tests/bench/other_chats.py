"""The other chats: how each is started, how one talks to it, and what it needs."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.generator import build
from tests.bench.packages import NODE_MODULES, PYTHON, SOURCES, missing_node, missing_python
from tests.bench.scripts import PLAIN, SOCKET_IO, Script
from tests.bench.shapes import Crowd
from tests.bench.systems import Address, Folder, System
from tests.harness.processes import die_with_parent, end, free_port, is_listening, wait_until

Command = Callable[[int, Path], list[str | Path]]


def nothing() -> str:
    """Say that nothing is missing."""
    return ""


@dataclass(slots=True, kw_only=True)
class Peer(System):
    """A program of one file that is told its port, and a folder for its database if it has one."""

    name: str
    about: str
    script: Script
    command: Command
    needs: Callable[[], str] = nothing
    most_deliveries: float = float("inf")
    _folder: Folder = field(default_factory=Folder)
    _process: subprocess.Popen[bytes] | None = None

    def missing(self) -> str:
        return self.needs()

    def start(self, crowd: Crowd) -> Address:
        port, log = free_port(), self._folder.path / "log"
        with log.open("wb") as output:
            process = self._process = subprocess.Popen(
                self.command(port, self._folder.path),
                env={**os.environ, "NODE_PATH": str(NODE_MODULES), "PYTHONUNBUFFERED": "1"},
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - nothing here holds a lock
            )
        wait_until(lambda: process.poll() is not None or is_listening(port), f"{self.name} answers")
        if process.poll() is not None:
            raise RuntimeError(f"{self.name} has ended: {log.read_text(errors='replace')[-1000:]}")
        return Address(port=port, script=self.script, trees={"server": process.pid})

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, signal.SIGTERM, 5)
            self._process = None
        self._folder.remove()


def _python(program: str, *, own: bool = False) -> Command:
    """Start a program in Python: with what this project runs on (`own`), or with the peers' packages."""
    python = sys.executable if own else PYTHON
    return lambda port, folder: [python, SOURCES / program, str(port), folder / "database"]


def _node(program: str) -> Command:
    return lambda port, _folder: [shutil.which("node") or "node", SOURCES / program, str(port)]


def peers() -> list[Peer]:
    return [
        Peer(
            name="channels",
            about="Channels' own example in memory on Daphne, and one ORM insert a message",
            script=PLAIN,
            command=_python("channels_example.py", own=True),
            # Its layer drops what is too much for it, and says nothing.
            most_deliveries=4_000,
        ),
        Peer(
            name="flask-socketio",
            about="Flask-SocketIO on gevent, and one commit a message",
            script=SOCKET_IO,
            command=_python("flask_socketio_gevent.py"),
            needs=missing_python,
        ),
        Peer(
            name="python-socketio",
            about="python-socketio on uvicorn, relay",
            script=SOCKET_IO,
            command=_python("python_socketio.py"),
            needs=missing_python,
            # Above, each slice would take longer to drain than to send.
            most_deliveries=25_000,
        ),
        Peer(
            name="websockets",
            about="Python's websockets with broadcast(), relay",
            script=PLAIN,
            command=_python("python_websockets.py"),
            needs=missing_python,
        ),
        Peer(
            name="ws",
            about="Node's ws, relay",
            script=PLAIN,
            command=_node("node_ws.cjs"),
            needs=missing_node,
        ),
        Peer(
            name="socket.io",
            about="Node's socket.io, relay",
            script=SOCKET_IO,
            command=_node("node_socketio.cjs"),
            needs=missing_node,
        ),
        Peer(
            name="epoll",
            about="a loop in C, one write a delivery",
            script=PLAIN,
            command=lambda port, _folder: [build("peers/epoll.c"), str(port)],
        ),
    ]
