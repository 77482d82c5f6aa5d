"""The network between people and the chat, which can be cut, swallow, delay and dribble."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Literal

CHUNK_BYTES = 65_536
DRIP_BYTES = 40
DRIP_SECONDS = 0.02
Way = Literal["up", "down"]


@dataclass(slots=True, kw_only=True)
class Weather:
    """What happens to what is passed on: whole ways swallowed, a delay in seconds, and a drip."""

    swallowed: frozenset[Way] = frozenset()
    delay: float = 0.0
    drips: bool = False


FINE = Weather()


@dataclass(eq=False, slots=True)
class _Line:
    """One connection, with both of its ends."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    weather: Weather
    is_doomed: bool = False  # it has swallowed something, and can only be cut


class Cable:
    """Passes TCP connections on to a port on loopback."""

    def __init__(self, port: int) -> None:
        self.touched = 0  # how many bytes were swallowed, held back or cut into drops
        self._target = port
        self._lines: set[_Line] = set()
        self._weather = FINE
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def lay(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def remove(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut(1.0, random.Random(0))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self, share: float, dice: random.Random) -> int:
        """Reset that share of the connections; return how many."""
        lines = list(self._lines)
        chosen = dice.sample(lines, max(1, round(share * len(lines)))) if lines else []
        for line in chosen:
            _reset(line)
        return len(chosen)

    def turn(self, weather: Weather, share: float, dice: random.Random) -> None:
        """Let that share of the connections, and all new ones where it is 1, have this weather from now on."""
        self.touched = 0
        lines = list(self._lines)
        for line in dice.sample(lines, max(1, round(share * len(lines)))) if lines else []:
            line.weather = weather
        if share == 1:
            self._weather = weather

    def clear_up(self) -> None:
        """Pass all on again. A line that has swallowed something is cut: TCP loses nothing within a connection."""
        self._weather = FINE
        for line in list(self._lines):
            line.weather = FINE
            if line.is_doomed:
                _reset(line)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        line = _Line((writer, far_writer), self._weather)
        self._lines.add(line)
        try:
            await asyncio.gather(
                self._pass_on(line, "up", reader, far_writer), self._pass_on(line, "down", far_reader, writer)
            )
        except asyncio.CancelledError:  # the cable is removed; a task of `start_server` may not end with this
            pass
        finally:
            self._lines.discard(line)
            for end in line.writers:
                end.transport.abort()

    async def _pass_on(
        self, line: _Line, way: Way, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while chunk := await reader.read(CHUNK_BYTES):
                weather = line.weather
                if weather is not FINE:
                    self.touched += len(chunk)
                if weather.delay:
                    await asyncio.sleep(weather.delay)
                if way in line.weather.swallowed:
                    line.is_doomed = True
                    continue
                step = DRIP_BYTES if weather.drips else CHUNK_BYTES
                for start in range(0, len(chunk), step):
                    writer.write(chunk[start : start + step])
                    await writer.drain()
                    if weather.drips and line.weather is weather:
                        await asyncio.sleep(DRIP_SECONDS)
            if way not in line.weather.swallowed:
                writer.write_eof()
        except OSError:
            _reset(line)


def _reset(line: _Line) -> None:
    for end in line.writers:
        end.transport.abort()
