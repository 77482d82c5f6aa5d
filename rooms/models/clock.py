"""The one clock that counts: the database's."""

from datetime import UTC, datetime

from django.db import connection

_QUERY = {
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
}


def database_now() -> datetime:
    """
    Return the database's time, cut to milliseconds, so that what is stored equals what is shown.

    One query; inside a transaction it still moves on (`clock_timestamp`, not `now`).
    """
    with connection.cursor() as cursor:
        cursor.execute(_QUERY[connection.vendor])
        (value,) = cursor.fetchone()
    moment = datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
