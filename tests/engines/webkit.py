"""WebKit as GTK has it, driven by WebKitWebDriver, which speaks the first WebDriver over HTTP."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from contextlib import suppress
from typing import Any

from tests.engines.driver import PATIENCE_SECONDS, CannotDrive
from tests.harness.processes import die_with_parent, end, free_port, is_listening, wait_until

DRIVER, SCREEN = "WebKitWebDriver", "Xvfb"
SCREEN_SIZE = "1280x900x24"
# There is no graphics card: what is drawn is drawn by the processor.
SOFTWARE = {
    "WEBKIT_DISABLE_DMABUF_RENDERER": "1",
    "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
    "LIBGL_ALWAYS_SOFTWARE": "1",
    "GDK_BACKEND": "x11",
    "NO_AT_BRIDGE": "1",
    "LANG": "C.UTF-8",
    "LANGUAGE": "en_GB",
}
# The last of a script's arguments is what it calls when it is done.
ASYNCHRONOUS = """
const done = arguments[arguments.length - 1];
(%s)().then(value => done({ value }), error => done({ error: String(error) }));
"""


class WebKit:
    """One window of the browser that comes with WebKitGTK, on a screen that nobody sees."""

    def __init__(self) -> None:
        for program in (DRIVER, SCREEN):
            if shutil.which(program) is None:
                message = f"there is no {program}"
                raise CannotDrive(message)
        self._folder = tempfile.TemporaryDirectory(prefix="webkit-", ignore_cleanup_errors=True)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._session = ""
        try:
            display = self._start_screen()
            port = free_port()
            home = {"HOME": self._folder.name, "XDG_RUNTIME_DIR": self._folder.name, "DISPLAY": display}
            self._start(DRIVER, f"--port={port}", environment={**os.environ, **SOFTWARE, **home})
            wait_until(lambda: is_listening(port), "WebKit's driver listens")
            self._url = f"http://127.0.0.1:{port}/session"
            begun = self._command("POST", "", {"capabilities": {"alwaysMatch": {}}})
        except (OSError, TimeoutError, CannotDrive) as error:
            self.close()
            raise CannotDrive(str(error)) from error
        self._session = f"/{begun['sessionId']}"
        facts = begun["capabilities"]
        self.version = f"WebKitGTK {facts['browserVersion']} ({facts['browserName']})"
        self._command("POST", "/timeouts", {"script": int(PATIENCE_SECONDS * 1000)})

    def open(self, url: str) -> None:
        self._command("POST", "/url", {"url": url})

    def reload(self) -> None:
        self._command("POST", "/refresh", {})

    def resize(self, width: int, height: int) -> None:
        """Make the window so large; its bar takes some of the height."""
        self._command("POST", "/window/rect", {"width": width, "height": height})

    def call(self, function: str) -> str:
        answer = self._command(
            "POST", "/execute/async", {"script": ASYNCHRONOUS % function, "args": []}
        )  # fmt: skip
        if "error" in answer:
            raise CannotDrive(answer["error"])
        return str(answer["value"])

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._command("POST", "/actions", {"actions": actions})

    def close(self) -> None:
        if self._session:
            with suppress(CannotDrive):
                self._command("DELETE", "", None)
        for process in reversed(self._processes):
            end(process, signal.SIGTERM)
        self._folder.cleanup()

    def _start_screen(self) -> str:
        """Start a screen with a number that is free, and return that."""
        screen = self._start(
            SCREEN, "-displayfd", "1", "-screen", "0", SCREEN_SIZE, "-nolisten", "tcp", "-noreset",
            environment=dict(os.environ), stdout=subprocess.PIPE,
        )  # fmt: skip
        assert screen.stdout is not None
        number = screen.stdout.readline().decode().strip()
        if not number:
            message = f"{SCREEN} did not start"
            raise CannotDrive(message)
        return f":{number}"

    def _start(
        self, *command: str, environment: dict[str, str], stdout: int = subprocess.DEVNULL
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            env=environment, stdout=stdout, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - nothing here holds a lock
        )  # fmt: skip
        self._processes.append(process)
        return process

    def _command(self, method: str, path: str, body: object) -> Any:  # Any: JSON
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self._url + self._session + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=2 * PATIENCE_SECONDS) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as refusal:
            problem = json.loads(refusal.read() or b"{}").get("value", {})
            message = f"{path or method}: {problem.get('error')}: {problem.get('message')}"
            raise CannotDrive(message) from refusal
        except (OSError, ValueError) as error:
            message = f"{path or method}: {error}"
            raise CannotDrive(message) from error
