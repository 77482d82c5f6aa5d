"""Sessions that have ended elsewhere: their sockets close, whatever hint was lost."""

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Callable, Collection
from typing import Protocol

from accounts.sessions import Identity, ended
from rooms.pools import Pool, Unavailable
from rooms.protocol.errors import CloseCode
from rooms.services.presence import told_to_close

POLL_SECONDS = 2.0

logger = logging.getLogger("rooms.sessions")


class Watched(Protocol):
    """A connection with a session."""

    id: uuid.UUID
    identity: Identity

    def say_goodbye(self, code: CloseCode) -> None:
        """Begin to close."""


class SessionWatch:
    """
    Asks every POLL_SECONDS, and when hinted, which of this worker's connections must go: three queries for all.

    A log-out, a new password, a deactivation, a deletion, by whatever way: `queryset.update` and a lost hint send no
    signal, so the poll is the promise.
    """

    def __init__(self, pool: Pool, connections: Callable[[], Collection[Watched]]) -> None:
        self._pool = pool
        self._connections = connections
        self._now = asyncio.Event()

    def look_soon(self) -> None:
        """Ask now: somebody's session is said to have changed."""
        self._now.set()

    async def run(self, worker_id: Callable[[], uuid.UUID]) -> None:
        """Ask until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._now.wait()
            self._now.clear()
            try:
                await self._look(worker_id())
            except Unavailable:
                continue  # said once by the pool; the next round comes in two seconds
            except Exception:
                logger.exception("session poll")

    async def _look(self, worker_id: uuid.UUID) -> None:
        here = list(self._connections())
        if not here:
            return
        told = await self._pool.run(told_to_close, worker_id)
        over = await self._pool.run(ended, [connection.identity for connection in here])
        for connection in here:
            code = told.get(connection.id) or over.get(connection.identity.session_key)
            if code is not None:
                connection.say_goodbye(CloseCode(code))
