"""HTTP requests that are begun and never end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from chatproject.server import HEADER_SECONDS
from tests.bounds.finding import Finding, at_most, exactly, remark
from tests.bounds.gauge import ports_held
from tests.bounds.raw import RawSocket
from tests.harness.server import ChatServer
from tests.harness.waiting import eventually

HALVES = {
    "nothing": b"",
    "half a request line": b"GET /accou",
    "half the headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/ht",
    "half a body": b"POST /accounts/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 400\r\n\r\n"
    + b"x" * 200,
    "half a chunk": b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n100\r\nxxxx",
    "half a handshake": b"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgr",
}
# How late the end may be seen by a client that has other things to do.
SLACK_SECONDS = 1.5
PAGES = ("/healthz", "/")
PAGE_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many are begun."""

    requests: int = 300
    is_timed: bool = True


FULL = Size()


async def measure(server: ChatServer, size: Size = FULL) -> list[Finding]:
    with ExitStack() as leaving:
        begun = [await _begin(server, kind, leaving) for kind in _kinds(size.requests)]
        ports = {raw.port for raw, _ in begun}
        await eventually(_holds(server, ports), "all are held")
        ends = asyncio.gather(*(_end_of(raw, silent_at) for raw, silent_at in begun))
        pages = await _ask_for_pages(server, ends)
        seconds = await ends
        held = len(ports & ports_held(server))
    return [
        remark("begun and held", len(ports)),
        at_most("longest held in silence", max(seconds), HEADER_SECONDS + SLACK_SECONDS, "s"),
        remark("shortest", min(seconds), "s"),
        exactly("held afterwards", held, 0),
        exactly("pages that failed meanwhile", sum(status != 200 for status, _ in pages), 0),
        remark("pages served meanwhile", len(pages)),
        *(
            [at_most("slowest page", max(took for _, took in pages), PAGE_SECONDS, "s")]
            if size.is_timed
            else []
        ),
    ]


def _holds(server: ChatServer, ports: set[int]) -> Callable[[], Awaitable[bool]]:
    async def fact() -> bool:
        return ports <= ports_held(server)

    return fact


def _kinds(count: int) -> Iterator[bytes]:
    kinds = list(HALVES.values())
    return (kinds[number % len(kinds)] for number in range(count))


async def _begin(server: ChatServer, half: bytes, leaving: ExitStack) -> tuple[RawSocket, float]:
    raw = await RawSocket.connect(server.port)
    leaving.callback(raw.abort)
    if half:
        await raw.send(half)
    return raw, time.monotonic()


async def _end_of(raw: RawSocket, silent_at: float) -> float:
    """Return for how long the server has borne the silence."""
    async with asyncio.timeout(6 * HEADER_SECONDS):
        await raw.until_gone()
    return time.monotonic() - silent_at


async def _ask_for_pages(server: ChatServer, until: asyncio.Future[list[float]]) -> list[tuple[int, float]]:
    pages = []
    while not until.done():
        for path in PAGES:
            began_at = time.monotonic()
            status, _ = await asyncio.to_thread(server.get, path)
            pages.append((status, time.monotonic() - began_at))
        await asyncio.sleep(0.1)  # Somebody who looks at a page now and then.
    return pages
