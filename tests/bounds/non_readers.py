"""Readers that do not read while much is said in their room."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Self

from chatproject.flow import LOOK_SECONDS, STALL_SECONDS
from chatproject.websocket import CLOSE_HANDSHAKE_SECONDS, TOO_SLOW
from tests.bounds.company import Company, p95
from tests.bounds.finding import MIB, Finding, at_most, exactly, remark
from tests.bounds.gauge import Machine, Memory, ports_held
from tests.bounds.raw import HELLO, RawSocket
from tests.harness.house import House
from tests.harness.server import ChatServer

# What the kernels still take, between the reader's last byte and the server's, and how often is looked here.
SLACK_SECONDS = 2.0
LOOK_HERE_SECONDS = 0.2
CHARACTERS = 4000
# Of a hundred. A few of them cost what the talk itself does.
MORE_BYTES, LEAST_MORE_BYTES = 64 * MIB, 16 * MIB
SLOWER = 1.5
_GIVEN_UP = re.compile(r"a peer took nothing for too long: \['127\.0\.0\.1', (\d+)\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many, and what is said: `messages` of 4,000 characters, `per_second`."""

    readers: int = 100
    listeners: int = 8
    messages: int = 1500
    per_second: float = 60
    # Whether to wait until they are closed, and to hold a time against another.
    is_timed: bool = True


FULL = Size()


async def measure(server: ChatServer, size: Size = FULL) -> list[Finding]:
    house = House(server)
    with ExitStack() as leaving:
        async with Company.meet(house, size.listeners) as company:
            alone = await _Talk.go_on(company, size)
            memory = Memory(server)
            readers = [await NonReader.enter(house, company.room, leaving) for _ in range(size.readers)]
            watch = asyncio.create_task(_watch(server, readers))
            beside = await _Talk.go_on(company, size)
            allowed = max(LEAST_MORE_BYTES, MORE_BYTES * size.readers // FULL.readers)
            findings = [
                at_most("more memory", memory.more_bytes / MIB, allowed / MIB, "MiB"),
                exactly("others closed", company.closed, 0),
            ]
            if not size.is_timed:
                watch.cancel()
                return findings
            await watch
            again = await _Talk.go_on(company, size)
            findings += _slowness(alone, beside, again)
    return [*findings, *_ends(readers)]


@dataclass(slots=True, eq=False)
class NonReader:
    """Comes in, is caught up, and reads no more until the server has given it up; the odd ones not even then."""

    raw: RawSocket
    reads_on: bool
    held_bytes: int = 0
    moved_at: float = field(default_factory=time.monotonic)
    given_up_at: float | None = None
    gone_at: float | None = None
    code: int = 0

    @classmethod
    async def enter(cls, house: House, room: int, leaving: ExitStack) -> Self:
        raw = await RawSocket.open(await house.person(), receive_bytes=4096)
        leaving.callback(raw.abort)
        await raw.say(HELLO)
        await raw.await_frame("welcome")
        await raw.say(f'{{"type":"room.enter","ref":"enter","room":{room}}}')
        await raw.await_frame('"ref":"enter"')
        return cls(raw, reads_on=raw.port % 4 < 2)

    def look(self, now: float) -> None:
        """Note whether anything has come since the last look."""
        held = self.raw.unread_bytes
        if held != self.held_bytes:
            self.held_bytes, self.moved_at = held, now


async def _watch(server: ChatServer, readers: list[NonReader]) -> None:
    """Look at each until it is gone, or should have been."""
    by_port = {reader.raw.port: reader for reader in readers}
    deadline = time.monotonic() + 3 * STALL_SECONDS
    ending = []
    while any(reader.gone_at is None for reader in readers) and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_HERE_SECONDS)  # Neither kernel nor log announce anything.
        now = time.monotonic()
        given_up = {int(port) for port in _GIVEN_UP.findall(server.log)}
        held = ports_held(server)
        for port, reader in by_port.items():
            if reader.given_up_at is None and port in given_up:
                reader.given_up_at = now
                if reader.reads_on:
                    ending.append(asyncio.create_task(_read_on(reader)))
            if reader.given_up_at is None:
                reader.look(now)
            if reader.gone_at is None and port not in held:
                reader.gone_at = now
    await asyncio.gather(*ending)


async def _read_on(reader: NonReader) -> None:
    reader.code = await reader.raw.until_end()


@dataclass(frozen=True, slots=True)
class _Talk:
    """How long each message took, and how busy others kept the machine meanwhile."""

    delays: list[float]
    cores_of_others: float

    @classmethod
    async def go_on(cls, company: Company, size: Size) -> Self:
        machine = Machine()
        delays = await company.talk(size.messages, characters=CHARACTERS, per_second=size.per_second)
        return cls(delays, machine.cores_of_others)


def _slowness(before: _Talk, beside: _Talk, after: _Talk) -> Iterator[Finding]:
    """Compare with the talk before they came and after they had gone: the machine may have other things to do."""
    for when, talk in (("before them", before), ("beside them", beside), ("after them", after)):
        yield remark(f"p95 of delivery, {when}", 1000 * p95(talk.delays), "ms")
        yield remark("cores that others kept busy", talk.cores_of_others)
    alone = p95([*before.delays, *after.delays])
    yield at_most("p95 of delivery, so much slower", p95(beside.delays) / alone, SLOWER)


def _ends(readers: list[NonReader]) -> Iterator[Finding]:
    given_up = [reader for reader in readers if reader.given_up_at is not None]
    yield exactly("given up", len(given_up), len(readers))
    late = [(reader.given_up_at or 0) - reader.moved_at for reader in given_up]
    allowed = STALL_SECONDS + LOOK_SECONDS + SLACK_SECONDS
    yield at_most("latest, after its last byte", max(late, default=0), allowed, "s")
    yield exactly(
        "codes of those who read on", {reader.code for reader in readers if reader.reads_on}, {TOO_SLOW}
    )
    gone = [reader for reader in given_up if reader.gone_at is not None]
    yield exactly("gone", len(gone), len(readers))
    until_gone = [(reader.gone_at or 0) - (reader.given_up_at or 0) for reader in gone]
    yield at_most(
        "latest gone, after that", max(until_gone, default=0), CLOSE_HANDSHAKE_SECONDS + SLACK_SECONDS, "s"
    )
