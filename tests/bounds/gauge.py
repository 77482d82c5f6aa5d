"""What the workers hold, as the kernel and the database have it."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from tests.harness.server import ChatServer
from tests.harness.services import execute

_KIB = 1024
_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
_RESET_HIGH_WATER = "5"
_ESTABLISHED, _HALF_CLOSED = "01", "08"


class Memory:
    """How much more the workers have held together, at any moment since this was made."""

    def __init__(self, server: ChatServer) -> None:
        self._workers = server.workers
        for worker in self._workers:
            Path(f"/proc/{worker}/clear_refs").write_text(_RESET_HIGH_WATER)
        self._before = self._high_water()

    @property
    def more_bytes(self) -> int:
        return self._high_water() - self._before

    def _high_water(self) -> int:
        """The peak of the resident memory since it was last reset, which says what is held in that moment."""
        total = 0
        for worker in self._workers:
            found = _HIGH_WATER.search(Path(f"/proc/{worker}/status").read_text())
            assert found
            total += int(found[1]) * _KIB
        return total


class Machine:
    """What else the machine does meanwhile: times that were taken beside others say little."""

    def __init__(self) -> None:
        self._began_at = time.monotonic()
        self._others_before = _ticks_of_all() - ticks_of(os.getpid())

    @property
    def cores_of_others(self) -> float:
        """How many cores others have kept busy since this was made."""
        ticks = _ticks_of_all() - ticks_of(os.getpid()) - self._others_before
        return max(0.0, ticks / os.sysconf("SC_CLK_TCK") / (time.monotonic() - self._began_at))


def _ticks_of_all() -> int:
    user, nice, system, *_ = Path("/proc/stat").read_text().split()[1:4]
    return int(user) + int(nice) + int(system)


def ticks_of(root: int) -> int:
    """Return what a process and all below it have used, those too that have ended."""
    found = {int(path.parent.name): path for path in Path("/proc").glob("[0-9]*/stat")}
    facts: dict[int, tuple[int, int]] = {}
    for pid, path in found.items():
        with suppress(OSError):
            _state, parent, *rest = path.read_text().rpartition(")")[2].split()
            facts[pid] = int(parent), sum(map(int, rest[9:13]))
    ours = {root}
    while more := {pid for pid, (parent, _) in facts.items() if parent in ours} - ours:
        ours |= more
    return sum(facts[pid][1] for pid in ours)


def sockets(server: ChatServer) -> int:
    """Count the connections that the workers hold, whoever is at the other end."""
    return sum(1 for _ in _held(server))


def ports_held(server: ChatServer) -> set[int]:
    """Return the peers' ports of all connections that the workers hold."""
    return set(_held(server))


def _held(server: ChatServer) -> Iterator[int]:
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        (
            _,
            here,
            there,
            state,
            *_,
        ) = line.split()[:4]
        is_held = state in {_ESTABLISHED, _HALF_CLOSED} and line.split()[9] != "0"
        if is_held and int(here.rpartition(":")[2], 16) == server.port:
            yield int(there.rpartition(":")[2], 16)


def ask(server: ChatServer, question: str) -> list[tuple[Any, ...]]:
    """Ask the database, beside the server."""
    if server.mode == "cluster":
        assert server.postgres is not None
        return execute(server.postgres.url(server.database), question)
    path = server.folder / "chat.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as database:
        return database.execute(question).fetchall()


def live_connections(server: ChatServer, login: str = "") -> int:
    """Count the connections that the database has, of all or of those whose login begins so."""
    question = "SELECT count(*) FROM rooms_liveconnection AS c JOIN accounts_user AS u ON u.id = c.user_id"
    return int(ask(server, f"{question} WHERE u.username LIKE '{login}%'")[0][0])
