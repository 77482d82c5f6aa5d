"""Firefox, driven by WebDriver BiDi, which it speaks itself."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from tests.engines.driver import PATIENCE_SECONDS, CannotDrive
from tests.harness.processes import die_with_parent, end, free_port, is_listening, wait_until

NAMES = ("firefox-esr", "firefox")
# No windows that ask something, nothing fetched from elsewhere.
SETTINGS = """
user_pref("app.update.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("signon.rememberSignons", false);
user_pref("intl.accept_languages", "en-GB");
"""


class Firefox:
    """One Firefox without a screen, with a profile of its own."""

    def __init__(self) -> None:
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if program is None:
            message = "there is no Firefox"
            raise CannotDrive(message)
        self._numbers = itertools.count(1)
        self._folder = tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True)
        with open(f"{self._folder.name}/user.js", "w") as settings:  # noqa: PTH123
            settings.write(SETTINGS)
        port = free_port()
        self._process = subprocess.Popen(
            [
                program, "--headless", "--no-remote", "--profile", self._folder.name,
                f"--remote-debugging-port={port}", "about:blank",
            ],
            env={**os.environ, "HOME": self._folder.name},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - nothing here holds a lock
        )  # fmt: skip
        try:
            wait_until(lambda: is_listening(port), "Firefox listens")
            self._socket = connect(f"ws://127.0.0.1:{port}/session", max_size=None, proxy=None)
            begun = self._command("session.new", capabilities={})
            self.version = f"Firefox {begun['capabilities']['browserVersion']}"
            tree = self._command("browsingContext.getTree", maxDepth=0)
            self._page: str = tree["contexts"][0]["context"]
        except (CannotDrive, OSError, TimeoutError, WebSocketException) as error:
            self.close()
            raise CannotDrive(str(error)) from error

    def open(self, url: str) -> None:
        self._command("browsingContext.navigate", context=self._page, url=url, wait="complete")

    def reload(self) -> None:
        self._command("browsingContext.reload", context=self._page, wait="complete")

    def resize(self, width: int, height: int) -> None:
        self._command(
            "browsingContext.setViewport", context=self._page, viewport={"width": width, "height": height}
        )

    def call(self, function: str) -> str:
        answer = self._command(
            "script.callFunction",
            functionDeclaration=function, awaitPromise=True, target={"context": self._page},
        )  # fmt: skip
        if answer["type"] != "success":
            raise CannotDrive(answer["exceptionDetails"]["text"])
        return str(answer["result"]["value"])

    def perform(self, actions: list[dict[str, Any]]) -> None:
        self._command("input.performActions", context=self._page, actions=actions)

    def close(self) -> None:
        if hasattr(self, "_socket"):
            with suppress(WebSocketException):
                self._socket.close()
        end(self._process, signal.SIGTERM)
        self._folder.cleanup()

    def _command(self, method: str, **parameters: object) -> Any:  # Any: JSON
        number = next(self._numbers)
        try:
            self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
            while True:
                answer = json.loads(self._socket.recv(timeout=PATIENCE_SECONDS))
                if answer.get("id") == number:
                    break
        except (TimeoutError, WebSocketException) as error:
            message = f"{method}: {error}"
            raise CannotDrive(message) from error
        if answer["type"] == "error":
            message = f"{method}: {answer['error']}: {answer['message']}"
            raise CannotDrive(message)
        return answer["result"]
