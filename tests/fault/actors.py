"""People at their devices: they talk, go about and come back, each from a seed of their own."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import WebSocketException

from tests.fault.records import Records
from tests.harness.client import ChatClient, Refusal, new_id
from tests.harness.people import Person
from tests.harness.streams import BrokenPromise, Frame, StreamLog
from tests.harness.wire import SOON_SECONDS, ConnectionEnded

# Errors that leave open whether it is done; everything else is final.
NOT_KNOWN = frozenset({"unavailable", "internal", "rate_limited"})
AGAIN_SECONDS = 0.3
# Together they write about 150 messages in a second, however many they are.
PAUSE_SECONDS = 0.01
LONGEST_AWAY_SECONDS = 2.5
LONGEST_SLEEP_SECONDS = 4.0
# What an answer that does not come, or a connection that breaks, looks like.
LOST = (OSError, TimeoutError, WebSocketException, ConnectionEnded)
HOME = 1


@dataclass(slots=True)
class Town:
    """What everybody knows: who there is, and which rooms."""

    people: list[Person]
    rooms: list[int]
    tents: list[int] = field(default_factory=list)
    sent: int = 0
    # Nobody begins to say or do anything.
    is_hushed: bool = False


@dataclass(slots=True, kw_only=True)
class Outgoing:
    """A message until it is known what became of it."""

    type: str
    target: Frame
    text: str
    client_id: str = field(default_factory=new_id)


class RecordingClient(ChatClient):
    """A connection that writes down what it is sent."""

    def __init__(self, person: Person) -> None:
        super().__init__(person)
        self.number = 0
        self.is_caught_up = False
        self.records: Records | None = None

    def _take(self, frame: Frame) -> None:
        if "seq" in frame and "stream" in frame and frame["type"] not in {"ack", "welcome"}:
            self._note(frame)
        elif frame["type"] == "truncated":
            about = {name: frame[name] for name in ("stream", "from", "to")}
            self._record("cut", **about)
        super()._take(frame)

    def _move(self, room: Frame, since: int | None) -> None:
        super()._move(room, since)
        self._record("moved", stream=f"room:{room['id']}")

    def _note(self, event: Frame) -> None:
        is_anew = self.log_of(event["stream"]).cursor is None
        self._record("got", stream=event["stream"], **essence(event), **({"anew": True} if is_anew else {}))

    def _record(self, kind: str, **facts: Any) -> None:
        if self.records is not None:
            self.records.note(kind, who=self.person.login, connection=self.number, **facts)


def essence(event: Frame) -> Frame:
    """Return what must be the same for everybody, live, in the history and in the export."""
    essence = {"seq": event["seq"], "type": event["type"]}
    for name in ("client_id", "text"):
        if name in event:
            essence[name] = event[name]
    for name in ("author", "to"):
        if name in event:
            essence[name] = event[name]["login"]
    return essence


class Actor:
    """One person with one device, which reconnects, resumes and sends again by itself."""

    def __init__(self, person: Person, town: Town, records: Records, seed: str) -> None:
        self.person = person
        self.client: RecordingClient | None = None
        self._town = town
        self._records = records
        self._dice = random.Random(seed)
        self._streams: dict[str, StreamLog] = {}
        self._resume: Frame | None = None
        self._pending: Outgoing | None = None
        self._said = 0
        self._connections = 0
        self._talks = True
        self._is_leaving = self._is_away = False
        self._task: asyncio.Task[None] | None = None

    # For the run

    async def start(self) -> None:
        """Come in; raises TimeoutError where that does not succeed."""
        self._task = asyncio.create_task(self._live())
        async with asyncio.timeout(2 * SOON_SECONDS):
            while not self.is_here:  # noqa: ASYNC110 - it depends on many things
                await asyncio.sleep(0.02)

    @property
    def is_here(self) -> bool:
        """Whether it is caught up on a connection."""
        return self.client is not None and self.client.is_caught_up

    @property
    def is_back(self) -> bool:
        """Whether it is here, or away because it wants to be."""
        return self.is_here or self._is_away

    @property
    def is_settled(self) -> bool:
        """Whether all it has said is known to be stored or refused."""
        return self._pending is None

    def fall_silent(self) -> None:
        """Say nothing new from now on; what is on its way goes on."""
        self._talks = False

    async def visit_all(self) -> None:
        """Go once more through all rooms that one has been in, as long as it takes."""
        streams = [name for name in self._streams if name.startswith("room:")]
        while streams:
            room = int(streams[-1].removeprefix("room:"))
            try:
                client = self.client
                if client is None or not client.is_caught_up:
                    await asyncio.sleep(0.05)
                    continue
                if client.room["id"] == room:  # it would change nothing
                    await self._enter(client, next(other for other in self._town.rooms if other != room))
                await self._enter(client, room)
            except LOST:
                await asyncio.sleep(0.1)
                continue
            except Refusal as refusal:
                if refusal.code in NOT_KNOWN:
                    await asyncio.sleep(AGAIN_SECONDS)
                    continue
            streams.pop()

    def note_what_is_held(self) -> None:
        for name, log in self._streams.items():
            self._records.note("held", who=self.person.login, stream=name, seq=log.cursor or 0)

    async def say_last_words(self) -> bool:
        """Say one thing in the room and one in private while all are hushed; return whether one was here to do so."""
        client = self.client
        if client is None or not self.is_here or self._pending is not None:
            return False
        with suppress(*LOST):
            await self._say(client)
            await self._say_in_private(client)
        return self._pending is None

    async def stop(self) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._lose(own=True)

    # The life

    async def _live(self) -> None:
        while True:
            own, why = False, ""
            try:
                await self._connect()
                own = await self._be_here()
            except LOST as lost:
                why = repr(lost)
            except Refusal as refusal:  # of the greeting
                if refusal.code not in NOT_KNOWN:
                    raise
            except BrokenPromise as broken:
                self._records.note("broken", who=self.person.login, what=str(broken))
            except AssertionError as silence:  # an event that was promised did not come: a dead connection
                why = str(silence)
            self._is_away = own
            await self._lose(own=own, why=why)
            await asyncio.sleep(self._dice.uniform(0.02, LONGEST_AWAY_SECONDS if own else AGAIN_SECONDS))
            self._is_away = False

    async def _connect(self) -> None:
        client = self.client = await RecordingClient.connect(self.person, open_timeout=5)
        self._connections += 1
        client.number, client.records, client.streams = self._connections, self._records, self._streams
        await client.hello(**({"resume": self._resume} if self._resume else {}))
        await client.expect("caught_up")
        client.is_caught_up = True
        place = f"room:{client.room['id']}"
        self._records.note("open", who=self.person.login, connection=client.number, stream=place)

    async def _be_here(self) -> bool:
        """Do one thing after the other; return when one leaves by oneself."""
        client = self.client
        assert client is not None
        while True:
            if self._pending is not None:
                await self._send(client, self._pending)
            elif self._talks and not self._town.is_hushed:
                await self._choose()(client)
            if self._is_leaving:
                self._is_leaving = False
                return True
            if self._talks:  # the last visits wait for events of their own
                client.forget()
                client.frames.clear()
            await self._pause(client)

    async def _pause(self, client: RecordingClient) -> None:
        """Wait a moment, or for the end of the connection."""
        await asyncio.wait(
            {client.ended}, timeout=self._dice.uniform(0.01, PAUSE_SECONDS * len(self._town.people))
        )
        if client.ended.done():
            raise ConnectionEnded

    async def _lose(self, *, own: bool, why: str = "") -> None:
        client, self.client = self.client, None
        if client is None:
            return
        with suppress(*LOST, BrokenPromise):
            await client.vanish()
        if client.welcome:
            self._resume = client.resume
        if client.broken is not None:
            self._records.note("broken", who=self.person.login, what=str(client.broken))
        if client.is_caught_up:
            facts = {"code": client.close_code, "own": own, "why": why}
            self._records.note("closed", who=self.person.login, connection=client.number, **facts)

    # What people do

    def _choose(self) -> Callable[[RecordingClient], Awaitable[None]]:
        acts = {
            self._say: 70,
            self._say_in_private: 20,
            self._go_elsewhere: 4,
            self._pitch_a_tent: 1,
            self._go_home: 1,
            self._go_away: 2,
            self._sleep: 1,
        }
        return self._dice.choices(list(acts), list(acts.values()))[0]

    async def _say(self, client: RecordingClient) -> None:
        await self._begin(client, "message.post", {"room": client.room["id"]}, f"room:{client.room['id']}")

    async def _say_in_private(self, client: RecordingClient) -> None:
        to = self._dice.choice([person for person in self._town.people if person.login != self.person.login])
        await self._begin(client, "direct.post", {"to": to.login}, f"inbox:{to.login}")

    async def _begin(self, client: RecordingClient, type_: str, target: Frame, place: str) -> None:
        self._said += 1
        self._town.sent += 1
        text = f"{self.person.login} {self._said}"
        self._pending = Outgoing(type=type_, target=target, text=text)
        self._records.note(
            "invoke", who=self.person.login, id=self._pending.client_id, place=place, text=text
        )
        await self._send(client, self._pending)

    async def _send(self, client: RecordingClient, message: Outgoing) -> None:
        try:
            ack = await client.command(
                message.type, client_id=message.client_id, text=message.text, **message.target
            )
        except Refusal as refusal:
            if refusal.code in NOT_KNOWN:
                await asyncio.sleep(AGAIN_SECONDS)
                return
            self._records.note("fail", who=self.person.login, id=message.client_id, code=refusal.code)
        else:
            facts = {name: ack[name] for name in ("stream", "seq", "duplicate")}
            self._records.note("ok", who=self.person.login, id=message.client_id, **facts)
        self._pending = None

    async def _go_elsewhere(self, client: RecordingClient) -> None:
        rooms = [*self._town.rooms, *self._town.rooms, *self._town.tents]
        room = self._dice.choice([room for room in rooms if room != client.room["id"]])
        try:
            await self._enter(client, room)
        except Refusal as refusal:
            if refusal.code not in NOT_KNOWN and room in self._town.tents:
                self._town.tents.remove(room)

    async def _enter(self, client: RecordingClient, room: int) -> None:
        held = self._streams.get(f"room:{room}")
        since = {} if held is None or held.cursor is None else {"since": held.cursor}
        client.forget()
        await client.enter(room, **since)

    async def _pitch_a_tent(self, client: RecordingClient) -> None:
        """Make a room that closes when one is gone."""
        client.forget()
        with suppress(Refusal):
            room = await client.create_room(f"Tent of {self.person.login} {self._connections}-{self._said}")
            self._town.tents.append(room["id"])

    async def _go_home(self, client: RecordingClient) -> None:
        if client.room["id"] == HOME:
            return
        home = self._streams.get(f"room:{HOME}")
        since = {} if home is None or home.cursor is None else {"since": home.cursor}
        client.forget()
        with suppress(Refusal):
            await client.leave(**since)

    async def _go_away(self, _client: RecordingClient) -> None:
        self._is_leaving = True

    async def _sleep(self, client: RecordingClient) -> None:
        """Be out of reach for a while, as a phone in a pocket."""
        self._is_leaving = self._is_away = True
        await client.vanish()
        await asyncio.sleep(self._dice.uniform(0.5, LONGEST_SLEEP_SECONDS))
