"""One worker process with the small test application, as the supervisor would start it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from tests.harness.environment import ROOT
from tests.harness.processes import die_with_parent, end, wait_until

APP = "tests.integration.server_app"
SOON_SECONDS = 10.0


class Worker:
    """A worker on a port of its own."""

    def __init__(
        self, *, runtime: str = APP, prelude: str = "", expect_ready: bool = True, **environment: str
    ) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.log_path = Path(tempfile.mkdtemp(prefix="chat-worker-")) / "log"
        readable, writable = os.pipe()
        # A prelude changes what would take too long: `import chatproject.flow as flow; flow.STALL_SECONDS = 1`.
        start = f"{prelude}\nfrom chatproject.server import main\nmain()"
        program = ["-c", start] if prelude else ["-m", "chatproject.server"]
        options = ["--fd", str(self._socket.fileno()), "--runtime", runtime]
        command = [sys.executable, *program, *options]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, f"{APP}:application"],
                cwd=ROOT,
                env={**os.environ, "CHAT_READY_FD": str(writable), **environment},
                pass_fds=(self._socket.fileno(), writable),
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - nothing here holds a lock
            )
        os.close(writable)
        with os.fdopen(readable, "rb") as pipe:
            is_ready = pipe.read() == b"ready\n"
        self._socket.close()
        assert is_ready == expect_ready, self.log

    @property
    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    @property
    def complaints(self) -> list[str]:
        return [line for line in self.log.splitlines() if "Traceback" in line or " ERROR " in line]

    def connect(self, action: str, **options: Any) -> connect:
        options = {"compression": None, "ping_interval": None, "max_size": None} | options
        return connect(f"ws://127.0.0.1:{self.port}/{action}", **options)

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON_SECONDS)
        try:
            client.request("GET", f"/{path}")
            answer = client.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            client.close()

    def state(self) -> dict[str, Any]:
        return dict(json.loads(self.get("state")[2]))

    def memory_bytes(self) -> int:
        """What the process holds now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def await_log(self, text: str, seconds: float = SOON_SECONDS) -> None:
        wait_until(lambda: text in self.log, f"the log says {text!r}", seconds)

    def terminate(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def stop(self) -> int:
        return end(self.process, signal.SIGTERM, 15)


__all__ = ["SOON_SECONDS", "ClientConnection", "Worker"]
