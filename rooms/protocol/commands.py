"""What a client may ask: one frozen dataclass for each command, in the imperative."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from .limits import PAGE_DEFAULT

RoomKind = Literal["temporary", "permanent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """The base of all commands; `type` is the word on the wire."""

    type: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeRoom:
    """Up to where the client has seen the room that it was in."""

    id: int
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    """What the client holds from before; `inbox` None means that it wants nothing of the inbox."""

    history: str | None = None
    room: ResumeRoom | None = None
    inbox: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello(Command):
    """Open the conversation. With another `protocol` than ours the other fields are left unread."""

    type = "hello"
    protocol: int
    client: str = ""
    language: str | None = None
    room: int | None = None
    resume: Resume | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMessage(Command):
    """Say something in the room that the connection is in. `text` is NFC, not blank and not too long."""

    type = "message.post"
    room: int
    client_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDirect(Command):
    """Say something to one person."""

    type = "direct.post"
    to: str
    client_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRoom(Command):
    """Open a room and go there. The name is as it was typed: its rules are checked by the service."""

    type = "room.create"
    name: str
    kind: RoomKind = "temporary"
    capacity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterRoom(Command):
    """Go to a room, named by exactly one of `room` and `name`."""

    type = "room.enter"
    room: int | None = None
    name: str | None = None
    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveRoom(Command):
    """Go back to the default room."""

    type = "room.leave"
    since: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRoom(Command):
    """Close a room, named by exactly one of `room` and `name`."""

    type = "room.delete"
    room: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRooms(Command):
    """Ask for the open rooms. `after` is the `next` of the page before."""

    type = "room.list"
    after: str | None = None
    limit: int = PAGE_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class ListUsers(Command):
    """Ask for the people. `after` is the `next` of the page before."""

    type = "user.list"
    after: str | None = None
    limit: int = PAGE_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchHistory(Command):
    """Read a stream: at most one of `before` and `after`, without them the newest."""

    type = "history.fetch"
    stream: str
    before: int | None = None
    after: int | None = None
    limit: int = PAGE_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class ListConversations(Command):
    """Ask with whom one has exchanged private messages. `after` is the `next` of the page before."""

    type = "conversation.list"
    after: str | None = None
    limit: int = PAGE_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchConversation(Command):
    """Read the private messages with one person (`with` on the wire)."""

    type = "conversation.fetch"
    with_: str
    before: int | None = None
    limit: int = PAGE_DEFAULT


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRead(Command):
    """Say up to where one has read a room or a conversation: exactly one of `stream` and `with` (on the wire)."""

    type = "read.mark"
    stream: str | None = None
    with_: str | None = None
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncClock(Command):
    """Compare clocks. `t0` goes back as it came."""

    type = "clock.sync"
    t0: int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Command):
    """Ask whether the server is there."""

    type = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExitSession(Command):
    """Leave on purpose: no grace, the server closes with 1000."""

    type = "session.exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHelp(Command):
    """List the commands that can be typed. It exists as a line only, not as a frame."""

    type = "help"
