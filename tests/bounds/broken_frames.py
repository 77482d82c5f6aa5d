"""Frames that no honest client sends, in great number, while honest people talk."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from rooms.protocol.errors import CloseCode, ErrorCode
from tests.bounds.company import Company, p95
from tests.bounds.finding import MIB, Finding, at_most, exactly, remark, share_of
from tests.bounds.gauge import Memory, ask, live_connections, sockets
from tests.bounds.mutations import Mill
from tests.bounds.raw import HELLO, TEXT, Ended, RawSocket, Refused
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.server import ChatServer
from tests.harness.waiting import eventually

PEOPLE = 12
# About half of them are malformed, and after the tenth of those nothing more is read.
FRAMES_EACH = 14
# How many say hello, send what is no WebSocket's, and go without a word.
GREETED, GARBAGE_SHARE, VANISHING = 0.85, 0.5, 0.2
LAST = '{"type":"ping","ref":"last"}'
ANSWERED_SECONDS = 20.0
# A connection that breaks is forgotten at once; a row that was forgotten is found at a beat of the lease.
FORGOTTEN_SECONDS = 15.0
OTHERS_SECONDS = 2.0
BROKEN_BY_US = {1011, CloseCode.INTERNAL, CloseCode.OVERLOADED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many frames, made from which seed."""

    frames: int = 100_000
    seed: int = 1
    is_timed: bool = True


FULL = Size()


async def measure(server: ChatServer, size: Size = FULL) -> list[Finding]:
    house = House(server)
    people = [await house.person() for _ in range(PEOPLE)]
    held_before, live_before = sockets(server), live_connections(server)
    leases_before = _leases(server)
    async with Company.meet(house, 2) as company:
        memory = Memory(server)
        known = [company.room, 1, f"room:{company.room}", "inbox", *(person.login for person in people)]
        senders = [
            Sender(person, Mill(random.Random(f"{size.seed} {n}"), known)) for n, person in enumerate(people)
        ]
        async with company.talking() as delays:
            await asyncio.gather(*(sender.send(size.frames // PEOPLE) for sender in senders))
        others_closed = company.closed
    clean = await _clean(server, held_before, live_before)
    frames: Counter[str] = sum((sender.frames for sender in senders), Counter())
    codes: Counter[int] = sum((sender.codes for sender in senders), Counter())
    return [
        *(remark(f"frames, {kind}", count) for kind, count in sorted(frames.items())),
        remark("connections", sum(sender.connections for sender in senders)),
        remark("frames answered", sum(sender.answered for sender in senders)),
        remark("commands carried out", sum(sender.answers["ack"] for sender in senders)),
        exactly("answered as a defect of ours", sum(sender.answers["internal"] for sender in senders), 0),
        exactly("closed as a defect of ours", sum(codes[code] for code in BROKEN_BY_US), 0),
        exactly("left without an answer", sum(sender.silences for sender in senders), 0),
        exactly("connections left behind", clean, "none"),
        exactly("leases", _leases(server), leases_before),
        exactly("others closed", others_closed, 0),
        remark("more memory", memory.more_bytes / MIB, "MiB"),
        remark("delivered to others", len(delays)),
        *_patience(delays, size),
    ]


def _patience(delays: list[float], size: Size) -> list[Finding]:
    if not size.is_timed:
        return []
    return [
        remark("p95 of delivery to others", 1000 * p95(delays), "ms"),
        at_most("latest delivery to others", share_of(delays, 1), OTHERS_SECONDS, "s"),
    ]


def _leases(server: ChatServer) -> int:
    return int(ask(server, "SELECT count(*) FROM rooms_workerlease")[0][0])


async def _clean(server: ChatServer, held: int, live: int) -> str:
    """Wait until nobody is left but who was there before; say who is, where that does not come."""

    async def nobody_is_left() -> bool:
        return sockets(server) <= held and live_connections(server) <= live

    with suppress(AssertionError):
        await eventually(nobody_is_left, "", FORGOTTEN_SECONDS)
    left = sockets(server) - held, live_connections(server) - live
    return "none" if max(left) <= 0 else f"{left[0]} sockets, {left[1]} rows"


@dataclass(slots=True)
class Sender:
    """Sends frames over one connection after the other: some are closed for what they sent, the others leave."""

    person: Person
    mill: Mill
    frames: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    answers: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    silences: int = 0

    @property
    def answered(self) -> int:
        """How many frames were looked at and answered, be it with a refusal."""
        return sum(self.answers[name] for name in ("ack", *ErrorCode))

    async def send(self, count: int) -> None:
        while self.frames.total() < count:
            try:
                raw = await RawSocket.open(self.person)
            except (Refused, OSError, Ended):
                self.codes[1011] += 1  # Nobody sent anything wrong yet.
                continue
            self.connections += 1
            try:
                await self._use(raw, min(FRAMES_EACH, count - self.frames.total()))
            finally:
                raw.abort()

    async def _use(self, raw: RawSocket, count: int) -> None:
        dice = self.mill.dice
        reading = asyncio.create_task(self._read(raw))
        try:
            with suppress(OSError):
                if dice.random() < GREETED:
                    await raw.say(HELLO)
                is_garbage = dice.random() < GARBAGE_SHARE
                for number in range(min(count, dice.randrange(1, 4)) if is_garbage else count):
                    if reading.done():
                        break
                    kind, wire = self.mill.garbage() if is_garbage and not number else self.mill.next()
                    self.frames[kind] += 1
                    await raw.send(wire)
                if dice.random() < VANISHING:
                    return
                if not is_garbage:
                    await raw.say(LAST)
                else:
                    raw.fall_silent()
            await self._await_end(reading)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _await_end(self, reading: asyncio.Task[None]) -> None:
        try:
            async with asyncio.timeout(ANSWERED_SECONDS):
                await asyncio.shield(reading)
        except TimeoutError:
            self.silences += 1

    async def _read(self, raw: RawSocket) -> None:
        """Count what is answered, until the end or the answer to the last command."""
        try:
            while True:
                opcode, payload = await raw.receive()
                if opcode == TEXT and self._count(json.loads(payload)):
                    return
        except Ended as end:
            self.codes[end.code] += 1

    def _count(self, content: Any) -> bool:
        events = content if isinstance(content, list) else [content]
        for event in events:
            self.answers[event["code"] if event["type"] == "error" else event["type"]] += 1
        return any(event.get("ref") == "last" for event in events)
