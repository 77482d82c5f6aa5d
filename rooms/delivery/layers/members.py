"""Who is in this process: channels with their bounded queues, and the groups they are members of."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any

Message = dict[str, Any]  # what Channels passes: "type" and values that msgpack can carry

# The two marks of a loss. A receiver that gets one reads the log: everything sent before the mark is there.
OVERFLOW: Message = {"type": "layer.overflow"}  # its own queue was full and has been emptied
RESET: Message = {"type": "layer.reset"}  # the subscription was away for a while

CAPACITY = 1000
# Channels' own rule, without its loopholes: `$` lets a newline through, `\d` lets any script's digits through.
_NAME = re.compile(r"[A-Za-z0-9_.\-]{1,99}")


class MarkedQueue:
    """A bounded queue that never loses silently: when it is full it is emptied and leaves one mark."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._messages: asyncio.Queue[Message] = asyncio.Queue()
        self._is_reset = False
        self.loop = asyncio.get_running_loop()

    def put(self, message: Message) -> bool:
        """Add the message; say whether there was room. Without room, all give way to one mark."""
        if self._messages.qsize() < self._capacity:
            self._messages.put_nowait(message)
            return True
        while not self._messages.empty():
            self._messages.get_nowait()
        self._is_reset = False
        self._messages.put_nowait(OVERFLOW)
        return False

    def mark_reset(self) -> None:
        """Leave a reset mark; one that still waits stands for this loss too."""
        if not self._is_reset:
            self._is_reset = True
            self._messages.put_nowait(RESET)

    async def get(self) -> Message:
        """Wait for the next message or mark."""
        message = await self._messages.get()
        if message is RESET:
            self._is_reset = False
        return message


class Members:
    """The channels of one process and their groups. Every method is idempotent and immediate."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._queues: dict[str, MarkedQueue] = {}
        self._members: dict[str, set[str]] = {}
        self._groups: dict[str, set[str]] = {}
        self.overflows = 0

    def __contains__(self, channel: str) -> bool:
        return channel in self._queues

    def open(self, channel: str) -> MarkedQueue:
        """Give the channel a queue, if it has none yet."""
        if channel not in self._queues:
            self._queues[channel] = MarkedQueue(self._capacity)
        return self._queues[channel]

    def close(self, channel: str) -> list[str]:
        """Forget the channel; return the groups that have no member left."""
        self._queues.pop(channel, None)
        return [group for group in self._groups.pop(channel, set()) if self._drop(group, channel)]

    def join(self, group: str, channel: str) -> None:
        """Make the channel a member. Raises RuntimeError for a channel that is not of this process."""
        if channel not in self._queues:
            raise RuntimeError(f"{channel!r} is not a channel of this process, or its receiver has ended")
        self._members.setdefault(group, set()).add(channel)
        self._groups.setdefault(channel, set()).add(group)

    def leave(self, group: str, channel: str) -> bool:
        """End the membership, if there is one; say whether that left the group empty."""
        groups = self._groups.get(channel, set())
        if group not in groups:
            return False
        groups.discard(group)
        return self._drop(group, channel)

    def deliver(self, channel: str, message: Message) -> None:
        """Queue a message for one channel; one that has gone gets nothing."""
        queue = self._queues.get(channel)
        if queue is not None and not queue.put(message):
            self.overflows += 1

    def deliver_to_group(self, group: str, message: Message) -> None:
        """Queue a message for every member. They share the object: nobody may change it."""
        for channel in self._members.get(group, ()):
            self.deliver(channel, message)

    def mark_reset(self, *names: str) -> None:
        """Tell the named channels and the members of the named groups that something may have been lost."""
        for name in names:
            for channel in (name, *self._members.get(name, ())):
                if (queue := self._queues.get(channel)) is not None:
                    queue.mark_reset()

    def mark_all_reset(self) -> None:
        """Tell every channel that something may have been lost."""
        self.mark_reset(*self._queues)

    def queues_of(self, group: str) -> list[tuple[str, MarkedQueue]]:
        """Return the members of a group with their queues."""
        return [(channel, self._queues[channel]) for channel in self._members.get(group, ())]

    def queue_of(self, channel: str) -> MarkedQueue | None:
        """Return the queue of a channel; None if it has gone."""
        return self._queues.get(channel)

    def clear(self) -> None:
        """Forget all channels and groups."""
        self._queues.clear()
        self._members.clear()
        self._groups.clear()

    def _drop(self, group: str, channel: str) -> bool:
        members = self._members[group]
        members.discard(channel)
        if not members:
            del self._members[group]
        return not members


def new_channel_name(prefix: str) -> str:
    """Return a name that no other channel has."""
    return f"{prefix}!{uuid.uuid4().hex}"


def require_group_name(name: object) -> None:
    """Refuse a group name that Channels would refuse. Raises TypeError, as Channels does."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TypeError(
            f"a group's name is 1 to 99 ASCII letters, digits, hyphens, underscores or periods: {name!r}"
        )
