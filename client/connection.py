"""One person's connection to the server: opens it, keeps it, and comes back when it breaks.

Guarantees. A request is answered exactly once, with `Lost` when the socket went first, and before any event that
follows the answer is handed out. Nothing is sent on a socket that has not been welcomed. After a code that says "stay
away" nothing is tried until a person asks for it (`start`).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from .answers import Answer, Lost, Refused
from .backoff import Backoff
from .closing import BROKEN, WRONG_PROTOCOL, Why, reason_to_stay_away, reason_to_wait
from .frames import Frame, decode, encode
from .requests import Answered, Requests
from .world import Socket, Timer, World

# From opening a socket to being welcomed on it. The server itself gives a `hello` ten seconds.
OPENING_SECONDS = 10.0
# Without any frame for so long while an answer is due, the socket is dead. Slow is not dead: each frame counts.
SILENCE_SECONDS = 10.0
# An answer that has not come after this is not coming, however much else arrives.
PATIENCE_SECONDS = 30.0
# A half-open socket tells nothing, so it is asked. Without any frame for this long, nobody is there.
PROBE_SECONDS = 3.0
# The server closes right after its `goodbye`; a close that does not come is not waited for.
GOODBYE_SECONDS = 3.0
# A connection that lived this long was a good one: the next trouble starts again with short waits.
GOOD_SECONDS = 5.0
# Beats that may be missing before the socket is asked whether it lives.
BEATS_MISSED = 2.5


class Phase(StrEnum):
    """How the connection is."""

    RESTING = "resting"
    CONNECTING = "connecting"
    OPEN = "open"
    WAITING = "waiting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Status:
    """How it is, and why; `retry_at` is on the timers' clock."""

    phase: Phase
    why: Why | None = None
    retry_at: float | None = None


class Hearer(Protocol):
    """Who is told what happens on the connection."""

    def status_changed(self, status: Status) -> None:
        """The connection is otherwise than before."""

    def opened(self, welcome: Frame) -> None:
        """The server has welcomed this connection."""

    def heard(self, event: Frame) -> None:
        """An event came."""

    def closed(self, code: int) -> None:
        """The socket is gone; what was under way is answered with `Lost` after this."""


