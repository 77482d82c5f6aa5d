"""The real program, started by `manage.py serve`: embedded on SQLite, or as a cluster of workers."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import urllib.request
from collections import deque
from contextlib import closing
from pathlib import Path
from typing import Literal

from tests.harness.environment import ROOT, knobs
from tests.harness.people import Person
from tests.harness.processes import (
    children,
    die_with_parent,
    end,
    free_port,
    is_alive,
    send_signal,
    wait_until,
)
from tests.harness.services import Postgres, Redis, execute
from tests.harness.template import cluster_template, embedded_template, secret_key, static_root

Mode = Literal["embedded", "cluster"]
MODES: tuple[Mode, ...] = ("embedded", "cluster")
READY_LINE = "worker ready"
# Lines that no healthy server writes.
_COMPLAINT = re.compile(
    r"Traceback|^\S+ \S+ (ERROR|CRITICAL) |never awaited|was destroyed but|\w+Warning: ", re.MULTILINE
)


class ChatServer:
    """One running chat. `faultless` servers must have written nothing that looks like an error when they stop."""

    def __init__(
        self,
        mode: Mode,
        *,
        postgres: Postgres | None = None,
        redis: Redis | None = None,
        workers: int = 2,
        faultless: bool = True,
        **environment: str,
    ) -> None:
        self.mode = mode
        self.workers_wanted = workers if mode == "cluster" else 1
        self.faultless = faultless
        self.folder = Path(tempfile.mkdtemp(prefix="server-"))
        self.log_path = self.folder / "log"
        self.port = free_port()
        self.postgres, self.redis = postgres, redis
        self.database = ""
        self.environment = self._environment(environment)
        self.process: subprocess.Popen[bytes] | None = None
        self._last_words = ""

    def guest(self) -> Person | None:
        """Return somebody with an account whom no test has met yet, if there is anybody left."""
        return self._guests.popleft() if self._guests else None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/"

    @property
    def log(self) -> str:
        """What the processes have written, also after the end."""
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else self._last_words

    @property
    def complaints(self) -> list[str]:
        """What the log says that a healthy server would not say."""
        return [line for line in self.log.splitlines() if _COMPLAINT.search(line)]

    def start(self) -> None:
        ready_before = self.ready_lines
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "manage.py",
                    "serve",
                    "--port",
                    str(self.port),
                    "--workers",
                    str(self.workers_wanted),
                ],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - nothing here holds a lock
            )
        self.await_workers(ready_before + self.workers_wanted)

    def begin_anew(self) -> None:
        """Take an empty database in place of the one with people in it. Before the start."""
        if self.postgres is not None:
            self.postgres.drop_database(self.database)
            self.database = self.postgres.create_database()
            self.environment["DATABASE_URL"] = self.postgres.url(self.database)
        else:
            (self.folder / "chat.sqlite3").unlink()
        self._guests.clear()

    def stop(self) -> int:
        """Drain and end; return the exit code."""
        assert self.process is not None
        send_signal(signal.SIGCONT, *self.workers)
        return end(self.process, signal.SIGTERM, 25)

    def destroy(self) -> None:
        try:
            if self.process is not None:
                self.stop()
        finally:
            self._last_words = self.log
            if self.database and self.postgres is not None and self.postgres.process is not None:
                self.postgres.drop_database(self.database)
            shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def workers(self) -> list[int]:
        """The process ids of the living workers, oldest first."""
        assert self.process is not None
        return children(self.process.pid)

    @property
    def ready_lines(self) -> int:
        return self.log.count(READY_LINE)

    def kill(self, worker: int) -> None:
        """End a worker as the kernel does when memory is short."""
        send_signal(signal.SIGKILL, worker)
        wait_until(lambda: not is_alive(worker), "the killed worker is gone", 5)

    def drain(self, worker: int) -> None:
        """Ask one worker to end in good order."""
        send_signal(signal.SIGTERM, worker)

    def mend(self) -> None:
        """Have back what a test has broken: services that were stopped or frozen, workers that were killed."""
        for service in (self.postgres, self.redis):
            if service is not None and service.process is None:
                service.start()
            elif service is not None:
                service.thaw()
        assert self.process is not None
        send_signal(signal.SIGCONT, self.process.pid, *self.workers)
        wait_until(self._is_whole, "all workers are there and find the database", 40)

    def await_workers(self, ready: int) -> None:
        """Wait until `ready` workers have said, since the very start, that they are ready."""
        try:
            wait_until(
                lambda: self.ready_lines >= ready or self._has_ended(), f"{ready} workers are ready", 40
            )
        except TimeoutError as error:
            raise AssertionError(self.log) from error
        assert not self._has_ended(), self.log

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a management command beside the server, as an operator does; return what it printed."""
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def make_administrator(self, login: str) -> None:
        """Give somebody all rights. A command beside the server would load the whole program for it."""
        statement = (
            f"UPDATE accounts_user SET is_staff = true, is_superuser = true WHERE username = '{login}'"
        )
        if self.postgres is not None:
            execute(self.postgres.url(self.database), statement)
            return
        with closing(sqlite3.connect(self.folder / "chat.sqlite3", timeout=10)) as database:
            assert database.execute(statement).rowcount == 1
            database.commit()

    @property
    def is_deserted(self) -> bool:
        """Whether nobody is in the embedded chat and no room is open but the default one."""
        query = """SELECT (SELECT count(*) FROM rooms_liveconnection),
            (SELECT count(*) FROM rooms_room WHERE closed_at IS NULL)"""
        with closing(sqlite3.connect(self.folder / "chat.sqlite3", timeout=10)) as database:
            return bool(database.execute(query).fetchone() == (0, 1))

    def get(self, path: str) -> tuple[int, bytes]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def readiness(self) -> dict[str, object]:
        return dict(json.loads(self.get("/readyz")[1]))

    def _is_whole(self) -> bool:
        if len(self.workers) != self.workers_wanted:
            return False
        try:
            return self.readiness()["status"] == "ok"
        except OSError:
            return False

    def _has_ended(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None

    def _environment(self, overrides: dict[str, str]) -> dict[str, str]:
        environment = {
            name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}
        }
        environment |= knobs() | {
            "DATA_DIR": str(self.folder), "SECRET_KEY": secret_key(), "LIMITS": "off", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        if self.mode == "cluster":
            assert self.postgres is not None
            assert self.redis is not None
            template = cluster_template(self.postgres)
            self.database = self.postgres.create_database(template.database)
            environment |= {"DATABASE_URL": self.postgres.url(self.database), "REDIS_URL": self.redis.url}
        else:
            template = embedded_template()
            shutil.copytree(template.folder, self.folder, dirs_exist_ok=True)
        environment["STATIC_ROOT"] = str(static_root())
        self._guests = deque(Person(url=self.url, **guest) for guest in template.guests)
        return environment | overrides
