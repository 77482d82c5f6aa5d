"""A transaction that writes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_sqlite_turn = threading.RLock()


@contextmanager
def writing() -> Iterator[None]:
    """
    Open one transaction that writes. It may not be nested; it blocks.

    SQLite lets one writer in at a time and makes the others poll with growing sleeps; the threads of this process
    take turns by a lock instead, so that the next one starts at once.
    """
    if connection.vendor == "sqlite":
        with _sqlite_turn, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield
