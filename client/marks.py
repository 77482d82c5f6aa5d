"""Up to where the person has read each place, how far each goes, and what of it is still to be told to the server.

A place is the stream of a room, or `@login` for a private conversation. Marks only go forward, whoever says so.
"""

from collections.abc import Callable

from .answers import Answer, Done, Refused
from .frames import Frame
from .streams import Request
from .world import Timers

# The first goes at once; then they are told so often at most, however much is read.
EVERY_SECONDS = 2.0


class Marks:
    """What has been read, and what has not."""

    def __init__(self, timers: Timers, request: Request, changed: Callable[[], None]) -> None:
        self._timers = timers
        self._request = request
        self._changed = changed
        self._read: dict[str, int] = {}
        self._heads: dict[str, int] = {}
        self._untold: dict[str, int] = {}
        self._told_at = float("-inf")
        self._is_awaited = False

    def read_of(self, place: str) -> int | None:
        """Return up to where a place has been read, None where that is not known."""
        return self._read.get(place)

    def unread_in(self, stream: str) -> int:
        """Return how much of a room is unread; nothing where that is not known."""
        read = self._read.get(stream)
        return 0 if read is None else max(0, self._heads.get(stream, 0) - read)

    def hear(self, place: str, read: int | None) -> None:
        """It has been read so far, here or elsewhere."""
        if isinstance(read, int) and self._move(place, read):
            self._changed()

    def grow(self, stream: str, head: int) -> None:
        """The stream goes so far."""
        if head > self._heads.get(stream, 0):
            self._heads[stream] = head
            self._changed()

    def see(self, place: str, seq: int) -> None:
        """The person has seen everything up to here."""
        if self._move(place, seq):
            self._untold[place] = seq
            self._changed()
            self.tell()

    def tell(self) -> None:
        """Tell the server what it does not know, now or in a moment."""
        if not self._is_awaited and self._untold:
            self._is_awaited = True
            self._timers.after(max(0.0, self._told_at + EVERY_SECONDS - self._timers.now()), self._tell_now)

    def clear(self) -> None:
        """Another history: nothing that is held is true any more."""
        for held in (self._read, self._heads, self._untold):
            held.clear()

    def _move(self, place: str, seq: int) -> bool:
        if seq <= self._read.get(place, -1):
            return False
        self._read[place] = seq
        return True

    def _tell_now(self) -> None:
        self._is_awaited = False
        self._told_at = self._timers.now()
        untold, self._untold = self._untold, {}
        for place, seq in untold.items():
            self._tell_one(place, seq)

    def _tell_one(self, place: str, seq: int) -> None:
        where: Frame = {"with": place[1:]} if place.startswith("@") else {"stream": place}

        def answered(answer: Answer) -> None:
            is_settled = isinstance(answer, Done) or (isinstance(answer, Refused) and answer.is_final)
            if not is_settled and place in self._read:
                self._untold[place] = max(seq, self._untold.get(place, 0))

        self._request({"type": "read.mark", **where, "seq": seq}, answered)


def place_with(login: str) -> str:
    """Return the place that a private conversation is."""
    return f"@{login}"
