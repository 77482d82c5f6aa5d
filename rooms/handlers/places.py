"""Rooms: making, entering, leaving, closing. Behind each change of room come its events."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.utils.translation import override

from rooms import wording
from rooms.connection import Connection
from rooms.limits import Rate
from rooms.pools import Unavailable
from rooms.protocol.commands import CreateRoom, DeleteRoom, EnterRoom, LeaveRoom
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import Occupant, RoomView
from rooms.services import rooms
from rooms.services.occupancy import view_of

from .answers import Answer
from .speaker import Speaker

_Place = tuple[RoomView, list[Occupant]]


async def create_room(connection: Connection, command: CreateRoom) -> Answer:
    """Make a room; the connection is in it. Asked for again after `unavailable`, it is the one made then, if it was."""
    runtime, user_id = connection.runtime, connection.identity.user_id
    is_repeated = connection.room_in_doubt == command
    connection.room_in_doubt = command
    rate = Rate(*settings.ROOM_RATE)
    wait = await runtime.limiter.peek("rooms", user_id, rate)
    refusal = Refused(ErrorCode.RATE_LIMITED, "rooms_made", retry_after=wait) if wait is not None else None
    create = partial(_create, connection, command, refusal=refusal, is_repeated=is_repeated)
    try:
        room, _ = await _move(connection, create)
    except Refused:
        connection.room_in_doubt = None
        raise
    connection.room_in_doubt = None
    await runtime.limiter.hit("rooms", user_id, rate)
    return Answer(
        {"room": room.to_wire()},
        line=lambda: wording.done_line("room.create", connection.language, name=room.name),
        then=partial(connection.go_to, room.id, since=None),
    )


async def enter_room(connection: Connection, command: EnterRoom) -> Answer:
    """Go to a room."""
    room, people = await _move(connection, _enter, connection, command.room, command.name)
    return _entered(connection, "room.enter", room, people, command.since)


async def leave_room(connection: Connection, command: LeaveRoom) -> Answer:
    """Go back to the default room. In the default room nothing happens."""
    home = connection.runtime.house.default_room_id
    is_home = connection.room_id == home
    room, people = await _move(connection, _enter, connection, home, None)
    answer = _entered(connection, "room.leave", room, people, command.since)
    if is_home:
        answer.then = None
    return answer


async def delete_room(connection: Speaker, command: DeleteRoom) -> Answer:
    """Close a room that this person made. Its people, who may be here too, are moved by its last entry."""
    await connection.runtime.presence.run(_delete, connection.identity.user_id, command.room, command.name)
    return Answer(line=lambda: wording.done_line("room.delete", connection.language))


async def _move(connection: Connection, change: Callable[..., _Place], *args: object) -> _Place:
    """Change the room. What is not known to be done is undone as soon as the database is there, if it was done."""
    try:
        return await connection.runtime.presence.run(change, *args)
    except Unavailable:
        connection.make_sure_of_room()
        raise


def _entered(
    connection: Connection, command: str, room: RoomView, people: list[Occupant], since: int | None
) -> Answer:
    return Answer(
        {"room": room.to_wire(), "occupants": [person.to_wire() for person in people]},
        line=lambda: wording.done_line(command, connection.language, name=room.name),
        then=partial(connection.go_to, room.id, since=since),
    )


def _create(
    connection: Connection, command: CreateRoom, *, refusal: Refused | None, is_repeated: bool
) -> tuple[RoomView, list[Occupant]]:
    with override(connection.language):  # why a name is refused is said in words
        room_id = rooms.create_room(
            connection.id,
            owner=connection.identity.user_id,
            name=command.name,
            kind=command.kind,
            capacity=command.capacity,
            refusal=refusal,
            is_repeated=is_repeated,
        )
    return view_of(room_id)


def _enter(connection: Connection, room_id: int | None, name: str | None) -> tuple[RoomView, list[Occupant]]:
    user_id = connection.identity.user_id
    found = rooms.find_room(room_id=room_id, name=name, user_id=user_id)
    rooms.enter_room(connection.id, room_id=found, user_id=user_id)
    return view_of(found)


def _delete(user_id: int, room_id: int | None, name: str | None) -> None:
    rooms.delete_room(room_id=rooms.find_room(room_id=room_id, name=name, user_id=user_id), user_id=user_id)
