"""
News that may be lost: who has come into a room or gone, what has changed in the list of rooms.

Hints only say where to look; what is told comes from the database, so that a lost or repeated hint heals with the
next one. Many at once become one frame.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable

from rooms.pools import Unavailable
from rooms.protocol.codec import encode
from rooms.protocol.events import (
    OccupancyChanged,
    Occupant,
    RoomChanged,
    RoomOpened,
    RoomRemoved,
    RoomView,
    room_stream,
)
from rooms.protocol.limits import LOBBY_PER_SECOND, OCCUPANCY_PER_SECOND, OCCUPANTS_LISTED

from .feeds import Feeds

LOOK_AGAIN_SECONDS = 8.0  # the counts are right again so soon after a killed worker, whatever hint was lost

logger = logging.getLogger("rooms.news")


ReadOccupants = Callable[[Collection[int]], Awaitable[dict[int, list[Occupant]]]]


class OccupancyNews:
    """Tells the followers of each room who has come and gone, at most OCCUPANCY_PER_SECOND times a second."""

    def __init__(self, feeds: Feeds, read_occupants: ReadOccupants) -> None:
        self._feeds = feeds
        self._read_occupants = read_occupants
        self._told: dict[int, frozenset[Occupant]] = {}
        self._rooms: set[int] = set()
        self._wake = asyncio.Event()

    def look_at(self, room_ids: Iterable[int]) -> None:
        """Look soon who is in these rooms."""
        self._rooms.update(room_ids)
        self._wake.set()

    async def run(self) -> None:
        """Look and tell until cancelled. A busy room does not keep the others from being looked at again."""
        looked_at = time.monotonic()
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(looked_at + LOOK_AGAIN_SECONDS - time.monotonic()):
                    await self._wake.wait()
            self._wake.clear()
            if time.monotonic() >= looked_at + LOOK_AGAIN_SECONDS:
                looked_at = time.monotonic()
                self._rooms.update(self._feeds.followed_rooms())
            rooms, self._rooms = self._rooms, set()
            try:
                await self._look(rooms)
            except Exception:  # a bug costs this news, not all that would have come
                logger.exception("news of rooms")
            await asyncio.sleep(1 / OCCUPANCY_PER_SECOND)

    async def _look(self, rooms: Iterable[int]) -> None:
        """Look at those that somebody here follows, in one query."""
        self._told = {
            room_id: told for room_id, told in self._told.items() if self._feeds.get(room_id) is not None
        }
        followed = [room_id for room_id in rooms if self._feeds.get(room_id) is not None]
        if not followed:
            return
        try:
            people = await self._read_occupants(followed)
        except Unavailable:
            self._rooms.update(followed)
            return
        for room_id in followed:
            self._tell(room_id, frozenset(people.get(room_id, ())))

    def _tell(self, room_id: int, here: frozenset[Occupant]) -> None:
        feed, told = self._feeds.get(room_id), self._told.get(room_id, frozenset())
        self._told[room_id] = here
        if feed is not None and here != told:
            feed.tell(encode(_difference(room_id, told, here).to_wire()))


def _difference(room_id: int, told: frozenset[Occupant], here: frozenset[Occupant]) -> OccupancyChanged:
    return OccupancyChanged(
        stream=room_stream(room_id),
        joined=_listed(here - told),
        left=_listed(told - here),
        count=len(here),
    )


def _listed(people: Collection[Occupant]) -> list[Occupant]:
    return sorted(people, key=lambda person: (person.name, person.login))[:OCCUPANTS_LISTED]


class LobbyNews:
    """Tells everybody what has changed in the list of rooms, LOBBY_PER_SECOND times a second at most."""

    def __init__(
        self,
        read_rooms: Callable[[Collection[int]], Awaitable[list[RoomView]]],
        tell: Callable[[list[str]], None],
    ) -> None:
        self._read_rooms = read_rooms
        self._tell = tell
        self._opened: set[int] = set()
        self._changed: set[int] = set()
        self._removed: set[int] = set()
        self._wake = asyncio.Event()

    def look_at(self, *, opened: Iterable[int], changed: Iterable[int], removed: Iterable[int]) -> None:
        """Tell soon of these rooms."""
        self._opened.update(opened)
        self._changed.update(changed)
        self._removed.update(removed)
        self._wake.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._flush()
            except Exception:
                logger.exception("news of the list of rooms")
            await asyncio.sleep(1 / LOBBY_PER_SECOND)

    async def _flush(self) -> None:
        opened, changed, removed = self._opened, self._changed, self._removed
        self._opened, self._changed, self._removed = set(), set(), set()
        try:
            rooms = await self._read_rooms((opened | changed) - removed)
        except Unavailable:
            self.look_at(opened=opened, changed=changed, removed=removed)
            return
        events = [RoomOpened(room=room) if room.id in opened else RoomChanged(room=room) for room in rooms]
        frames = [encode(event.to_wire()) for event in events]
        frames += [encode(RoomRemoved(id=room_id).to_wire()) for room_id in sorted(removed)]
        if frames:
            self._tell(frames)
