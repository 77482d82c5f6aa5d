"""One WebSocket: Daphne's protocol with flow control, every close code, and an end that is always said."""

# ruff: noqa: N802, N803, N815, FBT001, FBT002 - the names and signatures are Twisted's and autobahn's

from __future__ import annotations

import asyncio
import logging
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from autobahn.websocket import protocol as autobahn_protocol
from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import tcp
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from rooms.protocol.framing import first_text

from .flow import Event, InputQueue, OutputGate

if TYPE_CHECKING:
    from autobahn.websocket.types import ConnectionRequest

# The kernel would hold megabytes for a peer that does not read. It doubles this for its own book-keeping.
SEND_BUFFER_BYTES = 64 * 1024
CLOSE_HANDSHAKE_SECONDS = 5.0  # a phone's answer to a close frame takes longer than autobahn's one second
REASON_BYTES = 123  # what a close frame has room for

TEXT, BINARY = 1, 2  # opcodes
UNREADABLE_ORIGIN = "HTTP Origin header"  # how autobahn begins what it says of one
NORMAL, INTERNAL, TOO_SLOW = 1000, 1011, 4408  # close codes

# Of each connection autobahn lays out its whole configuration, for a line that nobody logs: a millisecond.
vars(autobahn_protocol)["pformat"] = repr

logger = logging.getLogger("chat.server")


