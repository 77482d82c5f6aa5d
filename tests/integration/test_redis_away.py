"""Redis stopped, restarted, flushed or frozen: everything is stored, acknowledged, and there within three seconds."""

import asyncio
from collections.abc import Callable

import pytest
import redis

from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.services import Redis
from tests.harness.waiting import eventually

pytestmark = [pytest.mark.asyncio, pytest.mark.fault]

# D7: lost hints are repaired by the poll of the heads. One second is for the machine that runs the tests.
REPAIRED_SECONDS = 3.0 + 1.0
ACK_SECONDS = 1.5
StartHouse = Callable[..., House]


async def two_in_a_room(house: House) -> list[ChatClient]:
    """Let in one person at each worker, into one room."""
    clients = await house.one_at_each_worker()
    await house.private_corner(*clients)
    return clients


def redis_of(house: House) -> Redis:
    assert house.server.redis is not None
    return house.server.redis


async def exchange(clients: list[ChatClient], word: str) -> None:
    """Let everybody say something, in the room and in private, and everybody hear it in time."""
    one, two = clients
    for author, reader in ((one, two), (two, one)):
        said, whispered = (
            f"{word}, said by {author.person.login}",
            f"{word}, whispered by {author.person.login}",
        )
        await asyncio.wait_for(author.post(said), ACK_SECONDS)
        await reader.expect_text(said, seconds=REPAIRED_SECONDS)
        await asyncio.wait_for(author.direct(reader.person, whispered), ACK_SECONDS)
        await reader.expect_text(whispered, seconds=REPAIRED_SECONDS)


async def test_redis_stopped(breakable_house: House) -> None:
    clients = await two_in_a_room(breakable_house)

    redis_of(breakable_house).stop()

    await exchange(clients, "without redis")
    late = await breakable_house.newcomer(room=clients[0].room["id"])
    await clients[0].post("to the late one")
    await late.expect_text("to the late one", seconds=REPAIRED_SECONDS)
    status, body = await asyncio.to_thread(breakable_house.server.get, "/readyz")
    assert status == 200
    assert b"degraded" in body

    redis_of(breakable_house).start()
    await exchange(clients, "with redis again")
    assert [client.close_code for client in clients] == [None, None]


async def test_redis_restarted_in_the_middle_of_talk(breakable_house: House) -> None:
    clients = await two_in_a_room(breakable_house)

    talk = asyncio.gather(
        *(client.post(f"{n} from {client.person.login}") for n in range(50) for client in clients)
    )
    await asyncio.to_thread(redis_of(breakable_house).stop)
    redis_of(breakable_house).start()
    await talk

    await exchange(clients, "afterwards")
    for client in clients:
        assert sorted(client.room_log.entries) == list(range(1, 103))


async def test_the_last_message_before_silence_arrives(breakable_house: House) -> None:
    one, two = await two_in_a_room(breakable_house)

    with redis.Redis.from_url(redis_of(breakable_house).url) as client:
        for kind in ("pubsub", "normal"):
            client.client_kill_filter(_type=kind, skipme=True)
    await one.post("the last word")

    await two.expect_text("the last word", seconds=REPAIRED_SECONDS)


async def test_redis_flushed(breakable_house: House) -> None:
    clients = await two_in_a_room(breakable_house)

    with redis.Redis.from_url(redis_of(breakable_house).url) as client:
        client.flushall()

    await exchange(clients, "after a flush")


async def test_redis_frozen(breakable_house: House) -> None:
    clients = await two_in_a_room(breakable_house)

    redis_of(breakable_house).freeze()
    try:
        await exchange(clients, "while frozen")
        late = await breakable_house.newcomer(room=clients[0].room["id"])
        await clients[0].post("to the late one")
        await late.expect_text("to the late one", seconds=REPAIRED_SECONDS)
    finally:
        redis_of(breakable_house).thaw()

    await exchange(clients, "thawed")
    assert [client.close_code for client in clients] == [None, None]


async def test_what_a_frozen_redis_did_not_take_of_the_list_of_rooms_is_told_afterwards(
    own_house: StartHouse, own_redis: Redis
) -> None:
    """The countdown of a room was news that one slow publish lost for the people of the other workers."""
    house = own_house("cluster", faultless=False, ROOM_GRACE_SECONDS="60")
    creator, guest = await house.one_at_each_worker()
    room = await house.private_corner(creator, guest, kind="temporary")
    guest.forget()

    async def refused(hints: int) -> bool:
        return house.server.log.count("told this worker only") >= hints

    own_redis.freeze()
    try:
        await creator.post("this hint finds out, and may yet be delivered; the next ones are not tried")
        await eventually(lambda: refused(1), "a hint that Redis does not take")
        await creator.vanish()
        await eventually(
            lambda: refused(4), "the hints of the room, of who is in it, and of both in the list"
        )
    finally:
        own_redis.thaw()

    await guest.expect_where(
        lambda frame: (
            frame["type"] in {"room.opened", "room.changed"}
            and frame["room"]["id"] == room["id"]
            and bool(frame["room"]["closing_at"])
        ),
        "closing_at",
    )


async def test_without_redis_the_limits_hold_on_each_worker(own_house: StartHouse, own_redis: Redis) -> None:
    house = own_house("cluster", workers=2, faultless=False, LIMITS="on")
    client = await house.newcomer()

    own_redis.stop()

    results = await asyncio.gather(*(client.post(f"line {n}") for n in range(30)), return_exceptions=True)
    assert sum(isinstance(result, Exception) for result in results) == 10
