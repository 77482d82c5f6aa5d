"""
A worker's house: its lease, what it owes to presence, and the janitor's round.

Everything here goes by level, not by edge: a connection that could not be forgotten is forgotten later, a row that
nobody remembers is found by comparing, a room that is due is closed by whichever worker looks first.
"""

import asyncio
import logging
import math
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Collection

from rooms.clock import ServerClock
from rooms.pools import Pool, Unavailable
from rooms.presence import leases
from rooms.services import history, presence, rooms
from rooms.services.due import what_is_due

JANITOR_SECONDS = 1.0
RETRY_SECONDS = 0.5

logger = logging.getLogger("rooms.housekeeping")


class Housekeeping:
    """
    One worker's standing among the others.

    `pool` is where people come and go; the lease has its own, for behind a thousand who come at once it would run out.
    `here` tells which connections this process holds. `fenced` is awaited when others have declared this worker dead
    and taken its people back: it must close all sockets; by then the worker lives under another id.
    """

    def __init__(
        self,
        pool: Pool,
        clock: ServerClock,
        *,
        lease_pool: Pool,
        spawn: uuid.UUID | None,
        here: Callable[[], Collection[uuid.UUID]],
        fenced: Callable[[], Awaitable[None]],
    ) -> None:
        self.worker_id = uuid.uuid4()
        self.default_room_id = 0
        self._renewed_at = -math.inf
        self._steady_since = -math.inf
        self.history = ""
        self._pool = pool
        self._lease_pool = lease_pool
        self._clock = clock
        self._spawn = spawn
        self._here = here
        self._fenced = fenced
        self._departing: dict[uuid.UUID, bool] = {}
        self._forgetting = asyncio.Lock()
        self._is_forgetting_next = False

    @property
    def is_alive(self) -> bool:
        """Whether nobody can have declared this worker dead: its lease, as far as it knows, has not run out."""
        return time.monotonic() - self._renewed_at < leases.LEASE.total_seconds()

    @property
    def may_judge(self) -> bool:
        """Whether a lease that has run out says that its worker is dead, and not that the database was away.

        So it is for who could renew its own all the time. When the database comes back nobody could: each renews
        within a beat, and whoever looked before would take all the others for dead.
        """
        now, enough = time.monotonic(), 2 * leases.BEAT_SECONDS
        return now - self._renewed_at < enough <= now - self._steady_since

    async def become_alive(self) -> None:
        """Take the lease; make sure that there is a default room and a history. Waits until the database is there."""
        while True:
            try:
                asked_at = time.monotonic()
                now = await self._lease_pool.run(leases.take_lease, self.worker_id, spawn=self._spawn)
                self._renewed_at = asked_at
                self._clock.measure(now, asked_at=asked_at, answered_at=time.monotonic())
                self.default_room_id = await self._pool.run(rooms.ensure_default_room)
                self.history = await self._pool.run(history.history_name)
                return
            except Unavailable:
                self._steady_since = time.monotonic()
                await asyncio.sleep(RETRY_SECONDS)

    async def beat(self) -> None:
        """Renew the lease every BEAT_SECONDS until cancelled."""
        pause = leases.BEAT_SECONDS
        while True:
            await asyncio.sleep(pause)
            pause = leases.BEAT_SECONDS
            try:
                if not await self._renew():
                    await self._begin_anew()
            except Unavailable:  # whether this worker is dead the database will say when it is back
                pause = RETRY_SECONDS
            except Exception:  # a worker that stopped to beat would be dead, and not know it
                logger.exception("lease")

    async def keep(self) -> None:
        """Make the janitor's round about every JANITOR_SECONDS until cancelled."""
        while True:
            # Workers that started together should not look in the same moment.
            await asyncio.sleep(JANITOR_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
            try:
                await self._go_round()
            except Unavailable:
                continue
            except Exception:
                logger.exception("janitor")

    async def _go_round(self) -> None:
        """Do what is due. Each by itself: people who come wait for one of them at most."""
        due = await self._pool.run(what_is_due)
        if due.leases and self.may_judge:
            await self._pool.run(presence.reap_expired, own_worker=self.worker_id)
        if due.abandoned:
            await self._pool.run(presence.start_countdown_of_abandoned)
        if due:  # without a grace the others may have left something to close
            await self._pool.run(rooms.close_due_rooms)
        await self.forget_departed()

    def depart(self, connection_id: uuid.UUID, *, at_once: bool) -> None:
        """Note that a connection has gone: `forget_departed` does the rest, now or when the database is there."""
        self._departing[connection_id] = at_once or self._departing.get(connection_id, False)

    async def forget_departed(self) -> None:
        """
        Take back the presence of all that have gone. Raises Unavailable; then they are kept for the next time.

        While it is being done the next ones gather: a thousand who go in one moment are a few transactions, and who
        comes back waits for no more. Returns at once where somebody waits already, who takes them along.
        """
        if self._is_forgetting_next:
            return
        self._is_forgetting_next = True
        try:
            await self._forgetting.acquire()
        finally:
            self._is_forgetting_next = False
        try:
            await self._forget()
        finally:
            self._forgetting.release()

    async def _forget(self) -> None:
        departing, self._departing = self._departing, {}
        try:
            for at_once in (True, False):
                ids = [connection_id for connection_id, wanted in departing.items() if wanted is at_once]
                if ids:
                    await self._pool.run(presence.depart, ids, at_once=at_once)
        except BaseException:
            self._departing = {**departing, **self._departing}
            raise

    async def give_up(self) -> None:
        """End the lease in order. Raises Unavailable; then it runs out by itself."""
        await self.forget_departed()
        await self._pool.run(presence.give_up, self.worker_id)

    async def _renew(self) -> bool:
        """Renew the lease; False: declared dead."""
        asked_at = time.monotonic()
        now = await self._lease_pool.run(leases.beat, self.worker_id)
        if now is None:
            return False
        if asked_at - self._renewed_at >= 2 * leases.BEAT_SECONDS:
            self._steady_since = time.monotonic()
        self._renewed_at = asked_at
        self._clock.measure(now, asked_at=asked_at, answered_at=time.monotonic())
        await self._reconcile()
        return True

    async def _begin_anew(self) -> None:
        logger.warning("worker %s was declared dead: its connections start anew", self.worker_id)
        self.worker_id = uuid.uuid4()
        await self.become_alive()
        await self._fenced()

    async def _reconcile(self) -> None:
        """Forget rows of connections that are no longer here, however that came about."""
        before = set(self._here())
        rows = await self._lease_pool.run(leases.connection_ids, self.worker_id)
        for connection_id in rows:
            if connection_id not in before and connection_id not in self._here():
                self.depart(connection_id, at_once=False)
