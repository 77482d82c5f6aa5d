"""Posting: acknowledged when stored, seen by all in the room, harmless when repeated."""

import asyncio
import json
import unicodedata

import pytest

from tests.harness.client import Refusal, new_id
from tests.harness.house import House

pytestmark = pytest.mark.asyncio


async def test_a_message_reaches_everybody_in_the_room_and_its_author(house: House) -> None:
    author, reader = await house.newcomers(2)
    room = await house.private_corner(author, reader)
    client_id = new_id()

    ack = await author.post("hello, everybody", client_id=client_id)

    assert ack["stream"] == f"room:{room['id']}"
    assert ack["duplicate"] is False
    for client in (author, reader):
        event = await client.expect_text("hello, everybody")
        assert event == {
            "type": "message.posted",
            "stream": ack["stream"],
            "seq": ack["seq"],
            "author": client.welcome["you"] if client is author else event["author"],
            "text": "hello, everybody",
            "sent_at": ack["sent_at"],
            "client_id": client_id,
        }
        assert event["author"]["login"] == author.person.login
        assert event["author"]["name"] == author.person.name


async def test_people_in_other_rooms_hear_nothing(house: House) -> None:
    author, reader, stranger = await house.newcomers(3)
    await house.private_corner(author, reader)
    await house.private_corner(stranger)

    await author.post("between us")

    await reader.expect_text("between us")
    # Beyond the poll of the heads: a repair would not reach them either.
    await stranger.expect_nothing(seconds=2.5)


async def test_numbers_run_without_holes_and_the_same_for_everybody(house: House) -> None:
    people = await house.newcomers(4)
    await house.private_corner(*people)
    start = people[0].room_log.cursor or 0

    acks = await asyncio.gather(
        *(client.post(f"{client.person.login} {number}") for client in people for number in range(10))
    )

    assert sorted(ack["seq"] for ack in acks) == list(range(start + 1, start + 41))
    for client in people:
        await client.expect("message.posted", seq=start + 40)
        assert client.room_log.entries == people[0].room_log.entries


async def test_one_persons_messages_keep_their_order(house: House) -> None:
    author, reader = await house.newcomers(2)
    await house.private_corner(author, reader)
    frames = [
        {
            "type": "message.post",
            "ref": f"m{n}",
            "room": author.room["id"],
            "client_id": new_id(),
            "text": f"{n}",
        }
        for n in range(60)
    ]
    answers = [author.begin(frame) for frame in frames]

    for frame in frames:
        await author.send(json.dumps(frame))
    await asyncio.gather(*answers)

    await reader.expect_text("59")
    assert reader.room_log.texts[-60:] == [str(number) for number in range(60)]


async def test_a_repeated_send_answers_with_the_first_number(house: House) -> None:
    author, reader = await house.newcomers(2)
    room = await house.private_corner(author, reader)
    client_id = new_id()
    first = await author.post("once", client_id=client_id)

    again = await author.post("once", client_id=client_id)

    assert again["duplicate"] is True
    assert (again["seq"], again["sent_at"]) == (first["seq"], first["sent_at"])
    await author.post("end")
    await reader.expect_text("end")
    assert reader.room_log.texts == ["once", "end"]

    # Wherever the connection is by now, and after the room has closed.
    await author.leave()
    assert (await author.post("once", room=room["id"], client_id=client_id))["seq"] == first["seq"]
    await author.delete(room["id"])
    assert (await author.post("once", room=room["id"], client_id=client_id))["duplicate"] is True


async def test_two_sends_of_one_id_at_once_are_one_message(house: House) -> None:
    author = await house.newcomer()
    room = await house.private_corner(author)
    other = await house.open(author.person, room=room["id"])
    client_id = new_id()

    acks = await asyncio.gather(
        *(client.post("once", client_id=client_id) for client in (author, other) for _ in range(5))
    )

    assert len({ack["seq"] for ack in acks}) == 1
    assert [ack["duplicate"] for ack in acks].count(False) == 1


async def test_the_same_id_with_another_text_or_room_is_a_conflict(house: House) -> None:
    author = await house.newcomer()
    await house.private_corner(author)
    client_id = new_id()
    await author.post("first", client_id=client_id)

    with pytest.raises(Refusal, match="conflict"):
        await author.post("second", client_id=client_id)
    await house.private_corner(author)
    with pytest.raises(Refusal, match="conflict"):
        await author.post("first", client_id=client_id)


