"""
Commands: each is carried out by one small function and answered once, in the order received.

The table is the whole choice: what a client sends can name one of its rows and nothing else.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

from rooms import wording
from rooms.connection import Connection
from rooms.pools import Unavailable
from rooms.protocol import commands
from rooms.protocol.answers import error
from rooms.protocol.codec import Request, encode, parse
from rooms.protocol.errors import CloseCode, ErrorCode, Malformed, Refused
from rooms.protocol.limits import RETRY_IN_MS

from .answers import Answer
from .opening import choose_language, say_hello
from .places import create_room, delete_room, enter_room, leave_room
from .reading import (
    fetch_conversation,
    fetch_history,
    list_conversations,
    list_rooms,
    list_users,
    mark_read,
    ping,
    show_help,
    sync_clock,
)
from .talking import post_direct, post_message

__all__ = ["answer", "choose_language"]

logger = logging.getLogger("rooms.handlers")


async def exit_session(connection: Connection, _command: commands.ExitSession) -> Answer:
    """Leave on purpose: the socket closes with 1000, and a temporary room of this person goes without grace."""

    def leave() -> None:
        connection.exits = True
        connection.say_goodbye(CloseCode.NORMAL)

    return Answer(line=lambda: wording.done_line("session.exit", connection.language), then=leave)


HANDLERS: dict[type[commands.Command], Callable[[Connection, Any], Awaitable[Answer]]] = {
    commands.PostMessage: post_message,
    commands.PostDirect: post_direct,
    commands.CreateRoom: create_room,
    commands.EnterRoom: enter_room,
    commands.LeaveRoom: leave_room,
    commands.DeleteRoom: delete_room,
    commands.ListRooms: list_rooms,
    commands.ListUsers: list_users,
    commands.FetchHistory: fetch_history,
    commands.ListConversations: list_conversations,
    commands.FetchConversation: fetch_conversation,
    commands.MarkRead: mark_read,
    commands.SyncClock: sync_clock,
    commands.Ping: ping,
    commands.ExitSession: exit_session,
    commands.ShowHelp: show_help,
}


async def answer(connection: Connection, frame: str | bytes) -> None:
    """Carry out one frame and queue its one answer. Raises nothing: a bug is answered `internal` and logged."""
    ref = None
    try:
        request = _read(connection, frame)
        ref = request.ref
        await _carry_out(connection, request)
    except Refused as refused:
        _refuse(connection, refused.ref or ref, refused)
    except Unavailable:
        _refuse(connection, ref, Refused(ErrorCode.UNAVAILABLE))
    except Exception:
        logger.exception("command of connection %s", connection.id)
        _refuse(connection, ref, Refused(ErrorCode.INTERNAL))


def _read(connection: Connection, frame: str | bytes) -> Request:
    """Parse; before `hello` everything else is a bad request, whatever else it may be."""
    try:
        request = parse(frame)
    except Malformed:
        raise
    except Refused as refused:
        if not connection.is_open and refused.code is not ErrorCode.BAD_REQUEST:
            raise Refused(ErrorCode.BAD_REQUEST, "not_before_hello", ref=refused.ref) from refused
        raise
    if isinstance(request.command, commands.Hello) == connection.is_open:
        reason = "hello_twice" if connection.is_open else "not_before_hello"
        raise Refused(ErrorCode.BAD_REQUEST, reason, ref=request.ref)
    return request


async def _carry_out(connection: Connection, request: Request) -> None:
    command = request.command
    if isinstance(command, commands.Hello):
        await say_hello(connection, request.ref, command)
        return
    done = await HANDLERS[type(command)](connection, command)
    typed = {"command": command.type, "text": done.line()} if request.typed else {}
    connection.send(done.frame(request.ref, **typed))
    if done.then is not None:
        done.then()


def _refuse(connection: Connection, ref: str | None, refused: Refused) -> None:
    text = wording.sentence(refused, connection.language)
    connection.send(encode(error(ref, refused.code, text, refused.retry_after)))
    now = time.monotonic()
    if connection.close_after_refusal is not None:
        connection.say_goodbye(connection.close_after_refusal)
    elif isinstance(refused, Malformed) and connection.conduct.is_broken(now):
        connection.say_goodbye(CloseCode.PROTOCOL)
    elif refused.code is ErrorCode.RATE_LIMITED and _is_flooding(connection, now):
        connection.say_goodbye(CloseCode.FLOOD, retry_in_ms=RETRY_IN_MS)


def _is_flooding(connection: Connection, now: float) -> bool:
    return connection.runtime.pushing.is_flooding(connection.identity.user_id, now)
