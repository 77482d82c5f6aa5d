"""What waits in an outbox: its shape, and the lane it goes in."""

from dataclasses import dataclass
from enum import StrEnum

from .frames import Frame, stream_of


@dataclass(frozen=True, slots=True)
class Target:
    """For whom it is: a room, by its id, or a person, by login. `name` is what a person calls it."""

    name: str
    room: int | None = None
    login: str | None = None

    @property
    def lane(self) -> str:
        """Of each lane one is under way at a time: a room, or all private messages."""
        return "inbox" if self.room is None else stream_of(self.room)


class State(StrEnum):
    """`stored` is acknowledged, and shown until the log brings it; `refused` is the server's final no."""

    WAITING = "waiting"
    SENDING = "sending"
    STORED = "stored"
    REFUSED = "refused"


@dataclass(slots=True)
class Item:
    """One message on its way. `is_unsure`: it was sent before, and nobody knows what became of it."""

    client_id: str
    target: Target
    text: str
    state: State = State.WAITING
    is_unsure: bool = False
    code: str = ""
    reason: str = ""
    seq: int | None = None

    @property
    def command(self) -> Frame:
        """What to send for it."""
        where = {"to": self.target.login} if self.target.room is None else {"room": self.target.room}
        kind = "direct.post" if self.target.room is None else "message.post"
        return {"type": kind, **where, "client_id": self.client_id, "text": self.text}
