"""Somebody who writes one message after the other, comes back by themselves, and sends again what was not answered."""

import asyncio
import random
from contextlib import suppress

from websockets.exceptions import InvalidHandshake

from tests.harness.client import ChatClient, new_id
from tests.harness.people import Person
from tests.harness.repeating import refusal_code
from tests.harness.streams import BrokenPromise, Frame, StreamLog
from tests.harness.wire import ConnectionEnded

PAUSE_SECONDS = 0.05
LONGEST_AWAY_SECONDS = 0.3
# What an answer that does not come, or a connection that is not had, looks like.
LOST = (OSError, TimeoutError, InvalidHandshake, ConnectionEnded, AssertionError)


class Writer:
    """One person in one room; the judge of holes and repetitions goes on over all connections."""

    def __init__(self, person: Person, room: int) -> None:
        self.person = person
        self.close_codes: list[int] = []
        self.goodbyes = 0
        self.acked: dict[str, int] = {}
        self._room = room
        self._streams: dict[str, StreamLog] = {}
        self._resume: Frame | None = None
        self._pending: tuple[str, str] | None = None
        self._said = 0
        self._is_silent = False
        self._online = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())
        await asyncio.wait_for(self._online.wait(), 20)

    def fall_silent(self) -> None:
        """Say nothing new from now on; what is on its way goes on."""
        self._is_silent = True

    async def stop(self) -> None:
        """Leave. Raises what the judge found."""
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    @property
    def is_settled(self) -> bool:
        """Whether all that was said is acknowledged."""
        return self._is_silent and self._pending is None

    @property
    def log(self) -> StreamLog:
        return self._streams.setdefault(f"room:{self._room}", StreamLog(f"room:{self._room}"))

    async def _run(self) -> None:
        while True:
            client = None
            try:
                client = await asyncio.wait_for(ChatClient.connect(self.person), 10)
                client.streams = self._streams
                await client.hello(room=self._room, **({"resume": self._resume} if self._resume else {}))
                await client.expect("caught_up")
                self._online.set()
                await self._write(client)
            except LOST:
                pass
            finally:
                if client is not None:
                    await self._lose(client)
            await asyncio.sleep(random.uniform(0, LONGEST_AWAY_SECONDS))

    async def _write(self, client: ChatClient) -> None:
        while not client.ended.done():
            if self._pending is None and not self._is_silent:
                self._said += 1
                self._pending = (f"{self.person.login} {self._said}", new_id())
            if self._pending is not None:
                await self._send(client, *self._pending)
            await asyncio.wait({client.ended}, timeout=PAUSE_SECONDS)

    async def _send(self, client: ChatClient, text: str, client_id: str) -> None:
        async def post() -> None:
            ack = await client.post(text, room=self._room, client_id=client_id)
            self.acked[text] = ack["seq"]
            self._pending = None

        assert await refusal_code(post) in {None, "unavailable"}

    async def _lose(self, client: ChatClient) -> None:
        was_closed = client.close_code is not None
        with suppress(BrokenPromise):
            await client.close()
        if was_closed and client.close_code is not None:
            self.close_codes.append(client.close_code)
            self.goodbyes += any(frame["type"] == "goodbye" for frame in client.frames)
        if client.welcome:
            self._resume = client.resume
        if client.broken is not None:
            raise client.broken
