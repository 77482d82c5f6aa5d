"""Lines in, lines out, over one connection: what `--plain` does."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from client.answers import Answer, Done, Lost, Refused
from client.chat import Chat, Topic
from client.closing import Why
from client.connection import Phase
from client.exits import Exit
from client.frames import INBOX, Frame, stream_of
from client.outbox_items import State, Target
from client.texts import as_typed, is_blank, is_command_line
from client.wording import closed_line, connection_line, refusal_line
from client.words import Words

from .lines_in import LinesIn
from .lines_out import LinesOut

# So much is taken in ahead of what the server has acknowledged.
MOST_WAITING = 1000
_MOVING = ("#cr", "#gr", "#er")
_ENDS = {Why.LEFT: Exit.DONE, Why.SESSION_ENDED: Exit.NOT_LOGGED_IN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for. Without a room one is in the default one; `to` is somebody's login."""

    room: str | None = None
    to: str | None = None
    history: int = 0
    timeout: float = 60.0
    is_literal: bool = False
    stays: bool = False
    # Whether a person types: then a refused command is theirs to deal with, and ends nothing.
    is_person: bool = False


class Stop(Exception):
    """Nothing more is to be read, or awaited."""

    def __init__(self, code: Exit) -> None:
        super().__init__(code)
        self.code = code


