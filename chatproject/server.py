"""The worker: Daphne with flow control, a start-up hook and a drain: `python -m chatproject.server --fd N app`."""

from __future__ import annotations

# Daphne comes first: it puts Twisted on an asyncio loop, and whatever imports Twisted earlier would prevent it.
from daphne.server import Server  # isort: skip

import asyncio
import gc
import importlib
import logging
import os
import resource
import signal
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

from daphne.cli import CommandLineInterface
from daphne.http_protocol import WebRequest
from twisted.internet import defer, reactor, tcp
from twisted.logger import LogLevel, formatEvent, globalLogPublisher

from rooms.protocol.limits import FRAME_BYTES

from . import draining
from .flow import WRITE_NOW
from .lifeline import end_with_supervisor, say_ready
from .websocket import CLOSE_HANDSHAKE_SECONDS, ChatProtocol

if TYPE_CHECKING:
    from collections.abc import Sequence

DRAIN_SECONDS = 10.0
STOP_SECONDS = 3.0  # at least, and whatever the drain has left
DRAIN_LOOK_SECONDS = 0.02
# For a request that is on its way, on a connection whose client was not told that it ends.
LINGER_SECONDS = 0.5
HEADER_SECONDS = 10  # of silence, within a request or between two
# For a whole request: who sends a byte now and then is not silent, and still holds a connection.
REQUEST_SECONDS = 30
GC_THRESHOLDS = (20_000, 20, 20)  # objects made and not freed, and so many times as rarely for what is older
RESTART = 1012  # the close code of a drain

# A peer is asked after 25 s without a message, and gone when 20 s later it has not answered. The answer must be due
# before the next question: a second one would overwrite the first one's timer.
PING_INTERVAL_SECONDS, PING_TIMEOUT_SECONDS = 25, 20

logger = logging.getLogger("chat.server")
_reactor: Any = reactor  # Twisted's types describe a module that it replaces at run time


class Runtime(Protocol):
    """What a worker does besides its connections: a module with these three functions."""

    async def start(self) -> None:
        """Begin; may raise, then the worker ends."""

    async def drain(self) -> None:
        """Say good-bye to every connection, and return when all have been told."""

    async def stop(self) -> None:
        """End what `start` began."""


class ChatRequest(WebRequest):  # type: ignore[misc] # Daphne has no types
    """An HTTP request whose application may fail, and whose server may drain, at any time."""

    error_template = (
        "<!doctype html><title>%(title)s</title><h1>%(title)s</h1><p>%(body)s</p>"  # Daphne's names it
    )

    def handle_reply(self, message: dict[str, Any]) -> None:
        # Whoever asks again and again would keep a worker that drains; their next request goes to another.
        if (
            message.get("type") == "http.response.start"
            and self.server.is_draining
            and self.channel is not None
        ):
            self.channel.persistent = False
            message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        super().handle_reply(message)

    def handle_exception(self, exception: BaseException) -> None:
        # Daphne would begin a second response, and its checker would end with the error that this raises.
        if not self._response_started:
            super().handle_exception(exception)
        elif self.channel is not None:
            self.channel.loseConnection()  # without the last chunk, so the client knows


