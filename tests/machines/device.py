"""A client in Python as people have them: it reconnects and resumes by itself, and sends until the ack."""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.harness.client import ChatClient, Refusal, new_id
from tests.harness.people import Person
from tests.harness.streams import BrokenPromise, Frame, StreamLog
from tests.harness.wire import ConnectionEnded

# Errors that leave open whether it is done, or say "not now"; everything else is final.
NOT_KNOWN = frozenset({"unavailable", "internal", "rate_limited"})
RETRY_SECONDS = 0.3
LONGEST_RETRY_SECONDS = 3.0
CONNECTING_SECONDS = 10.0
Connect = Callable[[Person], Awaitable[ChatClient]]


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A message on its way."""

    type: str
    text: str
    target: dict[str, Any]
    client_id: str = field(default_factory=new_id)


class Device:
    """Holds the streams of one person over many connections; the judge of holes and repetitions goes on over all."""

    def __init__(self, person: Person, connect: Connect) -> None:
        self.person = person
        self.streams: dict[str, StreamLog] = {}
        self.client: ChatClient | None = None
        # What it gave up for: a final refusal, or a stream with a hole or a repetition.
        self.problem: Exception | None = None
        self._open = connect
        self._resume: Frame | None = None
        self._outbox: deque[Outgoing] = deque()
        self._work = asyncio.Event()

    def post(self, room: int, text: str) -> None:
        """Put a message for a room into the outbox."""
        self._put(Outgoing(type="message.post", text=text, target={"room": room}))

    def direct(self, login: str, text: str) -> None:
        """Put a message for a person into the outbox."""
        self._put(Outgoing(type="direct.post", text=text, target={"to": login}))

    @property
    def waiting(self) -> int:
        """How many messages are not acknowledged."""
        return len(self._outbox)

    def holds(self, stream: str) -> int:
        """Return up to where this device has been sent the stream."""
        return (self.streams[stream].cursor or 0) if stream in self.streams else 0

    async def run(self, **hello: Any) -> None:
        """Be connected, or come back, until cancelled or until a promise has been broken."""
        delay = RETRY_SECONDS
        while self.problem is None:
            try:
                await self._connect(hello)
                delay = RETRY_SECONDS
                await self._live()
            except (OSError, TimeoutError, ConnectionEnded, AssertionError):
                pass
            except Refusal as refusal:  # a `hello` that finds no database is said again
                self.problem = refusal if refusal.code not in NOT_KNOWN else None
            await self._lose()
            await asyncio.sleep(random.uniform(0, delay))
            delay = min(delay * 2, LONGEST_RETRY_SECONDS)

    def _put(self, message: Outgoing) -> None:
        self._outbox.append(message)
        self._work.set()

    async def _connect(self, hello: Frame) -> None:
        async with asyncio.timeout(CONNECTING_SECONDS):
            self.client = await self._open(self.person)
        # The connection's judge goes on with what the device holds.
        self.client.streams = self.streams
        await self.client.hello(**hello, **({"resume": self._resume} if self._resume else {}))
        await self.client.expect("caught_up")

    async def _live(self) -> None:
        assert self.client is not None
        ended = self.client.ended
        while not ended.done():
            if self._outbox:
                await self._send(self._outbox[0])
                continue
            self._work.clear()
            work = asyncio.create_task(self._work.wait())
            await asyncio.wait({ended, work}, return_when=asyncio.FIRST_COMPLETED)
            work.cancel()

    async def _send(self, message: Outgoing) -> None:
        assert self.client is not None
        try:
            await self.client.command(
                message.type, client_id=message.client_id, text=message.text, **message.target
            )
        except Refusal as refusal:
            if refusal.code not in NOT_KNOWN:
                raise
            await asyncio.sleep(refusal.retry_after or RETRY_SECONDS)
            return
        self._outbox.popleft()

    async def _lose(self) -> None:
        client, self.client = self.client, None
        if client is None:
            return
        with contextlib.suppress(BrokenPromise):
            await client.close()
        self.problem = self.problem or client.broken
        if client.welcome:
            self._resume = client.resume
