"""
Leases: a worker is alive as long as it says so.

After kill -9, SIGSTOP or a pulled plug nobody runs clean-up code; the lease runs out and any other worker takes the
connections back. A worker that finds its own lease gone must fence itself: close its sockets and start anew.
"""

import os
import socket
import uuid
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Now

from rooms import sql
from rooms.models import LiveConnection, WorkerLease, database_now
from rooms.transactions import writing

BEAT_SECONDS = 3.0
LEASE = timedelta(seconds=10)


def take_lease(worker_id: uuid.UUID, *, spawn: uuid.UUID | None) -> datetime:
    """Become alive. Safe to repeat. Returns the database's time."""
    now = database_now()
    WorkerLease.objects.update_or_create(
        id=worker_id,
        defaults={
            "spawn": spawn,
            "host": socket.gethostname()[:255],
            "pid": os.getpid(),
            "started_at": now,
            "lease_until": now + LEASE,
        },
    )
    return now


def beat(worker_id: uuid.UUID) -> datetime | None:
    """Stay alive for another LEASE. Returns the database's time, or None: declared dead, fence yourself."""
    with writing():
        now = database_now()
        alive = WorkerLease.objects.filter(pk=worker_id).update(lease_until=now + LEASE)
    return now if alive else None


def is_alive(worker_id: uuid.UUID) -> bool:
    """Tell, inside a transaction, whether this worker has not been declared dead; holds its row until the end."""
    ask = "SELECT 1 FROM rooms_workerlease WHERE id = %s"
    return bool(sql.rows(ask + sql.locking("NO KEY UPDATE"), [sql.stored_id(worker_id)]))


def expired(now: datetime | Now) -> "QuerySet[WorkerLease]":
    """Return the leases that have run out at `now`. Index: on lease_until."""
    return WorkerLease.objects.filter(lease_until__lt=now).order_by("pk")


def last_sign_of_life(lease: WorkerLease) -> datetime:
    """Return when the worker was last known to live."""
    return lease.lease_until - LEASE


def connection_ids(worker_id: uuid.UUID) -> list[uuid.UUID]:
    """List the connections of a worker."""
    return list(LiveConnection.objects.filter(worker_id=worker_id).values_list("pk", flat=True))
