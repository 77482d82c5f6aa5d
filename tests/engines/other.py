"""The other person, who writes by wire whatever breaks; and what is stored in the end."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from tests.engines.judge import Row
from tests.harness.client import ChatClient
from tests.harness.people import Person
from tests.harness.processes import wait_until
from tests.harness.server import ChatServer
from tests.harness.writer import Writer

LOBBY = 1
PAGE = 200
PATIENCE_SECONDS = 60.0


class Other:
    """Writes at least so many messages into the default room, on a thread of its own."""

    def __init__(self, server: ChatServer, count: int) -> None:
        person = server.guest()
        assert person is not None
        self.person: Person = person
        self._count = count
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._writer = Writer(person, LOBBY)

    def begin(self) -> None:
        self._run(self._writer.start())

    @property
    def acknowledged(self) -> dict[str, int]:
        return dict(self._writer.acked)

    def come_to_an_end(self) -> None:
        """Wait until all is said and acknowledged; raises what the judge of this connection has found."""
        wait_until(lambda: len(self._writer.acked) >= self._count, "the other has said all", PATIENCE_SECONDS)
        self._writer.fall_silent()
        wait_until(lambda: self._writer.is_settled, "the other's last message is acknowledged")
        self._run(self._writer.stop())

    def stored(self) -> list[Row]:
        """Read the whole room anew, as it is stored."""
        return list(self._run(self._read()))

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)

    async def _read(self) -> list[Row]:
        rows: list[Row] = []
        after, more = 0, True
        async with await ChatClient.open(self.person) as reader:
            while more:
                page = await reader.history(f"room:{LOBBY}", after=after, limit=PAGE)
                for event in page["events"]:
                    after = event["seq"]
                    rows += [(after, event["text"])] if event["type"] == "message.posted" else []
                more = page["more"]
        return rows

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:  # Any: whatever the work returns.
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_SECONDS)
