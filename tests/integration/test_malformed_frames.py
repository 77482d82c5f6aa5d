"""Frames that no honest client sends: answered as written, nothing stored, the socket lives."""

import json

import pytest

from tests.harness.client import Refusal, new_id
from tests.harness.house import House

pytestmark = pytest.mark.asyncio

DEEP = '{"type":"ping","ref":"r","x":' + "[" * 8 + "]" * 8 + "}"
MALFORMED = {
    "no json": "{oops",
    "nothing": "",
    "a string": '"ping"',
    "a list": '[{"type":"ping","ref":"r"}]',
    "null": "null",
    "a number": "7",
    "no type": '{"ref":"r"}',
    "a type that is no string": '{"type":7,"ref":"r"}',
    "no ref": '{"type":"ping"}',
    "an empty ref": '{"type":"ping","ref":""}',
    "a ref of 65 characters": json.dumps({"type": "ping", "ref": "r" * 65}),
    "a ref that is no string": '{"type":"ping","ref":7}',
    "NaN": '{"type":"clock.sync","ref":"r","t0":NaN}',
    "infinity": '{"type":"clock.sync","ref":"r","t0":-Infinity}',
    "infinity by exponent": '{"type":"clock.sync","ref":"r","t0":1e999}',
    "an integer that is too large": '{"type":"ping","ref":"r","x":9007199254740992}',
    "an integer of five thousand digits": '{"type":"ping","ref":"r","x":' + "9" * 5000 + "}",
    "a fraction": '{"type":"room.enter","ref":"r","room":1.5}',
    "too deep": DEEP,
    "absurdly deep": "[" * 30_000,
    "a key twice": '{"type":"ping","ref":"r","x":1,"x":2}',
    "a key twice inside": '{"type":"ping","ref":"r","x":{"y":1,"y":2}}',
    "nul": '{"type":"ping","ref":"r","x":"a\\u0000b"}',
    "nul in a key": '{"type":"ping","ref":"r","a\\u0000b":1}',
    "a lone surrogate": '{"type":"ping","ref":"r","x":"\\ud800"}',
    "something behind": '{"type":"ping","ref":"r"} {}',
    "binary": b'{"type":"ping","ref":"r"}',
}
KEEPS_REF = ("a fraction", "nul", "nul in a key", "a lone surrogate", "a key twice", "too deep")


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_frame_is_a_bad_request_and_the_socket_lives(house: House, name: str) -> None:
    client = await house.newcomer()

    await client.send(MALFORMED[name])

    error = await client.expect("error") if name not in KEEPS_REF else await client.expect("error", ref="r")
    assert error["code"] == "bad_request"
    assert error["message"]
    await client.command("ping")


async def test_the_tenth_malformed_frame_in_a_minute_closes_the_socket(house: House) -> None:
    client = await house.newcomer()

    for _ in range(9):
        await client.send("{oops")
    await client.command("ping")
    await client.send("{oops")

    await client.expect_close(4400)


async def test_other_refusals_do_not_count_as_malformed(house: House) -> None:
    client = await house.newcomer()

    for _ in range(15):
        with pytest.raises(Refusal):
            await client.command("room.enter", room="seven")
        with pytest.raises(Refusal):
            await client.command("no.such.thing")

    await client.command("ping")


@pytest.mark.parametrize(
    "type_",
    [
        "no.such.thing",
        "websocket.disconnect",
        "stream.entries",
        "__class__",
        "message.posted",
        "hello2",
        "help",
        "",
    ],
)
async def test_an_unknown_type_chooses_nothing(house: House, type_: str) -> None:
    client = await house.newcomer()

    with pytest.raises(Refusal) as refusal:
        await client.command(type_, stream="inbox", frames=["{}"], first=1)

    assert refusal.value.code == "unknown_type"
    await client.command("ping")


async def test_unknown_fields_are_ignored(house: House) -> None:
    client = await house.newcomer()

    await client.command("ping", nonsense={"a": [1, {"b": None}]}, __proto__={"x": 1})


async def test_a_frame_above_64_kib_closes_with_1009(house: House) -> None:
    client = await house.newcomer()

    await client.send(json.dumps({"type": "ping", "ref": "r", "x": "x" * 70_000}))

    await client.expect_close(1009)


async def test_a_frame_of_just_64_kib_is_read(house: House) -> None:
    client = await house.newcomer()
    frame = {"type": "ping", "ref": "r", "x": ""}
    frame["x"] = "x" * (65_536 - len(json.dumps(frame)))

    assert (await client.ask(frame))["type"] == "ack"


async def test_text_escaped_as_surrogate_pairs_is_read(house: House) -> None:
    client = await house.newcomer()
    await house.private_corner(client)
    text = "😀" * 4000

    frame = {
        "type": "message.post",
        "ref": "r",
        "room": client.room["id"],
        "client_id": new_id(),
        "text": text,
    }
    answer = client.begin(frame)
    await client.send(json.dumps(frame, ensure_ascii=True))

    assert (await answer)["type"] == "ack"
    await client.expect_text(text)


async def test_malformed_frames_before_hello_are_bad_requests_too(house: House) -> None:
    client = await house.connect(await house.person())

    for name in ("no json", "no type", "too deep", "binary"):
        await client.send(MALFORMED[name])
        assert (await client.expect("error"))["code"] == "bad_request"

    await client.hello()


async def test_malformed_frames_leave_nothing_in_the_log(house: House) -> None:
    author, reader = await house.newcomers(2)
    room = await house.private_corner(author, reader)

    await author.send(
        json.dumps(
            {"type": "message.post", "ref": "r", "room": room["id"], "client_id": new_id(), "text": "a\x00b"}
        )
    )
    valid = json.dumps(
        {"type": "message.post", "ref": "r", "room": room["id"], "client_id": new_id(), "text": "x"}
    )
    await author.send(valid.replace('"x"', "NaN"))

    assert (await author.expect("error"))["code"] == "bad_request"
    assert (await author.expect("error"))["code"] == "bad_request"
    ack = await author.post("the first entry")
    assert ack["seq"] == 1