class Talk:
    """Reads when there is room for it, prints what comes, and knows when all is acknowledged."""

    def __init__(self, words: Words, out: LinesOut, options: Options) -> None:
        self._words = words
        self._out = out
        self._options = options
        self._news = asyncio.Event()
        self._printed_history: deque[Frame] = deque(maxlen=options.history)
        self._last_status = ""
        self._told_refused: set[str] = set()
        self._target = Target("")
        self._chat: Chat | None = None
        self._interrupted: Exit | None = None

    @property
    def chat(self) -> Chat:
        """The chat that is talked in."""
        assert self._chat is not None
        return self._chat

    async def run(self, chat: Chat, descriptor: int) -> Exit:
        """Talk until the input has ended and all of it is acknowledged, or something else ends it."""
        self._chat = chat
        chat.start()
        try:
            await self._until(lambda: chat.is_ready, bounded=True)
        except Stop as stop:
            return Exit.UNREACHABLE if stop.code is Exit.NOT_ACKNOWLEDGED else stop.code
        try:
            await self._send_left_overs()
            await self._find_place()
            await self._read(descriptor)
            await self._until(self._is_all_printed, bounded=True)
            if self._options.stays:
                await self._until(lambda: self._out.is_closed)
        except Stop as stop:
            return self._verdict(stop.code)
        return self._verdict(Exit.DONE)

    def interrupt(self, code: Exit) -> None:
        """End soon: somebody has asked for it."""
        self._interrupted = code
        self._news.set()

    def told(self, topic: Topic, detail: Any) -> None:
        """Hear what happens in the chat."""
        if topic is Topic.ARRIVED:
            self._print(detail)
        elif topic is Topic.ROOM_CLOSED:
            self._out.note(closed_line(self._words, detail))
        elif topic is Topic.STATUS:
            self._tell_status()
        elif topic is Topic.OUTBOX:
            self._tell_refused()
        self._news.set()

    # Sending

    async def _read(self, descriptor: int) -> None:
        batches = LinesIn(descriptor).batches()
        while (lines := await self._next_of(batches)) is not None:
            for is_command, group in groupby(lines, self._is_command):
                if is_command:
                    for line in group:
                        await self._run(line)
                else:
                    self._send([line for line in group if not is_blank(line)])
            await self._until(lambda: len(self.chat.outbox.pending) < MOST_WAITING)

    async def _next_of(self, batches: AsyncIterator[list[str]]) -> list[str] | None:
        """Wait for input; what ends the talk ends this too."""
        waiting = asyncio.ensure_future(anext(batches, None))
        waiting.add_done_callback(lambda _done: self._news.set())
        try:
            await self._until(waiting.done)
            return waiting.result()
        finally:
            waiting.cancel()

    def _is_command(self, line: str) -> bool:
        return not self._options.is_literal and is_command_line(line)

    def _send(self, lines: list[str]) -> None:
        if self._options.to is None:
            self._see_where()
        texts = [as_typed(line) for line in lines] if self._options.is_literal else lines
        fitting = [text for text in texts if self.chat.can_be_sent(text)]
        if len(fitting) < len(texts):
            self._out.note(self._words.say("A line is too long to be sent."))
            self.chat.outbox.refused += len(texts) - len(fitting)
        if fitting:
            self.chat.post(fitting, self._target)

    def _see_where(self) -> None:
        """What was meant for one room must not be said in another, to which the server has moved one meanwhile."""
        room = self.chat.room
        assert room is not None
        if self._target.room in {None, room["id"]} or self._options.is_person:
            self._target = Target(str(room["name"]), room=int(room["id"]))
        elif self.chat.place.destination != self._target.room:
            raise Stop(Exit.REFUSED)

    async def _run(self, line: str) -> None:
        """Carry out a command when all before it is acknowledged, again as long as the answer is lost."""
        client_id = self.chat.new_id()
        was_lost = False
        while True:
            await self._until(lambda: self.chat.is_ready and not self.chat.outbox.pending)
            answer = await self._ask(partial(self.chat.run_line, line, client_id))
            if isinstance(answer, Done):
                self._out.answer(str(answer.ack.get("text", "")))
                break
            if isinstance(answer, Lost):
                if self.chat.connection.status.phase is Phase.ENDED:
                    raise Stop(Exit.NOT_ACKNOWLEDGED)
                was_lost = True
            elif answer.code == "rate_limited" or not answer.is_final:
                await self._pause(answer.retry_after or 1.0)
            elif was_lost and answer.code == "name_taken":
                line = "#gR" + line.strip()[3:]  # The room was made after all.
            else:
                self._refuse(line, answer)
                break
        await self._until(lambda: self.chat.is_ready)
        if self._options.to is None and self.chat.room is not None:
            self._target = Target(str(self.chat.room["name"]), room=int(self.chat.room["id"]))

    def _refuse(self, line: str, no: Refused) -> None:
        self._out.note(no.message or no.code)
        self.chat.outbox.refused += 1
        # The lines that follow were meant for where it did not lead.
        if not self._options.is_person and line.strip().lower().startswith(_MOVING):
            raise Stop(Exit.REFUSED)

    async def _send_left_overs(self) -> None:
        """Send what another run has left, each where it was meant for."""
        first = self.chat.room
        rooms = {item.target.room: None for item in self.chat.outbox.pending if item.target.room is not None}
        for room in rooms:
            await self._go_and_empty(room)
        await self._until(lambda: not self.chat.outbox.pending, bounded=True)
        if rooms and first is not None and not self.chat.place.is_in(first["id"]):
            await self._enter(int(first["id"]))

    async def _go_and_empty(self, room: int) -> None:
        lane = stream_of(room)

        def left() -> list[Any]:
            return [item for item in self.chat.outbox.pending if item.target.lane == lane]

        if not self.chat.place.is_in(room) and isinstance(await self._enter(room), Refused):
            # What may have been stored is asked about from anywhere; what surely was not has nowhere to go.
            await self._until(lambda: not any(item.is_unsure for item in left()), bounded=True)
            for item in left():
                self.chat.outbox.refuse(item, "room_closed")
        await self._until(lambda: not left(), bounded=True)

    async def _find_place(self) -> None:
        if self._options.to is not None:
            self._target = Target(self._options.to, login=self._options.to)
        elif self._options.room is not None:
            name = self._options.room
            answer = await self._ask(lambda told: self.chat.enter_named(name, told))
            if isinstance(answer, Refused):
                self._out.note(answer.message)
                raise Stop(Exit.REFUSED)
            await self._until(lambda: self.chat.is_ready, bounded=True)
        if self._options.to is None:
            self._see_where()
            self._out.note(self._words.say("You are in “{name}”.", name=self._target.name))

    async def _enter(self, room: int) -> Answer:
        answer = await self._ask(lambda told: self.chat.enter(room, told))
        await self._until(lambda: self.chat.is_ready, bounded=True)
        return answer

    async def _ask(self, send: Callable[[Callable[[Answer], None]], None]) -> Answer:
        answers: list[Answer] = []

        def told(answer: Answer) -> None:
            answers.append(answer)
            self._news.set()

        send(told)
        # Not ended by the server's farewell: the answer to `#exit` comes together with it.
        while not answers:
            await self._until(lambda: bool(answers))
        return answers[0]

    # Waiting

    async def _until(self, fact: Callable[[], bool], *, bounded: bool = False) -> None:
        """Wait for a fact; with a bound, no longer than the timeout without anything being acknowledged."""
        chat = self.chat
        progress = chat.outbox.acknowledged
        end = asyncio.get_running_loop().time() + self._options.timeout
        while not fact():
            self._see_ends()
            if chat.outbox.acknowledged != progress:
                progress = chat.outbox.acknowledged
                end = asyncio.get_running_loop().time() + self._options.timeout
            self._news.clear()
            try:
                async with asyncio.timeout_at(end if bounded else None):
                    await self._news.wait()
            except TimeoutError:
                raise Stop(Exit.NOT_ACKNOWLEDGED) from None
        if self._interrupted is not None:
            raise Stop(self._interrupted)

    async def _pause(self, seconds: float) -> None:
        is_over: list[bool] = []

        def over() -> None:
            is_over.append(True)
            self._news.set()

        asyncio.get_running_loop().call_later(seconds, over)
        await self._until(lambda: bool(is_over))

    def _see_ends(self) -> None:
        if self._interrupted is not None:
            raise Stop(self._interrupted)
        status = self.chat.connection.status
        if status.phase is Phase.ENDED and status.why is not None:
            raise Stop(_ENDS.get(status.why, Exit.SENT_AWAY))

    def _is_all_printed(self) -> bool:
        """Whether all is acknowledged, and what the log shows of it has been printed."""
        return all(item.state is State.REFUSED for item in self.chat.outbox.items)

    def _verdict(self, code: Exit) -> Exit:
        waiting = len(self.chat.outbox.pending)
        if waiting:
            self._out.note(
                self._words.many(
                    "{count} message waits; it is sent the next time.",
                    "{count} messages wait; they are sent the next time.",
                    waiting,
                )
            )
        if code is not Exit.DONE:
            return code
        if waiting:
            return Exit.NOT_ACKNOWLEDGED
        return Exit.REFUSED if self.chat.outbox.refused else Exit.DONE

    # Printing

    def _print(self, entries: list[Frame]) -> None:
        for entry in entries:
            if "author" not in entry or "text" not in entry:
                continue
            if entry["stream"] == INBOX or self.chat.is_caught_up or self.chat.is_continued:
                self._out.message(entry)
            else:
                self._printed_history.append(entry)

    def _tell_status(self) -> None:
        if self._chat is None:
            return
        if self.chat.is_caught_up:
            while self._printed_history:
                self._out.message(self._printed_history.popleft())
        line = connection_line(self._words, self.chat.connection.status)
        if line != self._last_status:
            self._last_status = line
            self._out.note(line or self._words.say("Connected."))

    def _tell_refused(self) -> None:
        if self._chat is None:
            return
        for item in self.chat.outbox.items:
            if item.state is State.REFUSED and item.client_id not in self._told_refused:
                self._told_refused.add(item.client_id)
                self._out.note(refusal_line(self._words, item))
