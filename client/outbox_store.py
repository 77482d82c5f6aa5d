"""Where what was written is kept until it is known to be stored: a file that outlives the program, whatever ends it.

Several programs of one person may use it at a time. Each holds what it has written, by a lock that the kernel lets go
of when the program ends, also by `kill -9`; the next one that looks takes over what nobody holds any more.
"""

import fcntl
import os
import secrets
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from .outbox_items import Item, State, Target

_TABLE = """CREATE TABLE IF NOT EXISTS item (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    holder TEXT NOT NULL,
    client_id TEXT NOT NULL UNIQUE,
    room INTEGER,
    login TEXT,
    name TEXT NOT NULL,
    text TEXT NOT NULL,
    code TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT ''
)"""
BUSY_SECONDS = 10.0


class Store(Protocol):
    """What an outbox needs. What `save` has returned from is kept; `remove` may be forgotten, which is harmless."""

    def load(self) -> list[Item]:
        """Return what nobody else holds, in the order written, and hold it."""

    def save(self, items: Iterable[Item]) -> None:
        """Keep these, together."""

    def remove(self, client_id: str) -> None:
        """Let go of one."""


class FileStore:
    """A SQLite file, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._locks = path.with_suffix(".holders")
        self._locks.mkdir(mode=0o700, exist_ok=True)
        self._holder = secrets.token_hex(8)
        self._lock = os.open(self._locks / self._holder, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute(_TABLE)

    def load(self) -> list[Item]:
        """Return what this program holds, with what those have left that are no more."""
        self._begin()
        for (holder,) in self._database.execute("SELECT DISTINCT holder FROM item").fetchall():
            if holder != self._holder and self._is_dead(holder):
                self._database.execute("UPDATE item SET holder = ? WHERE holder = ?", (self._holder, holder))
        rows = self._database.execute(
            "SELECT client_id, room, login, name, text, code, reason FROM item WHERE holder = ? ORDER BY position",
            (self._holder,),
        ).fetchall()
        self._database.execute("COMMIT")
        return [_item(*row) for row in rows]

    def save(self, items: Iterable[Item]) -> None:
        """Keep these in one transaction, on the disk when it returns."""
        self._database.execute("PRAGMA synchronous=FULL")
        self._begin()
        self._database.executemany(
            "INSERT INTO item (holder, client_id, room, login, name, text, code, reason)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (client_id) DO UPDATE SET code = excluded.code, reason = excluded.reason",
            [(self._holder, *_row(item)) for item in items],
        )
        self._database.execute("COMMIT")

    def remove(self, client_id: str) -> None:
        """Let go of one. If the machine stops before that is on the disk, it is sent again, and recognised."""
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("DELETE FROM item WHERE client_id = ?", (client_id,))

    def close(self) -> None:
        """Leave what is left to the next program."""
        self._database.close()
        (self._locks / self._holder).unlink(missing_ok=True)
        os.close(self._lock)

    def _begin(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def _is_dead(self, holder: str) -> bool:
        path = self._locks / holder
        try:
            lock = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return True
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            path.unlink(missing_ok=True)
            return True
        finally:
            os.close(lock)


def _row(item: Item) -> tuple[object, ...]:
    target = item.target
    return item.client_id, target.room, target.login, target.name, item.text, item.code, item.reason


def _item(
    client_id: str, room: int | None, login: str | None, name: str, text: str, code: str, reason: str
) -> Item:
    state = State.REFUSED if code else State.WAITING
    # Whether it was sent is not known: the program that wrote it has ended.
    return Item(client_id, Target(name, room=room, login=login), text, state, True, code, reason)  # noqa: FBT003
