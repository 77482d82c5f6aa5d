"""
Carrying out what is written on a page without a connection, by the same handlers that answer the socket.

The address says which room somebody is talking in; see docs/decisions/0008.
"""

import asyncio
from dataclasses import dataclass
from functools import partial

from asgiref.sync import sync_to_async
from django.urls import reverse

from rooms import runtime
from rooms.handlers.places import delete_room
from rooms.handlers.reading import list_rooms, list_users, show_help
from rooms.handlers.talking import post_direct, post_message
from rooms.models import Room
from rooms.pools import CALL_SECONDS, Unavailable
from rooms.protocol import commands
from rooms.protocol.commands import Command
from rooms.protocol.errors import ErrorCode, Refused
from rooms.services.rooms import find_room, has_seat

_ASKING = {commands.ListRooms: list_rooms, commands.ListUsers: list_users, commands.ShowHelp: show_help}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Somebody who reads a page."""

    user_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Somebody who writes on a page. `room_id`: where they may say something, 0 for nowhere."""

    runtime: runtime.Runtime
    identity: Reader
    language: str
    room_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What has come of it: an answer to show, or an address to go to; neither where one stays."""

    address: str = ""
    answer: str = ""


async def carry_out(command: Command, *, user_id: int, language: str, room: Room | None) -> Outcome:
    """Do what somebody has written in this room, or beside a conversation. Raises Refused, Unavailable."""
    worker = await _worker()
    # No seat is taken, so nothing need be locked; but a room that is full is for those who are in it.
    is_seated = room is not None and await sync_to_async(has_seat)(room.pk, room.capacity, user_id)
    visit = Visit(
        runtime=worker,
        identity=Reader(user_id=user_id),
        language=language,
        room_id=room.pk if room is not None and is_seated else 0,
    )
    match command:
        case commands.PostMessage():
            return await _post(visit, command)
        case commands.PostDirect():
            await post_direct(visit, command)
            return Outcome(address=reverse("conversation", args=[command.to]))
        case commands.EnterRoom():
            return Outcome(address=await _address(visit, command))
        case commands.LeaveRoom():
            return Outcome(address=reverse("lobby"))
        case commands.DeleteRoom():
            await delete_room(visit, command)
            return Outcome(address=reverse("lobby"))
        case commands.ListRooms() | commands.ListUsers() | commands.ShowHelp():
            answer = await _ASKING[type(command)](visit, command)  # type: ignore[operator]  # each has its own
            return Outcome(answer=answer.line())
        case commands.CreateRoom():  # it would be moved into, and live by a connection that there is not
            raise Refused(ErrorCode.FORBIDDEN, "make_needs_connection")
    raise Refused(ErrorCode.FORBIDDEN, "exit_needs_connection")


async def _worker() -> runtime.Runtime:
    """Return the worker of this process; one that waits for its database is not waited for."""
    try:
        async with asyncio.timeout(CALL_SECONDS):
            return await runtime.start()
    except TimeoutError as problem:
        raise Unavailable from problem


async def _post(visit: Visit, command: commands.PostMessage) -> Outcome:
    try:
        await post_message(visit, command)
    except Refused as refused:
        if refused.code is ErrorCode.NOT_IN_ROOM:  # what the handler says to whom the room has no seat for
            raise Refused(ErrorCode.ROOM_FULL) from refused
        raise
    return Outcome()


async def _address(visit: Visit, command: commands.EnterRoom) -> str:
    find = partial(find_room, room_id=command.room, name=command.name, user_id=visit.identity.user_id)
    return reverse("room", args=[await visit.runtime.presence.run(find)])
