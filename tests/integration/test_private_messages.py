"""Private messages: to every connection of the two people, wherever they are, and to nobody else."""

import asyncio

import pytest

from tests.harness.client import Refusal, new_id
from tests.harness.house import House

pytestmark = pytest.mark.asyncio


async def test_a_private_message_reaches_all_devices_of_both_and_nobody_else(house: House) -> None:
    sender, receiver, stranger = await house.newcomers(3)
    await house.private_corner(sender, stranger)
    senders_phone = await house.open(sender.person)
    receivers_phone = await house.open(receiver.person)
    client_id = new_id()

    ack = await sender.direct(receiver.person, "for your eyes", client_id=client_id)

    assert ack["stream"] == "inbox"
    assert ack["duplicate"] is False
    for client in (sender, senders_phone, receiver, receivers_phone):
        event = await client.expect("direct.posted")
        assert event["stream"] == "inbox"
        assert event["text"] == "for your eyes"
        assert event["author"]["login"] == sender.person.login
        assert event["to"]["login"] == receiver.person.login
        assert event["client_id"] == client_id
        assert event["sent_at"] == ack["sent_at"]
    assert sender.inbox.cursor == ack["seq"]
    # Beyond the poll of the heads: a repair would not reach the stranger either.
    await stranger.expect_nothing("direct.posted", "message.posted", seconds=2.5)
    assert "for your eyes" not in str(stranger.frames)


async def test_a_private_message_is_numbered_in_each_inbox_by_itself(house: House) -> None:
    one, two, three = await house.newcomers(3)

    await one.direct(two.person, "first")
    await three.direct(two.person, "second")
    await two.direct(three.person, "third")

    await two.expect_text("third")
    await three.expect_text("third")
    assert (one.inbox.texts, one.inbox.cursor) == (["first"], 1)
    assert (two.inbox.texts, two.inbox.cursor) == (["first", "second", "third"], 3)
    assert (three.inbox.texts, three.inbox.cursor) == (["second", "third"], 2)


async def test_somebody_offline_gets_it_on_coming_back_and_in_the_conversation(house: House) -> None:
    sender, receiver = await house.newcomers(2)
    resume = receiver.resume
    await receiver.close()

    await sender.direct(receiver.person, "when you are back")

    back = await house.open(receiver.person, resume=resume)
    assert back.inbox.texts == ["when you are back"]
    fetched = await back.command("conversation.fetch", **{"with": sender.person.login})
    assert [event["text"] for event in fetched["events"]] == ["when you are back"]
    assert fetched["events"] == [back.inbox.entries[1]]


async def test_somebody_who_never_came_gets_it(house: House) -> None:
    sender, person = await house.newcomer(), await house.person()

    await sender.direct(person, "welcome")

    receiver = await house.open(person, resume={"history": sender.welcome["history"], "inbox": 0})
    assert receiver.inbox.texts == ["welcome"]


async def test_a_login_is_found_without_case(house: House) -> None:
    sender, receiver = await house.newcomers(2)

    await sender.direct(receiver.person.login.upper(), "hello")

    await receiver.expect_text("hello")


@pytest.mark.parametrize("login", ["nobody-of-this-name", "", "x" * 300, "\u202e", "admin; DROP TABLE"])
async def test_a_private_message_to_nobody_is_refused(house: House, login: str) -> None:
    sender = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await sender.direct(login, "hello?")

    assert refusal.value.code == "user_not_found"


async def test_a_private_message_to_oneself_is_refused(house: House) -> None:
    sender = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await sender.direct(sender.person, "dear diary")

    assert refusal.value.code == "bad_request"


async def test_a_repeated_private_message_is_one_message(house: House) -> None:
    sender, receiver, other = await house.newcomers(3)
    client_id = new_id()

    first = await sender.direct(receiver.person, "once", client_id=client_id)
    again = await sender.direct(receiver.person, "once", client_id=client_id)

    assert (again["seq"], again["duplicate"]) == (first["seq"], True)
    for text, to in (("twice", receiver), ("once", other)):
        with pytest.raises(Refusal) as refusal:
            await sender.direct(to.person, text, client_id=client_id)
        assert refusal.value.code == "conflict"
    with pytest.raises(Refusal, match="conflict"):
        await sender.post("once", client_id=client_id)
    await receiver.expect_text("once")
    await receiver.expect_nothing("direct.posted")


async def test_both_write_at_once_and_both_see_the_same(house: House) -> None:
    one, two = await house.newcomers(2)

    await asyncio.gather(
        *(one.direct(two.person, f"to two {number}") for number in range(20)),
        *(two.direct(one.person, f"to one {number}") for number in range(20)),
    )

    for client in (one, two):
        await client.expect("direct.posted", seq=40)
        assert len(client.inbox.texts) == 40
    # Two inboxes are two streams; what each person wrote keeps its order in both.
    for prefix in ("to two", "to one"):
        views = [[text for text in client.inbox.texts if text.startswith(prefix)] for client in (one, two)]
        assert views[0] == views[1]


async def test_conversations_are_listed_newest_first(house: House) -> None:
    me, friend, colleague = await house.newcomers(3)
    await me.direct(friend.person, "hello, friend")
    await colleague.direct(me.person, "hello, you")
    await friend.direct(me.person, "hello back")
    await me.expect_text("hello back")

    conversations = await me.conversations()

    assert [(entry["login"], entry["text"]) for entry in conversations] == [
        (friend.person.login, "hello back"),
        (colleague.person.login, "hello, you"),
    ]
    assert conversations[0]["name"] == friend.person.name
    assert conversations[0]["seq"] == 3
    assert conversations[0]["at"] == me.inbox.entries[3]["sent_at"]
    assert await colleague.conversations() != []
    assert [entry["login"] for entry in await friend.conversations()] == [me.person.login]


async def test_a_conversation_is_read_in_pages(house: House) -> None:
    me, friend, other = await house.newcomers(3)
    for number in range(5):
        await me.direct(friend.person, f"line {number}")
        await me.direct(other.person, "elsewhere")

    newest = await me.command("conversation.fetch", **{"with": friend.person.login, "limit": 2})
    older = await me.command(
        "conversation.fetch",
        **{"with": friend.person.login, "limit": 10, "before": newest["events"][0]["seq"]},
    )

    assert [event["text"] for event in newest["events"]] == ["line 3", "line 4"]
    assert newest["more"] is True
    assert [event["text"] for event in older["events"]] == ["line 0", "line 1", "line 2"]
    assert older["more"] is False


async def test_a_conversation_with_somebody_unknown_is_refused(house: House) -> None:
    me = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await me.command("conversation.fetch", **{"with": "nobody-of-this-name"})

    assert refusal.value.code == "user_not_found"


async def test_the_conversation_of_two_others_is_not_seen(house: House) -> None:
    one, two, stranger = await house.newcomers(3)
    await one.direct(two.person, "secret")

    fetched = await stranger.command("conversation.fetch", **{"with": one.person.login})

    assert fetched["events"] == []
    assert await stranger.conversations() == []


async def test_a_blank_or_too_long_private_message_is_refused(house: House) -> None:
    one, two = await house.newcomers(2)

    with pytest.raises(Refusal, match="bad_request"):
        await one.direct(two.person, " \u200b ")
    with pytest.raises(Refusal, match="too_large"):
        await one.direct(two.person, "x" * 4001)
    await two.expect_nothing("direct.posted")
