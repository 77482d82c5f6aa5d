"""
How people behave: when their patience with us, or ours with them, ends.

Times are of the monotonic clock, in seconds.
"""

from collections import deque

from rooms.protocol.limits import FLOOD_SECONDS, MALFORMED_FRAMES, MALFORMED_SECONDS

QUIET_SECONDS = 60.0  # who was refused for their rate and then kept still so long has not pushed on


class Conduct:
    """Counts the malformed frames of one connection."""

    def __init__(self) -> None:
        self._malformed: deque[float] = deque(maxlen=MALFORMED_FRAMES)

    def is_broken(self, now: float) -> bool:
        """Note a malformed frame; tell whether there have been MALFORMED_FRAMES in MALFORMED_SECONDS."""
        self._malformed.append(now)
        return len(self._malformed) == MALFORMED_FRAMES and now - self._malformed[0] <= MALFORMED_SECONDS


class Pushing:
    """Remembers who pushes on against refusals for their rate, over all of a person's connections to this worker."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._last: dict[int, float] = {}

    def is_flooding(self, user_id: int, now: float) -> bool:
        """Note a refusal for rate; tell whether this person has pushed on against them for FLOOD_SECONDS."""
        self._forget_quiet(now)
        self._since.setdefault(user_id, now)
        self._last[user_id] = now
        return now - self._since[user_id] >= FLOOD_SECONDS

    def _forget_quiet(self, now: float) -> None:
        for user_id in [user_id for user_id, last in self._last.items() if now - last > QUIET_SECONDS]:
            del self._since[user_id], self._last[user_id]
