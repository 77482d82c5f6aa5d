"""How a connection behaves: when its patience with us, or ours with it, ends."""

from collections import deque

from rooms.protocol.limits import FLOOD_SECONDS, MALFORMED_FRAMES, MALFORMED_SECONDS

QUIET_SECONDS = 60.0  # who was refused for its rate and then kept still so long has not pushed on


class Conduct:
    """Counts what is held against one connection. Times are of the monotonic clock, in seconds."""

    def __init__(self) -> None:
        self._malformed: deque[float] = deque(maxlen=MALFORMED_FRAMES)
        self._pushing_since: float | None = None
        self._pushed_at = 0.0

    def is_broken(self, now: float) -> bool:
        """Note a malformed frame; tell whether there have been MALFORMED_FRAMES in MALFORMED_SECONDS."""
        self._malformed.append(now)
        return len(self._malformed) == MALFORMED_FRAMES and now - self._malformed[0] <= MALFORMED_SECONDS

    def is_flooding(self, now: float) -> bool:
        """Note a refusal for rate; tell whether it has pushed on against them for FLOOD_SECONDS."""
        if self._pushing_since is None or now - self._pushed_at > QUIET_SECONDS:
            self._pushing_since = now
        self._pushed_at = now
        return now - self._pushing_since >= FLOOD_SECONDS
