"""A temporary room lives as long as its creator is here, and a grace for reloads and tunnels."""

import asyncio
import time
from collections.abc import Callable

import pytest

from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.streams import Frame

pytestmark = pytest.mark.asyncio

GRACE_SECONDS = 4
# What the contract allows above the grace.
LATE_SECONDS = 5
# A creator whose worker was killed is gone with its lease, when the grace is short.
LATE_AFTER_KILL_SECONDS = 12
StartHouse = Callable[..., House]


@pytest.fixture
def quick(visit: StartHouse) -> StartHouse:
    """Visit a chat with a short grace."""
    return lambda **options: visit(**{"ROOM_GRACE_SECONDS": str(GRACE_SECONDS), **options})


async def creator_and_guest(house: House) -> tuple[ChatClient, ChatClient]:
    creator, guest = await house.newcomers(2)
    await house.private_corner(creator, guest, kind="temporary")
    guest.forget()
    return creator, guest


async def seconds_until_closed(guest: ChatClient, reason: str, at_most: float) -> float:
    start = time.monotonic()
    closed = await guest.expect("room.closed", seconds=at_most + 2)
    passed = time.monotonic() - start
    assert closed["reason"] == reason
    entered = await guest.expect("room.entered")
    assert entered["room"]["kind"] == "default"
    return passed


async def until_told_when_it_closes(guest: ChatClient) -> None:
    """Wait for the news of the countdown; behind a `caught_up` they may be lost: then ask anew, as clients do."""
    room_id = guest.room["id"]

    def tells(frame: Frame) -> bool:
        # One frame a second tells of all changes: the room may be new in the same one. Others count down too.
        room = frame["room"] if frame["type"] in {"room.opened", "room.changed"} else {}
        return frame["type"] == "caught_up" or (room.get("id") == room_id and bool(room["closing_at"]))

    while (await guest.expect_where(tells, "closing_at"))["type"] == "caught_up":
        if any(room["id"] == room_id and room["closing_at"] for room in await guest.rooms()):
            return


@pytest.mark.slow
async def test_the_room_closes_when_the_creator_has_been_gone_for_the_grace(quick: StartHouse) -> None:
    house = quick()
    creator, guest = await creator_and_guest(house)

    start = time.monotonic()
    await creator.close()

    passed = await seconds_until_closed(guest, "owner_left", GRACE_SECONDS + LATE_SECONDS)
    assert time.monotonic() - start >= GRACE_SECONDS
    assert passed <= GRACE_SECONDS + LATE_SECONDS


@pytest.mark.slow
async def test_the_room_says_when_it_will_close(quick: StartHouse) -> None:
    house = quick()
    creator, guest = await creator_and_guest(house)

    await creator.vanish()

    await until_told_when_it_closes(guest)
    await guest.expect("room.closed", seconds=GRACE_SECONDS + LATE_SECONDS)


@pytest.mark.slow
async def test_a_reload_does_not_close_the_room(quick: StartHouse) -> None:
    house = quick()
    creator, guest = await creator_and_guest(house)
    room = creator.room["id"]

    for _ in range(3):
        resume = creator.resume
        await creator.close()
        await asyncio.sleep(GRACE_SECONDS / 4)  # Time is what is tested here.
        creator = await house.open(creator.person, resume=resume)
        assert creator.welcome["resumed"] is True

    await guest.expect_nothing("room.closed", seconds=GRACE_SECONDS + 1)
    assert (await guest.post("still here"))["stream"] == f"room:{room}"
    assert next(entry for entry in await guest.rooms() if entry["id"] == room)["closing_at"] is None


@pytest.mark.slow
async def test_a_second_device_keeps_the_room(quick: StartHouse) -> None:
    house = quick()
    creator, guest = await creator_and_guest(house)
    await house.open(creator.person)  # In the default room: being connected is enough.

    await creator.close()

    await guest.expect_nothing("room.closed", seconds=GRACE_SECONDS + LATE_SECONDS)
    await guest.post("still here")


async def test_exit_closes_the_room_at_once(quick: StartHouse) -> None:
    house = quick(ROOM_GRACE_SECONDS="60")
    creator, guest = await creator_and_guest(house)

    await creator.type("#exit")

    assert await seconds_until_closed(guest, "owner_left", 3) < 3


async def test_exit_of_one_of_two_devices_keeps_the_room(quick: StartHouse) -> None:
    house = quick(ROOM_GRACE_SECONDS="60")
    creator, guest = await creator_and_guest(house)
    second = await house.open(creator.person)

    await creator.type("#exit")
    await guest.expect_nothing("room.closed", seconds=3)

    await second.type("#exit")
    assert await seconds_until_closed(guest, "owner_left", 3) < 3


async def test_logging_out_closes_the_room_at_once(quick: StartHouse) -> None:
    house = quick(ROOM_GRACE_SECONDS="60")
    creator, guest = await creator_and_guest(house)

    await creator.person.log_out()

    assert await seconds_until_closed(guest, "owner_left", 4) < 4


async def test_deleting_closes_the_room_at_once(quick: StartHouse) -> None:
    house = quick(ROOM_GRACE_SECONDS="60")
    creator, guest = await creator_and_guest(house)

    await creator.type(f"#dR {creator.room['name']}")

    assert await seconds_until_closed(guest, "deleted", 3) < 3


async def test_without_a_grace_the_room_closes_at_once(quick: StartHouse) -> None:
    house = quick(ROOM_GRACE_SECONDS="0")
    creator, guest = await creator_and_guest(house)

    await creator.close()

    assert await seconds_until_closed(guest, "owner_left", LATE_SECONDS) <= LATE_SECONDS


@pytest.mark.slow
async def test_a_permanent_room_stays(quick: StartHouse) -> None:
    house = quick(ROOM_GRACE_SECONDS="0")
    creator, guest = await house.newcomers(2)
    await house.private_corner(creator, guest)

    await creator.type("#exit")

    await guest.expect_nothing("room.closed", seconds=LATE_SECONDS)


@pytest.mark.slow
@pytest.mark.fault
async def test_the_room_closes_when_the_creators_worker_was_killed(own_house: StartHouse) -> None:
    house = own_house("cluster", ROOM_GRACE_SECONDS=str(GRACE_SECONDS), faultless=False)
    creator, guest = await house.one_at_each_worker()
    await house.private_corner(creator, guest, kind="temporary")

    house.server.kill(house.worker_of(creator))
    await creator.expect_close(1006)

    passed = await seconds_until_closed(guest, "owner_left", GRACE_SECONDS + LATE_AFTER_KILL_SECONDS)
    assert passed >= GRACE_SECONDS - 3.5  # Counted from the last sign of life, a beat earlier at most.


@pytest.mark.slow
@pytest.mark.fault
async def test_the_room_stays_when_the_creator_comes_back_after_a_kill(own_house: StartHouse) -> None:
    house = own_house("cluster", ROOM_GRACE_SECONDS="8", faultless=False)
    creator, guest = await house.one_at_each_worker()
    await house.private_corner(creator, guest, kind="temporary")
    resume = creator.resume

    house.server.kill(house.worker_of(creator))
    await creator.expect_close(1006)
    back = await house.open(creator.person, resume=resume)

    assert back.welcome["resumed"] is True
    await guest.expect_nothing("room.closed", seconds=14)
