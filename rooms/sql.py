"""Statements by hand, for what happens with every message and every connection (decision 0020)."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection

Row = Sequence[Any]  # what the driver returns

# The database's time as it stands in a column: cut to milliseconds, and in SQLite in Django's own spelling.
_STORED_NOW = {
    "postgresql": "date_trunc('milliseconds', clock_timestamp())",
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', 'now')",
}


def rows(sql: str, values: Iterable[Any]) -> list[Row]:
    """Ask; return all rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())


def run(sql: str, values: Iterable[Any]) -> None:
    """Do."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))


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
