"""`hello`: from where a connection follows its streams."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from chatproject.turns import Turns
from rooms.handlers.opening import say_hello
from rooms.protocol.commands import Hello, Resume
from rooms.protocol.events import Person, RoomView
from rooms.services.opening import Opened
from tests.unit.rooms.model import settle
from tests.unit.rooms.test_connection import HOME, INBOX, Stage

pytestmark = pytest.mark.asyncio


class Door(Stage):
    """A worker at whose door a private message comes in while somebody else does."""

    def __init__(self, inbox_seq: int) -> None:
        super().__init__(is_quick=True)
        self.log.write(INBOX, inbox_seq)
        runtime: Any = self.connection.runtime
        runtime.connections = {}
        runtime.house = SimpleNamespace(default_room_id=HOME, worker_id="w", history="h")
        runtime.clock = SimpleNamespace(now=lambda: datetime(2026, 11, 28, tzinfo=UTC))
        runtime.arrivals = Turns()
        runtime.openings = SimpleNamespace(submit=self._open)
        self._inbox_seq = inbox_seq

    async def _open(self, *_: Any, **__: Any) -> Opened:
        self.log.write(
            INBOX, 1
        )  # It is stored when the inbox has been read, and before anybody here follows it.
        room = RoomView(
            id=HOME,
            name="Room",
            kind="default",
            owner=None,
            capacity=None,
            occupants=1,
            seq=0,
            closing_at=None,
        )
        return Opened(
            you=Person(id=9, login="ana", name="Ana"),
            room=room,
            occupants=[],
            inbox_stream=INBOX,
            inbox_seq=self._inbox_seq,
            saw_it_close=False,
        )

    async def hello(self, resume: Resume | None) -> list[dict[str, Any]]:
        greeting = Hello(protocol=1, client="test", resume=resume)
        await say_hello(self.connection, "1", greeting)
        await self.live()
        await settle()
        await self.close()
        return self.socket.events


@pytest.mark.parametrize(
    ("resume", "missed"), [(None, 0), (Resume(history="h", inbox=4), 0), (Resume(history="h", inbox=2), 2)]
)
async def test_a_private_message_that_comes_during_the_welcome_is_sent_behind_it(
    resume: Resume | None, missed: int
) -> None:
    events = await Door(inbox_seq=4).hello(resume)

    assert events[0]["type"] == "welcome"
    assert events[0]["inbox"] == {"seq": 4}
    assert [event["seq"] for event in events if "seq" in event] == list(range(5 - missed, 6)), json.dumps(
        events
    )
    assert events[-1]["streams"]["inbox"] == 5
