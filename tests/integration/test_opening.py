"""From the handshake to live events: `hello`, `welcome`, resuming, and what is said when too much was missed."""

import asyncio
import json
import re

import pytest
from websockets.exceptions import InvalidStatus

from tests.harness.client import Refusal
from tests.harness.house import House

pytestmark = pytest.mark.asyncio

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


async def test_a_newcomer_lands_in_the_default_room(house: House) -> None:
    person = await house.person()
    client = await house.connect(person)

    welcome = await client.hello()

    assert welcome["you"]["login"] == person.login
    assert welcome["you"]["name"] == person.name
    assert welcome["protocol"] == 1
    assert welcome["resumed"] is False
    assert welcome["heartbeat"] == 15
    assert welcome["limits"] == {"text": 4000, "room_name": 40, "page": 200}
    assert welcome["inbox"] == {"seq": 0}
    assert TIME.match(welcome["server_time"])
    assert welcome["room"]["kind"] == "default"
    assert welcome["room"]["access"] == "open"
    assert welcome["room"]["owner"] is None
    assert welcome["room"]["capacity"] is None
    assert welcome["room"]["closing_at"] is None
    assert {"login": person.login, "name": person.name} in welcome["occupants"]
    caught_up = await client.expect("caught_up")
    assert caught_up["streams"] == {f"room:{welcome['room']['id']}": client.room_log.cursor, "inbox": 0}


async def test_hello_names_the_room_to_be_in(house: House) -> None:
    host = await house.newcomer()
    room = await house.private_corner(host)

    guest = await house.newcomer(room=room["id"])

    assert guest.welcome["room"]["id"] == room["id"]
    assert guest.welcome["room"]["occupants"] == 2


@pytest.mark.parametrize("room", [999_999_999, 0, -1])
async def test_a_room_that_is_not_there_leads_to_the_default_room(house: House, room: int) -> None:
    client = await house.newcomer(room=room)

    assert client.welcome["room"]["kind"] == "default"


async def test_a_newcomer_gets_the_newest_fifty(house: House) -> None:
    host = await house.newcomer()
    room = await house.private_corner(host)
    for number in range(55):
        await host.post(f"line {number}")

    guest = await house.newcomer(room=room["id"])

    assert guest.room_log.texts == [f"line {number}" for number in range(5, 55)]


async def test_one_who_comes_back_gets_what_was_missed_and_nothing_else(house: House) -> None:
    host, guest = await house.newcomers(2)
    await house.private_corner(host, guest)
    await host.post("seen")
    await guest.expect_text("seen")
    resume = guest.resume
    await guest.vanish()
    await host.post("missed in the room")
    await host.direct(guest.person, "missed in private")

    back = await house.open(guest.person, resume=resume)

    assert back.welcome["resumed"] is True
    assert back.room_log.texts == ["missed in the room"]
    assert back.inbox.texts == ["missed in private"]


async def test_events_of_a_resume_come_in_order_before_caught_up(house: House) -> None:
    host, guest = await house.newcomers(2)
    await house.private_corner(host, guest)
    resume = guest.resume
    await guest.close()
    await host.post("one")
    await host.direct(guest.person, "two")

    back = await house.open(guest.person, resume=resume)

    types = [
        frame["type"] for frame in back.frames if frame["type"] in {"welcome", "caught_up"} or "seq" in frame
    ]
    assert types == ["welcome", "message.posted", "direct.posted", "caught_up"]


async def test_a_closed_room_tells_its_end_to_one_who_comes_back(house: House) -> None:
    host, guest = await house.newcomers(2)
    room = await house.private_corner(host, guest)
    resume = guest.resume
    await guest.vanish()
    await host.post("last words")
    await host.delete(room["id"])

    back = await house.open(guest.person, resume=resume)

    assert back.welcome["resumed"] is False
    assert back.welcome["room"]["kind"] == "default"
    events = [
        frame for frame in back.frames if frame.get("stream") == f"room:{room['id']}" and "seq" in frame
    ]
    assert [event["type"] for event in events] == ["message.posted", "room.closed"]
    assert events[-1]["reason"] == "deleted"


async def test_without_an_inbox_in_resume_nothing_of_it_is_sent(house: House) -> None:
    sender, receiver = await house.newcomers(2)
    await sender.direct(receiver.person, "before")

    other = await house.open(receiver.person)

    assert other.welcome["inbox"] == {"seq": 1}
    assert other.inbox.texts == []
    await sender.direct(receiver.person, "after")
    await other.expect_text("after")


@pytest.mark.parametrize("history", ["another", None])
async def test_another_history_is_answered_with_truncated_from_the_beginning(
    house: House, history: str | None
) -> None:
    host, guest = await house.newcomers(2)
    await house.private_corner(host, guest)
    for number in range(3):
        await host.post(f"line {number}")
    await host.direct(guest.person, "private")
    await guest.expect_text("private")
    resume = {**guest.resume, "history": history}
    if history is None:
        del resume["history"]
    await guest.close()

    back = await house.open(guest.person, resume=resume)

    marks = {frame["stream"]: frame for frame in back.frames if frame["type"] == "truncated"}
    room = f"room:{back.room['id']}"
    assert marks[room]["from"] == 1
    assert marks[room]["to"] == 0
    assert marks["inbox"]["from"] == 1
    assert back.room_log.texts == [f"line {number}" for number in range(3)]
    assert back.inbox.texts == ["private"]


