"""A WebSocket byte by byte: it reads only when told to, and sends whatever it is given."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import secrets
import socket
import struct
import termios
from contextlib import suppress
from typing import Self

from tests.harness.people import Person

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
CHUNK_BYTES = 256 * 1024
CUT = 1006  # no close frame came
HELLO = '{"type":"hello","ref":"hello","protocol":1,"client":"raw"}'


class Refused(Exception):
    """The handshake was answered with another status than 101."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Ended(Exception):
    """The connection is over, with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class RawSocket:
    """One connection. What it does not read stays with the kernel, and then with the server."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._received = bytearray()
        self._loop = asyncio.get_running_loop()

    @classmethod
    async def open(cls, person: Person, *, source: str = "127.0.0.1", receive_bytes: int = 0) -> Self:
        """Connect from an address of loopback. Raises Refused, OSError."""
        raw = await cls.connect(
            int(person.url.rpartition(":")[2]), source=source, receive_bytes=receive_bytes
        )
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        try:
            await raw.send(
                "GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                f"X-Session-Token: {person.token}\r\n\r\n".encode()
            )
            status = int((await raw._read_until(b"\r\n\r\n")).split()[1])
            if status != 101:
                raise Refused(status)
        except BaseException:
            raw.abort()
            raise
        return raw

    @classmethod
    async def connect(cls, port: int, *, source: str = "127.0.0.1", receive_bytes: int = 0) -> Self:
        """Open a TCP connection and say nothing."""
        connection = socket.socket()
        connection.setblocking(False)
        if receive_bytes:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        try:
            connection.bind((source, 0))
            await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        except BaseException:
            connection.close()
            raise
        return cls(connection)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    @property
    def unread_bytes(self) -> int:
        """What has come and not been read."""
        return int(struct.unpack("i", fcntl.ioctl(self._socket, termios.FIONREAD, bytes(4)))[0])

    async def send(self, data: bytes) -> None:
        """Send bytes; waits as long as the other side takes no more."""
        await self._loop.sock_sendall(self._socket, data)

    async def say(self, text: str | bytes) -> None:
        await self.send(frame(text.encode() if isinstance(text, str) else text))

    async def receive(self) -> tuple[int, bytes]:
        """Return the next frame, its opcode and what it carries. Raises Ended."""
        head = await self._take(2)
        length = head[1] & 127
        if length >= 126:
            length = int.from_bytes(await self._take(2 if length == 126 else 8), "big")
        payload = await self._take(length)
        if head[0] & 15 == CLOSE:
            raise Ended(int.from_bytes(payload[:2], "big") if payload else CUT)
        return head[0] & 15, payload

    async def await_frame(self, part: str) -> str:
        """Read until a text frame has this part in it, and return it. Raises Ended."""
        while True:
            opcode, payload = await self.receive()
            if opcode == TEXT and part in (text := payload.decode()):
                return text

    async def until_end(self) -> int:
        """Read and throw away until the connection is over; return the close code."""
        try:
            while True:
                await self.receive()
        except Ended as end:
            return end.code

    async def until_gone(self) -> None:
        """Read and throw away until the other side has closed."""
        try:
            while await self._loop.sock_recv(self._socket, CHUNK_BYTES):
                pass
        except OSError:
            pass

    def fall_silent(self) -> None:
        """Say that nothing more will be sent, below the protocol."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def abort(self) -> None:
        """Go without a word."""
        self._socket.close()

    async def _read_until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            await self._more()
        end = self._received.index(mark) + len(mark)
        return await self._take(end)

    async def _take(self, count: int) -> bytes:
        while len(self._received) < count:
            await self._more()
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    async def _more(self) -> None:
        try:
            chunk = await self._loop.sock_recv(self._socket, CHUNK_BYTES)
        except OSError:
            chunk = b""
        if not chunk:
            raise Ended(CUT)
        self._received += chunk


def frame(
    payload: bytes,
    *,
    opcode: int = TEXT,
    is_last: bool = True,
    reserved: int = 0,
    is_masked: bool = True,
    claims: int | None = None,
) -> bytes:
    """Build a frame as RFC 6455 draws it, right or wrong; `claims` is the length that it says it has."""
    length = len(payload) if claims is None else claims
    mask_bit = 128 if is_masked else 0
    if length < 126:
        size = bytes([mask_bit | length])
    elif length < 65_536:
        size = bytes([mask_bit | 126]) + length.to_bytes(2, "big")
    else:
        size = bytes([mask_bit | 127]) + length.to_bytes(8, "big")
    # A mask of zeros changes nothing, and is a mask.
    return bytes([is_last << 7 | reserved << 4 | opcode]) + size + (bytes(4) if is_masked else b"") + payload
