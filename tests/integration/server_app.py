"""A small ASGI application and runtime for the tests of the server; the chat itself is not needed there."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import threading
from typing import Any

from chatproject.flow import WRITE_NOW
from rooms.protocol.framing import text_frame

# Long enough for what tests do meanwhile on a machine that is busy, well below the time to drain.
SLOW_SECONDS = 3

events: list[str] = []
release = asyncio.Event()


def note(text: str) -> None:
    events.append(text)
    sys.stderr.write(f"app: {text}\n")


async def start() -> None:
    if os.environ.get("TEST_START") == "fails" or os.access(os.environ.get("TEST_START_FILE", ""), os.F_OK):
        raise RuntimeError("no start today")
    note("runtime started")


async def drain() -> None:
    note("runtime drained")
    if os.environ.get("TEST_DRAIN") == "fails":
        raise RuntimeError("no drain today")


async def stop() -> None:
    note("runtime stopped")


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "http":
        await page(scope, receive, send)
        return
    action = scope["path"].strip("/")
    await receive()
    try:
        if action == "hurry":
            await hurry(receive, send, scope["extensions"][WRITE_NOW])
        else:
            await SOCKETS[action](receive, send)
    finally:
        note(f"socket {action} ended")


async def answer(send: Any, body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": body})


async def page(scope: dict[str, Any], receive: Any, send: Any) -> None:
    action = scope["path"].strip("/")
    if action == "slow":
        note("slow page begun")
        await asyncio.sleep(SLOW_SECONDS)
    elif action == "stuck":
        note("stuck page begun")
        await asyncio.to_thread(threading.Event().wait)
    elif action == "late":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        raise RuntimeError("too late for an error page")
    elif action == "release":
        release.set()
    await answer(send, json.dumps({"pid": os.getpid(), "events": events, "rss": rss_bytes()}).encode())


def rss_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


async def echo(receive: Any, send: Any) -> None:
    """Give back what comes; `close N` and `close N why` close, `raise` fails, `return` just ends."""
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            note(f"disconnected {event['code']}")
            return
        text = event.get("text") or ""
        word, _space, rest = text.partition(" ")
        if word == "close":
            code, _space, reason = rest.partition(" ")
            await send({"type": "websocket.close", "code": int(code), "reason": reason})
        elif word == "raise":
            raise RuntimeError("a defect")
        elif word == "return":
            return
        else:
            await send({"type": "websocket.send", "text": text or "bytes"})


async def mirror(receive: Any, send: Any) -> None:
    """Give back exactly what comes."""
    await send({"type": "websocket.accept"})
    while (event := await receive())["type"] != "websocket.disconnect":
        await send({**event, "type": "websocket.send"})


async def flood(receive: Any, send: Any) -> None:
    """Send sixty million bytes, and say how many frames it got rid of."""
    await send({"type": "websocket.accept"})
    for number in range(1000):
        await send({"type": "websocket.send", "text": f"{number:04}" + "x" * 60_000})
        if number % 10 == 0:
            note(f"flood {number}")
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def hurry(receive: Any, send: Any, write_now: Any) -> None:
    """Count to three thousand, at once where that goes, else in the ordinary way; say at the end how often it went."""
    assert not write_now(text_frame("before there is a connection"))
    await send({"type": "websocket.accept"})
    count = 0
    for number in range(3000):
        text = f"{number:04}" + "x" * 2000
        if write_now(text_frame(text)):
            count += 1
        else:
            await send({"type": "websocket.send", "text": text})
    await send({"type": "websocket.send", "text": str(count)})
    await receive()
    await send({"type": "websocket.close", "code": 1000})
    assert not write_now(text_frame("after the close"))


async def large(receive: Any, send: Any) -> None:
    """Answer with a frame twice as long as one that would be accepted."""
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "x" * 131_072})
    await receive()


async def lazy(receive: Any, send: Any) -> None:
    """Read nothing until released; then count."""
    await send({"type": "websocket.accept"})
    await release.wait()
    count = 0
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        if event["text"] == "count":
            await send({"type": "websocket.send", "text": str(count)})
        else:
            assert int(event["text"].split()[0]) == count, "out of order"
            count += 1


async def deaf(receive: Any, send: Any) -> None:
    """Read nothing, and close when released."""
    await send({"type": "websocket.accept"})
    await release.wait()
    await send({"type": "websocket.close", "code": 4400, "reason": "enough"})


async def stubborn(receive: Any, send: Any) -> None:
    """Never end by itself."""
    await send({"type": "websocket.accept"})
    await asyncio.Event().wait()


async def reject(receive: Any, send: Any) -> None:
    await send({"type": "websocket.close"})


async def ponder(receive: Any, send: Any) -> None:
    """Take a while to accept."""
    await asyncio.sleep(0.5)
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


async def forget(receive: Any, send: Any) -> None:
    """Neither accept nor reject."""


SOCKETS = {
    socket.__name__: socket
    for socket in (echo, mirror, flood, large, lazy, deaf, stubborn, reject, ponder, forget)
}