class ChatServer(Server):  # type: ignore[misc] # Daphne has no types
    """Daphne's server for one worker.

    Applications begin once the runtime has started. On SIGTERM or SIGINT: no new connections, the runtime drains, what
    is still open is closed with 1012, requests end; what has not ended after ten seconds is cancelled.
    """

    def __init__(self, *args: Any, runtime: Runtime | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.runtime = runtime
        self.is_draining = False
        self.has_failed = False
        self.has_abandoned = False
        self._ports: list[Any] = []  # Twisted's listening ports
        self._started = asyncio.Event()
        self._starting: asyncio.Task[None] | None = None

    def run(self) -> None:
        """Serve until told to stop."""
        globalLogPublisher.addObserver(cast(Any, log_twisted_error))  # Daphne throws Twisted's log away
        _reactor.callWhenRunning(self._begin)
        super().run()

    def listen_success(self, port: Any) -> None:
        super().listen_success(port)
        self._ports.append(port)

    # Starting

    def _begin(self) -> None:
        self.ws_factory.protocol = ChatProtocol
        self.ws_factory.setProtocolOptions(
            failByDrop=False,  # a close frame that says why, where autobahn would cut the connection
            closeHandshakeTimeout=CLOSE_HANDSHAKE_SECONDS,
            allowNullOrigin=True,  # unsaid it would become False; the gate knows better what may come in
        )
        self.http_factory.timeOut = HEADER_SECONDS
        self.http_factory.buildProtocol = partial(_build_channel, self.http_factory.buildProtocol)
        self._starting = asyncio.ensure_future(self._start_runtime())

    async def _start_runtime(self) -> None:
        try:
            if self.runtime is not None:
                await self.runtime.start()
        except Exception:
            logger.critical("the worker could not start", exc_info=True)
            self.has_failed = True
            self.stop()
            return
        self._started.set()
        logger.info("worker ready")
        say_ready()

    # Applications

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> asyncio.Queue[Any] | None:
        """Run an application for a connection; return the queue of what it receives."""
        if protocol not in self.connections:
            return None
        is_socket = isinstance(protocol, ChatProtocol)
        queue = protocol.new_input_queue() if is_socket else asyncio.Queue()
        scope.setdefault("asgi", {"version": "3.0"})
        if is_socket:
            scope["extensions"] = {**scope.get("extensions", {}), WRITE_NOW: protocol.write_now}
        task = asyncio.ensure_future(self._run_application(protocol, scope, queue))
        self.connections[protocol]["application_instance"] = task
        if is_socket:
            task.add_done_callback(lambda _task: protocol.end_without_word())
        return queue

    async def _run_application(self, protocol: Any, scope: dict[str, Any], queue: asyncio.Queue[Any]) -> None:
        await self._started.wait()
        await self.application(scope, queue.get, partial(self.handle_reply, protocol))

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Carry out what an application sends, and hold it up while its peer does not read."""
        await super().handle_reply(protocol, message)
        if isinstance(protocol, ChatProtocol) and message["type"] == "websocket.send":
            await protocol.output.passed()

    def protocol_disconnected(self, protocol: Any) -> None:
        if protocol in self.connections:  # a rejected handshake says so twice
            super().protocol_disconnected(protocol)

    # Draining

    def kill_all_applications(self) -> defer.Deferred[None]:
        """Drain. Twisted waits for this before it stops; Daphne registers no other step."""
        self.is_draining = True
        draining.begin()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # Twisted would fail to stop a second time
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._drain()))

    async def _drain(self) -> None:
        clock = asyncio.get_running_loop().time
        began_at = clock()
        deadline = began_at + DRAIN_SECONDS
        # Daphne's own end would come at about the same moment.
        self.application_close_timeout = float("inf")
        for port in self._ports:
            port.stopListening()
        if self._starting is not None and not self._starting.done():
            self._starting.cancel()
        await self._ask_runtime("drain", DRAIN_SECONDS - 2)
        for protocol in self._sockets():
            protocol.sendCloseFrame(code=RESTART, reasonUtf8=b"restart")
        await self._until_idle(linger_until=began_at + LINGER_SECONDS, deadline=deadline)
        left = self._applications()
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=1) if left else None
        self.has_abandoned = bool(left)
        await self._ask_runtime("stop", max(STOP_SECONDS, deadline - clock()))
        await self._until_idle(linger_until=0, deadline=deadline)  # a request may have come meanwhile
        logger.info("worker drained in %.1f s, %s applications cancelled", clock() - began_at, len(left))

    async def _until_idle(self, *, linger_until: float, deadline: float) -> None:
        clock = asyncio.get_running_loop().time
        while clock() < deadline and (  # noqa: ASYNC110 - Twisted tells nobody
            self._is_busy() or (clock() < linger_until and self._is_connected())
        ):
            await asyncio.sleep(DRAIN_LOOK_SECONDS)

    async def _ask_runtime(self, verb: str, seconds: float) -> None:
        if self.runtime is None or not self._started.is_set():
            return
        try:
            async with asyncio.timeout(seconds):
                await getattr(self.runtime, verb)()
        except Exception:  # whatever it is, the connections still have to be told
            logger.exception("the runtime did not %s", verb)

    def _sockets(self) -> list[ChatProtocol]:
        return [protocol for protocol in self.connections if isinstance(protocol, ChatProtocol)]

    def _applications(self) -> list[asyncio.Task[None]]:
        tasks = [details.get("application_instance") for details in self.connections.values()]
        return [task for task in tasks if task is not None and not task.done()]

    def _is_busy(self) -> bool:
        """Whether an application runs, a request is being received, or a byte waits to be written."""
        return (
            bool(self._applications())
            or any("disconnected" not in details for details in self.connections.values())
            or any(isinstance(writer, tcp.Server) for writer in _reactor.getWriters())
        )

    @staticmethod
    def _is_connected() -> bool:
        """Whether anybody could still ask for something."""
        return any(isinstance(reader, tcp.Server) for reader in _reactor.getReaders())


class CommandLine(CommandLineInterface):  # type: ignore[misc] # Daphne has no types
    """Daphne's command line with the defaults of this project."""

    def __init__(self) -> None:
        super().__init__()
        self.parser.add_argument("--runtime", default="rooms.runtime", help="module of the worker's tasks")
        self.parser.set_defaults(
            access_log=os.devnull,
            server_name="",  # which software answers is nobody's business
            ping_interval=PING_INTERVAL_SECONDS,
            ping_timeout=PING_TIMEOUT_SECONDS,
            websocket_timeout=-1,  # a connection may last for ever
            websocket_connect_timeout=20,
            websocket_max_message_size=FRAME_BYTES,
            websocket_max_frame_size=FRAME_BYTES,
        )

    def run(self, args: Sequence[str]) -> None:
        """Serve; end the process with 1 when the worker could not start."""
        options = self.parser.parse_args(args)
        if options.verbosity <= 1:
            logging.getLogger("daphne").setLevel(logging.WARNING)
        self.server_class = partial(self._make_server, options.runtime)
        super().run(args)
        if self.server.has_failed:
            sys.exit(1)
        if self.server.has_abandoned:  # a thread of theirs may wait for the loop, for ever, and Python for it
            logging.shutdown()
            os._exit(0)

    @staticmethod
    def _make_server(runtime: str, **options: Any) -> ChatServer:
        # Daphne has imported the application by now, so the settings are there for the runtime.
        leave_out_of_collections()
        return ChatServer(
            runtime=cast(Runtime, importlib.import_module(runtime)) if runtime else None, **options
        )


def log_twisted_error(event: dict[str, Any]) -> None:
    """Pass an error of Twisted or autobahn on to our own log."""
    if event.get("log_level", LogLevel.info) >= LogLevel.error:
        failure = event.get("log_failure")
        trace = (failure.type, failure.value, failure.getTracebackObject()) if failure else None
        logger.error("%s", formatEvent(event), exc_info=trace)


def _build_channel(build: Any, address: Any) -> Any:  # Any: Twisted's own
    channel = build(address)
    channel.requestFactory = ChatRequest
    _bound_request(channel._channel)  # noqa: SLF001 - Twisted hides the channel whose time it is
    return channel


def _bound_request(channel: Any) -> None:  # Any: Twisted's own
    """Let what a peer sends put off the end of its request no more once REQUEST_SECONDS have passed."""
    set_timeout, reset_timeout = channel.setTimeout, channel.resetTimeout
    clock = asyncio.get_running_loop().time
    began_at = clock()

    def begin(period: float | None) -> Any:  # Twisted calls it when it begins to wait, for each request anew
        nonlocal began_at
        began_at = clock()
        return set_timeout(period)

    def put_off() -> None:
        if clock() - began_at < REQUEST_SECONDS:
            reset_timeout()

    channel.setTimeout, channel.resetTimeout = begin, put_off


def take_descriptors() -> None:
    """Allow this process as many connections as the machine lets it have; the usual soft limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def leave_out_of_collections() -> None:
    """
    Let the garbage collector never again look at what is there now, which stays: code, settings, classes.

    Else it walks through all of it whenever many have come. And let it look less often: what a connection or a message
    leaves behind is freed by counting references; cycles are the exception.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def main() -> None:
    """Run one worker."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # a terminal that closes is the supervisor's business
    end_with_supervisor()
    take_descriptors()
    CommandLine().run(sys.argv[1:])


if __name__ == "__main__":
    main()