@implementer(IPushProducer)
class ChatProtocol(WebSocketProtocol):  # type: ignore[misc] # Daphne has no types
    """A WebSocket as the server holds it.

    Twisted calls `pauseProducing` when it holds more than 64 KiB for the peer and `resumeProducing` when it holds
    nothing. Sending on a connection that is ending does nothing and lasts as long: `websocket.disconnect` follows.
    """

    # autobahn's: what has been received and not parsed yet, and what runs while the answer to a ping is out
    data: bytes
    autoPingTimeoutCall: Any

    def onConnect(self, request: ConnectionRequest) -> Any:  # Any: Twisted's Deferred
        if self.factory.server_class.is_draining:
            raise _refusal(503, "restarting")
        self._reading_paused = False
        self._unanswered_ping: bytes | None = None
        # What stands between, as TLS does, must not be gone past.
        self._is_plain = isinstance(self.transport, tcp.Server) and not self.transport.TLS
        self.output = OutputGate(sent_bytes=self._sent_bytes, on_stall=self._give_up)
        return super().onConnect(request)

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:
        # An origin that autobahn cannot read, or two of them: refused as the gate refuses every other wrong one.
        if reason.startswith(UNREADABLE_ORIGIN):
            logger.info("refused %s: origin", self.peer)
            reason, code = "Access denied", 403
        super().failHandshake(reason, code, responseHeaders)

    def onOpen(self) -> None:
        self.transport.unregisterProducer()  # the HTTP channel that this connection began as
        self.transport.registerProducer(self, streaming=True)
        with suppress(AttributeError, OSError):  # another kind of transport
            self.transport.getHandle().setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        super().onOpen()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        if hasattr(self, "server"):  # else the handshake failed before there was an application
            self.output.end()
            super().onClose(wasClean, code, reason)

    # Input

    def new_input_queue(self) -> InputQueue:
        """Return the queue from which the application takes what the peer sends."""
        return InputQueue(pause=self._pause_reading, resume=self._resume_reading)

    def dataReceived(self, data: bytes) -> None:
        self._dataReceived(data)  # autobahn's own first puts a line together that nobody logs

    def processData(self) -> bool:
        # What has been read already waits unparsed: 64 KiB may hold ten thousand messages.
        if self._reading_paused:
            return False
        return len(self.data) > 0 if self._take_text() else bool(super().processData())

    def _take_text(self) -> bool:
        """Take a message that is one frame, as browsers send them; autobahn would take several times as long."""
        if self.state != self.STATE_OPEN or self.current_frame is not None or self.inside_message:
            return False
        found = first_text(self.data)
        if found is None:
            return False
        text, end = found
        if 0 < self.maxMessagePayloadSize < end or 0 < self.maxFramePayloadSize < end:
            return False
        self.data = self.data[end:]
        self.trafficStats.incomingWebSocketFrames += 1
        self.trafficStats.incomingWebSocketMessages += 1
        if self.autoPingTimeoutCall:
            self._cancelAutoPingTimeoutCall()
        self.onMessage(text, isBinary=False)
        return True

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        if self.state == self.STATE_OPEN:  # after our close frame nothing is received any more
            super().onMessage(payload, isBinary)

    def onPing(self, payload: bytes) -> None:
        # RFC 6455, 5.5.3: the newest question may be the only one answered. All answers of a peer that asks and does
        # not read would wait here without end.
        if self.output.is_open:
            super().onPing(payload)
        else:
            self._unanswered_ping = payload

    def _pause_reading(self) -> None:
        if self.state == self.STATE_OPEN:
            self._reading_paused = True
            self.transport.pauseProducing()

    def _resume_reading(self) -> None:
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resumeProducing()
            # Not from within: the application is just taking an event.
            asyncio.get_running_loop().call_soon(self.consumeData)

    # Output

    def pauseProducing(self) -> None:
        self.output.shut()

    def resumeProducing(self) -> None:
        self.output.open()
        payload, self._unanswered_ping = self._unanswered_ping, None
        if payload is not None:
            super().onPing(payload)

    def stopProducing(self) -> None:
        self.output.end()

    def handle_reply(self, message: Event) -> None:
        if self.state == self.STATE_CONNECTING:
            super().handle_reply(message)
        elif message["type"] == "websocket.close":
            reason = (message.get("reason") or "").encode()[:REASON_BYTES].decode(errors="ignore")
            self.sendCloseFrame(code=message.get("code") or NORMAL, reasonUtf8=reason.encode() or None)
        elif self.state == self.STATE_OPEN and message["type"] == "websocket.send":
            # Daphne takes a message of no characters for none.
            is_text = message.get("text") is not None
            self.serverSend(message["text" if is_text else "bytes"], binary=not is_text)
        elif self.state == self.STATE_OPEN:
            super().handle_reply(message)

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        # Not `sendMessage`: autobahn holds what we send to the limit of what we accept.
        payload = content if isinstance(content, bytes) else content.encode()
        self.sendFrame(opcode=BINARY if binary else TEXT, payload=payload)

    def write_now(self, data: bytes) -> bool:
        """
        Hand finished frames to the kernel at once; return whether they are on their way.

        Twisted's own `write` waits for a turn of the loop and costs two calls of epoll; this is for when nothing waits
        before them. What the kernel does not take now it gets from Twisted. Refused: the ordinary way knows why.
        """
        transport = self.transport
        if not (self._is_plain and self.state == self.STATE_OPEN and self.output.is_open):
            return False
        if transport.dataBuffer or transport._tempDataBuffer:  # noqa: SLF001 - as `held_bytes`, without the sum
            return False
        try:
            taken = transport.socket.send(data)
        except BlockingIOError:
            taken = 0
        except OSError:
            return False
        size = len(data)
        self.trafficStats.outgoingOctetsWireLevel += size
        if taken < size:
            transport.write(data[taken:])
        return True

    @property
    def held_bytes(self) -> int:
        """What has been sent and the kernel has not taken yet."""
        transport = self.transport
        return len(transport.dataBuffer) - int(transport.offset) + int(transport._tempDataLen)  # noqa: SLF001 - Twisted offers no other count

    def _sent_bytes(self) -> int:
        return int(self.trafficStats.outgoingOctetsWireLevel) - self.held_bytes

    def _give_up(self) -> None:
        logger.info("a peer took nothing for too long: %s", self.client_addr)
        self.sendCloseFrame(code=TOO_SLOW, reasonUtf8=b"too slow")

    # Ending

    def sendCloseFrame(
        self, code: int | None = None, reasonUtf8: bytes | None = None, isReply: bool = False
    ) -> None:
        """Begin or answer the closing handshake, with any code. Without an open connection nothing happens."""
        if self.state == self.STATE_OPEN:
            super().sendCloseFrame(code=code, reasonUtf8=reasonUtf8, isReply=isReply)
            self.output.lock()
            self._resume_reading()  # the answer stands behind what has not been read

    def dropConnection(self, abort: bool = False) -> None:
        super().dropConnection(abort=abort)
        if not abort:  # what is held goes out first, but a peer that does not read may not stay for ever
            asyncio.get_running_loop().call_later(CLOSE_HANDSHAKE_SECONDS, self.transport.abortConnection)

    def handle_exception(self, exception: BaseException) -> None:
        self.end_without_word()

    def end_without_word(self) -> None:
        """Close after an application that ended without closing. Idempotent."""
        if hasattr(self, "handshake_deferred"):
            deferred = self.handshake_deferred
            del self.handshake_deferred
            deferred.errback(_refusal(500, "internal server error"))
        else:
            self.sendCloseFrame(code=INTERNAL)

    # Signs of life

    def check_timeouts(self) -> None:
        if self.state == self.STATE_OPEN and self._is_held_up:
            self.last_ping = (
                time.time()
            )  # a ping would wait behind what is held, or its answer would not be read
        else:
            super().check_timeouts()

    def onAutoPingTimeout(self) -> None:
        if self._is_held_up:
            self.autoPingTimeoutCall = None  # the stall rule decides
        else:
            super().onAutoPingTimeout()

    @property
    def _is_held_up(self) -> bool:
        return self._reading_paused or self.held_bytes > 0


def _refusal(status: int, reason: str) -> ConnectionDeny:
    return ConnectionDeny(status, reason)  # type: ignore[no-untyped-call] # autobahn has left it so
