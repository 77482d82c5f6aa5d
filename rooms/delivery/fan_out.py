"""
Handing entries to all who follow a feed.

The first of a quiet room goes at once. What comes within the next milliseconds goes together, as one message: in a busy
room it is the number of writes that costs, and everybody has seen the last one a moment ago.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from .entries import Entry, Handout, handouts

GATHER_SECONDS = 0.005
# So many sockets are written to before others have their turn of the loop.
AT_A_TIME = 500

logger = logging.getLogger("rooms.fan_out")


class Follower(Protocol):
    """Who follows a feed."""

    def hand_on(self, handout: Handout) -> None:
        """Take entries, which continue the last ones. Must not block."""

    def fall_behind(self) -> None:
        """Read from the log what comes next: something could not be handed on."""

    def tell(self, frame: str) -> None:
        """Take an ephemeral event. Must not block or raise."""


class Allowance:
    """How many sockets may be written to in one turn of the loop, by all feeds of a worker together."""

    def __init__(self) -> None:
        self._left = AT_A_TIME
        self._refilling: asyncio.Handle | None = None

    def take(self, wanted: int) -> int:
        """Take from what is left as many as may be written to now, up to so many; return how many."""
        taken = min(wanted, self._left)
        self._left -= taken
        if self._refilling is None:
            self._refilling = asyncio.get_running_loop().call_soon(self._refill)
        return taken

    @property
    def is_spent(self) -> bool:
        """Whether the next has to wait for its turn."""
        return self._left == 0

    def _refill(self) -> None:
        self._left, self._refilling = AT_A_TIME, None


class FanOut:
    """The followers of one feed, and what they have not been handed yet. Keeps the order; use it in one loop."""

    def __init__(self, allowance: Allowance) -> None:
        self.followers: set[Follower] = set()
        self.handed_on = 0  # up to where all followers have been handed everything
        self._allowance = allowance
        self._held: list[Entry] = []
        self._loop = asyncio.get_running_loop()
        self._gathers_until = 0.0
        self._turn: asyncio.Handle | None = None  # the next time that something is done
        self._under_way: deque[Handout] = deque()
        self._crowd: tuple[Follower, ...] = ()  # who gets what is under way
        self._served = 0  # so many of them have the first of it
        self._upto = 0

    def hand_on(self, entries: Sequence[Entry]) -> None:
        """Take the next entries of the stream."""
        self._held.extend(entries)
        if self._turn is not None:
            return
        if self._loop.time() >= self._gathers_until:
            self._let_go()
        else:
            self._turn = self._loop.call_at(self._gathers_until, self._let_go)

    def tell(self, frame: str) -> None:
        """Hand an ephemeral event to all followers."""
        for follower in tuple(self.followers):
            follower.tell(frame)

    def close(self) -> None:
        """Hand on nothing more."""
        if self._turn is not None:
            self._turn.cancel()

    def _let_go(self) -> None:
        held, self._held = self._held, []
        self._upto = held[-1].seq
        self._crowd = tuple(self.followers)
        self._under_way.extend(handouts(held))
        self._gathers_until = self._loop.time() + GATHER_SECONDS
        self._go_on()

    def _go_on(self) -> None:
        """Hand on what is under way, to so many; then the loop has a turn."""
        self._turn = None
        while self._under_way:
            self._serve(self._under_way[0])
            if self._allowance.is_spent:
                self._turn = self._loop.call_soon(self._go_on)
                return
            self._under_way.popleft()
            self._served = 0
        self._crowd = ()
        self.handed_on = self._upto
        if self._held:
            self._turn = self._loop.call_at(self._gathers_until, self._let_go)

    def _serve(self, handout: Handout) -> None:
        """Hand it on to as many of those who lack it as may be."""
        begin = self._served
        self._served += self._allowance.take(len(self._crowd) - begin)
        for follower in self._crowd[begin : self._served]:
            try:
                follower.hand_on(handout)
            except Exception:  # a bug costs one follower a look into the log, and the others nothing
                logger.exception("handing on")
                follower.fall_behind()
