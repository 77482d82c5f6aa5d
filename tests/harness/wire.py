"""One WebSocket of a person: commands and their answers, events awaited by name, a judge for every stream."""

import asyncio
import itertools
import json
import uuid
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.harness.people import Person
from tests.harness.streams import BrokenPromise, Frame, StreamLog

# One unit for all waits: long enough for a slow machine, short enough that a failure is told soon.
SOON_SECONDS = 10.0
# A quiet moment. Silence that must outlast the poll of the heads (2 s) says so itself.
QUIET_SECONDS = 0.4


ANSWERS = frozenset({"ack", "error", "welcome"})
T = TypeVar("T")


class Refusal(Exception):
    """The server answered a command with an error."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(f"{frame['code']}: {frame['message']}")
        self.frame = frame
        self.code: str = frame["code"]
        self.message: str = frame["message"]
        self.retry_after: int | None = frame.get("retry_after")


class ConnectionEnded(Exception):
    """The connection ended before the answer came: what was asked for is not known to be done."""


class Wire:
    """One connection of one person, from `hello` to close."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.welcome: Frame = {}
        self.streams: dict[str, StreamLog] = {}
        self.frames: list[Frame] = []
        self.room: Frame = {}
        self.close_code: int | None = None
        self.broken: BrokenPromise | None = None
        self._unclaimed: deque[Frame] = deque()
        self._answers: dict[str, tuple[asyncio.Future[Frame], Frame]] = {}
        self._ending: str | None = None
        self._refs = itertools.count(1)
        self._news = asyncio.Condition()
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def ended(self) -> "asyncio.Task[None]":
        """The task that reads; it is done when the connection has ended."""
        assert self._reader is not None
        return self._reader

    @property
    def port(self) -> int:
        """The client's end of the TCP connection."""
        assert self._socket is not None
        return int(self._socket.local_address[1])

    # Opening and closing

    @classmethod
    async def open(cls, person: Person, *, token: str | None = None, **hello: Any) -> Self:
        """Connect, greet, and wait until caught up."""
        client = await cls.connect(person, token=token)
        await client.hello(**hello)
        await client.expect("caught_up")
        return client

    @classmethod
    async def connect(cls, person: Person, *, token: str | None = None, **options: Any) -> Self:
        """Connect without a greeting."""
        headers = {"X-Session-Token": token if token is not None else person.token}
        url = person.url.replace("http", "ws", 1) + "/ws/"
        options = {
            "additional_headers": headers,
            "ping_interval": None,
            "max_size": None,
            "compression": None,
        } | options
        return cls.over(await connect(url, **options), person)

    @classmethod
    def over(cls, socket: ClientConnection, person: Person) -> Self:
        """Speak over a socket that is there already."""
        client = cls(person)
        client._socket = socket
        client._reader = asyncio.create_task(client._read())
        return client

    async def hello(self, **fields: Any) -> Frame:
        fields = {"protocol": 1, "client": "test"} | fields
        resume = fields.get("resume") or {}
        if "inbox" in resume:
            self.log_of("inbox").cursor = resume["inbox"]
        if (room := resume.get("room")) and isinstance(room, dict):
            self.log_of(f"room:{room['id']}").cursor = room["seq"]
        return await self.command("hello", **fields)

    async def close(self) -> None:
        """Leave as a closed browser tab does. Raises what the judge found."""
        if self._socket is not None:
            await self._socket.close()
        await self._end()
        if self.broken is not None:
            raise self.broken

    async def vanish(self) -> None:
        """Leave as a phone in a tunnel does: without a close frame."""
        assert self._socket is not None
        self._socket.transport.abort()
        await self._end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    # Commands

    async def command(self, type_: str, **fields: Any) -> Frame:
        """Send a command and return its ack; raises `Refusal` for an error."""
        ref = f"r{next(self._refs)}"
        return await self.ask({"type": type_, "ref": ref, **fields})

    async def ask(self, frame: Frame) -> Frame:
        """Send a frame that has a `ref` and return its answer; raises `Refusal` for an error."""
        answer = self.begin(frame)
        await self.send(json.dumps(frame, ensure_ascii=False))
        result = await asyncio.wait_for(answer, SOON_SECONDS)
        if result["type"] == "error":
            raise Refusal(result)
        return result

    def begin(self, frame: Frame) -> asyncio.Future[Frame]:
        """Register interest in the answer to a frame that is about to be sent."""
        future: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[frame["ref"]] = (future, frame)
        return future

    async def send(self, raw: str | bytes) -> None:
        """Send a frame as it is, however wrong."""
        assert self._socket is not None
        try:
            await self._socket.send(raw)
        except ConnectionClosed as error:
            raise ConnectionEnded from error

    # What came

    def log_of(self, stream: str) -> StreamLog:
        return self.streams.setdefault(stream, StreamLog(stream))

    @property
    def room_log(self) -> StreamLog:
        return self.log_of(f"room:{self.room['id']}")

    @property
    def inbox(self) -> StreamLog:
        return self.log_of("inbox")

    @property
    def resume(self) -> Frame:
        """What a client that comes back says it has seen."""
        room = {"id": self.room["id"], "seq": self.room_log.cursor or 0}
        return {"history": self.welcome["history"], "room": room, "inbox": self.inbox.cursor or 0}

    async def expect(self, type_: str, seconds: float = SOON_SECONDS, **fields: Any) -> Frame:
        """Return the next event of this type (and with these fields) that no test has claimed yet."""
        return await self.expect_where(
            lambda frame: (
                frame["type"] == type_ and all(frame.get(name) == value for name, value in fields.items())
            ),
            f"{type_} {fields or ''}",
            seconds,
        )

    async def expect_where(
        self, is_it: Callable[[Frame], bool], what: str, seconds: float = SOON_SECONDS
    ) -> Frame:
        def claim() -> Frame | None:
            for frame in self._unclaimed:
                if is_it(frame):
                    self._unclaimed.remove(frame)
                    return frame
            return None

        return await self._await(claim, what, seconds)

    async def expect_text(self, text: str, seconds: float = SOON_SECONDS) -> Frame:
        """Return the message, posted or private, with this text."""
        return await self.expect_where(lambda frame: frame.get("text") == text, f"the text {text!r}", seconds)

    async def expect_nothing(self, *types: str, seconds: float = QUIET_SECONDS) -> None:
        """Prove silence: no unclaimed event of these types now, nor within the time."""
        types = types or ("message.posted", "direct.posted")
        try:
            frame = await self.expect_where(lambda frame: frame["type"] in types, "", seconds)
        except AssertionError:
            if self.broken is not None or self.close_code is not None:
                raise
            return
        message = f"{self.person.login} got {frame}"
        raise AssertionError(message)

    async def expect_close(self, code: int, seconds: float = SOON_SECONDS) -> None:
        """Wait for the server to close with this code."""

        def closed() -> int | None:
            return self.close_code

        actual = await self._await(closed, f"a close with {code}", seconds, after_close=True)
        assert actual == code, f"closed with {actual}, not {code}; last frames: {self.frames[-3:]}"

    def forget(self) -> None:
        """Claim whatever has come so far."""
        self._unclaimed.clear()

    async def _await(
        self, find: Callable[[], T | None], what: str, seconds: float, *, after_close: bool = False
    ) -> T:
        found: T | None = None

        def is_over() -> bool:
            nonlocal found
            found = find()
            ended = self.broken is not None or (self.close_code is not None and not after_close)
            return found is not None or ended

        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(is_over)
        except TimeoutError:
            pass
        if found is not None:
            return found
        if self.broken is not None:
            raise self.broken
        end = f"closed with {self.close_code}" if self.close_code is not None else f"not within {seconds} s"
        message = f"{self.person.login} did not get {what} ({end}); last frames: {self.frames[-5:]}"
        raise AssertionError(message)

    # Reading

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for raw in self._socket:
                content = json.loads(raw)
                for frame in content if isinstance(content, list) else [content]:
                    self._take(frame)
                await self._tell()
        except ConnectionClosed:
            pass
        except BrokenPromise as error:
            self.broken = error
        finally:
            self.close_code = self._socket.close_code or 1006
            for answer, _command in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionEnded(f"closed with {self.close_code}"))
                    answer.exception()  # An answer that nobody waits for is no warning.
            await self._tell()

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame["type"] in ANSWERS and frame.get("ref") in self._answers:
            answer, command = self._answers.pop(frame["ref"])
            self._follow(command, frame)
            if not answer.done():
                answer.set_result(frame)
            return
        if frame["type"] == "room.entered":
            self._move(frame["room"], since=None)
        elif frame["type"] == "truncated":
            self._log_followed(frame["stream"]).skip(frame)
        elif frame["type"] == "caught_up":
            for stream, head in frame["streams"].items():
                self._log_followed(stream).settle(head)
        elif "seq" in frame:
            self._log_followed(frame["stream"]).take(frame)
        self._unclaimed.append(frame)

    def _follow(self, command: Frame, answer: Frame) -> None:
        """Move with the answer to a command that changes the room."""
        if answer["type"] == "welcome":
            self.welcome = answer
            self.room = answer["room"]
            if self.inbox.cursor is None:
                self.inbox.cursor = answer["inbox"]["seq"]
            resumed = (command.get("resume") or {}).get("room") or {}
            # If it has closed, the rest of its log is still to come.
            self._ending = None if answer["resumed"] or not resumed else f"room:{resumed['id']}"
            if not answer["resumed"]:
                self.room_log.cursor = None
        # The server may have moved one there meanwhile; entering the room one is in changes nothing.
        elif answer["type"] == "ack" and "room" in answer and answer["room"]["id"] != self.room.get("id"):
            self._move(answer["room"], since=command.get("since"))

    def _move(self, room: Frame, since: int | None) -> None:
        self.room, self._ending = room, None
        # Without `since` the newest entries come, wherever they begin.
        self.room_log.cursor = since

    def _log_followed(self, stream: str) -> StreamLog:
        if stream not in {"inbox", f"room:{self.room.get('id')}", self._ending}:
            message = f"{stream} reached somebody in room {self.room.get('id')}"
            raise BrokenPromise(message)
        return self.log_of(stream)

    async def _end(self) -> None:
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)


def new_id() -> str:
    """Return a `client_id`."""
    return str(uuid.uuid4())
