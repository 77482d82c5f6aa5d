"""The publisher: what has been committed is told, to those on this worker and as a hint to the others.

Never awaited on the way to an `ack`, and never a promise: what gets lost here is found by the polls of feeds, sessions
and occupants. News of the list of rooms no poll finds: they are owed until the layer takes them.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from .groups import LOBBY
from .hints import Hint, gathered

QUEUE_MAX = 2000  # of at most some 64 KiB each; what is dropped is in the log
SEND_SECONDS = 3.0
OWED_MAX = 100
PAY_SECONDS = 1.0

ASK_ANEW: Hint = {"type": "layer.reset"}  # in place of more news than may be owed

logger = logging.getLogger("rooms.publisher")


class Publisher:
    """
    Tells the hints of one worker: to this worker at once, to the others by the layer, in the order given.

    `layer`: None where there are no others. `origin`: by what this worker knows what comes back as its own.
    """

    def __init__(
        self, layer: Any, here: Callable[[str, Hint], None], *, origin: str
    ) -> None:  # Any: Channels has no types
        self._layer = layer
        self._here = here
        self._origin = origin
        self._loop = asyncio.get_running_loop()
        self._told: deque[tuple[str, Hint]] = deque()
        self._is_called = False
        self._hints: deque[tuple[str, Hint]] = deque(maxlen=QUEUE_MAX)
        self._wake = asyncio.Event()
        self._owed: list[Hint] = []
        self._has_dropped = False

    def publish(self, group: str, hint: Hint) -> None:
        """Tell a hint. From any thread; never blocks, never raises."""
        self._told.append((group, hint))
        if self._is_called:
            return
        self._is_called = True
        try:
            self._loop.call_soon_threadsafe(self._tell)
        except RuntimeError:  # the loop has ended: nobody here is waiting for news
            logger.debug("no loop for a hint to %s", group)

    def tell(self, hints: Iterable[tuple[str, Hint]]) -> None:
        """Tell hints, in the loop: those here hear them now. Where the layer is full the oldest are dropped."""
        for group, hint in hints:
            self._tell_here(group, hint)
            self.tell_others(group, hint)

    def tell_others(self, group: str, hint: Hint) -> None:
        """Tell the other workers only, in the loop, soon."""
        if self._layer is not None:
            self._has_dropped |= len(self._hints) == QUEUE_MAX
            self._hints.append((group, hint))
            self._wake.set()

    async def run(self) -> None:
        """Send to the others until cancelled: what has come while one was under way goes together."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(PAY_SECONDS if self._owed else None):
                    await self._wake.wait()
            self._wake.clear()
            while self._hints:
                waiting = list(self._hints)
                self._hints.clear()
                for group, hint in gathered(waiting):
                    await self._send(group, hint)
            if self._has_dropped:
                self._has_dropped = False
                self._owed = [ASK_ANEW]
            await self._pay()

    def _tell(self) -> None:
        self._is_called = False
        told = list(self._told)
        for _ in told:
            self._told.popleft()
        self.tell(told)

    async def _send(self, group: str, hint: Hint) -> None:
        try:
            await self._hand_over(group, hint)
        except Exception as problem:  # the layer is at most once by its own contract; the log has it
            logger.warning("layer: %s, told this worker only", type(problem).__name__)
            if group == LOBBY:
                self._owe(hint)

    def _owe(self, hint: Hint) -> None:
        if len(self._owed) == OWED_MAX:
            self._owed = [ASK_ANEW]
        self._owed.append(hint)

    async def _pay(self) -> None:
        """Send what is owed to all workers, as soon as the layer takes anything again. To hear it twice is harmless."""
        with suppress(Exception):  # said once, when the hint was lost; tried again in PAY_SECONDS
            while self._owed:
                await self._hand_over(LOBBY, self._owed[0])
                del self._owed[0]

    async def _hand_over(self, group: str, hint: Hint) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await self._layer.group_send(group, {**hint, "from": self._origin})

    def _tell_here(self, group: str, hint: Hint) -> None:
        try:
            self._here(group, hint)
        except Exception:  # a bug costs this hint, not all that would have come
            logger.exception("a hint")


_current: Publisher | None = None
_collecting = threading.local()


def install(publisher: Publisher | None) -> None:
    """Name the publisher of this process: the one holder is the worker's runtime."""
    global _current  # noqa: PLW0603 - one runtime a process
    _current = publisher


@contextmanager
def collecting() -> Iterator[list[tuple[str, Hint]]]:
    """Yield a list of what this thread publishes meanwhile, in place of telling it."""
    hints: list[tuple[str, Hint]] = []
    _collecting.hints = hints
    try:
        yield hints
    finally:
        _collecting.hints = None


def publish_on_commit(group: str, hint: Hint) -> None:
    """Publish when the current transaction has committed; at once when there is none.

    In a process without a runtime (a management command, a shell) the hint goes to Redis if there is one; else the
    feeds' head poll and the workers' session poll find the fact.
    """
    transaction.on_commit(lambda: _publish(group, hint), robust=True)


def _publish(group: str, hint: Hint) -> None:
    collected: list[tuple[str, Hint]] | None = getattr(_collecting, "hints", None)
    if collected is not None:
        collected.append((group, hint))
    elif _current is not None:
        _current.publish(group, hint)
    elif settings.REDIS_URL:
        _publish_from_outside(group, hint)


def _publish_from_outside(group: str, hint: Hint) -> None:
    send: Callable[..., Awaitable[None]] = get_channel_layer().group_send
    try:
        async_to_sync(send)(group, hint)
    except Exception as problem:  # a hint only
        logger.warning("layer: %s", type(problem).__name__)
