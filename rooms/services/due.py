"""What has become due in the house: the question of every worker's janitor, every second, mostly for nothing."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from rooms.models import Room
from rooms.presence import leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What there is to do. `leases`: have run out; `abandoned`: rooms that should count down; `rooms`: to be closed."""

    leases: bool = False
    abandoned: bool = False
    rooms: bool = False

    def __bool__(self) -> bool:
        return self.leases or self.abandoned or self.rooms


def what_is_due() -> Due:
    """Ask, in one query, whether there is anything to do. It may be done when it is looked at: others look too."""
    sql, parameters = _question()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        run_out, abandoned, over = cursor.fetchone()
    return Due(leases=bool(run_out), abandoned=bool(abandoned), rooms=bool(over))


@cache
def _question() -> tuple[str, tuple[Any, ...]]:  # Any: what the driver takes
    """
    Put the query together, once: that takes the ORM twenty times as long as the database takes to answer it.

    Abandoned rooms are counted: asked whether there is one, PostgreSQL reads rooms one after the other and expects to
    meet it soon, since many rooms are temporary and many are open.
    """
    now = Now()  # the database's
    parts = [
        rows.order_by().values("pk").query.sql_with_params()
        for rows in (leases.expired(now), Room.objects.abandoned(), Room.objects.due(now))
    ]
    run_out, abandoned, over = (sql for sql, _ in parts)
    columns = f"EXISTS ({run_out}), (SELECT COUNT(*) FROM ({abandoned}) AS abandoned), EXISTS ({over})"  # noqa: S608 - the ORM's
    return f"SELECT {columns}", tuple(value for _, values in parts for value in values)
