"""A worker's house with its lease and its janitor: real code and real rows, on a virtual clock."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from rooms.clock import ServerClock
from rooms.housekeeping import Housekeeping
from rooms.models import LiveConnection, Room, WorkerLease, database_now
from rooms.pools import Unavailable
from tests.machines.virtual import VirtualLoop
from tests.services.world import World, arrive

BEGINNING = datetime(2030, 1, 1, tzinfo=UTC)
SHADOWS = """
    CREATE SCHEMA IF NOT EXISTS virtual;
    CREATE OR REPLACE FUNCTION virtual.clock_timestamp() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT (current_setting(''chat.now'') || ''+00'')::timestamptz';
    CREATE OR REPLACE FUNCTION virtual.statement_timestamp() RETURNS timestamptz LANGUAGE sql
        AS 'SELECT virtual.clock_timestamp()';
    SET search_path = virtual, public, pg_catalog;
"""


class DatabaseClock:
    """Has the database tell the virtual time: under their names it finds the functions that are made here."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(SHADOWS)
        if connection.vendor == "sqlite":
            connection.connection.create_function("strftime", -1, lambda *_: self._text())
        self.set()

    def set(self) -> None:
        """Set it by the loop's. SQLite asks by itself."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('chat.now', %s, false)", [self._text()])

    def time_of(self, moment: datetime) -> float:
        """Return when that was, on the loop's clock."""
        return (moment - BEGINNING).total_seconds()

    def close(self) -> None:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("RESET search_path")
        else:
            connection.close()

    def _text(self) -> str:
        now = BEGINNING + timedelta(seconds=self._loop.time())
        return now.replace(tzinfo=None).isoformat(" ", "milliseconds")


class Database:
    """The pool of a house: it calls at once, unless the database is away or the process stands still."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.is_away = False
        self.clock = DatabaseClock(loop)
        self._loop = loop

    async def run(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        await asyncio.sleep(0.002)
        if self.is_away:
            raise Unavailable

        def call() -> Any:
            self.clock.set()
            return function(*arguments, **options)

        return await self._loop.outside(call)


class Process:
    """A worker's process: it can be killed, and it can be frozen, whereupon the others take it for dead."""

    def __init__(self, loop: VirtualLoop, database: Database, world: World) -> None:
        self.is_frozen = False
        self.is_killed = False
        self.spawn = uuid.uuid4()
        # The connections of this process, as it knows them; and when somebody could last know that it lives.
        self.here: dict[uuid.UUID, User] = {}
        self.seen_at = loop.time()
        self._thawed_at = -1.0
        self._loop = loop
        self._database = database
        self._world = world
        self._tasks: list[asyncio.Task[None]] = []
        pool: Any = self
        self.house = Housekeeping(
            pool,
            ServerClock(),
            lease_pool=pool,
            spawn=self.spawn,
            here=lambda: set(self.here),
            fenced=self._fenced,
        )
        self.start(self.house.become_alive())
        loop.advance(0.1)
        for coroutine in (self.house.beat(), self.house.keep()):
            self.start(coroutine)

    def start(self, coroutine: Any) -> None:
        self._loop.do(lambda: self._tasks.append(self._loop.create_task(coroutine)))

    async def run(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        while self.is_frozen:  # noqa: ASYNC110 - the schedule sets no event
            await asyncio.sleep(0.1)
        result = await self._database.run(function, *arguments, **options)
        if function.__name__ in {"beat", "take_lease"} and result is not None:
            self.seen_at = self._loop.time()
        return result

    def arrive(self, user: User, wanted: list[int]) -> uuid.UUID | None:
        """Let somebody come; None where it cannot be: the process has been declared dead and does not know it."""
        self._database.clock.set()
        arrival = self._world.arrival(user, wanted=wanted, worker_id=self.house.worker_id)
        try:
            arrive(arrival)
        except Unavailable:
            return None
        self.here[arrival.connection_id] = user
        return arrival.connection_id

    def depart(self, connection_id: uuid.UUID, *, at_once: bool) -> None:
        """Let a socket close."""
        del self.here[connection_id]
        self.house.depart(connection_id, at_once=at_once)
        self.start(self._forget())

    def kill(self) -> None:
        self.is_killed = True
        self.here.clear()
        for task in self._tasks:
            task.cancel()

    def thaw(self) -> None:
        self.is_frozen = False
        self._thawed_at = self._loop.time()

    @property
    def is_known_to_live(self) -> bool:
        """Tell whether its people are here: one that stood still may have been declared dead, and finds out."""
        return not self.is_frozen and self.seen_at > self._thawed_at

    async def _forget(self) -> None:
        try:
            await self.house.forget_departed()
        except Unavailable:
            """The janitor's round will do it."""

    async def _fenced(self) -> None:
        """Close all sockets, as the runtime does."""
        for connection_id in list(self.here):
            del self.here[connection_id]
            self.house.depart(connection_id, at_once=False)


def sweep(owner: User) -> None:
    """Leave nothing to the next schedule, which begins at the same time."""
    LiveConnection.objects.all().delete()
    WorkerLease.objects.all().delete()
    Room.objects.filter(owner=owner).update(close_at=None, closed_at=database_now())
