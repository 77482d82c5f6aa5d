"""Saying something: what counts against the rate, and what does not."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from rooms.handlers.talking import post_message
from rooms.limits import Limiter
from rooms.protocol.commands import PostMessage
from rooms.protocol.errors import ErrorCode, Refused
from rooms.services.posting import Post, Posted

pytestmark = pytest.mark.asyncio

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HERE, ELSEWHERE = 1, 2


class Talk:
    """Somebody in a room, and a log that knows what was said before."""

    def __init__(self) -> None:
        self.log: list[uuid.UUID] = []
        self.connection: Any = SimpleNamespace(
            room_id=HERE,
            identity=SimpleNamespace(user_id=9),
            runtime=SimpleNamespace(limiter=Limiter(), post=self.post),
        )

    async def post(self, post: Post) -> Posted:
        is_known = post.client_id in self.log
        if not is_known:
            if post.refusal is not None:
                raise post.refusal
            self.log.append(post.client_id)
        return Posted(seq=self.log.index(post.client_id) + 1, sent_at=NOW, duplicate=is_known)

    async def say(self, client_id: str | None = None, *, room: int = HERE) -> bool:
        """Return whether it was taken, as something new or as something known."""
        command = PostMessage(room=room, client_id=client_id or str(uuid.uuid4()), text="hello")
        try:
            await post_message(self.connection, command)
        except Refused as refused:
            return refused.code is not ErrorCode.RATE_LIMITED
        return True


@pytest.fixture
def talk(settings) -> Talk:
    settings.LIMITS, settings.REDIS_URL, settings.MESSAGE_RATE = True, "", (3, 60)
    return Talk()


async def test_somebody_says_so_much_and_no_more(talk: Talk):
    assert [await talk.say() for _ in range(5)] == [True, True, True, False, False]


async def test_what_is_sent_again_takes_nothing_of_the_rate(talk: Talk):
    known = str(uuid.uuid4())

    assert all([await talk.say(known) for _ in range(10)])

    assert [await talk.say() for _ in range(3)] == [True, True, False]


async def test_what_is_sent_again_from_another_room_gives_nothing_to_the_rate(talk: Talk):
    known = str(uuid.uuid4())
    await talk.say(known)
    talk.connection.room_id = ELSEWHERE

    assert all([await talk.say(known) for _ in range(10)])

    assert [await talk.say(room=ELSEWHERE) for _ in range(3)] == [True, True, False]
