"""What the server answers: `welcome`, `ack` or `error`, each with the `ref` of its command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from .codec import iso
from .errors import ErrorCode
from .events import Occupant, Person, RoomView, Wire
from .limits import HEARTBEAT_SECONDS, PAGE_MAX, PROTOCOL, ROOM_NAME_LENGTH, TEXT_LENGTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """The answer to `hello`; `history` names this database's history, `inbox_seq` the head of one's inbox."""

    type: ClassVar[str] = "welcome"
    ref: str
    history: str
    you: Person
    connection: str
    server_time: datetime
    room: RoomView
    occupants: Sequence[Occupant]
    inbox_seq: int
    resumed: bool

    def to_wire(self) -> Wire:
        """Return the object on the wire."""
        return {
            "type": self.type,
            "ref": self.ref,
            "protocol": PROTOCOL,
            "history": self.history,
            "you": self.you.to_wire(),
            "connection": self.connection,
            "server_time": iso(self.server_time),
            "heartbeat": HEARTBEAT_SECONDS,
            "limits": {"text": TEXT_LENGTH, "room_name": ROOM_NAME_LENGTH, "page": PAGE_MAX},
            "room": self.room.to_wire(),
            "occupants": [person.to_wire() for person in self.occupants],
            "inbox": {"seq": self.inbox_seq},
            "resumed": self.resumed,
        }


def ack(ref: str, **fields: Any) -> Wire:
    """Return the answer that it is done, with what the command's answer carries."""
    return {"type": "ack", "ref": ref, **fields}


def error(ref: str | None, code: ErrorCode, message: str, retry_after: int | None = None) -> Wire:
    """Return the answer that it is not done; `message` is a sentence for a person."""
    answer: Wire = {"type": "error"}
    if ref is not None:
        answer["ref"] = ref
    answer |= {"code": code.value, "message": message}
    if retry_after is not None:
        answer["retry_after"] = retry_after
    return answer
