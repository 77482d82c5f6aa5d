"""One event loop's line to Redis: wanted subscriptions kept alive, and publishing that fails fast."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Protocol

from channels_redis.utils import create_pool
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError, RedisError

from .subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from redis.asyncio.connection import ConnectionPool

# Every wait has an end of its own. redis-py 8 would end a read after 5 s of silence, redis-py 7 never.
ANSWER_SECONDS = 3.0
CONNECT_SECONDS = 2.0

PING_SECONDS = 1.0  # silence after which the subscribed connection is asked whether it is alive
CONFIRM_SECONDS = (
    1.0  # what `subscribe` waits for Redis; after that the members get a reset mark in its place
)
PUBLISH_SECONDS = 1.0  # for one publish, the wait for those before it included
OPEN_SECONDS = 1.0  # how long nothing is tried after a failed publish, or between two attempts to connect
NAMES_PER_COMMAND = 500

logger = logging.getLogger("chat.layer")


class LayerAway(ConnectionError):
    """Redis does not answer; what was published may be delivered all the same."""


class OnLoss(Protocol):
    """Is told the names whose messages may have been missed; None means all."""

    def __call__(self, names: list[str] | None) -> None: ...


class RedisLink:
    """Subscribes and publishes through one Redis server, over its restarts.

    The subscriptions are a wish: they are made, and made again after each loss of the connection, by one task that
    runs from the first wish on. A new connection is always preceded by a loss, so it is always followed by `on_loss`.
    """

    def __init__(
        self, host: dict[str, Any], *, deliver: Callable[[str, bytes], None], on_loss: OnLoss
    ) -> None:
        self._host = with_timeouts(host)
        self._deliver = deliver
        self._on_loss = on_loss
        self._subscriptions = Subscriptions()
        self._listener: asyncio.Task[None] | None = None
        self._was_connected = False
        self._is_listening = True  # until something says otherwise
        self._heard_at = self._asked_at = 0.0
        self._publisher: Redis | None = None
        self._publishing = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self._silent_until = 0.0

    @property
    def is_up(self) -> bool:
        """Whether Redis answered the last time anything was asked of it."""
        return self._is_listening and time.monotonic() >= self._silent_until

    async def subscribe(self, name: str) -> None:
        """Wish for a name, and wait until Redis has it; but not for long, and not at all while Redis is away."""
        confirmed = self._subscriptions.want(name)
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen(), name="layer: subscriptions")
        if self._is_listening and not confirmed.done():
            await asyncio.wait([confirmed], timeout=CONFIRM_SECONDS)
            if not confirmed.done():
                self._is_listening = False  # the next one need not wait to find that out
        if not confirmed.done() or confirmed.cancelled():
            self._subscriptions.note_late(name)

    def unsubscribe(self, name: str) -> None:
        """End a wish."""
        self._subscriptions.unwant(name)

    async def publish(self, name: str, data: bytes) -> None:
        """Hand the message to Redis. Raises LayerAway: at once while it is known to be away, else within a second."""
        self._raise_if_silent()
        try:
            async with asyncio.timeout(PUBLISH_SECONDS), self._publishing:
                self._raise_if_silent()  # others may have found out while this one waited its turn
                await self._publish(name, data)
        except LayerAway:
            raise
        except (RedisError, OSError) as error:  # the builtin TimeoutError is an OSError
            self._silent_until = time.monotonic() + OPEN_SECONDS
            logger.warning("publish: Redis is away (%s)", type(error).__name__)
            raise LayerAway("Redis does not answer") from error

    async def close(self) -> None:
        """Close both connections and forget all wishes. The link can be used again."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None
        self._subscriptions = Subscriptions()
        self._was_connected = False
        self._drop_publisher()
        await asyncio.gather(*self._closing)

    # Publishing

    def _raise_if_silent(self) -> None:
        if time.monotonic() < self._silent_until:
            raise LayerAway("Redis did not answer a moment ago")

    async def _publish(self, name: str, data: bytes) -> None:
        is_fresh = self._publisher is None
        try:
            await self._publish_once(name, data)
        except RedisConnectionError:
            if is_fresh:
                raise
            # The kept connection is of a server that has restarted meanwhile.
            await self._publish_once(name, data)

    async def _publish_once(self, name: str, data: bytes) -> None:
        if self._publisher is None:
            self._publisher = Redis(connection_pool=create_pool(self._host))
        try:
            await self._publisher.publish(name, data)
        except BaseException:
            # An answer that comes late must not be taken for that of the next command.
            self._drop_publisher()
            raise

    def _drop_publisher(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            task = asyncio.create_task(close_pool(publisher.connection_pool), name="layer: close")
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    # Subscribing

    async def _listen(self) -> None:
        """Keep a subscribed connection until cancelled."""
        while True:
            try:
                await self._listen_once()
            except* (RedisError, OSError) as errors:
                if self._is_listening:
                    logger.warning("subscriptions: Redis is away (%s)", type(errors.exceptions[0]).__name__)
            except* Exception:  # a defect of ours or of a library: the loss is the same
                logger.exception("subscriptions: the connection is given up")
            self._is_listening = False
            self._subscriptions.connection_lost()
            await asyncio.sleep(OPEN_SECONDS / 4)

    async def _listen_once(self) -> None:
        pool = create_pool(self._host)
        pubsub = _OneConnection(pool)
        try:
            await pubsub.connect()  # type: ignore[no-untyped-call] # redis-py has left it so
            self._heard_at = self._asked_at = time.monotonic()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._read(pubsub), name="layer: read")
                group.create_task(self._write(pubsub), name="layer: write")
        finally:
            await close_pool(pool)

    async def _read(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=ANSWER_SECONDS)
            if message is None:
                continue
            self._heard_at = time.monotonic()
            if message["type"] == "message":
                self._deliver(message["channel"].decode(), message["data"])
                continue
            if message["type"] == "subscribe":
                self._subscriptions.confirm(message["channel"].decode())
            self._note_recovery()

    def _note_recovery(self) -> None:
        """Once all is subscribed again, say what may have been missed before."""
        if not self._subscriptions.is_settled:
            return
        late = self._subscriptions.take_late()
        if not self._is_listening and self._was_connected:
            logger.warning("subscriptions: Redis is back, every channel reads the log")
            self._on_loss(None)
        elif late:
            self._on_loss(late)
        self._is_listening = self._was_connected = True

    async def _write(self, pubsub: PubSub) -> None:
        """Send what has changed among the wishes; ask for a sign of life when there is none."""
        while True:
            added, dropped = self._subscriptions.take_changes()
            for names in chunks(added):
                await pubsub.subscribe(*names)
            for names in chunks(dropped):
                await pubsub.unsubscribe(*names)
            await self._ask_for_life(pubsub)
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await self._subscriptions.changed.wait()
            except TimeoutError:
                continue

    async def _ask_for_life(self, pubsub: PubSub) -> None:
        now = time.monotonic()
        if self._asked_at > self._heard_at:
            if now - self._asked_at > ANSWER_SECONDS:
                raise RedisConnectionError("no sign of life")
        elif now - self._heard_at >= PING_SECONDS:
            self._asked_at = now
            await pubsub.ping()


class _OneConnection(PubSub):
    """redis-py's subscriber without its silent reconnection: what was missed meanwhile would leave no mark."""

    async def on_connect(self, connection: object) -> None:
        raise RedisConnectionError("the connection was lost")


def with_timeouts(host: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a connection with every timeout said; what the settings say holds."""
    return {
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": 0,  # the link asks by itself
        **host,
    }


async def close_pool(pool: ConnectionPool) -> None:
    """Close the connections of a pool, whatever state they are in."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await pool.disconnect(inuse_connections=True)
    except (RedisError, OSError):
        logger.debug("a connection to Redis did not close", exc_info=True)


def chunks(names: list[str]) -> list[list[str]]:
    """Cut the names into commands of bearable length."""
    return [names[at : at + NAMES_PER_COMMAND] for at in range(0, len(names), NAMES_PER_COMMAND)]
