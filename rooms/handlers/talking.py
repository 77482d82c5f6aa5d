"""Saying something: in the room, to one person."""

import uuid

from django.conf import settings

from rooms import wording
from rooms.connection import Connection
from rooms.limits import Rate
from rooms.protocol.codec import iso
from rooms.protocol.commands import PostDirect, PostMessage
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import INBOX, room_stream
from rooms.services.posting import Post

from .answers import Answer


async def post_message(connection: Connection, command: PostMessage) -> Answer:
    """Say something in the room that the connection is in."""
    refusal = None
    if command.room != connection.room_id:
        refusal = Refused(ErrorCode.NOT_IN_ROOM)
    return await _post(
        connection,
        Post(
            author_id=connection.identity.user_id,
            client_id=uuid.UUID(command.client_id),
            text=command.text,
            room_id=command.room,
            refusal=refusal or await _against_rate(connection),
        ),
        room_stream(command.room),
    )


async def post_direct(connection: Connection, command: PostDirect) -> Answer:
    """Say something to one person, wherever they are."""
    answer = await _post(
        connection,
        Post(
            author_id=connection.identity.user_id,
            client_id=uuid.UUID(command.client_id),
            text=command.text,
            to=command.to,
            refusal=await _against_rate(connection),
        ),
        INBOX,
    )
    answer.line = lambda: wording.done_line("direct.post", connection.language, login=command.to)
    return answer


async def _post(connection: Connection, post: Post, stream: str) -> Answer:
    posted = await connection.runtime.post(post)
    return Answer(
        {
            "stream": stream,
            "seq": posted.seq,
            "sent_at": iso(posted.sent_at),
            "duplicate": posted.duplicate,
        }
    )


async def _against_rate(connection: Connection) -> Refused | None:
    """Count the message; what is found holds only for one that is not stored already."""
    rate = Rate(*settings.MESSAGE_RATE)
    wait = await connection.runtime.limiter.hit("messages", connection.identity.user_id, rate)
    return Refused(ErrorCode.RATE_LIMITED, retry_after=wait) if wait is not None else None
