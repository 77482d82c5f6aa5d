"""Limits: who pushes is told to wait, who opens too many sockets loses the oldest."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from tests.harness.client import ChatClient, Refusal
from tests.harness.house import House
from tests.harness.waiting import eventually

pytestmark = pytest.mark.asyncio
VisitHouse = Callable[..., House]


@pytest.fixture
def limited(visit: VisitHouse) -> VisitHouse:
    """Visit a chat with its limits on, few rooms among them."""
    return lambda: visit(LIMITS="on", ROOM_RATE="3/3600")


async def refused_posts(client: ChatClient, count: int) -> list[Refusal]:
    results = await asyncio.gather(*(client.post(f"line {n}") for n in range(count)), return_exceptions=True)
    return [result for result in results if isinstance(result, Refusal)]


async def test_after_twenty_messages_in_ten_seconds_one_waits(limited: VisitHouse) -> None:
    house = limited()
    client = await house.newcomer()

    refusals = await refused_posts(client, 25)

    assert len(refusals) == 5
    assert {refusal.code for refusal in refusals} == {"rate_limited"}
    assert all(1 <= (refusal.retry_after or 0) <= 10 for refusal in refusals)
    await client.command("ping")


async def test_the_rate_counts_all_devices_of_a_person_on_all_workers(limited: VisitHouse) -> None:
    house = limited()
    client = await house.newcomer()
    devices = [client, *[await house.open(client.person) for _ in range(5)]]

    results = await asyncio.gather(*(refused_posts(device, 5) for device in devices))

    assert sum(len(refusals) for refusals in results) == 10


async def test_private_messages_count_too_and_others_are_not_held_up(limited: VisitHouse) -> None:
    house = limited()
    noisy, quiet = await house.newcomers(2)
    await refused_posts(noisy, 20)

    with pytest.raises(Refusal, match="rate_limited"):
        await noisy.direct(quiet.person, "psst")

    await quiet.post("calm")


async def test_a_repeated_send_is_answered_whatever_the_rate(limited: VisitHouse) -> None:
    house = limited()
    client = await house.newcomer()
    client_id = "0d4c53f0-93f8-4f53-a3c3-4b5b0c3b0f01"
    first = await client.post("important", client_id=client_id)
    await refused_posts(client, 25)

    again = await client.post("important", client_id=client_id)

    assert (again["seq"], again["duplicate"]) == (first["seq"], True)


async def test_a_refused_message_is_not_stored(visit: VisitHouse) -> None:
    house = visit(LIMITS="on", MESSAGE_RATE="3/60")
    client = await house.newcomer()
    room = await house.private_corner(client)

    refusals = await refused_posts(client, 5)

    assert len(refusals) == 2
    assert len((await client.history(f"room:{room['id']}"))["events"]) == 3


async def test_the_oldest_of_too_many_connections_is_closed(limited: VisitHouse) -> None:
    house = limited()
    first = await house.newcomer()
    others = [await house.open(first.person) for _ in range(9)]
    await first.command("ping")

    eleventh = await house.open(first.person)

    await first.expect_close(4409)
    for client in (*others, eleventh):
        await client.command("ping")


async def test_of_too_many_that_come_at_once_all_but_the_newest_are_closed(limited: VisitHouse) -> None:
    house = limited()
    person = await house.person()
    clients = [await house.connect(person) for _ in range(40)]

    results = await asyncio.gather(*(client.hello() for client in clients), return_exceptions=True)

    refusals = [result for result in results if isinstance(result, Refusal)]
    assert refusals, "some were closed before they were let in"
    assert {refusal.code for refusal in refusals} == {"rate_limited"}
    assert len(refusals) == sum(isinstance(result, Exception) for result in results)
    for client, result in zip(clients, results, strict=True):
        if isinstance(result, Refusal):
            await client.expect_close(4409)
    everybody = [client for client in clients if client.close_code is None]
    await eventually(_only(10, everybody), "no more are left than a person may have")


def _only(count: int, clients: list[ChatClient]) -> Callable[[], Awaitable[bool]]:
    async def fact() -> bool:
        return sum(client.close_code is None for client in clients) == count

    return fact


async def test_new_rooms_in_an_hour_are_limited(limited: VisitHouse) -> None:
    house = limited()
    client = await house.newcomer()
    for number in range(3):
        await client.create_room(f"Room {number} of {client.person.login}")

    with pytest.raises(Refusal) as refusal:
        await client.create_room(f"Room too many of {client.person.login}")

    assert refusal.value.code == "rate_limited"
    assert refusal.value.retry_after


async def test_connections_from_one_address_are_limited(visit: VisitHouse) -> None:
    house = visit(LIMITS="on", CONNECTIONS_PER_ADDRESS="4")
    client = await house.newcomer()
    for _ in range(3):
        await house.open(client.person)

    with pytest.raises(Exception) as refusal:  # noqa: PT011 - refused before or after the socket is accepted
        await house.open(client.person)

    assert refusal.value is not None


async def test_without_limits_nobody_waits(house: House) -> None:
    client = await house.newcomer()

    assert await refused_posts(client, 60) == []
