"""Saying something: in the room, to one person."""

import uuid
from dataclasses import replace

from django.conf import settings

from rooms import wording
from rooms.limits import Rate
from rooms.protocol.codec import iso
from rooms.protocol.commands import PostDirect, PostMessage
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import INBOX, room_stream
from rooms.services.posting import Post

from .answers import Answer
from .speaker import Speaker


async def post_message(connection: Speaker, command: PostMessage) -> Answer:
    """Say something in the room that the connection is in."""
    is_here = command.room == connection.room_id
    return await _post(
        connection,
        Post(
            author_id=connection.identity.user_id,
            client_id=uuid.UUID(command.client_id),
            text=command.text,
            room_id=command.room,
            refusal=None if is_here else Refused(ErrorCode.NOT_IN_ROOM),
        ),
        room_stream(command.room),
    )


async def post_direct(connection: Speaker, command: PostDirect) -> Answer:
    """Say something to one person, wherever they are."""
    answer = await _post(
        connection,
        Post(
            author_id=connection.identity.user_id,
            client_id=uuid.UUID(command.client_id),
            text=command.text,
            to=command.to,
        ),
        INBOX,
    )
    answer.line = lambda: wording.done_line("direct.post", connection.language, login=command.to)
    return answer


async def _post(connection: Speaker, post: Post, stream: str) -> Answer:
    """Store it within the author's rate, of which what is stored already takes nothing."""
    limiter, rate = connection.runtime.limiter, Rate(*settings.MESSAGE_RATE)
    is_counted = post.refusal is None
    if is_counted and (wait := await limiter.hit("messages", post.author_id, rate)) is not None:
        post = replace(post, refusal=Refused(ErrorCode.RATE_LIMITED, retry_after=wait))
    posted = await connection.runtime.post(post)
    if posted.duplicate and is_counted:
        await limiter.take_back("messages", post.author_id, rate)
    return Answer(
        {
            "stream": stream,
            "seq": posted.seq,
            "sent_at": iso(posted.sent_at),
            "duplicate": posted.duplicate,
        }
    )
