"""Commands typed as text: every spelling of the table, in three languages, and never shown to anybody."""

import secrets

import pytest

from tests.harness.client import ChatClient, Refusal
from tests.harness.house import House

pytestmark = pytest.mark.asyncio


def unused_name() -> str:
    return f"Room {secrets.token_hex(6)}"


@pytest.mark.parametrize("line", ["#cR {}", "  #cr {}", "#CR   <{}>", "\t#Cr < {} >  "])
async def test_a_room_is_made(house: House, line: str) -> None:
    client = await house.newcomer()
    name = unused_name()

    answer = await client.type(line.format(name))

    assert answer["command"] == "room.create"
    assert answer["room"]["name"] == name
    assert answer["room"]["kind"] == "temporary"
    assert name in answer["text"]
    await client.expect("caught_up")
    await client.post("in the new room")


@pytest.mark.parametrize("line", ["#gR {}", "#gr <{}>", " #GR  {} "])
async def test_a_room_is_entered_and_left(house: House, line: str) -> None:
    host, guest = await house.newcomers(2)
    room = await house.private_corner(host)
    await host.post("already here")

    entered = await guest.type(line.format(room["name"]))
    await guest.expect_text("already here")
    left = await guest.type("#eR")

    assert entered["command"] == "room.enter"
    assert entered["room"]["id"] == room["id"]
    assert left["command"] == "room.leave"
    assert left["room"]["kind"] == "default"


@pytest.mark.parametrize("line", ["#lR", "#LR", "#IR", "#ir", "  #lr  "])
async def test_rooms_are_listed(house: House, line: str) -> None:
    client = await house.newcomer()
    room = await house.private_corner(client)

    answer = await client.type(line)

    assert answer["command"] == "room.list"
    assert answer["rooms"]
    assert client.welcome["room"]["name"] in answer["text"] or room["name"] in answer["text"]


@pytest.mark.parametrize("line", ["#dR {}", "#DR <{}>"])
async def test_a_room_is_deleted(house: House, line: str) -> None:
    client = await house.newcomer()
    room = await house.private_corner(client)

    answer = await client.type(line.format(room["name"]))

    assert answer["command"] == "room.delete"
    await client.expect("room.closed")


@pytest.mark.parametrize("line", ["#show users", "#SHOW   Users", " #Show users "])
async def test_people_are_listed(house: House, line: str) -> None:
    client = await house.newcomer()

    answer = await client.type(line)

    assert answer["command"] == "user.list"
    assert answer["users"]


@pytest.mark.parametrize(
    "line",
    [
        "#\\private<{}> see you at 5",
        "#private {} see you at 5",
        "#private <{}> see you at 5",
        " #PRIVATE  <{}>   see you at 5",
        "#\\Private <{}> see you at 5",
        "#\\private {} see you at 5",
        "#private<{}> see you at 5",
    ],
)
async def test_a_private_message_is_sent(house: House, line: str) -> None:
    sender, receiver, bystander = await house.newcomers(3)
    await house.private_corner(sender, bystander)

    answer = await sender.type(line.format(receiver.person.login))

    assert answer["command"] == "direct.post"
    assert answer["stream"] == "inbox"
    event = await receiver.expect("direct.posted")
    assert event["text"] == "see you at 5"
    await bystander.expect_nothing()


async def test_exit_ends_the_session_of_the_socket(house: House) -> None:
    client = await house.newcomer()

    answer = await client.type("#exit")

    assert answer["command"] == "session.exit"
    await client.expect_close(1000)


async def test_help_lists_every_command(house: House) -> None:
    client = await house.newcomer()

    answer = await client.type("#help")

    assert answer["command"] == "help"
    for word in ("#cR", "#gR", "#eR", "#exit", "#lR", "#dR", "#show users", "#private", "#help"):
        assert word in answer["text"]


@pytest.mark.parametrize(
    "line",
    ["#gX hall", "#crr", "#privat bob secret", "＃gR hall", "#", "# hello", "#😀", "#показать", "#gRhall"],
)
async def test_an_unknown_word_is_refused_and_never_shown(house: House, line: str) -> None:
    author, reader = await house.newcomers(2)
    await house.private_corner(author, reader)

    with pytest.raises(Refusal) as refusal:
        await author.type(line)

    assert refusal.value.code == "unknown_command"
    assert "#" in refusal.value.message
    await reader.expect_nothing()
    await author.expect_nothing()


async def test_a_misspelt_word_is_answered_with_the_nearest(house: House) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.type("#privat bob secret")

    assert "#private" in refusal.value.message


@pytest.mark.parametrize(
    "line", ["#cR", "#gR  ", "#dR <>", "#private", "#private bob", "#\\private<bob>", "#show"]
)
async def test_a_missing_argument_is_refused(house: House, line: str) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.type(line)

    assert refusal.value.code in {"bad_request", "unknown_command"}
    assert refusal.value.code == "bad_request" or line == "#show"


async def test_the_room_of_a_typed_command_is_ignored(house: House) -> None:
    client = await house.newcomer()

    answer = await client.post("#lR", room=999_999_999)

    assert answer["command"] == "room.list"


async def test_a_repeated_private_line_is_one_message(house: House) -> None:
    sender, receiver = await house.newcomers(2)
    client_id = "0d4c53f0-93f8-4f53-a3c3-4b5b0c3b0f01"

    for _ in range(2):
        await sender.post(f"#private {receiver.person.login} once", client_id=client_id)

    await receiver.expect_text("once")
    await receiver.expect_nothing("direct.posted")


async def refusals(client: ChatClient) -> list[str]:
    messages = []
    for line in (
        "#gX",
        "#cR",
        "#gR no such room anywhere",
        "#private nobody-of-this-name hello",
        "#dR no such room",
    ):
        with pytest.raises(Refusal) as refusal:
            await client.type(line)
        messages.append(refusal.value.message)
    return messages


async def test_answers_and_refusals_come_in_the_language_of_hello(house: House) -> None:
    clients = {language: await house.newcomer(language=language) for language in ("en", "es", "ru")}

    help_texts = {language: (await client.type("#help"))["text"] for language, client in clients.items()}
    rooms_texts = {language: (await client.type("#lR"))["text"] for language, client in clients.items()}
    messages = {language: await refusals(client) for language, client in clients.items()}

    for texts in (help_texts, rooms_texts):
        assert len(set(texts.values())) == 3
    for answers in zip(*messages.values(), strict=True):
        assert len(set(answers)) == 3, answers
    assert any("а" <= letter <= "я" for letter in help_texts["ru"])


@pytest.mark.parametrize(
    ("hello", "header", "letters"),
    [
        ({"language": "ru"}, "es", "ru"),
        ({}, "ru-RU,ru;q=0.9", "ru"),
        ({"language": "xx"}, "", "en"),
        ({}, "tlh", "en"),
    ],
)
async def test_the_language_is_that_of_hello_else_of_the_browser_else_english(
    house: House, hello: dict[str, str], header: str, letters: str
) -> None:
    person = await house.person()
    headers = {"X-Session-Token": person.token, "Accept-Language": header}
    client = await house.connect(person, additional_headers=headers)
    await client.hello(**hello)

    text = (await client.type("#help"))["text"]

    assert any("а" <= letter <= "я" for letter in text) is (letters == "ru")
