"""From the JSON object of a command to its dataclass."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from . import commands, limits
from .command_line import is_command_line, parse_line, without_escape
from .commands import Command, RoomKind
from .errors import ErrorCode, Refused
from .fields import Fields, bad_field
from .text import nfc


def read_command(kind: str, fields: Fields) -> tuple[Command, bool]:
    """Read a command of this `type`; say whether it was typed as a line.

    Raises nothing but `Refused`, the one that holds where several fit.
    """
    if kind == commands.PostMessage.type:
        command, typed = _read_message(fields)
    elif read := _READERS.get(kind):
        command, typed = read(fields), False
    else:
        raise Refused(ErrorCode.UNKNOWN_TYPE)
    fields.settle()
    return command, typed


def _read_message(fields: Fields) -> tuple[Command, bool]:
    text = nfc(fields.raw_string("text"))
    if is_command_line(text):
        return _read_line(fields, text), True
    return (
        commands.PostMessage(
            room=fields.integer("room"),
            client_id=fields.uuid("client_id"),
            text=fields.checked_text(without_escape(text)),
        ),
        False,
    )


def _read_line(fields: Fields, line: str) -> Command:
    # `room` is not looked at, and a bad `client_id` matters to a private message only.
    if len(line) > limits.TEXT_LENGTH:
        fields.put_off(Refused(ErrorCode.TOO_LARGE, "text_too_long"))
    try:
        return parse_line(line, fields.uuid_or_none("client_id"))
    except Refused as refused:
        raise fields.earliest(refused) from None


def _hello(fields: Fields) -> Command:
    protocol = fields.integer("protocol")
    if protocol != limits.PROTOCOL:
        return commands.Hello(protocol=protocol)  # another version's fields are not ours to judge
    return commands.Hello(
        protocol=protocol,
        client=fields.token("client"),
        language=fields.token_or_none("language"),
        room=fields.integer_or_none("room"),
        resume=_resume(fields.object_or_none("resume")),
    )


def _resume(fields: Fields | None) -> commands.Resume | None:
    if fields is None:
        return None
    room = fields.object_or_none("room")
    return commands.Resume(
        history=fields.token_or_none("history"),
        room=commands.ResumeRoom(id=room.integer("id"), seq=room.seq("seq")) if room else None,
        inbox=fields.seq_or_none("inbox"),
    )


def _post_direct(fields: Fields) -> Command:
    return commands.PostDirect(
        to=fields.login("to"), client_id=fields.uuid("client_id"), text=fields.text("text")
    )


def _create_room(fields: Fields) -> Command:
    return commands.CreateRoom(
        name=fields.room_name("name"),
        kind=_room_kind(fields),
        capacity=fields.integer_or_none("capacity", least=limits.CAPACITY_MIN, most=limits.CAPACITY_MAX),
    )


def _room_kind(fields: Fields) -> RoomKind:
    match fields.token_or_none("kind"):
        case None | "temporary":
            return "temporary"
        case "permanent":
            return "permanent"
        case _:
            raise bad_field("kind")


def _enter_room(fields: Fields) -> Command:
    fields.exactly_one("room", "name")
    return commands.EnterRoom(
        room=fields.integer_or_none("room"),
        name=fields.room_name("name") if fields.has("name") else None,
        since=fields.seq_or_none("since"),
    )


def _leave_room(fields: Fields) -> Command:
    return commands.LeaveRoom(since=fields.seq_or_none("since"))


def _delete_room(fields: Fields) -> Command:
    fields.exactly_one("room", "name")
    return commands.DeleteRoom(
        room=fields.integer_or_none("room"),
        name=fields.room_name("name") if fields.has("name") else None,
    )


def _list_rooms(fields: Fields) -> Command:
    return commands.ListRooms(after=fields.token_or_none("after"), limit=fields.limit())


def _list_users(fields: Fields) -> Command:
    return commands.ListUsers(after=fields.token_or_none("after"), limit=fields.limit())


def _fetch_history(fields: Fields) -> Command:
    fields.at_most_one("before", "after")
    return commands.FetchHistory(
        stream=fields.raw_string("stream"),
        before=fields.seq_or_none("before"),
        after=fields.seq_or_none("after"),
        limit=fields.limit(),
    )


def _list_conversations(fields: Fields) -> Command:
    return commands.ListConversations(after=fields.token_or_none("after"), limit=fields.limit())


def _fetch_conversation(fields: Fields) -> Command:
    return commands.FetchConversation(
        with_=fields.login("with"), before=fields.seq_or_none("before"), limit=fields.limit()
    )


def _mark_read(fields: Fields) -> Command:
    fields.exactly_one("stream", "with")
    return commands.MarkRead(
        stream=fields.raw_string("stream") if fields.has("stream") else None,
        with_=fields.login("with") if fields.has("with") else None,
        seq=fields.seq("seq"),
    )


def _sync_clock(fields: Fields) -> Command:
    return commands.SyncClock(t0=fields.number("t0"))


def _ping(_: Fields) -> Command:
    return commands.Ping()


def _exit_session(_: Fields) -> Command:
    return commands.ExitSession()


_READERS: Mapping[str, Callable[[Fields], Command]] = MappingProxyType(
    {
        commands.Hello.type: _hello,
        commands.PostDirect.type: _post_direct,
        commands.CreateRoom.type: _create_room,
        commands.EnterRoom.type: _enter_room,
        commands.LeaveRoom.type: _leave_room,
        commands.DeleteRoom.type: _delete_room,
        commands.ListRooms.type: _list_rooms,
        commands.ListUsers.type: _list_users,
        commands.FetchHistory.type: _fetch_history,
        commands.ListConversations.type: _list_conversations,
        commands.FetchConversation.type: _fetch_conversation,
        commands.MarkRead.type: _mark_read,
        commands.SyncClock.type: _sync_clock,
        commands.Ping.type: _ping,
        commands.ExitSession.type: _exit_session,
    }
)
