"""Counting within a worker, into a file that others may read at any time."""

from __future__ import annotations

import mmap
import struct
import threading
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Any

from tests.harness.exchange import when_imported

# The threads of a worker whose statements are counted, by the beginning of their names.
THREADS = {"chat-write": "write", "chat-presence": "presence", "handshake": "handshake"}
RARELY = 3600


@dataclass(slots=True)
class Counts:
    """How often each thing has been done."""

    socket_writes: int = 0
    frames_built: int = 0
    write_statements: int = 0
    write_commits: int = 0
    write_hops: int = 0
    presence_statements: int = 0
    presence_commits: int = 0
    presence_hops: int = 0
    handshake_statements: int = 0

    def __sub__(self, before: Counts) -> Counts:
        return Counts(*(mine - theirs for mine, theirs in zip(astuple(self), astuple(before), strict=True)))


_NAMES = [field.name for field in fields(Counts)]
_SHAPE = struct.Struct(f"{len(_NAMES)}Q")


def new_file(path: Path) -> None:
    """Begin with nothing counted."""
    path.write_bytes(bytes(_SHAPE.size))


def read(path: Path) -> Counts:
    return Counts(*_SHAPE.unpack(path.read_bytes()))


def count_into(path: str) -> None:
    """Count in this process from now on. Heartbeats and the janitor, who come when they will, come hardly at all."""
    with Path(path).open("r+b") as file:
        count = _Counting(memoryview(mmap.mmap(file.fileno(), _SHAPE.size)).cast("Q"))
    when_imported("chatproject.websocket", count.writes)
    when_imported("rooms.protocol.framing", count.frames)
    when_imported("django.db.backends.utils", count.statements)
    when_imported("rooms.sql", count.statements_by_hand)
    when_imported("django.db.backends.base.base", count.commits)
    when_imported("rooms.pools", count.hops)
    when_imported("rooms.protocol.limits", _hold_the_heartbeat)
    when_imported("rooms.housekeeping", _hold_the_janitor)


class _Counting:
    """Puts something that counts before the parts of the program. Any: modules that are not imported yet."""

    def __init__(self, counted: memoryview) -> None:
        self._counted = counted
        self._lock = threading.Lock()

    def writes(self, websocket: Any) -> None:
        """Count messages, those past Twisted and those through it; pings come when they will."""
        self._before(websocket.ChatProtocol, "serverSend", lambda *_: "socket_writes")
        write_now = websocket.ChatProtocol.write_now

        def counting(protocol: Any, data: bytes) -> bool:
            went = bool(write_now(protocol, data))
            if went:
                self._count("socket_writes")
            return went

        websocket.ChatProtocol.write_now = counting

    def frames(self, framing: Any) -> None:
        self._before(framing, "text_frame", lambda *_: "frames_built")

    def statements(self, utils: Any) -> None:
        for method in ("execute", "executemany"):
            self._before(utils.CursorWrapper, method, lambda *_: f"{_thread()}_statements")

    def statements_by_hand(self, sql: Any) -> None:
        self._before(sql, "_driver", lambda *_: f"{_thread()}_statements")

    def commits(self, base: Any) -> None:
        self._before(base.BaseDatabaseWrapper, "_commit", lambda *_: f"{_thread()}_commits")

    def hops(self, pools: Any) -> None:
        self._before(pools.Pool, "run", lambda pool, *_: f"{_short(pool._executor._thread_name_prefix)}_hops")
        self._before(pools.Line, "call", lambda line, *_: f"{_short(line.name)}_hops")

    def _count(self, name: str) -> None:
        if name in _NAMES:
            with self._lock:
                self._counted[_NAMES.index(name)] += 1

    def _before(self, owner: Any, method: str, name: Callable[..., str]) -> None:
        """Count each call of a method under the name that is made of its arguments."""
        call = getattr(owner, method)

        @wraps(call)
        def counting(*arguments: Any, **options: Any) -> Any:
            self._count(name(*arguments))
            return call(*arguments, **options)

        setattr(owner, method, counting)


def _hold_the_heartbeat(limits: Any) -> None:
    limits.HEARTBEAT_SECONDS = RARELY


def _hold_the_janitor(housekeeping: Any) -> None:
    housekeeping.JANITOR_SECONDS = RARELY


def _thread() -> str:
    return _short(threading.current_thread().name)


def _short(name: str) -> str:
    return next((short for long, short in THREADS.items() if name.startswith(long)), "")
