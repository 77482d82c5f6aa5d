"""What is measured: something that can be started on loopback, and how its people find it."""

from __future__ import annotations

import shutil
import tempfile
from abc import ABC, abstractmethod
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

from tests.bench.audience import Audience, invite
from tests.bench.grown import Size, grow
from tests.bench.scripts import OURS, Script
from tests.bench.shapes import Crowd
from tests.harness.server import ChatServer
from tests.harness.services import Postgres, Redis, Service

Database = Literal["sqlite", "postgresql"]
S = TypeVar("S", bound=Service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a running system is, how one talks to it, and whose CPU it uses: trees of processes by their roots."""

    port: int
    script: Script
    trees: dict[str, int]
    rooms: list[str] = field(default_factory=list)
    headers: Path | None = None

    def arguments(self, crowd: Crowd) -> list[str]:
        """The load generator's options."""
        rooms = ",".join(self.rooms) if self.rooms else f"0-{crowd.rooms - 1}"
        return [
            *("--port", str(self.port), "--rooms", rooms),
            *("--members", str(crowd.members), "--senders", str(crowd.senders)),
            *(("--headers", str(self.headers)) if self.headers else ()),
            *(part for name, root in self.trees.items() for part in ("--tree", f"{name}={root}")),
            *self.script.arguments,
        ]


class System(ABC):
    """One of them. `most_deliveries`: above so many a second it is known to end, and is not asked."""

    name: str
    about: str
    most_deliveries: float = float("inf")

    @abstractmethod
    def start(self, crowd: Crowd) -> Address:
        """Start it, with all that this crowd needs there, and return when it answers."""

    @abstractmethod
    def stop(self) -> None:
        """End it and remove what it wrote; also after a start that failed."""

    def missing(self) -> str:
        """Say what to do where it cannot be started here, else nothing."""
        return ""


class Chat(System):
    """Ours, as `bin/run` starts it: sessions, rules, a commit and an ack for each message."""

    def __init__(self, name: str, *, database: Database = "sqlite", workers: int = 1) -> None:
        self.name = name
        on = "SQLite" if database == "sqlite" else "PostgreSQL and Redis"
        self.about = f"this chat, {workers} worker{'s' * (workers > 1)} on {on}"
        self._database, self._workers = database, workers
        self._running = ExitStack()

    def start(self, crowd: Crowd) -> Address:
        services: dict[str, Service] = {}
        if self._database == "postgresql":
            postgres, redis = self._run(Postgres()), self._run(Redis())
            services = {"redis": redis, "postgres": postgres}
            server = ChatServer("cluster", workers=self._workers, postgres=postgres, redis=redis)
        else:
            server = ChatServer("embedded")
        self._running.callback(server.destroy)
        audience = self._let_in(server, crowd)
        server.start()
        assert server.process is not None
        headers = server.folder / "headers"
        headers.write_text("".join(f"X-Session-Token: {token}\n" for token in audience.tokens))
        pids = {name: service.process.pid for name, service in services.items() if service.process}
        return Address(
            port=server.port,
            script=OURS,
            trees={"server": server.process.pid, **pids},
            rooms=[str(room) for room in audience.rooms],
            headers=headers,
        )

    def stop(self) -> None:
        self._running.close()

    def _let_in(self, server: ChatServer, crowd: Crowd) -> Audience:
        return invite(server, people=crowd.people, rooms=crowd.rooms)

    def _run(self, service: S) -> S:
        self._running.callback(service.destroy)
        service.start()
        return service


class GrownChat(Chat):
    """Ours with as much in it as it is told; those who come are of those who are in it already."""

    def __init__(self, name: str, *, size: Size, database: Database = "sqlite") -> None:
        super().__init__(name, database=database)
        self.about = f"{self.about}, with {size}"
        self._size = size

    def _let_in(self, server: ChatServer, crowd: Crowd) -> Audience:
        server.begin_anew()
        grow(server, self._size)
        return Audience(tokens=[], rooms=[])


class Folder:
    """A folder for what a peer writes, made when it is asked for."""

    def __init__(self) -> None:
        self._path: Path | None = None

    @property
    def path(self) -> Path:
        if self._path is None:
            self._path = Path(tempfile.mkdtemp(prefix="peer-"))
        return self._path

    def remove(self) -> None:
        if self._path is not None:
            shutil.rmtree(self._path, ignore_errors=True)
            self._path = None
