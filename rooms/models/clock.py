"""The one clock that counts: the database's."""

from datetime import UTC, datetime

from django.db import connection

# Inside a transaction it still moves on: `clock_timestamp`, not `now`.
NOW = {
    "postgresql": "clock_timestamp()",
    "sqlite": "strftime('%%Y-%%m-%%dT%%H:%%M:%%f', 'now')",
}
"""The time as an expression of SQL, in a statement with parameters."""


def database_now() -> datetime:
    """Return the database's time, as `moment` does. One query."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {NOW[connection.vendor]}", [])
        (value,) = cursor.fetchone()
    return moment(value)


def moment(value: datetime | str) -> datetime:
    """
    Return the time that a driver has brought, cut to milliseconds, so that what is stored equals what is shown.

    SQLite's brings text for an expression and a time without zone for a column; both are UTC.
    """
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
