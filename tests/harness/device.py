"""A client as people have them: it reconnects and resumes by itself, and sends from an outbox until the ack."""

import asyncio
import contextlib
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import InvalidHandshake

from tests.harness.client import ChatClient, Refusal, new_id
from tests.harness.people import Person
from tests.harness.streams import BrokenPromise, Frame, StreamLog
from tests.harness.wire import ConnectionEnded

# Errors that leave open whether it is done; everything else is final.
NOT_KNOWN = frozenset({"unavailable", "internal", "rate_limited"})
RETRY_SECONDS = 0.3
LONGEST_RETRY_SECONDS = 3.0


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A message on its way, with what became of it."""

    type: str
    text: str
    target: dict[str, Any]
    client_id: str = field(default_factory=new_id)
    ack: Frame | None = None


class Device:
    """Holds the streams of one person over many connections; the judge of holes and repetitions goes on over all."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.streams: dict[str, StreamLog] = {}
        self.connections = 0
        self.close_codes: list[int] = []
        self.sent: list[Outgoing] = []
        self.client: ChatClient | None = None
        # What it gave up for: a final refusal, or a stream with a hole or a repetition.
        self.problem: Exception | None = None
        self._resume: Frame | None = None
        self._outbox: deque[Outgoing] = deque()
        self._work = asyncio.Event()
        self._online = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, **hello: Any) -> None:
        self._task = asyncio.create_task(self._run(hello))
        await asyncio.wait_for(self._online.wait(), 20)

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if self.client is not None:
            with contextlib.suppress(BrokenPromise):
                await self.client.close()

    def post(self, room: int, text: str) -> Outgoing:
        """Put a message for a room into the outbox."""
        return self._put(Outgoing(type="message.post", text=text, target={"room": room}))

    def direct(self, to: Person, text: str) -> Outgoing:
        return self._put(Outgoing(type="direct.post", text=text, target={"to": to.login}))

    @property
    def waiting(self) -> int:
        """How many messages are not acknowledged."""
        return len(self._outbox)

    def holds(self, stream: str) -> int:
        """Return up to where this device has been sent the stream."""
        return (self.streams[stream].cursor or 0) if stream in self.streams else 0

    def _put(self, message: Outgoing) -> Outgoing:
        self.sent.append(message)
        self._outbox.append(message)
        self._work.set()
        return message

    async def _run(self, hello: Frame) -> None:
        delay = RETRY_SECONDS
        while self.problem is None:
            try:
                await self._connect(hello)
                delay = RETRY_SECONDS
                await self._live()
            except (OSError, TimeoutError, InvalidHandshake, ConnectionEnded, AssertionError):
                pass
            except Exception as error:  # Whatever it is, the run must be told.
                self.problem = error
            await self._lose()
            await asyncio.sleep(random.uniform(0, delay))
            delay = min(delay * 2, LONGEST_RETRY_SECONDS)

    async def _connect(self, hello: Frame) -> None:
        self.client = await asyncio.wait_for(ChatClient.connect(self.person), 10)
        # The connection's judge goes on with what the device holds.
        self.client.streams = self.streams
        fields = {**hello, **({"resume": self._resume} if self._resume else {})}
        await self.client.hello(**fields)
        await self.client.expect("caught_up")
        self.connections += 1
        self._online.set()

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
            message.ack = await self.client.command(
                message.type, client_id=message.client_id, text=message.text, **message.target
            )
        except Refusal as refusal:
            if refusal.code not in NOT_KNOWN:
                raise
            await asyncio.sleep(refusal.retry_after or RETRY_SECONDS)
            return
        self._outbox.popleft()

    async def _lose(self) -> None:
        self._online.clear()
        client, self.client = self.client, None
        if client is None:
            return
        with contextlib.suppress(BrokenPromise):
            await client.close()
        if client.close_code is not None:
            self.close_codes.append(client.close_code)
        self.problem = self.problem or client.broken
        if client.welcome:
            self._resume = client.resume
