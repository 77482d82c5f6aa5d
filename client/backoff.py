"""How long to wait before the next try: full jitter under a doubling ceiling.

Full jitter, because many clients lose the same server in the same moment and must not come back in the same moment.
"""

from collections.abc import Callable


class Backoff:
    """Waits that grow until something has worked. In seconds."""

    def __init__(self, first: float, ceiling: float, random: Callable[[], float]) -> None:
        self._first = first
        self._ceiling = ceiling
        self._random = random
        self._failures = 0

    def next(self) -> float:
        """Return how long to wait now; the ceiling doubles with each call."""
        limit = min(self._ceiling, self._first * float(1 << min(self._failures, 30)))
        self._failures += 1
        return self._random() * limit

    def reset(self) -> None:
        """Begin anew: it has worked."""
        self._failures = 0
