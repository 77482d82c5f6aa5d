"""How many sockets one address may have: counted across workers through Redis, by each alone without it."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import uuid
from collections import Counter
from typing import TYPE_CHECKING, TypeVar, cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope, WebSocketScope
from redis.asyncio import Redis
from redis.exceptions import RedisError

from accounts.handshake import client_address, refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")
logger = logging.getLogger("chat.handshake")

BEAT_SECONDS = 20.0
ALIVE_SECONDS = 60  # A worker that has not beaten for so long counts no more: it was killed.
FORGOTTEN_SECONDS = 24 * 60 * 60
REDIS_SECONDS = 1.0  # Longer than this nobody waits for a count.


class ConnectionsPerAddress:
    """Refuse sockets beyond `limit` from one address (IPv6: one /64), before anything else is done for them."""

    def __init__(self, app: ASGI3Application, *, limit: int, redis_url: str = "") -> None:
        self._app = app
        self._limit = limit
        self._here: Counter[str] = Counter()
        self._others = _OtherWorkers(redis_url, self._here) if redis_url else None

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        address = _group(client_address(cast("WebSocketScope", scope)))
        self._here[address] += 1
        try:
            elsewhere = await self._others.count(address) if self._others else 0
            if self._here[address] + elsewhere > self._limit:
                logger.info("refused %s: too many connections from one address", address)
                await refuse(receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            self._here[address] -= 1
            if not self._here[address]:
                del self._here[address]
            if self._others:
                await asyncio.shield(self._others.tell(address))


class _OtherWorkers:
    """What the other workers count: each keeps its numbers in Redis, with a sign of life that expires."""

    def __init__(self, redis_url: str, here: Counter[str]) -> None:
        self._redis = Redis.from_url(
            redis_url,
            socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS,
            decode_responses=True,
        )
        self._here = here
        self._me = uuid.uuid4().hex
        self._beating: asyncio.Task[None] | None = None

    async def count(self, address: str) -> int:
        """Tell our own number and return the sum of the others'; 0 while Redis is away."""
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat())
            await self._sign()
        await self.tell(address)
        counts = await self._ask(self._redis.hgetall(_key(address))) or {}
        counts.pop(self._me, None)
        alive = (
            await self._ask(self._redis.mget([_alive_key(str(worker)) for worker in counts]))
            if counts
            else []
        )
        return sum(int(n) for n, sign in zip(counts.values(), alive or [], strict=False) if sign)

    async def tell(self, address: str) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        if self._here[address]:
            pipeline.hset(_key(address), self._me, str(self._here[address]))
        else:
            pipeline.hdel(_key(address), self._me)
        pipeline.expire(_key(address), FORGOTTEN_SECONDS)
        await self._ask(pipeline.execute())
        if not self._here:
            await self._rest()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._sign()

    async def _rest(self) -> None:
        """Nobody is here: stop signing and let the connection go; the next socket starts both anew."""
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        await self._ask(self._redis.aclose())

    async def _sign(self) -> None:
        await self._ask(self._redis.set(_alive_key(self._me), 1, ex=ALIVE_SECONDS))

    async def _ask(self, answer: Awaitable[T]) -> T | None:
        try:
            async with asyncio.timeout(REDIS_SECONDS):
                return await answer
        except (RedisError, OSError, TimeoutError) as error:
            logger.debug("connections are counted by this worker alone: %s", type(error).__name__)
            return None


def _key(address: str) -> str:
    return f"chat:connections:{address}"


def _alive_key(worker: str) -> str:
    return f"chat:connections-of:{worker}"


def _group(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and not parsed.ipv4_mapped:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
