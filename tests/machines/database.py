"""What the handlers ask of the database, in memory: rooms, logs, who has said what, and when it does not answer."""

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from rooms.delivery.entries import Entry
from rooms.gathering import Gathering
from rooms.pools import Unavailable
from rooms.protocol.codec import encode
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import (
    INBOX,
    DirectPosted,
    MessagePosted,
    Occupant,
    Person,
    RoomClosed,
    room_of,
    room_stream,
)
from rooms.services.lists import Page
from rooms.services.opening import Opened, Opening, open_connections
from rooms.services.posting import Post, Posted
from tests.machines.worker import HOME, Worker

NOW = datetime(2030, 1, 1, tzinfo=UTC)
TEA = 2
# Everybody, by the stream of their inbox, which is also their number.
PEOPLE = {11: "ana", 12: "ben", 13: "eva"}
NUMBERS = {login: number for number, login in PEOPLE.items()}


class Database:
    """One worker's database. `troubles`: what becomes of the next commands, the first of them next."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.closed: set[int] = set()
        self.known: dict[tuple[int, uuid.UUID], tuple[Post, Posted]] = {}
        self.troubles: list[str] = []
        worker.runtime.reads = worker.runtime.presence = SimpleNamespace(run=self.run)
        worker.runtime.openings = Gathering(worker.runtime.presence, open_connections, most=10)
        worker.runtime.post = self.post
        self._answers: dict[str, Callable[..., Any]] = {
            "open_connections": lambda openings: [self._open(opening) for opening in openings],
            "_enter": self._enter,
            "enter_room": lambda *_, **__: None,
            "view_of": lambda room_id: (worker.view(room_id), self._everybody),
            "list_rooms": lambda _, **__: self._page(
                [worker.view(room_id).to_wire() for room_id in self.rooms]
            ),
            "list_users": lambda **_: self._page([]),
            "room_names": lambda _: {},
            "list_conversations": lambda _, **__: self._page([]),
            "fetch_history": self._history,
            "fetch_conversation": lambda *_, **__: ([], False),
        }

    @property
    def rooms(self) -> list[int]:
        return [room_id for room_id in (HOME, TEA) if room_id not in self.closed]

    async def run(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        if function.__name__ == "read_heads":
            return await self.worker.log.read_heads(*arguments)
        await asyncio.sleep(0.001)
        if self._trouble() is not None:
            raise Unavailable
        return self._answers[function.__name__](*arguments, **options)

    async def post(self, post: Post) -> Posted:
        """Store it as the service does: its name is looked up before everything else."""
        await asyncio.sleep(0.001)
        trouble = self._trouble()
        if trouble == "before":
            raise Unavailable
        posted = self._store(post)
        await asyncio.sleep(0.001)
        if trouble == "after":
            raise Unavailable
        return posted

    def say(self, author: int, text: str, room_id: int) -> None:
        """Let somebody say something who has no connection here."""
        self._store(
            Post(author_id=author, client_id=uuid.UUID(int=len(self.known)), text=text, room_id=room_id)
        )

    def close(self, room_id: int) -> None:
        """Write the last entry of a room; with it everybody is in the default room."""
        self.closed.add(room_id)
        event: dict[str, Any] = {"stream": room_stream(room_id), "room_id": room_id, "room_name": "Tea"}
        self._append(
            room_id,
            lambda seq: RoomClosed(**event, seq=seq, reason="deleted", moved_to=HOME).to_wire(),
            closes=True,
        )

    def _store(self, post: Post) -> Posted:
        known = self.known.get((post.author_id, post.client_id))
        if known is not None:
            if known[0].text != post.text or (known[0].room_id, known[0].to) != (post.room_id, post.to):
                raise Refused(ErrorCode.CONFLICT)
            return Posted(seq=known[1].seq, sent_at=NOW, duplicate=True)
        if post.room_id in self.closed:
            raise Refused(ErrorCode.ROOM_CLOSED)
        if post.refusal is not None:
            raise post.refusal
        entry = self._post_direct(post) if post.to is not None else self._post_in_room(post)
        posted = Posted(seq=entry.seq, sent_at=NOW, duplicate=False)
        self.known[post.author_id, post.client_id] = (post, posted)
        return posted

    def _post_in_room(self, post: Post) -> Entry:
        assert post.room_id is not None
        stream = room_stream(post.room_id)
        fields: Any = self._fields(post)
        return self._append(
            post.room_id, lambda seq: MessagePosted(stream=stream, seq=seq, **fields).to_wire()
        )

    def _post_direct(self, post: Post) -> Entry:
        assert post.to is not None
        fields: Any = {**self._fields(post), "to": _person(NUMBERS[post.to])}
        mine, _theirs = (
            self._append(inbox, lambda seq: DirectPosted(stream=INBOX, seq=seq, **fields).to_wire())
            for inbox in (post.author_id, NUMBERS[post.to])
        )
        return mine

    def _fields(self, post: Post) -> dict[str, Any]:
        return {
            "author": _person(post.author_id),
            "text": post.text,
            "sent_at": NOW,
            "client_id": str(post.client_id),
        }

    def _append(
        self, stream_id: int, event: Callable[[int], dict[str, Any]], *, closes: bool = False
    ) -> Entry:
        entry = self.worker.log.append(stream_id, lambda seq: encode(event(seq)), closes=closes)
        self.worker.tell(stream_id, [entry])
        return entry

    def _open(self, opening: Opening) -> Opened:
        arrival = opening.arrival
        room_id = next((room_id for room_id in arrival.wanted if room_id in self.rooms), HOME)
        return Opened(
            you=_person(arrival.user_id),
            room=self.worker.view(room_id),
            occupants=self._everybody,
            inbox_stream=arrival.user_id,
            inbox_seq=self.worker.log.head(arrival.user_id),
            saw_it_close=opening.resume_room in self.closed,
        )

    def _enter(self, _connection: object, room_id: int, _name: None) -> tuple[Any, list[Occupant]]:
        if room_id not in self.rooms:
            raise Refused(ErrorCode.ROOM_CLOSED)
        return self.worker.view(room_id), self._everybody

    def _history(
        self, user_id: int, *, stream: str, before: int | None, after: int | None, limit: int
    ) -> tuple[list[Entry], bool]:
        room_id = room_of(stream)
        if room_id in self.closed:
            raise Refused(ErrorCode.NOT_FOUND)
        log = self.worker.log.streams[user_id if room_id is None else room_id]
        if after is not None:
            return log[after : after + limit], len(log) > after + limit
        earlier = log[: before - 1] if before is not None else log
        return earlier[-limit:], len(earlier) > limit

    def _trouble(self) -> str | None:
        return self.troubles.pop(0) if self.troubles else None

    @property
    def _everybody(self) -> list[Occupant]:
        return [Occupant(login=login, name=login) for login in PEOPLE.values()]

    @staticmethod
    def _page(items: list[Any]) -> Page:
        return Page(items, [""] * len(items), more=False)


def _person(number: int) -> Person:
    return Person(id=number, login=PEOPLE[number], name=PEOPLE[number])
