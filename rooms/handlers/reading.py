"""Reading: lists, history, the clock."""

from collections.abc import Mapping
from typing import Any

from rooms import wording
from rooms.connection import Connection
from rooms.protocol.codec import encode, iso
from rooms.protocol.commands import (
    FetchConversation,
    FetchHistory,
    ListConversations,
    ListRooms,
    ListUsers,
    MarkRead,
    Ping,
    ShowHelp,
    SyncClock,
)
from rooms.services import lists
from rooms.services.lists import Page
from rooms.services.marks import Mark

from .answers import Answer, as_many_as_fit, events_answer
from .speaker import Speaker


async def list_rooms(connection: Speaker, command: ListRooms) -> Answer:
    """List the open rooms."""
    page = await connection.runtime.reads.run(
        lists.list_rooms, connection.identity.user_id, after=command.after, limit=command.limit
    )
    answer, items = _page("rooms", page)
    more = answer.fields["next"] is not None
    answer.line = lambda: wording.room_lines(items, more=more, language=connection.language)
    return answer


async def list_users(connection: Speaker, command: ListUsers) -> Answer:
    """List the people."""
    page = await connection.runtime.reads.run(lists.list_users, after=command.after, limit=command.limit)
    answer, items = _page("users", page)
    more = answer.fields["next"] is not None
    ids = {room_id for user in items for room_id in user["rooms"]}
    names = await connection.runtime.reads.run(lists.room_names, ids)
    answer.line = lambda: wording.user_lines(items, names, more=more, language=connection.language)
    return answer


async def list_conversations(connection: Connection, command: ListConversations) -> Answer:
    """List with whom this person has exchanged private messages."""
    page = await connection.runtime.reads.run(
        lists.list_conversations, connection.identity.user_id, after=command.after, limit=command.limit
    )
    return _page("conversations", page)[0]


async def fetch_history(connection: Connection, command: FetchHistory) -> Answer:
    """Read an open room, or one's own inbox."""
    entries, more = await connection.runtime.reads.run(
        lists.fetch_history,
        connection.identity.user_id,
        stream=command.stream,
        before=command.before,
        after=command.after,
        limit=command.limit,
    )
    return events_answer(entries, more=more, from_newest=command.after is None)


async def fetch_conversation(connection: Connection, command: FetchConversation) -> Answer:
    """Read the private messages with one person."""
    entries, more = await connection.runtime.reads.run(
        lists.fetch_conversation,
        connection.identity.user_id,
        login=command.with_,
        before=command.before,
        limit=command.limit,
    )
    return events_answer(entries, more=more, from_newest=True)


async def mark_read(connection: Connection, command: MarkRead) -> Answer:
    """Take up to where this person has read a room or a conversation."""
    mark = Mark(
        user_id=connection.identity.user_id, seq=command.seq, stream=command.stream, with_=command.with_
    )
    return Answer({"read": await connection.runtime.mark_read(mark)})


async def sync_clock(connection: Connection, command: SyncClock) -> Answer:
    """Compare clocks: when the frame came, which may have waited behind others, and when it is answered."""
    clock = connection.runtime.clock
    return Answer({"t0": command.t0, "t1": clock.ms_at(connection.received_at), "t2": clock.now_ms()})


async def ping(connection: Connection, _command: Ping) -> Answer:
    """Say that the server is there."""
    return Answer({"server_time": iso(connection.runtime.clock.now())})


async def show_help(connection: Speaker, _command: ShowHelp) -> Answer:
    """List the commands that can be typed."""
    return Answer(line=lambda: wording.help_lines(connection.language))


def _page(name: str, page: Page) -> tuple[Answer, list[Mapping[str, Any]]]:  # Any: JSON
    """Return as much of a page as fits into an answer."""
    count = as_many_as_fit([encode(item) for item in page.items])
    has_more = page.more or count < len(page.items)
    items = page.items[:count]
    return Answer({name: items, "next": page.keys[count - 1] if has_more and count else None}), items