class Connection:
    """Keeps one socket at a time."""

    def __init__(self, world: World, hello: Callable[[], Frame], hearer: Hearer) -> None:
        self.status = Status(Phase.RESTING)
        self._world = world
        self._timers = world.timers
        self._hello = hello
        self._hearer = hearer
        self._backoff = Backoff(0.5, 30.0, world.random)
        self._requests = Requests()
        self._socket: Socket | None = None
        self._retry: Timer | None = None
        self._watch: Timer | None = None
        self._heartbeat_seconds = 15.0
        self._opened_at = self._heard_at = 0.0
        self._probed_at: float | None = None
        self._goodbye: tuple[int, float, float] | None = None  # code, seconds to wait, when it was said

    # Questions

    @property
    def is_open(self) -> bool:
        """Whether commands may be sent."""
        return self.status.phase is Phase.OPEN and self._goodbye is None

    # Actions

    def start(self) -> None:
        """Connect, also after the end: a person asks for it."""
        if self.status.phase in {Phase.RESTING, Phase.ENDED}:
            self._connect()

    def stop(self, why: Why) -> None:
        """Close for good, for a reason of this side."""
        self._leave_socket()
        self._end(why)
        self._requests.lose_all()

    def wake(self) -> None:
        """Cut waiting short, or see whether a quiet socket lives."""
        if self.status.phase is Phase.WAITING:
            self._connect()
        elif self.is_open:
            self._probe()

    def request(self, command: Frame, answered: Answered) -> None:
        """Send a command; `answered` is called exactly once."""
        if self.is_open:
            self._send(command, answered)
        else:
            answered(Lost())

    async def ask(self, command: Frame) -> Answer:
        """Do the same where it does not matter that events may be handled before the answer is."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self.request(command, lambda told: None if answer.done() else answer.set_result(told))
        return await answer

    # Reactions: the socket's listener

    def socket_opened(self) -> None:
        """Greet."""
        self._send({**self._hello(), "type": "hello"}, self._greeted)

    def socket_heard(self, data: str | bytes) -> None:
        """Hand on what came, in order."""
        self._heard_at = self._timers.now()
        socket = self._socket
        for frame in decode(data):
            # A reaction may have closed this very socket; what it still holds is read anew after resuming.
            if self._socket is not socket:
                return
            self._react(frame)

    def socket_closed(self, code: int, *, was_refused: bool = False) -> None:
        """Come back, or stay away."""
        retry_in = 0.0
        if self._goodbye is not None:
            code, retry_in, _said_at = self._goodbye
        was_open = self.status.phase is Phase.OPEN
        if was_open and self._timers.now() - self._opened_at >= GOOD_SECONDS:
            self._backoff.reset()
        self._leave_socket()
        why = reason_to_stay_away(code)
        if why is None:
            self._wait(reason_to_wait(code), retry_in)
        else:
            self._end(why)
        self._hearer.closed(code)
        self._requests.lose_all()
        if was_refused:
            self._world.ask_session(self._session_asked)

    # Internal

    def _react(self, frame: Frame) -> None:
        kind = frame["type"]
        if kind in {"ack", "error"}:
            self._requests.settle(frame)
        elif kind == "welcome":
            self._welcomed(frame)
        elif kind == "goodbye":
            retry_in = float(frame.get("retry_in_ms") or 0) / 1000
            self._goodbye = (int(frame.get("code", BROKEN)), retry_in, self._timers.now())
            self._watch_on()
        else:
            self._hearer.heard(frame)

    def _greeted(self, answer: Answer) -> None:
        # The server's own close follows only where the version is wrong; it need not be waited for.
        if isinstance(answer, Refused):
            self.socket_closed(WRONG_PROTOCOL if answer.code == "bad_protocol" else BROKEN)

    def _welcomed(self, welcome: Frame) -> None:
        if self.status.phase is not Phase.CONNECTING:
            return
        self._requests.settle(welcome)
        self._heartbeat_seconds = float(welcome.get("heartbeat", 15))
        self._opened_at = self._timers.now()
        self._become(Status(Phase.OPEN))
        self._hearer.opened(welcome)

    def _session_asked(self, has_ended: bool) -> None:  # noqa: FBT001 - a callback with one value
        if has_ended and self.status.phase in {Phase.WAITING, Phase.CONNECTING}:
            self.stop(Why.SESSION_ENDED)

    def _connect(self) -> None:
        _cancel(self._retry)
        self._goodbye = None
        self._opened_at = self._heard_at = self._timers.now()
        self._become(Status(Phase.CONNECTING, self.status.why))
        self._socket = self._world.open_socket(self)
        self._watch_on()

    def _send(self, command: Frame, answered: Answered) -> None:
        assert self._socket is not None
        ref = self._requests.open(answered, self._timers.now())
        self._socket.send(encode({**command, "ref": ref}))
        self._watch_on()

    def _probe(self) -> None:
        """Ask whether the server hears this side. Only the answer says so: a socket may be dead in one direction."""
        if self._probed_at is None:
            self._probed_at = self._timers.now()
            self._send({"type": "ping"}, self._probe_answered)

    def _probe_answered(self, _answer: Answer) -> None:
        self._probed_at = None

    def _watch_on(self) -> None:
        """Come to the next moment at which silence would mean something. One timer, moved along."""
        _cancel(self._watch)
        if self._socket is not None:
            self._watch = self._timers.after(self._suspicious_at - self._timers.now(), self._suspect)

    def _suspect(self) -> None:
        now = self._timers.now()
        if now < self._suspicious_at:
            self._watch_on()
        elif self.is_open and now < self._dead_at:
            self._probe()
        else:
            was_probing = self._probed_at is not None
            self.socket_closed(BROKEN)
            # A probe that fails is no sign of a busy server; the waiting has been done already.
            if was_probing:
                self.wake()

    @property
    def _suspicious_at(self) -> float:
        """When to look again: the socket is then dead, or has been quiet for so long that it is asked."""
        if not self.is_open or self._probed_at is not None:
            return self._dead_at
        return min(self._dead_at, self._heard_at + BEATS_MISSED * self._heartbeat_seconds)

    @property
    def _dead_at(self) -> float:
        if self._goodbye is not None:
            return self._goodbye[2] + GOODBYE_SECONDS
        if self.status.phase is not Phase.OPEN:
            return self._opened_at + OPENING_SECONDS
        oldest = self._requests.oldest
        if oldest is None:
            return float("inf")
        asked, silence = oldest, SILENCE_SECONDS
        if self._probed_at is not None:
            asked, silence = self._probed_at, PROBE_SECONDS
        return min(max(asked, self._heard_at) + silence, oldest + PATIENCE_SECONDS)

    def _wait(self, why: Why, retry_in: float) -> None:
        delay = retry_in if retry_in > 0 else self._backoff.next()
        self._become(Status(Phase.WAITING, why, self._timers.now() + delay))
        self._retry = self._timers.after(delay, self._connect)

    def _end(self, why: Why) -> None:
        _cancel(self._retry)
        self._backoff.reset()
        self._become(Status(Phase.ENDED, why))

    def _leave_socket(self) -> None:
        _cancel(self._watch)
        self._probed_at = None
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.close()

    def _become(self, status: Status) -> None:
        self.status = status
        self._hearer.status_changed(status)


def _cancel(timer: Timer | None) -> None:
    if timer is not None:
        timer.cancel()
