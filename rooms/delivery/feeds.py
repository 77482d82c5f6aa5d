"""The feeds of one worker: opened with the first follower, kept a moment after the last, polled for lost hints."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from rooms.pools import Unavailable

from .fan_out import Allowance, Follower
from .feed import Feed, ReadLog
from .groups import room_group

POLL_SECONDS = 2.0
# Of a room, which many come into: their first page is in memory. Of an inbox whoever comes has all, most of the time.
WARM_ENTRIES = 50
LINGER_SECONDS = 5.0  # a reload comes back to a feed that is still open
# A frozen Redis must not keep people out: the poll delivers until the subscription stands.
SUBSCRIBE_SECONDS = 0.3

logger = logging.getLogger("rooms.feeds")

ReadHeads = Callable[[Sequence[int]], Awaitable[dict[int, int]]]


class Feeds:
    """All feeds of a worker, by stream, members of the layer's groups through the worker's one channel."""

    def __init__(self, layer: Any, channel: str, *, read_log: ReadLog, read_heads: ReadHeads) -> None:
        self._layer = layer  # Any: Channels has no types
        self._channel = channel
        self._read_log = read_log
        self._read_heads = read_heads
        self._feeds: dict[int, Feed] = {}
        self._groups: set[str] = set()
        self._allowance = Allowance()
        self._memberships: set[asyncio.Task[None]] = set()
        self._poll_now = asyncio.Event()

    def follow(self, stream_id: int, group: str, follower: Follower) -> Feed:
        """Follow a stream. The feed may still be opening: wait for `opened` before trusting `position`."""
        feed = self._feeds.get(stream_id)
        if feed is None:
            feed = Feed(
                stream_id,
                group,
                read_log=self._read_log,
                subscribed=partial(self._subscribe, group),
                allowance=self._allowance,
                warm_entries=WARM_ENTRIES if group == room_group(stream_id) else 0,
            )
            self._feeds[stream_id] = feed
            self._groups.add(group)
        feed.followers.add(follower)
        feed.idle_since = None
        return feed

    def unfollow(self, feed: Feed, follower: Follower) -> None:
        """Follow no more."""
        feed.followers.discard(follower)
        if not feed.followers:
            feed.idle_since = time.monotonic()

    def get(self, stream_id: int) -> Feed | None:
        """Return the feed of a stream, if anybody here follows it."""
        return self._feeds.get(stream_id)

    def is_in(self, group: str) -> bool:
        """Tell whether this worker is a member of a group, on behalf of anybody."""
        return group in self._groups

    def followed(self) -> list[Feed]:
        """List the open feeds."""
        return list(self._feeds.values())

    def followed_rooms(self) -> list[int]:
        """List the rooms among the open feeds; the others are inboxes."""
        return [feed.stream_id for feed in self.followed() if feed.group == room_group(feed.stream_id)]

    def poll_soon(self) -> None:
        """Ask the log for the heads now: the layer has said that it lost something."""
        self._poll_now.set()

    async def poll(self) -> None:
        """Compare all heads with the log, every POLL_SECONDS and when asked, until cancelled. One query for all."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._poll_now.wait()
            self._poll_now.clear()
            await self._close_idle()
            try:
                await self._poll_once()
            except Unavailable:
                continue  # said once by the pool; the next round comes in two seconds
            except Exception:  # the poll is the promise of D7: no bug may end it
                logger.exception("head poll")

    async def close(self) -> None:
        """Close all feeds."""
        await asyncio.gather(*(feed.close() for feed in self._feeds.values()))
        self._feeds.clear()
        self._groups.clear()
        for task in self._memberships:
            task.cancel()
        await asyncio.gather(*self._memberships, return_exceptions=True)

    async def _poll_once(self) -> None:
        if not self._feeds:
            return
        for stream_id, head in (await self._read_heads(list(self._feeds))).items():
            feed = self._feeds.get(stream_id)
            if feed is not None:
                feed.head_is(head)

    async def _subscribe(self, group: str) -> None:
        task = asyncio.create_task(self._layer.group_add(group, self._channel))
        self._memberships.add(task)
        task.add_done_callback(self._subscribed)
        await asyncio.wait([task], timeout=SUBSCRIBE_SECONDS)
        if not task.done():
            task.add_done_callback(lambda _: self.poll_soon())

    def _subscribed(self, task: "asyncio.Task[None]") -> None:
        self._memberships.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.warning("layer: %s on joining a group", type(task.exception()).__name__)

    async def _close_idle(self) -> None:
        limit = time.monotonic() - LINGER_SECONDS
        idle = [feed for feed in self.followed() if feed.idle_since is not None and feed.idle_since < limit]
        for feed in idle:
            del self._feeds[feed.stream_id]
            self._groups.discard(feed.group)
        # Together: a frozen Redis must not hold up the poll once for each of them.
        await asyncio.gather(*(self._leave(feed) for feed in idle))

    async def _leave(self, feed: Feed) -> None:
        await feed.close()
        try:
            async with asyncio.timeout(SUBSCRIBE_SECONDS):
                await self._layer.group_discard(feed.group, self._channel)
        except Exception as problem:  # nothing depends on it: hints for a stream nobody follows are dropped
            logger.warning("layer: %s on leaving a group", type(problem).__name__)
        again = self._feeds.get(feed.stream_id)
        if again is not None:  # somebody came back while the group was being left
            await self._subscribe(feed.group)
            self.poll_soon()