async def test_a_seq_above_the_head_is_answered_with_truncated(house: House) -> None:
    host, guest = await house.newcomers(2)
    await house.private_corner(host, guest)
    await host.post("only")
    await guest.expect_text("only")
    resume = guest.resume
    resume["room"]["seq"] += 100
    await guest.close()

    back = await house.open(guest.person, resume=resume)

    mark = next(frame for frame in back.frames if frame["type"] == "truncated")
    assert (mark["from"], mark["to"]) == (1, 0)
    assert back.room_log.texts == ["only"]


@pytest.mark.slow
async def test_more_than_a_thousand_missed_are_cut_to_the_newest_with_a_mark(house: House) -> None:
    host, guest = await house.newcomers(2)
    await house.private_corner(host, guest)
    resume = guest.resume
    await guest.close()
    for start in range(0, 1010, 101):
        await asyncio.gather(*(host.post(f"line {number}") for number in range(start, start + 101)))
    await host.expect_text("line 1009")  # A feed may be a moment behind the log, and by more than ten.

    back = await house.open(guest.person, resume=resume)

    head = resume["room"]["seq"] + 1010
    mark = next(frame for frame in back.frames if frame["type"] == "truncated")
    assert (mark["from"], mark["to"]) == (resume["room"]["seq"] + 1, head - 50)
    assert sorted(back.room_log.entries) == list(range(head - 49, head + 1))


async def test_exactly_a_thousand_missed_are_all_sent(house: House) -> None:
    host, guest = await house.newcomers(2)
    await house.private_corner(host, guest)
    resume = guest.resume
    await guest.close()
    for start in range(0, 1000, 100):
        await asyncio.gather(*(host.post(f"line {number}") for number in range(start, start + 100)))

    back = await house.open(guest.person, resume=resume)

    assert len(back.room_log.entries) == 1000
    assert not [frame for frame in back.frames if frame["type"] == "truncated"]


async def test_another_protocol_is_refused_and_closed(house: House) -> None:
    client = await house.connect(await house.person())

    with pytest.raises(Refusal) as refusal:
        await client.command("hello", protocol=2, client="test")

    assert refusal.value.code == "bad_protocol"
    await client.expect_close(4400)


async def test_a_command_before_hello_is_refused(house: House) -> None:
    client = await house.connect(await house.person())

    with pytest.raises(Refusal) as refusal:
        await client.command("ping")

    assert refusal.value.code == "bad_request"
    await client.hello()


async def test_a_second_hello_is_refused(house: House) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.command("hello", protocol=1, client="test")

    assert refusal.value.code == "bad_request"
    await client.command("ping")


@pytest.mark.slow
async def test_who_says_no_hello_is_closed_after_ten_seconds(house: House) -> None:
    client = await house.connect(await house.person())

    await client.expect_close(4408, seconds=14)


@pytest.mark.parametrize("token", ["", "nonsense", "a" * 200])
async def test_a_program_without_a_valid_token_is_refused_before_the_socket_is_accepted(
    house: House, token: str
) -> None:
    person = await house.person()

    with pytest.raises(InvalidStatus) as refusal:
        await house.connect(person, token=token)

    assert refusal.value.response.status_code == 403


async def test_the_room_of_a_connection_is_kept_when_another_device_comes(house: House) -> None:
    host = await house.newcomer()
    room = await house.private_corner(host)

    other = await house.open(host.person)

    assert other.welcome["room"]["kind"] == "default"
    assert host.room["id"] == room["id"]


async def test_people_are_counted_not_sockets(house: House) -> None:
    host = await house.newcomer()
    room = await house.private_corner(host)

    other = await house.open(host.person, room=room["id"])

    assert other.welcome["room"]["occupants"] == 1
    assert len(other.welcome["occupants"]) == 1


async def test_answers_come_in_the_order_of_the_commands(house: House) -> None:
    client = await house.newcomer()
    frames = [{"type": "ping" if number % 2 else "room.list", "ref": f"n{number}"} for number in range(40)]
    answers = [client.begin(frame) for frame in frames]

    for frame in frames:
        await client.send(json.dumps(frame))
    await asyncio.gather(*answers)

    refs = [frame["ref"] for frame in client.frames if frame.get("ref", "").startswith("n")]
    assert refs == [f"n{number}" for number in range(40)]


async def test_a_ref_may_be_used_again(house: House) -> None:
    client = await house.newcomer()

    for _ in range(2):
        assert (await client.ask({"type": "ping", "ref": "same"}))["ref"] == "same"


async def test_session_exit_is_acknowledged_and_closed_with_1000(house: House) -> None:
    client = await house.newcomer()

    await client.command("session.exit")

    await client.expect_close(1000)


async def test_the_clock_can_be_synchronised(house: House) -> None:
    client = await house.newcomer()

    answer = await client.command("clock.sync", t0=1234.5)

    assert answer["t0"] == 1234.5
    assert answer["t1"] <= answer["t2"]
    assert abs(answer["t2"] - answer["t1"]) < 5000


async def test_many_connections_of_one_person_do_not_stand_before_those_of_others(house: House) -> None:
    many, other = await house.person(), await house.person()
    clients = [await house.connect(many) for _ in range(60)]
    last = await house.connect(other)

    greetings = [asyncio.create_task(client.hello()) for client in clients]
    await asyncio.sleep(0)  # All of them are on their way.
    welcome = await last.hello()

    # By the server's clock: what comes here is read when this process gets its turn.
    before = [
        each for each in await asyncio.gather(*greetings) if each["server_time"] < welcome["server_time"]
    ]
    assert len(before) < 40
