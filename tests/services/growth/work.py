"""
How much a database has to do for something, as a count that neither the machine nor its load can sway.

On SQLite the instructions of its virtual machine; on PostgreSQL the rows and entries of indexes that are read. A
look-up in an index counts alike however deep the index is.
"""

from collections.abc import Callable

from django.db import connection, transaction

# Every instruction is counted one by one, by a call.
_EACH = 1
_ROWS_READ = (
    "SELECT sum(pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid))"
    " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')"
)


def work_of(do: Callable[[], object]) -> int:
    """Do something, as if it had not been done, and return how much work it was."""
    with transaction.atomic():
        count = _instructions if connection.vendor == "sqlite" else _rows_read
        try:
            return count(do)
        finally:
            transaction.set_rollback(True)


def _instructions(do: Callable[[], object]) -> int:
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += _EACH
        return 0  # go on

    connection.connection.set_progress_handler(count, _EACH)
    try:
        do()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return counted


def _rows_read(do: Callable[[], object]) -> int:
    before = _read_in_this_transaction()
    do()
    return _read_in_this_transaction() - before


def _read_in_this_transaction() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS_READ)
        (rows,) = cursor.fetchone()
    return int(rows)
