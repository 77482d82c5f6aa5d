"""The promise of the house under faults: 2,000 messages, and every one of them once, in one order, for everybody."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

import pytest

from tests.harness.client import ChatClient
from tests.harness.device import Device
from tests.harness.house import House
from tests.harness.judge import Log, judge
from tests.harness.services import Redis

pytestmark = [pytest.mark.asyncio, pytest.mark.fault, pytest.mark.slow]

PEOPLE = 8
MESSAGES_EACH = 250
# One message in three is private.
PRIVATE_SHARE = 1 / 3
LONGEST_PAUSE_SECONDS = 0.12
SETTLED_SECONDS = 60
StartHouse = Callable[..., House]


async def write(device: Device, room: int, others: list[Device], dice: random.Random) -> None:
    """Write messages to the room and to single people, at a person's own pace whatever the network does."""
    for number in range(MESSAGES_EACH):
        text = f"{device.person.login} {number}"
        if dice.random() < PRIVATE_SHARE:
            device.direct(dice.choice(others).person, text)
        else:
            device.post(room, text)
        await asyncio.sleep(dice.uniform(0, LONGEST_PAUSE_SECONDS))  # The pace of people who write.


def acknowledged(devices: list[Device]) -> int:
    return sum(message.ack is not None for device in devices for message in device.sent)


async def until(fact: Callable[[], bool], seconds: float = SETTLED_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not fact():  # noqa: ASYNC110 - the facts are spread over many clients
            await asyncio.sleep(0.05)


async def whole_history(client: ChatClient, room: int) -> Log:
    log: dict[int, dict[str, object]] = {}
    more = True
    while more:
        page = await client.history(f"room:{room}", after=max(log, default=0), limit=200)
        log |= {event["seq"]: event for event in page["events"]}
        more = page["more"]
    return log


async def run(house: House, faults: list[Callable[[], Awaitable[object]]]) -> None:
    """Let eight people in two rooms write, do each fault at its share of the way, and judge what came of it."""
    dice = random.Random(20)
    host = await house.newcomer()
    rooms = [(await house.private_corner(host))["id"] for _ in range(2)]
    devices = [Device(await house.person()) for _ in range(PEOPLE)]
    for number, device in enumerate(devices):
        await device.start(room=rooms[number % 2])
    writing = [
        asyncio.create_task(write(device, rooms[number % 2], [d for d in devices if d is not device], dice))
        for number, device in enumerate(devices)
    ]

    for number, fault in enumerate(faults, start=1):
        share = PEOPLE * MESSAGES_EACH * number // (len(faults) + 1)
        await until(lambda share=share: acknowledged(devices) >= share)
        await fault()
    await asyncio.gather(*writing)
    with contextlib.suppress(TimeoutError):
        await until(lambda: all(device.problem or not device.waiting for device in devices))

    reader = await house.newcomer()
    histories = {room: await whole_history(reader, room) for room in rooms}
    people = {room: devices[index::2] for index, room in enumerate(rooms)}
    heads = {device: heads_of(device, devices, histories, people) for device in devices}
    # What has not come by then is what the judge calls lost.
    with contextlib.suppress(TimeoutError):
        await until(lambda: all(device.problem or not behind(device, heads[device]) for device in devices))
    verdict = judge(devices, people, histories)
    late = {device.person.login: behind(device, heads[device]) for device in devices}
    for device in devices:
        await device.stop()

    print(f"\n{house.server.mode}: {verdict}")
    assert verdict.wrongs == {}, (late, [(device.problem, device.close_codes) for device in devices])
    assert verdict.acknowledged == PEOPLE * MESSAGES_EACH
    assert max(device.connections for device in devices) > 1


def heads_of(
    device: Device, devices: list[Device], histories: dict[int, Log], people: dict[int, list[Device]]
) -> dict[str, int]:
    """Return up to where a device must be sent each of its streams."""
    login = device.person.login
    private = [(other, message) for other in devices for message in other.sent if "to" in message.target]
    room = next(room for room, crowd in people.items() if device in crowd)
    return {
        f"room:{room}": max(histories[room]),
        "inbox": sum(login in {other.person.login, message.target["to"]} for other, message in private),
    }


def behind(device: Device, heads: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Return the streams of which the device has not been sent everything: where it is, where it should be."""
    return {
        stream: (device.holds(stream), head) for stream, head in heads.items() if device.holds(stream) < head
    }


async def test_in_a_cluster_with_a_kill_a_drain_and_a_restart_of_redis(
    own_house: StartHouse, own_redis: Redis
) -> None:
    house = own_house("cluster", faultless=False)
    first, second = house.server.workers

    await run(
        house,
        [
            lambda: asyncio.to_thread(house.server.kill, first),
            lambda: asyncio.to_thread(own_redis.restart),
            lambda: asyncio.to_thread(house.server.drain, second),
        ],
    )


async def test_in_the_embedded_chat_with_a_kill_and_a_drain(own_house: StartHouse) -> None:
    house = own_house("embedded", faultless=False)

    await run(
        house,
        [
            lambda: asyncio.to_thread(house.server.kill, house.server.workers[0]),
            lambda: asyncio.to_thread(house.server.drain, house.server.workers[0]),
        ],
    )
