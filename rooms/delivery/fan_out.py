"""
Handing entries to all who follow a feed.

The first of a quiet room goes at once. What comes within the next milliseconds goes together, as one message: in a busy
room it is the number of writes that costs, and everybody has seen the last one a moment ago.
"""

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Protocol

from .entries import Entry, Handout, handouts

GATHER_SECONDS = 0.005
# So many sockets are written to before others have their turn of the loop.
AT_A_TIME = 500


class Follower(Protocol):
    """Who follows a feed."""

    def hand_on(self, handout: Handout) -> None:
        """Take entries, which continue the last ones. Must not block or raise."""

    def tell(self, frame: str) -> None:
        """Take an ephemeral event. Must not block or raise."""


class FanOut:
    """The followers of one feed, and what they have not been handed yet. Keeps the order; use it in one loop."""

    def __init__(self) -> None:
        self.followers: set[Follower] = set()
        self.handed_on = 0  # up to where all followers have been handed everything
        self._held: list[Entry] = []
        self._loop = asyncio.get_running_loop()
        self._gathers_until = 0.0
        self._turn: asyncio.Handle | None = None  # the next time that something is done
        self._under_way: Iterator[tuple[Follower, Handout]] = iter(())
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
        followers = tuple(self.followers)
        self._under_way = ((each, handout) for handout in handouts(held) for each in followers)
        self._gathers_until = self._loop.time() + GATHER_SECONDS
        self._go_on()

    def _go_on(self) -> None:
        """Hand on what is under way, to so many; then the loop has a turn."""
        now = list(islice(self._under_way, AT_A_TIME))
        for follower, handout in now:
            follower.hand_on(handout)
        if len(now) == AT_A_TIME:
            self._turn = self._loop.call_soon(self._go_on)
            return
        self.handed_on = self._upto
        self._turn = self._loop.call_at(self._gathers_until, self._let_go) if self._held else None
