"""Lines between clients and a worker: what lies in one moves when the schedule lets it, or is lost with the line."""

import asyncio
from collections import deque
from typing import Protocol

from rooms.connection import Connection
from rooms.handlers import answer
from rooms.protocol.limits import HEARTBEAT_SECONDS
from tests.harness.framing import text_of
from tests.machines.worker import Worker

BROKEN = 1006


class End(Protocol):
    """The client's end of a line, as the network knows it."""

    def opened(self) -> None:
        """Take that the handshake is done."""

    def hear(self, frame: str) -> None:
        """Take a frame."""

    def closed(self, code: int) -> None:
        """Take that the line is gone."""


class Line:
    """One WebSocket. Frames keep their order, as in TCP."""

    def __init__(self, network: "Network", user_id: int, end: End) -> None:
        self.up: deque[str] = deque()
        self.down: deque[str] = deque()
        self.end = end
        self.is_left = False  # by the client
        self.close_code: int | None = None  # by the server
        self.is_open = False
        self._user_id = user_id
        self._network = network
        self._read: asyncio.Queue[str] = asyncio.Queue()
        self._connection: Connection | None = None
        self._serving: asyncio.Task[None] | None = None
        self._answering: asyncio.Task[None] | None = None

    # The worker's side

    def send_now(self, data: bytes) -> bool:
        self.down.append(text_of(data))
        return True

    async def send(self, frame: str) -> None:
        self.down.append(frame)

    async def close(self, code: int) -> None:
        self.close_code = code

    # The network's side. Within the loop.

    def accept(self) -> None:
        self.is_open = True
        self._connection = self._network.worker.connection(self, self._user_id)
        self._network.worker.runtime.connections[self._connection.id] = self._connection
        self._serving = asyncio.create_task(self._serve(self._connection))
        self.end.opened()

    def move(self) -> None:
        """Let everything through that lies in it, in both directions."""
        if self.is_left:
            self._network.forget(self)
            return
        self.move_up()
        while self.down and not self.is_left:
            self.end.hear(self.down.popleft())
        if self.close_code is not None:
            self.drop(self.close_code)

    def move_up(self) -> None:
        while self.up:
            self._read.put_nowait(self.up.popleft())

    def drop(self, code: int = BROKEN) -> None:
        """Break it: what lies in it is lost, and both ends are told."""
        self._network.forget(self)
        self.tell_client(code)

    def tell_client(self, code: int = BROKEN) -> None:
        if not self.is_left:
            self.is_left = True
            self.end.closed(code)

    def hang_up(self) -> None:
        """Let the worker find that the client is gone. What it has in hand it carries out."""
        if self._serving is not None:
            self._serving.cancel()
        if self._connection is not None:
            self._network.worker.runtime.connections.pop(self._connection.id, None)
            self._connection.end()
            self._connection = None

    def beat(self) -> None:
        if self._connection is not None and self._connection.is_open:
            self._connection.beat(self._network.worker.runtime.clock.now())

    async def _serve(self, connection: Connection) -> None:
        """Answer one frame after the other, as the consumer does."""
        while True:
            frame = await self._read.get()
            self._answering = asyncio.create_task(answer(connection, frame))
            await asyncio.shield(self._answering)
            await connection.has_room()


class Network:
    """All lines to a worker."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.is_down = False  # Handshakes are refused.
        self.is_stalled = False  # Nothing moves, and nobody is told.
        self.lines: list[Line] = []

    def connect(self, user_id: int, end: End) -> Line:
        line = Line(self, user_id, end)
        self.lines.append(line)
        return line

    def move(self) -> None:
        """Let pass what may. Within the loop."""
        if self.is_stalled:
            return
        for line in list(self.lines):
            if line.is_open or line.is_left:
                line.move()
            elif self.is_down:
                line.drop()
            else:
                line.accept()

    def cut(self, *, carries_up: bool) -> None:
        """Break all lines. `carries_up`: the worker gets what is on its way to it; its answers reach nobody."""
        for line in list(self.lines):
            if carries_up:
                line.move_up()
                line.tell_client()  # the worker finds it out when the lines are next looked at
            else:
                line.drop()

    async def beat(self) -> None:
        """Let each connection have its heartbeat, as the runtime does."""
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            for line in self.lines:
                line.beat()

    def forget(self, line: Line) -> None:
        if line in self.lines:
            self.lines.remove(line)
            line.hang_up()
