"""A supervisor with workers of the small test application. Run as a program, it serves on the port it is given."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from chatproject.listening import listen
from chatproject.supervisor import Command, Supervisor
from tests.harness.environment import ROOT
from tests.harness.processes import children, die_with_parent, end, free_port, wait_until

APP = "tests.integration.server_app"
SOON_SECONDS = 20.0


class Supervised:
    """A running supervisor."""

    def __init__(self, *, workers: int, **environment: str) -> None:
        self.port = free_port()
        self.log_path = Path(tempfile.mkdtemp(prefix="chat-supervisor-")) / "log"
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.integration.supervised", str(self.port), str(workers)],
                cwd=ROOT,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - nothing here holds a lock
            )

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def workers(self) -> list[int]:
        return children(self.process.pid)

    def await_log(self, text: str, times: int = 1) -> None:
        wait_until(
            lambda: self.log.count(text) >= times, f"the log says {times} times {text!r}", SOON_SECONDS
        )

    def await_ready(self, times: int) -> None:
        self.await_log("worker ready", times)

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/state", timeout=SOON_SECONDS) as answer:
            return dict(json.loads(answer.read()))

    def connect(self, action: str) -> connect:
        return connect(f"ws://127.0.0.1:{self.port}/{action}", compression=None, ping_interval=None)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self) -> int:
        return end(self.process, signal.SIGTERM, 25)


def main() -> None:
    import logging

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s %(message)s")
    port, workers = int(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryFile() as kept:
        Supervisor(
            listen("127.0.0.1", port),
            Command(
                folder=ROOT, application=f"{APP}:application", runtime=APP, kept_descriptors=(kept.fileno(),)
            ),
            workers=workers,
            reap=reap,
            on_ready=lambda: print("announced", flush=True),
        ).run()


def reap(spawn: uuid.UUID) -> None:
    print("reaped", spawn, flush=True)
    if os.environ.get("TEST_REAP") == "fails":
        raise RuntimeError("no reaping today")


if __name__ == "__main__":
    main()
