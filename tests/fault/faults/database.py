"""A database that crashes, is restarted, stands still, drops connections, takes no more, or is locked by somebody."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg2

from tests.fault.faults.fault import Fault, require
from tests.harness.processes import is_listening
from tests.harness.services import Postgres, execute

if TYPE_CHECKING:
    from tests.fault.stage import Stage

AWAY_SECONDS = (1.0, 4.0)
STANDSTILL_SECONDS = (4.0, 10.0)
USED_UP_SECONDS = (2.0, 4.0)
LOCKED_SECONDS = (1.0, 6.0)
TERMINATE = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = %s AND pid <> pg_backend_pid()"
)


def _postgres(stage: Stage) -> Postgres:
    assert stage.postgres is not None
    return stage.postgres


async def _be_away(stage: Stage, dice: random.Random, signal_number: int) -> dict[str, Any]:
    postgres, seconds = _postgres(stage), dice.uniform(*AWAY_SECONDS)
    await asyncio.to_thread(postgres.stop, signal_number)
    require(not is_listening(postgres.port), "PostgreSQL still listens")
    try:
        await asyncio.sleep(seconds)  # The fault itself.
    finally:
        await asyncio.to_thread(postgres.start)
    return {"seconds": round(seconds, 1)}


async def crash(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Stop it at once: SIGQUIT leaves all connections without a word."""
    return await _be_away(stage, dice, signal.SIGQUIT)


async def restart(stage: Stage, dice: random.Random) -> dict[str, Any]:
    return await _be_away(stage, dice, signal.SIGINT)


async def freeze(stage: Stage, dice: random.Random) -> dict[str, Any]:
    postgres, seconds = _postgres(stage), dice.uniform(*STANDSTILL_SECONDS)
    postgres.freeze()
    try:
        await asyncio.sleep(seconds)  # The fault itself.
        require(not await asyncio.to_thread(_answers, postgres), "PostgreSQL answers")
    finally:
        postgres.thaw()
    return {"seconds": round(seconds, 1)}


async def terminate(stage: Stage, _dice: random.Random) -> dict[str, Any]:
    url, database = _postgres(stage).url(), stage.server.database
    [(count,)] = await asyncio.to_thread(execute, url, TERMINATE, database)
    require(count, "there was no back end")
    return {"back ends": count}


async def use_up(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Take every connection that is left, as a program that leaks them does."""
    url, seconds = _postgres(stage).url(), dice.uniform(*USED_UP_SECONDS)
    taken = await asyncio.to_thread(_take_all, url)
    try:
        require(taken, "no connection could be taken")
        await asyncio.sleep(seconds)  # The fault itself.
    finally:
        for connection in taken:
            connection.close()
    return {"connections": len(taken), "seconds": round(seconds, 1)}


async def lock(stage: Stage, dice: random.Random) -> dict[str, Any]:
    """Write to the SQLite file as another program, without an end for a while."""
    path, seconds = stage.server.folder / "chat.sqlite3", dice.uniform(*LOCKED_SECONDS)
    with closing(sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)  # The fault itself.
        other.execute("ROLLBACK")
    return {"seconds": round(seconds, 1)}


def _answers(postgres: Postgres) -> bool:
    try:
        psycopg2.connect(postgres.url(), connect_timeout=1).close()
    except psycopg2.OperationalError:
        return False
    return True


def _take_all(url: str) -> list[Any]:
    taken: list[Any] = []
    try:
        while True:
            taken.append(psycopg2.connect(url, connect_timeout=3))
    except psycopg2.OperationalError:
        return taken


FAULTS = (
    *(
        Fault(name=name, group="database", do=do, modes=("cluster",))
        for name, do in (
            ("database-crashed", crash),
            ("database-restarted", restart),
            ("database-frozen", freeze),
            ("back-ends-terminated", terminate),
            ("connections-used-up", use_up),
        )
    ),
    Fault(name="database-locked", group="database", do=lock, modes=("embedded",)),
)
