"""The server's clock, as well as it can be known here.

Each sample is one exchange of `clock.sync`, read as NTP reads it. Of the last five the one with the shortest round trip
counts, since its error is bounded by half of that trip.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from .answers import Answer, Done
from .connection import Connection
from .world import Timer, Timers

SAMPLES_KEPT = 5
EXCHANGES = 5
BETWEEN_SECONDS = 0.25
# Quartz drifts some ten milliseconds in such a time.
AGAIN_SECONDS = 600.0
# A heartbeat is late by the network's delay; more than this is a clock that jumped, as after a sleep.
JUMP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What one exchange says, in seconds."""

    offset: float
    round_trip: float


class ServerClock:
    """In seconds since 1970, from this side's monotonic clock."""

    def __init__(self, timers: Timers) -> None:
        self._timers = timers
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_KEPT)
        # What `welcome` and heartbeats say: late by the way here, but better than nothing before the first sample.
        self._rough: float | None = None

    def add(self, t0: float, t1: float, t2: float, t3: float) -> None:
        """Learn from one exchange: sent here, received there, answered there, received here."""
        self._samples.append(Sample((t1 - t0 + t2 - t3) / 2, t3 - t0 - (t2 - t1)))

    def hear(self, server_time: str) -> None:
        """Take the time that a frame says which has just arrived."""
        told = seconds_of(server_time)
        if told is not None:
            self._rough = told - self._timers.now()

    def reset(self) -> None:
        """Forget the samples, as after a sleep in which the monotonic clock may have stood still."""
        self._samples.clear()

    def now(self) -> float | None:
        """Return the server's time, None before anything is known."""
        best = min(self._samples, key=lambda sample: sample.round_trip, default=None)
        offset = self._rough if best is None else best.offset
        return None if offset is None else self._timers.now() + offset

    def contradicts(self, server_time: str) -> bool:
        """Whether what a fresh frame says cannot be true together with what is believed here."""
        believed, told = self.now(), seconds_of(server_time)
        return believed is not None and told is not None and abs(believed - told) > JUMP_SECONDS


class ClockSync:
    """Keeps the clock known: a few exchanges after each opening, and again now and then."""

    def __init__(
        self, clock: ServerClock, connection: Connection, timers: Timers, told: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._connection = connection
        self._timers = timers
        self._told = told
        self._timer: Timer | None = None
        self._round = 0

    def restart(self) -> None:
        """Measure anew; what was measured before counts no more."""
        self.stop()
        self._clock.reset()
        self._round = 0
        self._exchange()

    def stop(self) -> None:
        """Measure no more."""
        if self._timer is not None:
            self._timer.cancel()

    def check(self, server_time: str) -> None:
        """Compare with what a heartbeat says."""
        if self._clock.contradicts(server_time):
            self._clock.hear(server_time)
            self.restart()

    def _exchange(self) -> None:
        self._round += 1
        t0 = self._timers.now()

        def answered(answer: Answer) -> None:
            # A lost exchange ends the measuring: the next opening begins it again.
            if not isinstance(answer, Done):
                return
            ack = answer.ack
            self._clock.add(t0, ack["t1"] / 1000, ack["t2"] / 1000, self._timers.now())
            self._told()
            wait = BETWEEN_SECONDS if self._round < EXCHANGES else AGAIN_SECONDS
            self._timer = self._timers.after(wait, self._exchange)

        self._connection.request({"type": "clock.sync", "t0": round(t0 * 1000, 3)}, answered)


def seconds_of(moment: str) -> float | None:
    """Return a time of the wire as seconds since 1970; None where it is none."""
    try:
        return datetime.fromisoformat(moment).timestamp()
    except (TypeError, ValueError):
        return None
