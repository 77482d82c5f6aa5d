"""People, rooms and connections for tests of the services; and many threads at once."""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connections
from django.db.models.functions import Least

from accounts.models import User
from rooms.models import LiveConnection, Message, Participant, Room, WorkerLease, database_now
from rooms.presence import leases
from rooms.protocol.errors import Refused
from rooms.services import arriving, opening, rooms
from rooms.services.arriving import Arrival
from rooms.services.history import default_room_id
from rooms.services.opening import Opened, Opening
from rooms.services.posting import Post, Posted, post_messages

LONG_SECONDS = 30.0
AtOnce = Callable[..., list[Any]]


class World:
    """What a test needs to set up a chat in a few words."""

    def __init__(self) -> None:
        self.home = default_room_id()
        self.worker = self.start_worker()

    def start_worker(self, spawn: uuid.UUID | None = None) -> uuid.UUID:
        worker_id = uuid.uuid4()
        leases.take_lease(worker_id, spawn=spawn)
        return worker_id

    def let_expire(self, worker_id: uuid.UUID, *, seconds_ago: float = 1.0) -> None:
        """Let it have been silent: its lease ended so long ago, and whoever is here came before it fell silent."""
        ended_at = database_now() - timedelta(seconds=seconds_ago)
        WorkerLease.objects.filter(pk=worker_id).update(lease_until=ended_at)
        Participant.objects.update(last_seen_at=Least("last_seen_at", ended_at - leases.LEASE))

    def person(self, login: str, **fields: object) -> User:
        return User.objects.create(username=login, password="!", **fields)  # type: ignore[misc]

    def people(self, count: int) -> list[User]:
        return [self.person(f"person{number}") for number in range(count)]

    def arrival(self, user: User, *, wanted: Sequence[int] = (), **fields: Any) -> Arrival:
        values = {
            "connection_id": uuid.uuid4(),
            "worker_id": self.worker,
            "user_id": user.pk,
            "session_hash": "s" * 64,
            "address": "127.0.0.1",
            "client": "test",
            "wanted": wanted,
        }
        return Arrival(**{**values, **fields})

    def connect(self, user: User, **fields: Any) -> uuid.UUID:
        """Let somebody come; return the connection."""
        arrival = self.arrival(user, **fields)
        arrive(arrival)
        return arrival.connection_id

    def room(
        self, owner: User, name: str = "Tea", *, kind: str = "temporary", capacity: int | None = None
    ) -> int:
        """Let somebody come and make a room; they stay in it."""
        return rooms.create_room(self.connect(owner), owner=owner.pk, name=name, kind=kind, capacity=capacity)


def arrive(arrival: Arrival) -> int:
    """Let one come, alone; return the room it is in, or raise why it may not."""
    return _or_raise(arriving.arrive([arrival]))


def open_connection(arrival: Arrival, *, resume_room: int | None) -> Opened:
    """Open one connection, alone, or raise why it may not be."""
    return _or_raise(opening.open_connections([Opening(arrival=arrival, resume_room=resume_room)]))


def _or_raise(results: Sequence[Any]) -> Any:
    [result] = results
    if isinstance(result, Exception):
        raise result
    return result


def post(author: User, room_id: int, text: str = "hello", **fields: Any) -> Posted:
    """Say something in a room. Raises what is answered."""
    return said(
        Post(author_id=author.pk, room_id=room_id, text=text, **{"client_id": uuid.uuid4(), **fields})
    )


def direct(author: User, to: str, text: str = "psst", **fields: Any) -> Posted:
    """Say something to one person. Raises what is answered."""
    return said(Post(author_id=author.pk, to=to, text=text, **{"client_id": uuid.uuid4(), **fields}))


def said(item: Post) -> Posted:
    (result,) = post_messages([item])
    if isinstance(result, Exception):
        raise result
    return result


def code_of(result: object) -> str:
    """Return the code of a refusal that was returned, not raised."""
    assert isinstance(result, Refused), result
    return result.code.value


def seqs(stream_id: int) -> list[int]:
    return list(Message.objects.of(stream_id).order_by("seq").values_list("seq", flat=True))


def room_of(connection_id: uuid.UUID) -> int:
    return LiveConnection.objects.values_list("room_id", flat=True).get(pk=connection_id)


def closes_at(room_id: int) -> Any:
    return Room.objects.values_list("close_at", flat=True).get(pk=room_id)


def is_closed(room_id: int) -> bool:
    return Room.objects.filter(pk=room_id, closed_at__isnull=False).exists()


@contextmanager
def threads(count: int) -> Iterator[AtOnce]:
    """
    Yield a function that makes up to `count` calls in the same moment, each in a thread with a connection of its own.

    It returns their results in order; an exception is a result too. Threads and connections are kept for the next
    calls, and gone at the end.
    """

    def call(function: Callable[[], Any], gate: threading.Barrier) -> Any:
        gate.wait(LONG_SECONDS)
        try:
            return function()
        except Exception as problem:
            return problem

    with ThreadPoolExecutor(count) as pool:

        def at_once(*functions: Callable[[], Any]) -> list[Any]:
            gate = threading.Barrier(len(functions))
            calls = [pool.submit(call, function, gate) for function in functions]
            return [each.result(LONG_SECONDS) for each in calls]

        try:
            yield at_once
        finally:
            at_once(*[connections.close_all] * count)
