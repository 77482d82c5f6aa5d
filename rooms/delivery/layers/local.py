"""The channel layer of one process: no server, no copies, bounded."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING

from .members import CAPACITY, Members, Message, new_channel_name, require_group_name

if TYPE_CHECKING:
    from collections.abc import Callable


class LocalChannelLayer:
    """Channels' layer API within this process.

    Guarantees: messages of one sender arrive in order; a receiver that falls `capacity` behind gets one
    ``layer.overflow`` in place of what it missed; nothing else is lost. The receivers of a message share the object.
    Sending is safe from any thread that runs an event loop.
    """

    extensions = ["groups", "flush"]
    reaches_others = False  # it is one process

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._members = Members(capacity)

    @property
    def healthy(self) -> bool:
        """Whether hints reach the other workers: there are none."""
        return True

    @property
    def overflows(self) -> int:
        """How often a queue was full."""
        return self._members.overflows

    async def new_channel(self, prefix: str = "specific") -> str:
        """Open a channel and return its name. It lives until a ``receive`` on it is cancelled."""
        channel = new_channel_name(f"{prefix}.local")
        self._members.open(channel)
        return channel

    async def receive(self, channel: str) -> Message:
        """Wait for the next message. To cancel this ends the channel: it is closed and leaves all groups."""
        try:
            return await self._members.open(channel).get()
        except (asyncio.CancelledError, GeneratorExit):
            self._members.close(channel)
            raise

    async def send(self, channel: str, message: Message) -> None:
        """Queue a message for one channel; one that has gone gets nothing."""
        queue = self._members.queue_of(channel)
        if queue is not None:
            _in_loop(queue.loop, partial(self._members.deliver, channel, message))

    async def group_add(self, group: str, channel: str) -> None:
        """Make the channel a member; from here on it gets what is sent. Idempotent."""
        require_group_name(group)
        self._members.join(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """End a membership, if there is one."""
        require_group_name(group)
        self._members.leave(group, channel)

    async def group_send(self, group: str, message: Message) -> None:
        """Queue a message for every member."""
        require_group_name(group)
        for channel, queue in self._members.queues_of(group):
            _in_loop(queue.loop, partial(self._members.deliver, channel, message))

    async def flush(self) -> None:
        """Forget all channels and groups."""
        self._members.clear()


def _in_loop(loop: asyncio.AbstractEventLoop, deliver: Callable[[], None]) -> None:
    """Deliver in the receiver's own loop: an asyncio queue belongs to one thread."""
    if loop is asyncio.get_running_loop():
        deliver()
    else:
        with contextlib.suppress(RuntimeError):  # the receiver's loop has ended, and the receiver with it
            loop.call_soon_threadsafe(deliver)
