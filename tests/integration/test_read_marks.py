"""Read marks and growing rooms over the wire, on one worker and on several."""

import asyncio

import pytest

from tests.harness.client import Refusal
from tests.harness.house import House

pytestmark = pytest.mark.asyncio


async def test_a_mark_reaches_all_devices_of_a_person_and_nobody_else(house: House) -> None:
    ana, ben = await house.newcomers(2)
    room = await house.private_corner(ana, ben)
    phone = await house.open(ana.person)
    await ben.post("one")
    await ben.post("two")
    await ana.expect_text("two")

    assert await ana.mark(room["id"], 2) == 2

    for device in (ana, phone):
        event = await device.expect("read.marked")
        assert event == {"type": "read.marked", "stream": f"room:{room['id']}", "read": 2}
    await ben.expect_nothing("read.marked")
    assert await phone.mark(room["id"], 1) == 2
    assert {each["id"]: each["read"] for each in await phone.rooms()}[room["id"]] == 2
    assert {each["id"]: each["read"] for each in await ben.rooms()}[room["id"]] == 0


async def test_a_conversation_is_unread_until_it_is_marked_on_any_device(house: House) -> None:
    ana, ben = await house.newcomers(2)
    phone = await house.open(ana.person)
    await ben.direct(ana.person, "one")
    await ben.direct(ana.person, "two")

    (conversation,) = await phone.conversations()
    assert (conversation["read"], conversation["unread"]) == (0, 2)
    assert await ana.mark(ben.person, 2) == 2

    event = await phone.expect("read.marked")
    assert event == {"type": "read.marked", "with": ben.person.login, "read": 2}
    (conversation,) = await phone.conversations()
    assert (conversation["read"], conversation["unread"]) == (2, 0)


async def test_a_mark_on_what_is_not_there_is_refused_and_the_connection_lives_on(house: House) -> None:
    ana = await house.newcomer()

    with pytest.raises(Refusal) as no_room:
        await ana.mark(999_999_999, 1)
    with pytest.raises(Refusal) as nobody:
        await ana.command("read.mark", **{"with": "nobody-at-all"}, seq=1)

    assert (no_room.value.code, nobody.value.code) == ("not_found", "user_not_found")
    await ana.command("ping")


async def test_a_room_that_grows_is_told_to_those_who_are_elsewhere(house: House) -> None:
    ana, ben, cleo = await house.newcomers(3)
    room = await house.private_corner(ana, ben)
    stream = f"room:{room['id']}"
    cleo.forget()

    await asyncio.gather(*(ana.post(f"message {number}") for number in range(5)))

    grew = await cleo.expect_where(
        lambda frame: frame["type"] == "room.grew" and frame["heads"].get(stream) == 5, "it has grown to 5"
    )
    assert "message" not in str(grew)
    # Whoever is there has the messages; other tests may have talked elsewhere meanwhile.
    for client in (ana, ben):
        assert not [f for f in client.frames if f["type"] == "room.grew" and list(f["heads"]) == [stream]]


async def test_what_is_said_in_a_temporary_room_is_nobodys_business_elsewhere(house: House) -> None:
    ana, ben, cleo = await house.newcomers(3)
    room = await house.private_corner(ana, ben, kind="temporary")
    lasting = await house.private_corner(ben)

    await ana.post("psst")
    await ben.post("said later, and told")

    await cleo.expect_where(
        lambda frame: frame["type"] == "room.grew" and f"room:{lasting['id']}" in frame["heads"],
        "it has grown",
    )
    assert not [f for f in cleo.frames if f["type"] == "room.grew" and f"room:{room['id']}" in f["heads"]]


async def test_marks_and_growth_cross_from_worker_to_worker(own_house) -> None:
    house = own_house("cluster", workers=2)
    ana, ben = await house.one_at_each_worker()
    room = await house.private_corner(ana)
    phone = await house.open(ben.person)
    while house.worker_of(phone) != house.worker_of(ana):
        phone = await house.open(ben.person)

    await ana.post("hello")
    await ana.direct(ben.person, "psst")
    await ben.expect_where(
        lambda frame: frame["type"] == "room.grew" and frame["heads"].get(f"room:{room['id']}") == 1,
        "it has grown",
    )
    await ben.expect_text("psst")
    await ben.mark(ana.person, 1)

    await phone.expect("read.marked", **{"with": ana.person.login, "read": 1})
