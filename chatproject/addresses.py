"""How many sockets one address may have: counted across workers through Redis, by each alone without it."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast

from asgiref.typing import ASGI3Application, ASGIReceiveCallable, ASGISendCallable, Scope, WebSocketScope

from accounts.handshake import client_address, refuse
from chatproject.optional_redis import OptionalRedis

T = TypeVar("T")
logger = logging.getLogger("chat.handshake")

BEAT_SECONDS = 20.0
ALIVE_SECONDS = 60  # A worker that has not beaten for so long counts no more: it was killed.
# Who is refused so late tries again as much later, and the worker has time for others.
LATE_SECONDS = 1.0
FORGOTTEN_SECONDS = 24 * 60 * 60
TOLD_AT_ONCE = 500


class ConnectionsPerAddress:
    """
    Refuse sockets beyond `limit` from one address (IPv6: one /64), before anything else is done for them.

    A refusal comes late, for as many at once as may be let in: a program that tries again at each answer would keep
    the worker busy with nothing else.
    """

    def __init__(self, app: ASGI3Application, *, limit: int, redis_url: str = "") -> None:
        self._app = app
        self._limit = limit
        self._here: Counter[str] = Counter()
        self._late: Counter[str] = Counter()
        self._others = _OtherWorkers(redis_url, self._here) if redis_url else None

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        address = _group(client_address(cast("WebSocketScope", scope)))
        if not await self._comes_in(address):
            logger.info("refused %s: too many connections from one address", address)
            await self._be_late(address)
            await refuse(receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            await self._goes(address)

    async def _comes_in(self, address: str) -> bool:
        """Count one more, unless that is too many."""
        self._here[address] += 1
        has_place = False
        try:
            elsewhere = await self._others.count(address) if self._others else 0
            has_place = self._here[address] + elsewhere <= self._limit
        finally:
            if not has_place:
                await self._goes(address)
        return has_place

    async def _goes(self, address: str) -> None:
        _count_down(self._here, address)
        if self._others:
            await asyncio.shield(self._others.tell(address))

    async def _be_late(self, address: str) -> None:
        if self._late[address] >= self._limit:
            return
        self._late[address] += 1
        try:
            await asyncio.sleep(LATE_SECONDS)
        finally:
            _count_down(self._late, address)


class _OtherWorkers:
    """What the other workers count: each keeps its numbers in Redis, with a sign of life that expires."""

    def __init__(self, redis_url: str, here: Counter[str]) -> None:
        self._redis = OptionalRedis(
            redis_url, logger=logger, without="connections are counted by this worker alone"
        )
        self._here = here
        self._me = uuid.uuid4().hex
        self._said_in_vain = False
        self._telling = 0
        self._beating: asyncio.Task[None] | None = None

    async def count(self, address: str) -> int:
        """Tell our own number and return the sum of the others'; 0 while Redis is away."""
        if self._beating is None:
            self._beating = asyncio.create_task(self._beat())
        return await self._ask(lambda redis: self._exchange(redis, address)) or 0

    async def tell(self, address: str) -> None:
        """Tell our own number."""
        self._telling += 1
        try:
            await self._ask(lambda redis: self._put(redis, [address]).execute())
        finally:
            self._telling -= 1
        if not self._here and not self._telling:
            await self._rest()

    async def _exchange(self, redis: Any, address: str) -> int:  # Any: redis-py's client is barely typed
        pipeline = self._put(redis, [address])
        pipeline.hgetall(_key(address))
        *_answers, counts = await pipeline.execute()
        counts.pop(self._me, None)
        if not counts:
            return 0
        signs = await redis.mget([_alive_key(worker) for worker in counts])
        return sum(int(n) for n, sign in zip(counts.values(), signs, strict=True) if sign)

    def _put(self, redis: Any, addresses: Iterable[str]) -> Any:
        """Begin a pipeline with our sign of life and our numbers for these addresses."""
        pipeline = redis.pipeline(transaction=False)
        pipeline.set(_alive_key(self._me), 1, ex=ALIVE_SECONDS)
        for address in addresses:
            if self._here[address]:
                pipeline.hset(_key(address), self._me, self._here[address])
            else:
                pipeline.hdel(_key(address), self._me)
            pipeline.expire(_key(address), FORGOTTEN_SECONDS)
        return pipeline

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._tell_all()

    async def _tell_all(self) -> None:
        """Tell all numbers anew: Redis may have been emptied, or not have heard who left while it was away.

        Then what it was told last is wrong for as long as this worker lives: it takes another name.
        """
        if self._said_in_vain:
            former, self._me, self._said_in_vain = self._me, uuid.uuid4().hex, False
            await self._ask(lambda redis: redis.delete(_alive_key(former)))  # Else its sign of life expires.
        addresses = list(self._here)
        for start in range(0, len(addresses), TOLD_AT_ONCE):
            some = addresses[start : start + TOLD_AT_ONCE]
            await self._ask(lambda redis, some=some: self._put(redis, some).execute())  # type: ignore[misc]

    async def _rest(self) -> None:
        """Nobody is here: stop signing and let the connections go; the next socket starts both anew."""
        if self._beating is not None:
            self._beating.cancel()
            self._beating = None
        await self._redis.close()

    async def _ask(self, question: Callable[[Any], Awaitable[T]]) -> T | None:
        answer = await self._redis.ask(question)
        self._said_in_vain |= answer is None
        return answer


def _count_down(counter: Counter[str], address: str) -> None:
    counter[address] -= 1
    if not counter[address]:
        del counter[address]


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
