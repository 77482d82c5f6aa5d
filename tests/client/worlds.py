"""A world for the client's core in which nothing is real: tests hold the other end of its sockets and move its time."""

import heapq
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from client.chat import Chat, Topic
from client.frames import Frame
from client.outbox_items import Item
from client.world import Listener, World

ROOM: Frame = {
    "id": 1, "name": "Everybody", "kind": "default", "access": "open", "owner": None, "capacity": None,
    "occupants": 2, "seq": 0, "closing_at": None,
}  # fmt: skip
ANA = {"id": 2, "login": "ana", "name": "Ana García"}
BORIS = {"id": 3, "login": "boris", "name": "Борис Петров"}


@dataclass(slots=True)
class Alarm:
    call: Callable[[], None] | None

    def cancel(self) -> None:
        self.call = None


class VirtualTimers:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.time = 1000.0
        self._alarms: list[tuple[float, int, Alarm]] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        return self.time

    def after(self, seconds: float, call: Callable[[], None]) -> Alarm:
        alarm = Alarm(call)
        heapq.heappush(self._alarms, (self.time + max(0.0, seconds), next(self._numbers), alarm))
        return alarm

    def pass_by(self, seconds: float) -> None:
        end = self.time + seconds
        while self._alarms and self._alarms[0][0] <= end:
            self.time, _number, alarm = heapq.heappop(self._alarms)
            if alarm.call is not None:
                alarm.call()
        self.time = end


@dataclass(slots=True)
class FakeSocket:
    """What the client has said stands in `said`; the test plays the server."""

    listener: Listener
    said: list[Frame] = field(default_factory=list)
    is_closed: bool = False

    def send(self, text: str) -> None:
        self.said.append(json.loads(text))

    def close(self) -> None:
        self.is_closed = True

    def tell(self, *frames: Frame | list[Frame]) -> None:
        for frame in frames:
            if not self.is_closed:
                self.listener.socket_heard(json.dumps(frame))

    def last(self, kind: str) -> Frame:
        return next(frame for frame in reversed(self.said) if frame["type"] == kind)

    def all(self, kind: str) -> list[Frame]:
        return [frame for frame in self.said if frame["type"] == kind]

    def ack(self, command: Frame, **fields: Any) -> None:
        self.tell({"type": "ack", "ref": command["ref"], **fields})

    def refuse(self, command: Frame, code: str, **fields: Any) -> None:
        self.tell({"type": "error", "ref": command["ref"], "code": code, "message": f"no: {code}", **fields})


class MemoryStore:
    def __init__(self, *items: Item) -> None:
        self.items = {item.client_id: item for item in items}

    def load(self) -> list[Item]:
        return list(self.items.values())

    def save(self, items: Iterable[Item]) -> None:
        self.items.update((item.client_id, item) for item in items)

    def remove(self, client_id: str) -> None:
        self.items.pop(client_id, None)


class Scene:
    """A chat of Ana's, and the sockets that it has opened."""

    def __init__(self, *items: Item) -> None:
        self.timers = VirtualTimers()
        self.sockets: list[FakeSocket] = []
        self.store = MemoryStore(*items)
        self.shown: list[Frame] = []
        self.topics: list[Topic] = []
        self.asked: list[Callable[[bool], None]] = []
        numbers = itertools.count(1)
        world = World(
            open_socket=self._open,
            ask_session=self.asked.append,
            timers=self.timers,
            random=lambda: 1.0,
            new_id=lambda: f"id-{next(numbers)}",
        )
        self.chat = Chat(world, self.store, login="ana", language="en", tell=self._told)

    @property
    def socket(self) -> FakeSocket:
        return self.sockets[-1]

    def arrive(self, *, history: str = "h1", head: int = 0, inbox: int = 0, **welcome: Any) -> FakeSocket:
        """Connect, be welcomed, and be up to date."""
        self.chat.start()
        return self.welcome(history=history, head=head, inbox=inbox, **welcome)

    def welcome(
        self,
        *,
        history: str = "h1",
        head: int = 0,
        inbox: int = 0,
        events: list[Frame] | None = None,
        **welcome: Any,
    ) -> FakeSocket:
        socket = self.socket
        socket.listener.socket_opened()
        socket.tell(
            {
                "type": "welcome", "ref": socket.last("hello")["ref"], "protocol": 1, "history": history, "you": ANA,
                "connection": "c", "server_time": "2026-11-20T10:30:00.123Z", "heartbeat": 15,
                "limits": {"text": 4000, "room_name": 40, "page": 200}, "room": {**ROOM, "seq": head},
                "occupants": [ANA, BORIS], "inbox": {"seq": inbox}, "resumed": False, **welcome,
            },
            *(events or []),
            {"type": "caught_up", "streams": {"room:1": head, "inbox": inbox}},
        )  # fmt: skip
        return socket

    def cut(self, code: int = 1006, *, was_refused: bool = False) -> None:
        socket = self.socket
        socket.is_closed = True
        socket.listener.socket_closed(code, was_refused=was_refused)

    @property
    def texts(self) -> list[str]:
        return [entry["text"] for entry in self.shown]

    def _open(self, listener: Listener) -> FakeSocket:
        self.sockets.append(FakeSocket(listener))
        return self.sockets[-1]

    def _told(self, topic: Topic, detail: Any) -> None:
        self.topics.append(topic)
        if topic is Topic.ARRIVED:
            self.shown += detail


def message(seq: int, *, room: int = 1, author: Frame = BORIS, client_id: str = "") -> Frame:
    return {
        "type": "message.posted", "stream": f"room:{room}", "seq": seq, "author": author, "text": f"text {seq}",
        "sent_at": "2026-11-20T10:30:00.123Z", "client_id": client_id or f"of-{seq}",
    }  # fmt: skip
