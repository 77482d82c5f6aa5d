"""`hello`: who comes, what they hold from before, where they are now."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from rooms.connection import Connection
from rooms.protocol.answers import Welcome
from rooms.protocol.codec import encode
from rooms.protocol.commands import Hello, Resume
from rooms.protocol.errors import CloseCode, ErrorCode, Refused
from rooms.protocol.events import INBOX, room_stream
from rooms.protocol.limits import PROTOCOL
from rooms.services.opening import open_connection
from rooms.services.presence import Arrival
from rooms.subscription import Subscription


def choose_language(wishes: Sequence[str | None]) -> str:
    """Return the first of these languages that this chat speaks, else English."""
    for wish in wishes:
        if wish:
            try:
                return get_supported_language_variant(wish)
            except LookupError:
                continue
    return settings.LANGUAGE_CODE


async def say_hello(connection: Connection, ref: str, hello: Hello) -> None:
    """Open the connection: `welcome`, and behind it what was missed. Raises Refused, Unavailable."""
    connection.language = choose_language([hello.language, connection.language])
    if hello.protocol != PROTOCOL:
        connection.close_after_refusal = CloseCode.PROTOCOL
        raise Refused(ErrorCode.BAD_PROTOCOL)
    runtime = connection.runtime
    resume = hello.resume or Resume()
    before = resume.room
    runtime.connections[connection.id] = connection
    opened = await runtime.presence.run(
        open_connection,
        Arrival(
            connection_id=connection.id,
            worker_id=runtime.house.worker_id,
            user_id=connection.identity.user_id,
            session_hash=connection.identity.session_hash,
            address=connection.address,
            client=hello.client,
            wanted=[wanted for wanted in (before.id if before else None, hello.room) if wanted is not None],
        ),
        resume_room=before.id if before else None,
    )
    is_resumed = before is not None and opened.room.id == before.id
    is_other_history = resume.history != runtime.house.history
    welcome = Welcome(
        ref=ref,
        history=runtime.house.history,
        you=opened.you,
        connection=str(connection.id),
        server_time=runtime.clock.now(),
        room=opened.room,
        occupants=opened.occupants,
        inbox_seq=opened.inbox_seq,
        resumed=is_resumed,
    )
    connection.send(encode(welcome.to_wire()))
    if before is not None and opened.saw_it_close:
        connection.replay(before.id, since=before.seq, is_void=is_other_history)
    room = Subscription(
        room_stream(opened.room.id),
        connection,
        since=before.seq if before is not None and is_resumed else None,
        is_void=is_resumed and is_other_history,
    )
    inbox = Subscription(
        INBOX,
        connection,
        # Who brings nothing begins where `welcome` says: what has come since then is already news.
        since=opened.inbox_seq if resume.inbox is None else resume.inbox,
        is_void=resume.inbox is not None and is_other_history,
    )
    connection.open(room_id=opened.room.id, room=room, inbox_stream=opened.inbox_stream, inbox=inbox)
