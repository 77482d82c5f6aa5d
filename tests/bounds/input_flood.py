"""One client that sends as fast as it can, much more than anybody could say."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

from tests.bounds.company import Company, p95
from tests.bounds.finding import MIB, Finding, at_most, exactly, remark, share_of
from tests.bounds.gauge import Memory
from tests.bounds.raw import HELLO, TEXT, Ended, RawSocket
from tests.harness.client import ChatClient, new_id
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.server import ChatServer

# Each character takes twelve bytes on the wire, as two escapes: the longest legal message.
LONGEST_TEXT = "\\ud83d\\ude00" * 4000
MORE_BYTES = 16 * MIB
# What "nobody is disturbed" allows: a message of others takes so long at the most.
OTHERS_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is sent, in bytes."""

    sent_bytes: int = 120_000_000
    is_timed: bool = True


FULL = Size()


async def measure(server: ChatServer, size: Size = FULL) -> list[Finding]:
    house = House(server)
    async with Company.meet(house, 3) as company:
        async with company.talking():  # What a talk costs the worker once is no part of the flood's.
            pass
        with ExitStack() as leaving:
            flood = await Flood.enter(house, leaving)
            memory = Memory(server)
            async with company.talking() as delays:
                await flood.pour(size.sent_bytes)
            more_bytes = memory.more_bytes
        return [
            remark("sent", flood.sent_bytes / 1_000_000, "MB"),
            remark("acknowledged", len(flood.acknowledged)),
            at_most("more memory", more_bytes / MIB, MORE_BYTES / MIB, "MiB"),
            exactly("acknowledged and not stored so", await _lost(flood), 0),
            exactly("not answered", flood.unanswered, 0),
            exactly("others closed", company.closed, 0),
            *_disturbance(delays, size),
        ]


def _disturbance(delays: list[float], size: Size) -> list[Finding]:
    if not size.is_timed:
        return []
    return [
        remark("p95 of delivery to others", 1000 * p95(delays), "ms"),
        at_most("latest delivery to others", share_of(delays, 1), OTHERS_SECONDS, "s"),
    ]


@dataclass(slots=True)
class Flood:
    """Pours messages without waiting for an answer; answers are read, else it would be held up for that."""

    raw: RawSocket
    person: Person
    room: int
    sent_bytes: int = 0
    sent: list[str] = field(default_factory=list)
    acknowledged: dict[str, int] = field(default_factory=dict)
    refused: int = 0

    @classmethod
    async def enter(cls, house: House, leaving: ExitStack) -> Self:
        person = await house.person()
        raw = await RawSocket.open(person)
        leaving.callback(raw.abort)
        await raw.say(HELLO)
        await raw.await_frame("welcome")
        await raw.say(
            f'{{"type":"room.create","ref":"room","name":"Flood {new_id()[:8]}","kind":"permanent"}}'
        )
        answer = await raw.await_frame('"ref":"room"')
        return cls(raw, person, _frame_with(answer, ref="room")["room"]["id"])

    @property
    def unanswered(self) -> int:
        return len(self.sent) - len(self.acknowledged) - self.refused

    async def pour(self, sent_bytes: int) -> None:
        """Send so much, and wait until all of it is answered."""
        reading = asyncio.create_task(self._read())
        while self.sent_bytes < sent_bytes:
            client_id = new_id()
            message = (
                f'{{"type":"message.post","ref":"{client_id}","room":{self.room},'
                f'"client_id":"{client_id}","text":"{LONGEST_TEXT}"}}'
            )
            self.sent.append(client_id)
            self.sent_bytes += len(message)
            await self.raw.say(message)
        await self.raw.say('{"type":"ping","ref":"last"}')
        await reading

    async def _read(self) -> None:
        """Read until the answer to the very last command, or the end."""
        try:
            while True:
                opcode, payload = await self.raw.receive()
                if opcode == TEXT and self._take(json.loads(payload)):
                    return
        except Ended:
            return

    def _take(self, content: Any) -> bool:
        for frame in content if isinstance(content, list) else [content]:
            if frame["type"] == "ack" and frame["ref"] == "last":
                return True
            if frame["type"] == "ack":
                self.acknowledged[frame["ref"]] = frame["seq"]
            self.refused += frame["type"] == "error"
        return False


async def _lost(flood: Flood) -> int:
    """Count what is not in the log under the number that the answer gave, or not whole."""
    stored: dict[str, tuple[int, int]] = {}
    async with await ChatClient.open(flood.person) as reader:
        after, more = 0, True
        while more:
            page = await reader.history(f"room:{flood.room}", after=after)
            for event in page["events"]:
                after = event["seq"]
                if "client_id" in event:
                    stored[event["client_id"]] = (after, len(event["text"]))
            more = page["more"]
    whole = len(json.loads(f'"{LONGEST_TEXT}"'))
    return sum(stored.get(client_id) != (seq, whole) for client_id, seq in flood.acknowledged.items())


def _frame_with(text: str, **fields: object) -> dict[str, Any]:
    content = json.loads(text)
    frames = content if isinstance(content, list) else [content]
    return next(frame for frame in frames if fields.items() <= frame.items())
