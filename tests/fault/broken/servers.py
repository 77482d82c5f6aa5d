"""The broken servers. What each lacks is what `docs/delivery.md` says is needed.

The parts are those of the chat, so nothing of it is imported here before they are.
"""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from tests.fault.broken import Broken

# The database would notice too.
ONE_SEQ_TWICE = "ALTER TABLE rooms_message DROP CONSTRAINT one_entry_per_seq"
ONE_ID_TWICE = "DROP INDEX one_entry_per_client_id"


def forget_what_is_known(posting: Any) -> None:
    """No dedupe: a repeated send is a new message."""
    lock = posting._lock

    def spoiled(batch: Any, posts: Any) -> None:
        lock(batch, posts)
        batch.known = {}

    posting._lock = spoiled


def never_poll(feeds: Any) -> None:
    """No head poll: what the layer loses is not looked for."""

    async def spoiled(_self: Any) -> None:
        return

    feeds.Feeds._poll_once = spoiled


def number_by_auto_id(posting: Any) -> None:
    """An auto id in place of `seq`: one counter for all streams, which a transaction that fails moves too."""
    append = posting._append
    counter = iter(range(1, 1 << 40))

    def spoiled(batch: Any, stream: Any, post: Any, **options: Any) -> Any:
        stream.last_seq += next(counter) % 2
        return append(batch, stream, post, **options)

    posting._append = spoiled


def read_before_subscribing(subscription: Any) -> None:
    """Read the log, and only then listen: what is said in between is seen by nobody."""
    catch_up = subscription.Subscription.catch_up

    async def spoiled(self: Any, *arguments: Any) -> bool:
        is_done: bool = await catch_up(self, *arguments)
        if self.is_live:
            self.is_live = False
            await asyncio.sleep(0.05)
            self.is_live, self.position = True, max(self.position, self.feed.position)
        return is_done

    subscription.Subscription.catch_up = spoiled


def acknowledge_before_commit(posting: Any) -> None:
    """Ack before commit: what is told as stored is taken back a moment later, now and then."""
    post = posting._post_batch
    count = 0

    def spoiled(posts: Any) -> Any:
        nonlocal count
        count += 1
        if count % 40:
            return post(posts)
        results: Any = None
        try:
            with posting.writing():
                results = post(posts)
                raise _TakenBack
        except _TakenBack:
            return results

    posting._post_batch = spoiled


class _TakenBack(Exception):
    """The commit that was promised did not come."""


def lock_nothing(rows: Any) -> None:
    """No lock of the stream's row: two workers give the same number."""

    def spoiled(_how: str) -> str:
        return ""

    rows.locking = spoiled


def pass_on_as_it_comes(feed: Any) -> None:
    """No cursor: hints go on to the sockets as the layer brings them."""

    def spoiled(self: Any, entries: Any) -> None:
        if self.opened.is_set():
            for follower in tuple(self.followers):
                for entry in entries:
                    if follower.is_live and not follower.is_dropped:
                        follower.position = entry.seq
                        follower._reader.send_entry(follower, entry)

    feed.Feed.offer = spoiled


def tell_the_wrong_group(runtime: Any) -> None:
    """Publish to the wrong group: what is for one inbox reaches everybody on the worker."""
    hear = runtime.Runtime.hear

    def spoiled(self: Any, hint: Any) -> None:
        hear(self, hint)
        if hint.get("type") == "stream.entries" and '"direct.posted"' in hint["frames"][0]:
            for connection in list(self.connections.values()):
                connection.send(hint["frames"][0])

    runtime.Runtime.hear = spoiled


def remember_no_room(posting: Any) -> None:
    """Take messages for a room that has closed."""
    lock = posting._lock

    def spoiled(batch: Any, posts: Any) -> None:
        lock(batch, posts)
        batch.closed = set()

    posting._lock = spoiled


def store_under_another_id(posting: Any) -> None:
    """Lose the `client_id`: the sender cannot join its echo."""
    append = posting._append

    def spoiled(batch: Any, stream: Any, post: Any, **options: Any) -> Any:
        entry = append(batch, stream, post, **options)
        if entry.seq % 50 == 0:
            entry.client_id = uuid.uuid4()
        return entry

    posting._append = spoiled


SERVERS = {
    broken.name: broken
    for broken in (
        Broken(
            name="no-dedupe",
            part="rooms.services.posting",
            spoil=forget_what_is_known,
            faults=("lost-downward", "worker-killed", "cut"),
            sql=(ONE_ID_TWICE,),
        ),
        Broken(
            name="no-head-poll",
            part="rooms.delivery.feeds",
            spoil=never_poll,
            faults=("last-words-dropped", "redis-frozen"),
        ),
        Broken(name="auto-id", part="rooms.services.posting", spoil=number_by_auto_id),
        Broken(
            name="read-before-subscribe",
            part="rooms.subscription",
            spoil=read_before_subscribing,
            faults=("cut",),
        ),
        Broken(name="ack-before-commit", part="rooms.services.posting", spoil=acknowledge_before_commit),
        Broken(
            name="no-room-lock", part="rooms.services.posting_rows", spoil=lock_nothing, sql=(ONE_SEQ_TWICE,)
        ),
        Broken(
            name="no-cursor",
            part="rooms.delivery.feed",
            spoil=pass_on_as_it_comes,
            faults=("redis-restarted", "cut"),
        ),
        Broken(name="wrong-group", part="rooms.runtime", spoil=tell_the_wrong_group),
        Broken(name="other-id", part="rooms.services.posting", spoil=store_under_another_id),
    )
}
