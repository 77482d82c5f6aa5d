"""`hello`: who comes, what they hold from before, where they are now."""

import asyncio
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import get_supported_language_variant

from chatproject.turns import Superseded
from rooms.connection import Connection
from rooms.pools import QUEUE_SECONDS, Unavailable
from rooms.protocol.answers import Welcome
from rooms.protocol.codec import encode
from rooms.protocol.commands import Hello, Resume
from rooms.protocol.errors import CloseCode, ErrorCode, Refused
from rooms.protocol.events import INBOX, room_stream
from rooms.protocol.limits import PROTOCOL
from rooms.services.arriving import Arrival
from rooms.services.opening import Opened, Opening
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
    opened = await _arrive(connection, hello)
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


async def _arrive(connection: Connection, hello: Hello) -> Opened:
    """
    Register the connection when it is this person's turn. Raises Refused, Unavailable.

    Of those that wait the oldest would be the first to be closed once they are in: it is closed at once, as soon as
    more wait than there is place for.
    """
    arrivals, user_id = connection.runtime.arrivals, connection.identity.user_id
    most = settings.CONNECTIONS_PER_PERSON if settings.LIMITS else None
    try:
        async with asyncio.timeout(QUEUE_SECONDS), arrivals.of(user_id, most_waiting=most):
            return await _open(connection, hello)
    except Superseded as superseded:
        connection.close_after_refusal = CloseCode.TOO_MANY_CONNECTIONS
        raise Refused(ErrorCode.RATE_LIMITED, retry_after=1) from superseded
    except TimeoutError as late:
        raise Unavailable from late
    except Unavailable:  # they are told now, and not each after as long a wait of its own
        arrivals.dismiss(user_id, Unavailable)
        raise


async def _open(connection: Connection, hello: Hello) -> Opened:
    runtime = connection.runtime
    before = hello.resume.room if hello.resume else None
    wanted = [room_id for room_id in (before.id if before else None, hello.room) if room_id is not None]
    arrival = Arrival(
        connection_id=connection.id,
        worker_id=runtime.house.worker_id,
        user_id=connection.identity.user_id,
        session_hash=connection.identity.session_hash,
        address=connection.address,
        client=hello.client,
        wanted=wanted,
    )
    return await runtime.openings.submit(Opening(arrival=arrival, resume_room=before.id if before else None))
