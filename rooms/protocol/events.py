"""What the server says of its own: events, in the past tense."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from .codec import iso
from .errors import CloseCode
from .limits import INTEGER

Wire = dict[str, Any]  # Any: this is JSON
ClosingReason = Literal["owner_left", "deleted", "moderated"]
AnyRoomKind = Literal["default", "temporary", "permanent"]

# The stream of what reaches a person wherever they are.
INBOX = "inbox"
_ROOM = "room:"


def room_stream(room_id: int) -> str:
    """Return the name of a room's stream."""
    return f"{_ROOM}{room_id}"


def room_of(stream: str) -> int | None:
    """Return the id of the room whose stream this is, None if it is no room's."""
    digits = stream.removeprefix(_ROOM)
    if digits == stream or not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(INTEGER)):
        return None
    return int(digits) if room_stream(int(digits)) == stream else None


# --- Things that events speak of


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, as they are called now."""

    id: int
    login: str
    name: str

    def to_wire(self) -> Wire:
        """Return the object on the wire."""
        return {"id": self.id, "login": self.login, "name": self.name}


@dataclass(frozen=True, slots=True)
class Occupant:
    """Somebody who is in a room."""

    login: str
    name: str

    def to_wire(self) -> Wire:
        """Return the object on the wire."""
        return {"login": self.login, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomView:
    """A room as everybody may see it; `occupants` counts people, not sockets."""

    id: int
    name: str
    kind: AnyRoomKind
    access: str = "open"
    owner: str | None
    capacity: int | None
    occupants: int
    seq: int
    closing_at: datetime | None

    def to_wire(self) -> Wire:
        """Return the object on the wire."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "access": self.access,
            "owner": self.owner,
            "capacity": self.capacity,
            "occupants": self.occupants,
            "seq": self.seq,
            "closing_at": iso(self.closing_at) if self.closing_at else None,
        }


# --- Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The base of all events; `type` is the word on the wire."""

    type: ClassVar[str] = ""

    def to_wire(self) -> Wire:
        """Return the object on the wire."""
        return {"type": self.type, **self._fields()}

    def _fields(self) -> Wire:
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePosted(Event):
    """Somebody has said something in a room. Durable."""

    type = "message.posted"
    stream: str
    seq: int
    author: Person
    text: str
    sent_at: datetime
    client_id: str

    def _fields(self) -> Wire:
        return {
            "stream": self.stream,
            "seq": self.seq,
            "author": self.author.to_wire(),
            "text": self.text,
            "sent_at": iso(self.sent_at),
            "client_id": self.client_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectPosted(Event):
    """Somebody has said something to one person. Durable, in the inbox of both."""

    type = "direct.posted"
    stream: str = INBOX
    seq: int
    author: Person
    to: Person
    text: str
    sent_at: datetime
    client_id: str

    def _fields(self) -> Wire:
        return {
            "stream": self.stream,
            "seq": self.seq,
            "author": self.author.to_wire(),
            "to": self.to.to_wire(),
            "text": self.text,
            "sent_at": iso(self.sent_at),
            "client_id": self.client_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomClosed(Event):
    """A room is no more. Durable, the last of its stream."""

    type = "room.closed"
    stream: str
    seq: int
    room_id: int
    room_name: str
    reason: ClosingReason
    moved_to: int

    def _fields(self) -> Wire:
        return {
            "stream": self.stream,
            "seq": self.seq,
            "room": {"id": self.room_id, "name": self.room_name},
            "reason": self.reason,
            "moved_to": self.moved_to,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomEntered(Event):
    """The server has moved the connection to another room."""

    type = "room.entered"
    room: RoomView
    occupants: Sequence[Occupant]
    reason: ClosingReason

    def _fields(self) -> Wire:
        return {"room": self.room.to_wire(), "occupants": _wires(self.occupants), "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOpened(Event):
    """There is a new room."""

    type = "room.opened"
    room: RoomView

    def _fields(self) -> Wire:
        return {"room": self.room.to_wire()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomChanged(Event):
    """A room's name, occupants, capacity or closing time is another."""

    type = "room.changed"
    room: RoomView

    def _fields(self) -> Wire:
        return {"room": self.room.to_wire()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRemoved(Event):
    """A room is no longer in the list."""

    type = "room.removed"
    id: int

    def _fields(self) -> Wire:
        return {"id": self.id}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomGrew(Event):
    """Something was said in rooms that last: how far their streams have come, for whoever is elsewhere."""

    type = "room.grew"
    heads: Mapping[str, int]

    def _fields(self) -> Wire:
        return {"heads": dict(self.heads)}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMarked(Event):
    """The person has read so far, here or on another device: in a room, or in the conversation `with` somebody."""

    type = "read.marked"
    stream: str | None = None
    with_: str | None = None
    read: int

    def _fields(self) -> Wire:
        place = {"stream": self.stream} if self.stream is not None else {"with": self.with_}
        return {**place, "read": self.read}


@dataclass(frozen=True, slots=True, kw_only=True)
class OccupancyChanged(Event):
    """People have come to a room or gone; `count` is how many are there now."""

    type = "occupancy.changed"
    stream: str
    joined: Sequence[Occupant]
    left: Sequence[Occupant]
    count: int

    def _fields(self) -> Wire:
        return {
            "stream": self.stream,
            "joined": _wires(self.joined),
            "left": _wires(self.left),
            "count": self.count,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat(Event):
    """The server is there, and the streams that the connection follows have come so far."""

    type = "heartbeat"
    server_time: datetime
    heads: Mapping[str, int]

    def _fields(self) -> Wire:
        return {"server_time": iso(self.server_time), "heads": dict(self.heads)}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp(Event):
    """Everything up to these positions has been sent; what follows is live."""

    type = "caught_up"
    streams: Mapping[str, int]

    def _fields(self) -> Wire:
        return {"streams": dict(self.streams)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truncated(Event):
    """A hole of the stream that is not filled, both ends included; `to` 0 where nothing is missing."""

    type = "truncated"
    stream: str
    from_: int
    to: int

    def _fields(self) -> Wire:
        return {"stream": self.stream, "from": self.from_, "to": self.to}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodbye(Event):
    """The server is about to close with this code; `reason` is a stable word, `retry_in_ms` a wish."""

    type = "goodbye"
    code: CloseCode
    reason: str
    retry_in_ms: int = 0

    def _fields(self) -> Wire:
        return {"code": self.code.value, "reason": self.reason, "retry_in_ms": self.retry_in_ms}


def _wires(people: Sequence[Occupant]) -> list[Wire]:
    return [person.to_wire() for person in people]
