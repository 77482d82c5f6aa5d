"""Statements by hand, for what happens with every message and every connection (decision 0020)."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

Row = Sequence[Any]  # what the driver returns

# The database's time as it stands in a column: cut to milliseconds, and in SQLite in Django's own spelling.
_STORED_NOW = {
    "postgresql": "date_trunc('milliseconds', clock_timestamp())",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now')",
}


def rows(sql: str, values: Iterable[Any]) -> list[Row]:
    """Ask; return all rows."""
    return _driver("execute", sql, values, fetch=True)


def run(sql: str, values: Iterable[Any]) -> None:
    """Do."""
    _driver("execute", sql, values)


def run_with_each(sql: str, values: Iterable[Iterable[Any]]) -> None:
    """Do with each of these."""
    _driver("executemany", sql, values)


def _driver(method: str, sql: str, values: Iterable[Any], *, fetch: bool = False) -> list[Row]:
    """
    Give a statement to the driver on this thread's connection, past the layers of Django's cursors.

    They take several times as long as SQLite takes to answer. What they are for stays: errors are Django's, those of
    fetching too; a transaction that is broken takes no more; and whoever listens to statements
    (`connection.execute_wrappers`, the log of queries) hears of this one.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.execute_wrappers or database.queries_logged:
        with database.cursor() as cursor:
            getattr(cursor, method)(sql, list(values))
            return list(cursor.fetchall()) if fetch else []
    database.ensure_connection()
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        if database.vendor == "sqlite":
            found: Any = getattr(database.connection, method)(_with_question_marks(sql), list(values))
            return list(found.fetchall()) if fetch else []
        with database.create_cursor() as found:
            getattr(found, method)(sql, list(values))
            return list(found.fetchall()) if fetch else []


@lru_cache(maxsize=128)
def _with_question_marks(sql: str) -> str:
    """Return the statement with the placeholders of SQLite's driver, as Django does it."""
    return FORMAT_QMARK_REGEX.sub("?", sql).replace("%%", "%")


def places(values: Collection[Any]) -> str:
    """Return as many placeholders, or what nothing is equal to."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def locking(how: str) -> str:
    """Return the clause that locks the rows read, `FOR …`. SQLite needs none: who writes there is alone."""
    return f" FOR {how}" if connection.features.has_select_for_update else ""


def stored_now() -> str:
    """Return the database's time as an expression whose value may be stored."""
    return _STORED_NOW[connection.vendor]


def stored_id(value: uuid.UUID) -> Any:  # Any: what the driver takes
    """Return a UUID as it stands in a column."""
    return value if connection.features.has_native_uuid_field else value.hex