async def test_two_people_may_use_the_same_id(house: House) -> None:
    one, two = await house.newcomers(2)
    await house.private_corner(one, two)
    client_id = new_id()

    first, second = await one.post("mine", client_id=client_id), await two.post("mine", client_id=client_id)

    assert second["duplicate"] is False
    assert second["seq"] == first["seq"] + 1


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u200b\u2060", "\u3164", "\u00a0\ufeff", " " * 5000])
async def test_a_blank_text_is_refused_however_long(house: House, text: str) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.post(text)

    assert refusal.value.code == "bad_request"


async def test_a_text_of_4000_code_points_is_taken_and_one_more_is_too_large(house: House) -> None:
    client = await house.newcomer()
    await house.private_corner(client)

    await client.post("ж" * 4000)
    with pytest.raises(Refusal) as refusal:
        await client.post("ж" * 4001)

    assert refusal.value.code == "too_large"


@pytest.mark.parametrize(
    "text",
    [
        "  spaces stay  ",
        "lines\nstay\r\ntoo",
        "👩‍👩‍👧‍👦 🏳️‍🌈 ✌🏽",
        "עברית and العربية",
        "<script>alert(1)</script> & \"quotes\" 'too'",
        "\\u0041 \x1b[31m \x7f \u202e tricks",
        "ﷺ ℀ Å",
    ],
)
async def test_a_text_arrives_as_it_was_written(house: House, text: str) -> None:
    author, reader = await house.newcomers(2)
    await house.private_corner(author, reader)

    await author.post(text)

    await reader.expect_text(unicodedata.normalize("NFC", text))


async def test_a_text_is_stored_composed(house: House) -> None:
    author = await house.newcomer()
    await house.private_corner(author)

    await author.post("e\u0301")

    await author.expect_text("\u00e9")


async def test_a_text_that_begins_with_two_hashes_is_a_message_that_begins_with_one(house: House) -> None:
    author = await house.newcomer()
    await house.private_corner(author)

    await author.post("##gR is a command")

    await author.expect_text("#gR is a command")


async def test_posting_into_a_room_one_is_not_in_is_refused(house: House) -> None:
    author, other = await house.newcomers(2)
    await house.private_corner(author)
    elsewhere = await house.private_corner(other)

    for room in (elsewhere["id"], 999_999_999):
        with pytest.raises(Refusal) as refusal:
            await author.post("intruding", room=room)
        assert refusal.value.code == "not_in_room"
    await other.expect_nothing()


async def test_posting_into_a_room_that_closed_while_one_was_in_it_is_room_closed(house: House) -> None:
    host, guest = await house.newcomers(2)
    room = await house.private_corner(host, guest)
    await host.delete(room["id"])
    await guest.expect("room.entered")

    with pytest.raises(Refusal) as refusal:
        await guest.post("too late", room=room["id"])

    assert refusal.value.code == "room_closed"


@pytest.mark.parametrize(
    "client_id",
    [
        "",
        "1",
        7,
        None,
        "A5C7F3E2-4B6D-4C8E-9F10-1234567890AB",
        "a5c7f3e24b6d4c8e9f101234567890ab",
        "{" + "a" * 34 + "}",
    ],
)
async def test_a_client_id_that_is_no_lower_case_uuid_is_refused(house: House, client_id: object) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.command("message.post", room=client.room["id"], client_id=client_id, text="hello")

    assert refusal.value.code == "bad_request"


async def test_what_a_client_says_of_author_time_and_number_is_ignored(house: House) -> None:
    author, victim = await house.newcomers(2)
    room = await house.private_corner(author, victim)

    ack = await author.command(
        "message.post", room=room["id"], client_id=new_id(), text="mine",
        author=victim.welcome["you"], seq=77, sent_at="1970-01-01T00:00:00.000Z",
        stream="inbox", is_staff=True, group="inbox.1",
    )  # fmt: skip

    event = await victim.expect_text("mine")
    assert event["author"]["login"] == author.person.login
    assert event["seq"] == ack["seq"] != 77
    assert event["stream"] == f"room:{room['id']}"
    assert not event["sent_at"].startswith("1970")
