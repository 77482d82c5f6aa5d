"""What the core takes from outside, so that tests can give it another: time, chance, names, the network."""

import asyncio
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol


class Timer(Protocol):
    """Something that will happen unless it is cancelled."""

    def cancel(self) -> None:
        """Have it not happen."""


class Timers(Protocol):
    """A monotonic clock, in seconds, and what happens by it."""

    def now(self) -> float:
        """Return the seconds since some moment."""

    def after(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call when so much time has passed."""


class LoopTimers:
    """Those of the running event loop."""

    def now(self) -> float:
        """Return the seconds since some moment."""
        return time.monotonic()

    def after(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call when so much time has passed."""
        return asyncio.get_running_loop().call_later(max(0.0, seconds), call)


class Listener(Protocol):
    """Who hears what happens on a socket."""

    def socket_opened(self) -> None:
        """It can be written to."""

    def socket_heard(self, data: str | bytes) -> None:
        """A message came."""

    def socket_closed(self, code: int, *, was_refused: bool) -> None:
        """It is gone; `was_refused` says that it never opened because the server did not want it."""


class Socket(Protocol):
    """A WebSocket that is opening or open. After `close` its listener hears nothing more."""

    def send(self, text: str) -> None:
        """Write, in order, at once or as soon as there is room."""

    def close(self) -> None:
        """Leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All of it."""

    open_socket: Callable[[Listener], Socket]
    # Whether the server says that the session has ended; calls back with True only where it surely has.
    ask_session: Callable[[Callable[[bool], None]], None]
    timers: Timers = field(default_factory=LoopTimers)
    random: Callable[[], float] = random.random
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    wall: Callable[[], float] = time.time
