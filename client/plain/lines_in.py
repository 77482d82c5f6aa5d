"""Lines of standard input, whatever it is: a terminal, a pipe, a file."""

import asyncio
import os
import threading
from collections.abc import AsyncIterator

CHUNK_BYTES = 65_536
# A line that never ends is cut, so that it costs no more memory than this; it is too long to be sent anyway.
LONGEST_LINE_BYTES = 262_144


class LinesIn:
    """Reads on a thread of its own, a chunk at a time, and the next when the last has been taken care of.

    Not the event loop's own way: that one cannot read files, and makes a terminal that others share non-blocking. The
    thread is a daemon: it cannot be interrupted while it waits for input.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._go_on = threading.Semaphore(1)
        threading.Thread(target=self._read, daemon=True).start()

    async def batches(self) -> AsyncIterator[list[str]]:
        """Yield the lines of each chunk; whoever takes them has done with them when asking for the next."""
        rest = b""
        while chunk := await self._chunks.get():
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_LINE_BYTES:
                lines, rest = [*lines, rest], b""
            yield [_text(line) for line in lines]
            self._go_on.release()
        if rest:
            yield [_text(rest)]

    def _read(self) -> None:
        chunk = b"-"
        while chunk:
            self._go_on.acquire()
            try:
                chunk = os.read(self._descriptor, CHUNK_BYTES)
            except OSError:
                chunk = b""
            try:
                self._loop.call_soon_threadsafe(self._chunks.put_nowait, chunk)
            except RuntimeError:  # the program is ending
                return


def _text(line: bytes) -> str:
    return line.decode(errors="replace").removesuffix("\r")
