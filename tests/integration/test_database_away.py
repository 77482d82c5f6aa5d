"""PostgreSQL stopped, frozen or cut off: never a false ack, the sockets stay, and sends work again soon after."""

import asyncio
import signal
import time

import pytest

from tests.harness.client import Refusal, new_id
from tests.harness.house import House
from tests.harness.repeating import post_until_stored
from tests.harness.services import Postgres, execute

pytestmark = [pytest.mark.asyncio, pytest.mark.fault]

# D14, with one second for the machine that runs the tests.
REFUSED_SECONDS = 3.0 + 1.0
BACK_SECONDS = 5.0 + 1.0


def postgres_of(house: House) -> Postgres:
    assert house.server.postgres is not None
    return house.server.postgres


@pytest.mark.parametrize("fault", ["stopped", "crashed", "frozen"])
async def test_the_database_goes_and_comes_back(breakable_house: House, fault: str) -> None:
    postgres = postgres_of(breakable_house)
    one, two = await breakable_house.one_at_each_worker()
    room = await breakable_house.private_corner(one, two)
    await one.post("before")
    client_id = new_id()

    if fault == "frozen":
        postgres.freeze()
    else:
        await asyncio.to_thread(postgres.stop, signal.SIGINT if fault == "stopped" else signal.SIGQUIT)
    for send in (
        one.post("meanwhile", client_id=client_id),
        two.direct(one.person, "meanwhile"),
        one.rooms(),
    ):
        start = time.monotonic()
        with pytest.raises(Refusal) as refusal:
            await send
        assert refusal.value.code == "unavailable"
        assert time.monotonic() - start < REFUSED_SECONDS
    postgres.thaw() if fault == "frozen" else postgres.start()

    await asyncio.wait_for(
        post_until_stored(lambda: one.post("meanwhile", client_id=client_id)), BACK_SECONDS
    )
    await two.expect_text("meanwhile")
    await two.post("after")
    await one.expect_text("after")
    assert one.room_log.texts == ["before", "meanwhile", "after"]
    assert (one.close_code, two.close_code) == (None, None)
    assert one.room["id"] == two.room["id"] == room["id"]


async def test_every_back_end_is_terminated(breakable_house: House) -> None:
    one, two = await breakable_house.one_at_each_worker()
    await breakable_house.private_corner(one, two)

    execute(
        postgres_of(breakable_house).url(),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
        breakable_house.server.database,
    )

    client_id = new_id()
    await asyncio.wait_for(post_until_stored(lambda: one.post("again", client_id=client_id)), BACK_SECONDS)
    await two.expect_text("again")


async def test_what_was_acknowledged_survives_a_crash_of_the_database(breakable_house: House) -> None:
    one, two = await breakable_house.one_at_each_worker()
    room = await breakable_house.private_corner(one, two)

    acked = await asyncio.gather(*(one.post(f"line {number}") for number in range(50)))
    await asyncio.to_thread(postgres_of(breakable_house).stop, signal.SIGQUIT)
    postgres_of(breakable_house).start()

    wanted = [ack["seq"] for ack in acked]
    await asyncio.wait_for(post_until_stored(lambda: one.command("ping")), BACK_SECONDS)
    events = (await one.history(f"room:{room['id']}", limit=200))["events"]
    assert set(wanted) <= {event["seq"] for event in events}
