"""The chat that a run is played on: its processes, what they stand on, and the cable to them."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fault.actors import Town
from tests.fault.broken import Broken
from tests.fault.broken.servers import SERVERS
from tests.fault.cable import Cable
from tests.fault.crowd import Crowd
from tests.fault.schedule import Schedule
from tests.fault.turned_clock import TurnedClock, has_compiler
from tests.harness.environment import ROOT
from tests.harness.server import ChatServer
from tests.harness.services import Postgres, Redis, execute

GRACE_SECONDS = 3
# PostgreSQL's own files take 40 MB, and as much again while it starts anew after a crash.
DISK_BYTES = {"cluster": 160 << 20, "embedded": 24 << 20}


@dataclass(slots=True)
class Services:
    """PostgreSQL and Redis of one run after the other: each run has a database of its own there."""

    postgres: Postgres
    redis: Redis

    @classmethod
    def start(cls, disk: Path | None = None) -> Services:
        """Start both, PostgreSQL on that disk."""
        services = cls(Postgres(disk), Redis())
        services.postgres.start()
        services.redis.start()
        return services

    def destroy(self) -> None:
        self.postgres.destroy()
        self.redis.destroy()


class Stage:
    """Built for one schedule; `open` it, and it is gone at the end whatever happened on it."""

    def __init__(self, schedule: Schedule, services: Services | None, disk: Path | None) -> None:
        broken = SERVERS[schedule.broken] if schedule.broken else None
        self.schedule = schedule
        self.disk = disk
        self.postgres = services.postgres if services else None
        self.redis = services.redis if services else None
        self.clock = TurnedClock() if "clock" in schedule.needs else None
        self.server = ChatServer(
            schedule.mode,
            postgres=self.postgres,
            redis=self.redis,
            workers=schedule.workers,
            faultless=False,
            ROOM_GRACE_SECONDS=str(GRACE_SECONDS),
            **(self.clock.environment if self.clock else {}),
            **(_breaking(broken) if broken else {}),
        )
        for statement in broken.sql if broken else ():
            assert self.postgres is not None
            execute(self.postgres.url(self.server.database), statement)
        if disk and schedule.mode == "embedded":
            self._move_data_to(disk)
        self.cable = Cable(self.server.port)
        self.crowd = Crowd(Town(people=[], rooms=[]), [])

    async def open(self) -> None:
        await asyncio.to_thread(self.server.start)
        await self.cable.lay()

    async def close(self) -> None:
        await self.cable.remove()
        await asyncio.to_thread(self.server.destroy)
        if self.clock:
            self.clock.destroy()

    def revive_database(self) -> None:
        """Start PostgreSQL where it has ended: that is its operator's part; the chat has to come back by itself."""
        process = self.postgres.process if self.postgres else None
        if self.postgres and process and process.poll() is not None:
            self.postgres.process = None
            self.postgres.start()

    def _move_data_to(self, disk: Path) -> None:
        for path in self.server.folder.glob("chat.sqlite3*"):
            shutil.move(path, disk / path.name)
            path.symlink_to(disk / path.name)
        self.server.environment["DATABASE_URL"] = f"sqlite:///{disk}/chat.sqlite3"


def _breaking(broken: Broken) -> dict[str, str]:
    folders = (ROOT / "tests/fault/broken/site", ROOT)
    return {"CHAT_BROKEN": broken.name, "PYTHONPATH": ":".join(map(str, folders))}


def lacking() -> frozenset[str]:
    """Return what this machine has not got of the needs of faults."""
    return frozenset(
        need for need, is_met in (("disk", os.geteuid() == 0), ("clock", has_compiler())) if not is_met
    )


class Missing(Exception):
    """The machine lacks what a fault needs."""


@contextmanager
def small_disk(mode: str) -> Iterator[Path]:
    """Mount a small file system for a database. Raises `Missing` for who may not mount."""
    folder = Path(tempfile.mkdtemp(prefix="disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES[mode]},mode=0755", "tmpfs", str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        folder.rmdir()
        raise Missing(f"no small disk can be mounted, which takes root: {result.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)
        folder.rmdir()
