"""
A feed: one worker's view of one stream.

It is the member of the channel-layer group for everybody on this worker who follows the stream. Hints come in any
order, repeated, or not at all; the feed hands entries on in order, without hole or repetition, because it asks the log
where a number is missing, after a reset or overflow of the layer, and when a poll finds the head ahead of it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from rooms.pools import Unavailable

from .cursor import Cursor
from .entries import Entry, LogPage, size_bytes
from .fan_out import Allowance, FanOut, Follower

REORDER_SECONDS = (
    0.1  # two workers publish after their commits independently: a number may come a little late
)
RETRY_SECONDS = 0.5
RECENT_ENTRIES = 256
RECENT_BYTES = 256 * 1024
PAGE = 200

logger = logging.getLogger("rooms.feed")

ReadLog = Callable[[int, int | None, int | None, int], Awaitable[LogPage]]
"""(stream, after, before, limit): entries after `after`, else the newest before `before`; oldest first."""


Subscribe = Callable[[], Awaitable[object]]
"""Join the channel layer's group; returns when hints come, or when waiting for that is of no use."""


class Feed:
    """
    Opens in the background by itself; `position` says up to where it has handed on.

    `warm_entries`: so many it has in memory from the beginning.
    """

    def __init__(
        self,
        stream_id: int,
        group: str,
        *,
        read_log: ReadLog,
        subscribed: Subscribe,
        allowance: Allowance,
        warm_entries: int,
    ) -> None:
        self.stream_id = stream_id
        self.group = group
        self.idle_since: float | None = None
        self.opened = asyncio.Event()
        self.floor = 0
        self._fan_out = FanOut(allowance)
        self._warm_entries = warm_entries
        self._read_log = read_log
        self._cursor: Cursor[Entry] = Cursor(0)
        self._recent: deque[Entry] = deque()
        self._recent_bytes = 0
        self._early: list[tuple[int, list[Entry]]] = []
        self._early_head = 0
        self._head_meanwhile = 0  # what has been claimed since the log was last asked for a hole
        self._behind = asyncio.Event()
        self._task = asyncio.create_task(self._run(subscribed))

    @property
    def followers(self) -> set[Follower]:
        """Who follows it."""
        return self._fan_out.followers

    @property
    def position(self) -> int:
        """The number up to which everything has been handed on, or is about to be within milliseconds."""
        return self._cursor.position

    @property
    def handed_on(self) -> int:
        """The number up to which all followers that are live have been handed everything."""
        return self._fan_out.handed_on

    def offer(self, entries: list[Entry]) -> None:
        """Take a hint: consecutive entries. What fits is handed on now; a hole is asked for in a moment."""
        if not entries:
            return
        if not self.opened.is_set():
            self._early.append((entries[0].seq, entries))
            return
        self._hand_on([entry for _, entry in self._cursor.offer(entries[0].seq, entries)])
        if self._cursor.hole:
            self._head_meanwhile = max(self._head_meanwhile, entries[-1].seq)
            self._behind.set()

    def head_is(self, seq: int) -> None:
        """Take the head of the log as somebody has read it: what is missing is read."""
        if not self.opened.is_set():
            self._early_head = max(self._early_head, seq)
        elif seq > self.position:
            self._cursor.expect(seq)
            self._head_meanwhile = max(self._head_meanwhile, seq)
            self._behind.set()

    def tell(self, frame: str) -> None:
        """Hand an ephemeral event to all followers."""
        self._fan_out.tell(frame)

    def recent_after(self, seq: int) -> list[Entry] | None:
        """Return what was handed on after `seq` from memory, or None when memory does not reach back so far."""
        if seq >= self.position:
            return []
        if not self._recent or self._recent[0].seq > seq + 1:
            return None
        return [entry for entry in self._recent if entry.seq > seq]

    async def close(self) -> None:
        """Stop."""
        self._fan_out.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self, subscribed: Subscribe) -> None:
        await subscribed()  # first, and only then read: what is sent meanwhile waits in `_early`
        await self._open()
        while True:
            await self._behind.wait()
            self._behind.clear()
            stuck_at = self.position
            await asyncio.sleep(REORDER_SECONDS)
            if self._cursor.hole and self.position != stuck_at:  # another one: it has its time too
                self._behind.set()
                continue
            try:
                await self._catch_up()
            except Unavailable:
                self._behind.set()
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                logger.exception("feed of stream %s", self.stream_id)
                self._behind.set()
                await asyncio.sleep(RETRY_SECONDS)

    async def _open(self) -> None:
        while True:
            try:
                page = await self._read_log(self.stream_id, None, None, self._warm_entries)
                break
            except Unavailable:
                await asyncio.sleep(RETRY_SECONDS)
            except Exception:
                logger.exception("feed of stream %s", self.stream_id)
                await asyncio.sleep(RETRY_SECONDS)
        self._cursor = Cursor(page.head)
        self._fan_out.handed_on = page.head
        self.floor = page.floor
        self._remember(page.entries)
        self.opened.set()
        early, self._early = self._early, []
        for _, entries in early:
            self.offer(entries)
        self.head_is(self._early_head)

    async def _catch_up(self) -> None:
        while self._cursor.hole:
            before = self.position
            self._head_meanwhile = 0
            page = await self._read_log(self.stream_id, before, None, PAGE)
            last = page.entries[-1].seq if page.entries else 0
            upto = last if len(page.entries) == PAGE else max(page.head, page.floor, last)
            rows = [(entry.seq, entry) for entry in page.entries]
            self._hand_on([entry for _, entry in self._cursor.fill(rows, upto)])
            if (
                self.position == before
            ):  # the log has nothing more: what claimed so before it was asked was wrong
                self._cursor = Cursor(before)
                self._cursor.expect(self._head_meanwhile)

    def _hand_on(self, entries: list[Entry]) -> None:
        if not entries:
            return
        self._remember(entries)
        self._fan_out.hand_on(entries)

    def _remember(self, entries: list[Entry]) -> None:
        self._recent.extend(entries)
        self._recent_bytes += sum(size_bytes(entry.frame) for entry in entries)
        while len(self._recent) > RECENT_ENTRIES or self._recent_bytes > RECENT_BYTES:
            self._recent_bytes -= size_bytes(self._recent.popleft().frame)
