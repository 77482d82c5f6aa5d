"""
Which rooms have grown, for whoever is elsewhere.

Each worker knows it of what it has stored itself, and tells the others once a second; what is told may be lost, and the
list of rooms says it anew.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping

from rooms.pools import Unavailable
from rooms.protocol.limits import GREW_PER_SECOND

from .groups import LOBBY, room_group
from .hints import Hint

KNOWN_MAX = 20_000  # rooms of which it is known whether they last

logger = logging.getLogger("rooms.growth")


class Growth:
    """Tells how far rooms that last have come, GREW_PER_SECOND times a second at most.

    `which_last`: of these rooms, those that are not temporary. `tell`: everybody here. `tell_others`: other workers.
    """

    def __init__(
        self,
        which_last: Callable[[Collection[int]], Awaitable[set[int]]],
        tell: Callable[[Mapping[int, int]], None],
        tell_others: Callable[[str, Hint], None],
    ) -> None:
        self._which_last = which_last
        self._tell = tell
        self._tell_others = tell_others
        self._stored: dict[int, int] = {}
        self._heard: dict[int, int] = {}
        self._lasts: dict[int, bool] = {}
        self._wake = asyncio.Event()

    def notice(self, group: str, hint: Hint) -> None:
        """Look at what this worker tells: entries of a room that goes on have made it grow."""
        if hint["type"] == "stream.entries" and not hint["closes"] and group == room_group(hint["stream"]):
            head = hint["first"] + len(hint["frames"]) - 1
            self._stored[hint["stream"]] = max(head, self._stored.get(hint["stream"], 0))
            self._wake.set()

    def hear(self, heads: Collection[tuple[int, int]]) -> None:
        """Take what another worker has stored."""
        for room_id, head in heads:
            self._heard[room_id] = max(head, self._heard.get(room_id, 0))
        self._wake.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._flush()
            except Exception:  # a bug costs this news, not all that would have come
                logger.exception("news of rooms that have grown")
            await asyncio.sleep(1 / GREW_PER_SECOND)

    async def _flush(self) -> None:
        stored, self._stored = self._stored, {}
        heard, self._heard = self._heard, {}
        try:
            lasting = await self._lasting(stored)
        except Unavailable:
            self._stored, lasting = {**stored, **self._stored}, {}
            self._wake.set()
        if lasting:
            self._tell_others(
                LOBBY, {"type": "rooms.grew", "heads": [list(head) for head in lasting.items()]}
            )
        grown = {room_id: max(lasting.get(room_id, 0), heard.get(room_id, 0)) for room_id in lasting | heard}
        if grown:
            self._tell(grown)

    async def _lasting(self, heads: Mapping[int, int]) -> dict[int, int]:
        """Keep the rooms that last. A room is asked for once: it stays what it is."""
        if len(self._lasts) > KNOWN_MAX:
            self._lasts.clear()
        unknown = heads.keys() - self._lasts.keys()
        if unknown:
            found = await self._which_last(unknown)
            self._lasts.update({room_id: room_id in found for room_id in unknown})
        return {room_id: head for room_id, head in heads.items() if self._lasts[room_id]}
