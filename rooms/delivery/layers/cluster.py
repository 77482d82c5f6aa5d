"""The channel layer of many workers, over Redis's publish and subscribe."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from channels_redis.pubsub import RedisPubSubChannelLayer
from channels_redis.utils import _wrap_close, decode_hosts

from .members import CAPACITY, RESET, Members, Message, new_channel_name, require_group_name
from .redis_link import RedisLink

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("chat.layer")

_DATA = "data"  # the key under which a queued message carries its bytes, decoded when it is received


class ClusterChannelLayer(RedisPubSubChannelLayer):  # type: ignore[misc] # Channels has no types
    """Channels' layer API between processes, at most once.

    Of the layer of channels-redis this keeps the serialiser and the proxy with one layer for each event loop; its
    connection handling loses messages without a sign (unbounded queues, no word of a reconnection) and raises while
    Redis is away. Guarantees here: ``new_channel``, ``group_add``, ``group_discard`` and ``receive`` never fail because
    Redis is away; after every time in which something may have been missed each channel concerned gets one
    ``layer.reset``; a receiver that falls `capacity` behind gets one ``layer.overflow``. ``send`` and ``group_send``
    raise `LayerAway` within a second, or at once when Redis is known to be away; what raised may yet be delivered.
    """

    extensions = ["groups", "flush"]
    reaches_others = True

    def __init__(self, hosts: list[Any] | None = None, **options: Any) -> None:
        if len(decode_hosts(hosts)) != 1:
            raise ValueError("ClusterChannelLayer takes one host: a message over several has no order")
        super().__init__(hosts, **options)

    @property
    def healthy(self) -> bool:
        """Whether hints reach the other workers; False while Redis is known to be away. Safe in any thread."""
        return all(layer.link.is_up for layer in list(self._layers.values()))

    def _get_layer(self) -> _LoopLayer:
        loop = asyncio.get_running_loop()
        if loop not in self._layers:
            self._layers[loop] = _LoopLayer(*self._args, **self._kwargs, channel_layer=self)
            _wrap_close(self, loop)
        layer: _LoopLayer = self._layers[loop]
        return layer


class _LoopLayer:
    """The layer of one event loop."""

    def __init__(
        self,
        hosts: list[Any] | None = None,
        *,
        channel_layer: ClusterChannelLayer,
        prefix: str = "chat",
        capacity: int = CAPACITY,
    ) -> None:
        self._prefix = prefix
        self._serialize: Callable[[Message], bytes] = channel_layer.serialize
        self._deserialize: Callable[[bytes], Message] = channel_layer.deserialize
        self.members = Members(capacity)
        (host,) = decode_hosts(hosts)
        self.link = RedisLink(host, deliver=self._deliver, on_loss=self._on_loss)

    async def new_channel(self, prefix: str = "specific") -> str:
        channel = new_channel_name(f"{self._prefix}.{prefix}")
        await self._open(channel)
        return channel

    async def receive(self, channel: str) -> Message:
        try:
            if channel not in self.members:
                await self._open(channel)
            message = await self.members.open(channel).get()
        except (asyncio.CancelledError, GeneratorExit):
            self._close(channel)
            raise
        return self._decoded(message) if _DATA in message else message

    async def send(self, channel: str, message: Message) -> None:
        await self.link.publish(channel, self._serialize(message))

    async def group_add(self, group: str, channel: str) -> None:
        require_group_name(group)
        name = self._name_of(group)
        self.members.join(name, channel)
        await self.link.subscribe(name)

    async def group_discard(self, group: str, channel: str) -> None:
        require_group_name(group)
        name = self._name_of(group)
        if self.members.leave(name, channel):
            self.link.unsubscribe(name)

    async def group_send(self, group: str, message: Message) -> None:
        require_group_name(group)
        await self.link.publish(self._name_of(group), self._serialize(message))

    async def flush(self) -> None:
        self.members.clear()
        await self.link.close()

    async def _open(self, channel: str) -> None:
        self.members.open(channel)
        try:
            await self.link.subscribe(channel)
        except asyncio.CancelledError:
            self._close(channel)
            raise

    def _close(self, channel: str) -> None:
        for name in (channel, *self.members.close(channel)):
            self.link.unsubscribe(name)

    def _name_of(self, group: str) -> str:
        return f"{self._prefix}.group.{group}"

    def _deliver(self, name: str, data: bytes) -> None:
        message = {_DATA: data}
        self.members.deliver(name, message)
        self.members.deliver_to_group(name, message)

    def _on_loss(self, names: list[str] | None) -> None:
        if names is None:
            self.members.mark_all_reset()
        else:
            self.members.mark_reset(*names)

    def _decoded(self, message: Message) -> Message:
        try:
            return self._deserialize(message[_DATA])
        except Exception:  # whatever a foreign publisher put there: for the receiver it is a loss
            logger.exception("a message of the layer cannot be read")
            return RESET
