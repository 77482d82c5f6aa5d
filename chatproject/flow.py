"""Flow control of one WebSocket, both ways: a slow peer costs only itself, a fast one is not read ahead of its work."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from rooms.protocol.limits import READER_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable

Event = dict[str, Any]  # an ASGI event, whose values are the framework's

# The ASGI extension by which an application finds `write_now` in its scope. Without it there is `send`, as everywhere.
WRITE_NOW = "chat.write_now"

# Input that waits for the application before the peer is made to wait, and how much of it must be gone again.
WAITING_EVENTS, WAITING_BYTES = 32, 128 * 1024
RESUME_EVENTS, RESUME_BYTES = 8, 32 * 1024

STALL_SECONDS: float = READER_SECONDS  # without a byte taken by the peer
LOOK_SECONDS = 5.0


class InputQueue(asyncio.Queue[Event]):
    """
    What a peer has sent and the application has not taken. Calls `pause` when it is full, then `resume`, in turn.

    Each event says when it came: `received_at`, a time of the monotonic clock.
    """

    def __init__(self, *, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        super().__init__()
        self._pause = pause
        self._resume = resume
        self._waiting_bytes = 0
        self._is_paused = False

    def put_nowait(self, item: Event) -> None:
        """Add an event. There is always room: what the peer may add is bounded by `pause`."""
        super().put_nowait({**item, "received_at": time.monotonic()})
        self._waiting_bytes += _size(item)
        is_full = self.qsize() >= WAITING_EVENTS or self._waiting_bytes >= WAITING_BYTES
        if is_full and not self._is_paused:
            self._is_paused = True
            self._pause()

    def get_nowait(self) -> Event:
        """Take an event; `get` comes here too."""
        item = super().get_nowait()
        self._waiting_bytes -= _size(item)
        has_room = self.qsize() <= RESUME_EVENTS and self._waiting_bytes <= RESUME_BYTES
        if has_room and self._is_paused:
            self._is_paused = False
            self._resume()
        return item


class OutputGate:
    """Open while the peer takes what is sent. While it is shut somebody looks whether anything moves at all.

    Locked, it stays shut and nobody looks: nothing more is taken, and who made it would make it for nobody.
    """

    def __init__(self, *, sent_bytes: Callable[[], int], on_stall: Callable[[], None]) -> None:
        self._sent_bytes = sent_bytes
        self._on_stall = on_stall
        self.is_open = True  # whether more may be sent; asked for each message
        self._opened = asyncio.Event()
        self._opened.set()
        self._is_locked = False
        self._timer: asyncio.TimerHandle | None = None
        self._seen_bytes = 0
        self._moved_at = 0.0

    async def passed(self) -> None:
        """Wait until the gate is open, or the connection has ended."""
        await self._opened.wait()

    def shut(self) -> None:
        """Hold back the senders, and watch the peer."""
        if self.is_open:
            self._close()
            self._seen_bytes, self._moved_at = self._sent_bytes(), time.monotonic()
            self._look_later()

    def open(self) -> None:
        """Let the senders go on, unless it is locked."""
        if not self._is_locked:
            self.is_open = True
            self._opened.set()
            self._look_no_more()

    def lock(self) -> None:
        """Hold back the senders until the connection has ended."""
        self._is_locked = True
        self._close()
        self._look_no_more()

    def end(self) -> None:
        """Let everybody through for good: what they send goes nowhere."""
        self._is_locked = False
        self.open()

    def _close(self) -> None:
        self.is_open = False
        self._opened.clear()

    def _look_later(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._look)

    def _look_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now, sent_bytes = time.monotonic(), self._sent_bytes()
        if sent_bytes > self._seen_bytes:
            self._seen_bytes, self._moved_at = sent_bytes, now
        if now - self._moved_at >= STALL_SECONDS:
            self._on_stall()
        else:
            self._look_later()


def _size(event: Event) -> int:
    return len(event.get("text") or event.get("bytes") or "")
