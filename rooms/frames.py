"""What is said of entries, people and rooms on the wire, from what the database has of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from accounts.names import display_name
from rooms.models import Message
from rooms.protocol.codec import encode
from rooms.protocol.events import (
    INBOX,
    DirectPosted,
    MessagePosted,
    Occupant,
    Person,
    RoomClosed,
    room_stream,
)


class Somebody(Protocol):
    """An account, or as much of it as a frame says."""

    @property
    def pk(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def display_name(self) -> str: ...
    @property
    def is_erased(self) -> bool: ...


class Said(Protocol):
    """An entry as it is stored, or about to be."""

    @property
    def stream_id(self) -> int: ...
    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def author(self) -> Somebody | None: ...
    @property
    def peer(self) -> Somebody | None: ...
    @property
    def text(self) -> str: ...
    @property
    def client_id(self) -> UUID | None: ...
    @property
    def is_origin(self) -> bool: ...
    @property
    def sent_at(self) -> datetime: ...


def person(user: Somebody) -> Person:
    """Return a person with the name they have now; somebody erased has none."""
    return Person(id=user.pk, login=user.username, name="" if user.is_erased else user.display_name)


def occupant(user: Mapping[str, Any]) -> Occupant:
    """Return a person in a list, from the columns username, first_name, last_name, erased_at."""
    name = display_name(user["first_name"], user["last_name"], user["username"])
    return Occupant(login=user["username"], name="" if user["erased_at"] else name)


class Closing(NamedTuple):
    """What a closed room was called, and the room where its people went."""

    room_name: str
    moved_to: int


def event(entry: Said, *, inbox_of: Somebody | None = None, closing: Closing | None = None) -> dict[str, Any]:
    """
    Return the event that an entry is, the same live, on resume, in history and in exports.

    `inbox_of`: the owner of the inbox, for private messages. `closing`: for the last entry of a closed room.
    """
    match entry.kind:
        case Message.Kind.MESSAGE:
            return _message_posted(entry)
        case Message.Kind.DIRECT:
            return _direct_posted(entry, inbox_of)
        case Message.Kind.ROOM_CLOSED:
            return _room_closed(entry, closing)
    raise AssertionError(entry.kind)


def frame(entry: Said, *, inbox_of: Somebody | None = None, closing: Closing | None = None) -> str:
    """Return the event as the finished frame that every follower is sent."""
    return encode(event(entry, inbox_of=inbox_of, closing=closing))


def _message_posted(entry: Said) -> dict[str, Any]:
    assert entry.author is not None
    return MessagePosted(
        stream=room_stream(entry.stream_id),
        seq=entry.seq,
        author=person(entry.author),
        text=entry.text,
        sent_at=entry.sent_at,
        client_id=str(entry.client_id),
    ).to_wire()


def _direct_posted(entry: Said, inbox_of: Somebody | None) -> dict[str, Any]:
    recipient = entry.peer if entry.is_origin else inbox_of
    assert entry.author is not None
    assert recipient is not None
    return DirectPosted(
        stream=INBOX,
        seq=entry.seq,
        author=person(entry.author),
        to=person(recipient),
        text=entry.text,
        sent_at=entry.sent_at,
        client_id=str(entry.client_id),
    ).to_wire()


def _room_closed(entry: Said, closing: Closing | None) -> dict[str, Any]:
    assert closing is not None
    return RoomClosed(
        stream=room_stream(entry.stream_id),
        seq=entry.seq,
        room_id=entry.stream_id,
        room_name=closing.room_name,
        reason=entry.text,  # type: ignore[arg-type]  # written by close_room only
        moved_to=closing.moved_to,
    ).to_wire()
