"""Somebody who fills rooms over the wire, much faster than anybody types."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.people import Person, sign_up
from tests.harness.server import ChatServer

AT_ONCE = 40
PATIENCE_SECONDS = 60


class Talker:
    """A person with one connection, which lives in a thread: a browser's driver has the loop of the test."""

    def __init__(
        self, server: ChatServer, *, worker: int | None = None, person: Person | None = None
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = self._run(self._arrive(server, worker, person))
        self.name = self._client.person.name
        self.login = self._client.person.login

    def make_room(self, name: str, *, kind: str = "temporary") -> int:
        return int(self._run(self._client.create_room(name, kind=kind))["id"])

    def say(self, *texts: str) -> None:
        """Say all that in the room one is in, in this order."""
        self._run(self._say(texts))

    def tell(self, login: str, text: str) -> None:
        """Say that to this person alone."""
        self._run(self._client.direct(login, text))

    def enter(self, name: str) -> None:
        self._run(self._client.enter(name))

    def hears(self, text: str) -> None:
        """Wait until that has been said, as the client's judge sees it: in its place, and once."""
        self._run(self._client.expect_text(text))

    def close_room(self, room: int) -> None:
        self._run(self._client.delete(room))

    def leave(self) -> None:
        self._run(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)
        self._loop.close()

    async def _arrive(self, server: ChatServer, worker: int | None, person: Person | None) -> ChatClient:
        if worker is not None:
            return await House(server).newcomer_at(worker)
        return await ChatClient.open(person or server.guest() or await sign_up(server.url))

    async def _say(self, texts: tuple[str, ...]) -> None:
        for start in range(0, len(texts), AT_ONCE):
            await asyncio.gather(*(self._client.post(text) for text in texts[start : start + AT_ONCE]))

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:  # Any: whatever the work returns.
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)


Talk = Callable[..., Talker]
