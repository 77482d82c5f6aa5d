"""One person who opens connections as fast as they can, from one address or from many."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

from chatproject.websocket import CLOSE_HANDSHAKE_SECONDS
from rooms.protocol.errors import CloseCode
from tests.bounds.company import Listener
from tests.bounds.finding import MIB, Finding, at_most, exactly, remark, share_of
from tests.bounds.gauge import Memory, live_connections, ports_held
from tests.bounds.raw import HELLO, Ended, RawSocket, Refused
from tests.harness.environment import knobs
from tests.harness.house import House
from tests.harness.people import Person
from tests.harness.server import ChatServer
from tests.harness.waiting import eventually

OTHERS_ADDRESS = "127.0.0.2"
OTHERS_SECONDS = 1.0
PER_PERSON = int(knobs()["CONNECTIONS_PER_PERSON"])
PER_ADDRESS = int(knobs()["CONNECTIONS_PER_ADDRESS"])
CONNECT_SECONDS = 60.0
LOOK_SECONDS = 0.02
# An ended connection is told within three seconds (docs/protocol.md) and is then given time to answer.
SETTLED_SECONDS = 3.0 + CLOSE_HANDSHAKE_SECONDS + 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many attempts, how many of them at once, from how many addresses."""

    attempts: int = 2000
    at_once: int = 200
    addresses: int = 40
    is_timed: bool = True


FULL = Size()


async def from_one_address(server: ChatServer, size: Size = FULL) -> list[Finding]:
    """What the limit of an address has to bear."""
    return await _measure(server, size, addresses=1)


async def from_many_addresses(server: ChatServer, size: Size = FULL) -> list[Finding]:
    """What only the limit of a person can bear."""
    return await _measure(server, size, addresses=size.addresses)


async def _measure(server: ChatServer, size: Size, *, addresses: int) -> list[Finding]:
    house = House(server)
    pusher = await house.person()
    newcomers = [await house.person() for _ in range(20)]
    with ExitStack() as leaving:
        memory = Memory(server)
        stampede = Stampede(pusher, addresses, leaving)
        pushing = asyncio.create_task(stampede.push(size))
        watching = asyncio.create_task(stampede.watch(server))
        seconds = await _come_and_go(newcomers, pushing)
        await pushing
        watching.cancel()
        await _settle(server, stampede)
        held = len(stampede.ports & ports_held(server))
        live = live_connections(server, pusher.login)
        more_bytes = memory.more_bytes
    return [
        remark("attempts", sum(stampede.outcomes.values())),
        remark("let in", stampede.outcomes["let in"]),
        remark("refused with 403", stampede.outcomes["403"]),
        exactly("other outcomes", dict(stampede.outcomes - Counter({"let in": 10**9, "403": 10**9})), {}),
        exactly("codes of those closed", stampede.codes.keys() - {CloseCode.TOO_MANY_CONNECTIONS}, set()),
        at_most(
            "open at one moment", stampede.most_open, PER_ADDRESS if addresses == 1 else size.at_once + 100
        ),
        exactly("in the chat afterwards", live, PER_PERSON),
        exactly("sockets afterwards", held, PER_PERSON),
        at_most("more memory", more_bytes / MIB, 64, "MiB"),
        remark("others who came meanwhile", len(seconds)),
        *_patience(seconds, size),
    ]


def _patience(seconds: list[float], size: Size) -> list[Finding]:
    if not size.is_timed:
        return []
    return [
        remark("half of them caught up within", share_of(seconds, 0.5), "s"),
        at_most("latest of them", share_of(seconds, 1), OTHERS_SECONDS, "s"),
    ]


@dataclass(slots=True)
class Stampede:
    """Attempts of one person; whoever gets in says hello and stays."""

    person: Person
    addresses: int
    leaving: ExitStack
    outcomes: Counter[str] = field(default_factory=Counter)
    codes: Counter[int] = field(default_factory=Counter)
    ports: set[int] = field(default_factory=set)
    most_open: int = 0
    staying: list[asyncio.Task[None]] = field(default_factory=list)

    async def push(self, size: Size) -> None:
        slots = asyncio.Semaphore(size.at_once)
        await asyncio.gather(*(self._attempt(number, slots) for number in range(size.attempts)))

    async def watch(self, server: ChatServer) -> None:
        """Look how many of those let in the kernel has, which knows of an end sooner than whoever was ended."""
        while True:
            self.most_open = max(self.most_open, len(self.ports & ports_held(server)))
            await asyncio.sleep(LOOK_SECONDS)

    async def _attempt(self, number: int, slots: asyncio.Semaphore) -> None:
        async with slots:
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    raw = await RawSocket.open(self.person, source=f"127.0.1.{1 + number % self.addresses}")
                    self.ports.add(raw.port)
                    self.leaving.callback(raw.abort)
                    task = asyncio.create_task(self._stay(raw))
                    self.leaving.callback(task.cancel)
                    await raw.say(HELLO)
                    self.outcomes["let in"] += 1
            except Refused as refused:
                self.outcomes[str(refused.status)] += 1
            except (OSError, Ended) as error:
                self.outcomes[type(error).__name__] += 1

    async def _stay(self, raw: RawSocket) -> None:
        code = await raw.until_end()
        raw.abort()
        self.codes[code] += 1


async def _come_and_go(people: list[Person], until: asyncio.Future[None]) -> list[float]:
    """Let others come in one after the other, and leave; return how long each took to be caught up."""
    seconds: list[float] = []
    while not until.done():
        person = people[len(seconds) % len(people)]
        began_at = time.monotonic()
        async with await Listener.connect(person, local_addr=(OTHERS_ADDRESS, 0)) as newcomer:
            await newcomer.hello()
            await newcomer.expect("caught_up")
            seconds.append(time.monotonic() - began_at)
    return seconds


async def _settle(server: ChatServer, stampede: Stampede) -> None:
    async def is_settled() -> bool:
        live = live_connections(server, stampede.person.login)
        return live == len(stampede.ports & ports_held(server)) == PER_PERSON

    with suppress(AssertionError):  # What is there instead is said as a finding.
        await eventually(is_settled, "as many connections as a person may have", SETTLED_SECONDS)
