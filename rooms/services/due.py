"""What has become due in the house: the question of every worker's janitor, every second, mostly for nothing."""

import uuid
from dataclasses import dataclass

from django.db.models import Exists
from django.db.models.functions import Now

from rooms.models import Room, WorkerLease
from rooms.presence import leases


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What there is to do. `leases`: have run out; `abandoned`: rooms that should count down; `rooms`: to be closed."""

    leases: bool = False
    abandoned: bool = False
    rooms: bool = False

    def __bool__(self) -> bool:
        return self.leases or self.abandoned or self.rooms


def what_is_due(*, own_worker: uuid.UUID) -> Due:
    """
    Ask, in one query, whether there is anything to do. What it says may be over when it is looked at.

    A worker that has been declared dead is told of nothing: others keep the house until it has begun anew.
    """
    now = Now()  # the database's
    found = (
        WorkerLease.objects.filter(pk=own_worker)
        .values_list(
            Exists(leases.expired(now, but=own_worker)),
            Exists(Room.objects.abandoned()),
            Exists(Room.objects.due(now)),
        )
        .first()
    )
    return Due(leases=found[0], abandoned=found[1], rooms=found[2]) if found is not None else Due()
