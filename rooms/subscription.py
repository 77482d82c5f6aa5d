"""
A connection's place in one stream: what it has been sent, and how it catches up.

Either live (the feed hands entries straight on) or behind. Behind, nothing is buffered for it: it reads the log in
pages after its position until it has reached the feed, and in that very moment becomes live. A slow reader falls
behind, which costs only itself.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from rooms.delivery.entries import Entry, Handout, size_bytes
from rooms.delivery.feed import Feed, ReadLog
from rooms.protocol.codec import encode
from rooms.protocol.events import Truncated
from rooms.protocol.limits import MISSED_MAX, NEWEST, PAGE_BYTES

PAGE_ENTRIES = 200
PAGE_ENTRIES_MIN = 8


class Reader(Protocol):
    """The connection, as far as a stream's place needs it."""

    @property
    def is_lagging(self) -> bool:
        """Whether as much waits for the socket as may wait."""

    def send_now(self, data: bytes) -> bool:
        """Write finished WebSocket frames at once, or return False: something waits before them."""

    def send_entry(self, subscription: "Subscription", entry: Entry) -> None:
        """Queue an entry for the socket."""

    def send(self, frame: str) -> None:
        """Queue a frame for the socket."""

    def tell(self, frame: str) -> None:
        """Queue an ephemeral event, or drop it if too much waits."""

    def fell_behind(self, subscription: "Subscription") -> None:
        """Let the subscription catch up when there is room."""


class Subscription:
    """
    One stream of one connection.

    `since`: the last `seq` that the client has; None: it has nothing. `is_void`: what the client has is of another
    history.
    """

    def __init__(self, name: str, reader: Reader, *, since: int | None, is_void: bool = False) -> None:
        self.name = name
        self.position = 0
        self.is_dropped = False
        self._reader = reader
        self._since = since
        self._is_void = is_void
        self._has_begun = False
        self._page_entries = PAGE_ENTRIES
        self.is_live = False
        self._feed: Feed | None = None

    def attach(self, feed: Feed) -> None:
        """Take the feed, which may still be opening."""
        self._feed = feed

    @property
    def feed(self) -> Feed:
        """The feed."""
        assert self._feed is not None
        return self._feed

    def hand_on(self, handout: Handout) -> None:
        """Take what the feed hands on. Never blocks."""
        if not self.is_live or self.is_dropped:
            return
        if handout.first == self.position + 1 and not handout.closes and self._reader.send_now(handout.data):
            self.position = handout.last
            return
        if handout.first > self.position + 1:  # whoever left a hole there: the log has what it was
            self.fall_behind()
            return
        for entry in handout:
            if self._reader.is_lagging:
                self.fall_behind()
                return
            self._send(entry)

    def tell(self, frame: str) -> None:
        """Take an ephemeral event of the stream."""
        if self._has_begun:
            self._reader.tell(frame)

    async def catch_up(self, read_log: ReadLog, read_head: Callable[[int], Awaitable[int]]) -> bool:
        """
        Send one page of what is missing; return whether the connection is live now.

        Raises Unavailable; then nothing of the page has been sent, and it may be called again.
        """
        await self.feed.opened.wait()
        if not self._has_begun:
            await self._begin(read_head)
        entries = self.feed.recent_after(self.position)
        if entries is None:
            entries = await self._read(read_log)
        size = 0
        for sent, entry in enumerate(entries):
            mine = size_bytes(entry.frame)
            if size and size + mine > PAGE_BYTES:
                self._page_entries = max(PAGE_ENTRIES_MIN, 2 * sent)  # long ones: not to read them all again
                return False
            size += mine
            self._send(entry)
        self._page_entries = min(PAGE_ENTRIES, 2 * self._page_entries)
        self.is_live = self.position >= self.feed.position  # no await since: nothing can slip between
        return self.is_live or self.is_dropped

    def fall_behind(self) -> None:
        """Begin anew from what has been sent, which is all of this history: what it came with counts no more."""
        self.is_live = self._has_begun = False
        self._since, self._is_void = self.position, False
        self._reader.fell_behind(self)

    async def _begin(self, read_head: Callable[[int], Awaitable[int]]) -> None:
        head = self.feed.position
        if self._since is not None and self._since > head:  # the feed may be a moment behind the log
            head = await read_head(self.feed.stream_id)
            self.feed.head_is(head)
        self.position, hole = first_position(
            head=head, floor=self.feed.floor, since=self._since, is_void=self._is_void
        )
        if hole is not None:
            self._own_up(*hole)
        self._has_begun = True

    async def _read(self, read_log: ReadLog) -> list[Entry]:
        """Read a page; what retention has cut since the feed opened is a hole like every other."""
        upto = self.feed.position
        entries = (await read_log(self.feed.stream_id, self.position, None, self._page_entries)).entries
        before = entries[0].seq - 1 if entries else upto
        if before > self.position:
            self._own_up(self.position + 1, before)
            self.position = before
        return entries

    def _own_up(self, first: int, last: int) -> None:
        if self.is_dropped:  # while the log was read: behind the answer nothing of the old room follows
            return
        self._reader.send(encode(Truncated(stream=self.name, from_=first, to=last).to_wire()))

    def _send(self, entry: Entry) -> None:
        if entry.seq > self.position and not self.is_dropped:
            self.position = entry.seq
            self._reader.send_entry(self, entry)


def first_position(
    *, head: int, floor: int, since: int | None, is_void: bool = False
) -> tuple[int, tuple[int, int] | None]:
    """
    Return after which `seq` to begin, and the hole to own up to, both ends included, if there is one.

    Pure. More than MISSED_MAX missed, something cut by retention, a `since` above the head, another history: the
    newest come after a `truncated`.
    """
    newest = max(head - NEWEST, floor)
    if is_void or (since is not None and since > head):
        return newest, (1, newest)
    if since is None:
        return newest, None
    if since < floor or head - since > MISSED_MAX:
        return newest, (since + 1, newest)
    return since, None
