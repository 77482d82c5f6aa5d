"""A WebSocket of the real network, under the core."""

import asyncio
from contextlib import suppress

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException

from . import __name__ as program
from .closing import BROKEN
from .world import Listener

OPEN_SECONDS = 10.0
CLOSE_SECONDS = 2.0
# An answer stops at 128 KiB; events that come in one frame may be some more.
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
# What a proxy or the server answers to who may not come in. Others mean: not now.
REFUSALS = frozenset({401, 403})


class _Connect(connect):
    """The token goes where it was meant for: no redirect is followed."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Take it for a refusal."""
        return exc


class NetworkSocket:
    """Opens, reads and writes in one task, which ends after `close`."""

    def __init__(self, url: str, token: str, listener: Listener) -> None:
        self._url = url
        self._token = token
        self._listener: Listener | None = listener
        # Bounded by the core: it has few commands under way.
        self._outgoing: asyncio.Queue[str | None] = asyncio.Queue()
        self.task = asyncio.get_running_loop().create_task(self._live())

    def send(self, text: str) -> None:
        """Write as soon as there is room."""
        self._outgoing.put_nowait(text)

    def close(self) -> None:
        """Leave; nothing is heard any more."""
        self._listener = None
        self._outgoing.put_nowait(None)

    async def _live(self) -> None:
        code, was_refused = BROKEN, False
        try:
            async with _Connect(
                self._url,
                additional_headers={"X-Session-Token": self._token},
                user_agent_header=program,
                open_timeout=OPEN_SECONDS,
                close_timeout=CLOSE_SECONDS,
                # The connection above has its own way to find out that nobody is there.
                ping_interval=None,
                max_size=MAX_MESSAGE_BYTES,
                compression=None,
            ) as socket:
                code = await self._talk(socket)
        except InvalidStatus as refusal:
            was_refused = refusal.response.status_code in REFUSALS
        except (OSError, TimeoutError, WebSocketException, ValueError):
            pass  # Nobody there, or nobody who speaks this: the core comes back.
        if self._listener is not None:
            self._listener.socket_closed(code, was_refused=was_refused)

    async def _talk(self, socket: ClientConnection) -> int:
        writing = asyncio.create_task(self._write(socket))
        try:
            if self._listener is not None:
                self._listener.socket_opened()
            async for data in socket:
                if self._listener is None:
                    break
                self._listener.socket_heard(data)
        except ConnectionClosed:
            pass
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
        return socket.close_code or BROKEN

    async def _write(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            while (text := await self._outgoing.get()) is not None:
                await socket.send(text)
            await socket.close()


class Network:
    """Opens sockets to one server with one session, and ends what it has begun."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._tasks: set[asyncio.Task[None]] = set()

    def open_socket(self, listener: Listener) -> NetworkSocket:
        """Begin to open one."""
        socket = NetworkSocket(self._url, self._token, listener)
        self.own(socket.task)
        return socket

    def own(self, task: "asyncio.Task[None]") -> None:
        """Keep a task until it is done, or until the end."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Let sockets close in good order, a moment long, then end them."""
        if not self._tasks:
            return
        _done, pending = await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
