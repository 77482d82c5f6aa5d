"""The server's clock: the database's time, without asking it each time."""

import time
from datetime import UTC, datetime


class ServerClock:
    """The monotonic clock plus an offset to the database that is measured at every lease beat."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def measure(self, database_time: datetime, *, asked_at: float, answered_at: float) -> None:
        """Take what the database said between two readings of the monotonic clock."""
        self._offset = database_time.timestamp() - (asked_at + answered_at) / 2

    def now(self) -> datetime:
        """Return the time."""
        return datetime.fromtimestamp(time.monotonic() + self._offset, UTC)

    def now_ms(self) -> float:
        """Return the time in milliseconds since 1970."""
        return self.ms_at(time.monotonic())

    def ms_at(self, moment: float) -> float:
        """Return what time it was, in milliseconds since 1970, at a reading of the monotonic clock."""
        return round((moment + self._offset) * 1000, 3)
