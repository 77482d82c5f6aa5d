"""The socket: transport only."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from typing import Any

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable
from channels.generic.websocket import AsyncWebsocketConsumer

from chatproject.flow import WRITE_NOW
from rooms import runtime
from rooms.connection import Connection
from rooms.handlers import answer, choose_language
from rooms.protocol.codec import encode
from rooms.protocol.errors import CloseCode
from rooms.protocol.events import Goodbye
from rooms.protocol.limits import HELLO_SECONDS, RETRY_IN_MS

logger = logging.getLogger("rooms.consumers")


class ChatConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """
    One WebSocket, accepted only with an `identity` in its scope (see accounts.handshake).

    Channels' own loop is not used: it hops to a thread for each event, and `disconnect()` does not run after an
    exception, SIGTERM or kill -9. Here cleaning up stands in a `finally`, and nothing depends even on that. The
    layer is heard by the worker's feeds, not by each socket.
    """

    send_now: Callable[[bytes], bool]
    """Hand finished WebSocket frames to the kernel, if nothing waits before them; return whether they went."""

    async def __call__(self, scope: Any, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Serve the socket until it is closed."""
        self.scope = scope
        self.base_send = send
        self.send_now = scope.get("extensions", {}).get(WRITE_NOW, _never)
        worker = await runtime.start()
        connection = Connection(
            worker,
            self,
            identity=scope["identity"],
            address=scope.get("client_address"),
            language=choose_language([scope["identity"].language, *scope.get("languages", ())]),
        )
        await receive()  # websocket.connect
        await self.accept()
        if worker.is_draining:
            wait = random.randrange(RETRY_IN_MS)  # noqa: S311 - not all in one moment
            goodbye = Goodbye(code=CloseCode.RESTART, reason="restart", retry_in_ms=wait)
            await self.send(encode(goodbye.to_wire()))
            await self.close(code=CloseCode.RESTART)
            return
        worker.connections[connection.id] = connection
        tasks = [asyncio.create_task(self._write(connection)), asyncio.create_task(_expect_hello(connection))]
        try:
            await self._read(connection, receive)
        finally:
            connection.end()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, connection: Connection, receive: ASGIReceiveCallable) -> None:
        while (message := await receive())["type"] == "websocket.receive":
            if connection.is_closing:
                continue
            frame = message.get("text")
            connection.received_at = _received_at(message)
            async with connection.command_in_hand:
                await answer(connection, frame if frame is not None else message.get("bytes") or b"")
            await connection.has_room()

    async def _write(self, connection: Connection) -> None:
        try:
            await connection.run()
        except asyncio.CancelledError:
            raise
        except Exception:  # a bug, or a socket that went in this moment: the client comes back and resumes
            logger.exception("writing to connection %s", connection.id)
            connection.say_goodbye(CloseCode.INTERNAL)
            await self.close(code=CloseCode.INTERNAL)

    # --- Transport

    async def send(self, frame: str) -> None:
        """Write a frame; waits while the server holds much for this socket."""
        await self.base_send({"type": "websocket.send", "text": frame, "bytes": None})

    async def close(self, code: int = 1000, reason: str | None = None) -> None:
        """Close with a code of the contract."""
        await self.base_send({"type": "websocket.close", "code": int(code), "reason": reason})


def _never(_data: bytes) -> bool:
    """Under a server that cannot do it."""
    return False


def _received_at(message: Any) -> float:  # Any: ASGI knows no such field
    """Return when the frame came, as `chatproject.flow` has noted it; under another server it is now."""
    return float(message.get("received_at", time.monotonic()))


async def _expect_hello(connection: Connection) -> None:
    await asyncio.sleep(HELLO_SECONDS)
    async with connection.command_in_hand:  # a hello that is being answered is none too late
        if not connection.is_open:
            connection.say_goodbye(CloseCode.TOO_SLOW)
