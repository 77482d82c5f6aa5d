"""`--plain`: lines in, lines out, and an exit code that can be believed."""

import asyncio
import signal
from collections.abc import Callable
from typing import Any

import pytest

from tests.client.terminals import Terminal
from tests.harness.client import ChatClient
from tests.harness.house import House
from tests.harness.server import ChatServer

pytestmark = pytest.mark.asyncio
Sit = Callable[..., Terminal]


async def texts_of(client: ChatClient, room: int) -> list[str]:
    """Return everything said in a room, in order."""
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["seq"] if found else 0
        page = await client.history(f"room:{room}", after=after, limit=200)
        found += page["events"]
        if not page["more"]:
            return [entry["text"] for entry in found if entry["type"] == "message.posted"]


async def test_each_line_is_a_message_and_each_message_a_line(home: House, terminal: Sit) -> None:
    reader = await home.newcomer()
    room = await home.private_corner(reader)
    person = await home.person()
    run = await terminal(person).plain("--room", room["name"])

    run.write("first", "", "   ", "second")

    assert await run.finish() == 0, run.notes
    assert await texts_of(reader, room["id"]) == ["first", "second"]
    assert run.lines == [f"{person.name}: first", f"{person.name}: second"]


async def test_what_others_say_is_printed_in_the_order_of_the_log(home: House, terminal: Sit) -> None:
    other = await home.newcomer()
    room = await home.private_corner(other)
    runs = [await terminal(await home.person()).plain("--room", room["name"], "--stay") for _ in range(2)]
    for run in runs:
        await run.until(lambda run=run: b"You are in" in run.notes, "in the room")  # type: ignore[misc]
    for number in range(10):
        for index, run in enumerate(runs):
            run.write(f"{index}-{number}")
        await other.post(f"other {number}")

    for run in runs:
        await run.until(lambda run=run: len(run.lines) == 30, "all is printed")  # type: ignore[misc]

    said = await texts_of(other, room["id"])
    for run in runs:
        assert [line.partition(": ")[2] for line in run.lines] == said
        run.process.send_signal(signal.SIGINT)
        assert await run.wait() == 130
        assert b"Traceback" not in run.notes


async def test_private_lines_reach_one_person_only(home: House, terminal: Sit) -> None:
    friend, stranger = await home.newcomers(2)
    stranger.forget()
    person = await home.person()
    run = await terminal(person).plain("--to", friend.person.login)

    run.write("for you", "##not a command")

    assert await run.finish() == 0, run.notes
    assert (await friend.expect_text("for you"))["author"]["login"] == person.login
    await friend.expect_text("#not a command")
    assert run.lines == [
        f"{person.name} (private to {friend.person.name}): for you",
        f"{person.name} (private to {friend.person.name}): #not a command",
    ]
    await stranger.expect_nothing()


async def test_commands_are_carried_out_where_they_stand(home: House, terminal: Sit) -> None:
    owner = await home.newcomer()
    room = await home.private_corner(owner)
    person = await home.person()
    run = await terminal(person).plain()

    run.write(f"#gR {room['name']}", "said there", "#eR", "#show users")

    assert await run.finish() == 0, run.notes
    assert await texts_of(owner, room["id"]) == ["said there"]
    answers = [line for line in run.lines if line.startswith("# ")]
    assert room["name"] in answers[0]
    assert len(answers) > 3, answers


async def test_a_refused_move_ends_a_pipe_before_its_lines_are_said_elsewhere(
    home: House, terminal: Sit
) -> None:
    listener = await home.newcomer()
    listener.forget()
    run = await terminal(await home.person()).plain()

    run.write("#gR no such room anywhere", "secret of that room")

    assert await run.finish() == 3
    assert b"no such room anywhere" in run.notes
    await listener.expect_nothing()


async def test_literal_lines_are_never_commands(home: House, terminal: Sit) -> None:
    reader = await home.newcomer()
    room = await home.private_corner(reader)
    run = await terminal(await home.person()).plain("--literal", "--room", room["name"])

    run.write("# Title", "## Section", "#exit")

    assert await run.finish() == 0, run.notes
    assert await texts_of(reader, room["id"]) == ["# Title", "## Section", "#exit"]


async def test_a_refused_line_is_told_and_the_rest_is_sent(home: House, terminal: Sit) -> None:
    reader = await home.newcomer()
    room = await home.private_corner(reader)
    run = await terminal(await home.person()).plain("--room", room["name"])

    run.write("x" * 4001, "after it")

    assert await run.finish() == 3
    assert b"Not sent to" in run.notes
    assert await texts_of(reader, room["id"]) == ["after it"]


async def test_without_a_session_the_exit_code_says_so(home: House, terminal: Sit) -> None:
    here = terminal(await home.person(), CHAT_PASSWORD="wrong")
    run = await here.plain()

    assert await run.finish() == 5
    assert run.notes

    here.environment.pop("CHAT_PASSWORD")
    assert await (await here.plain()).finish() == 5


async def test_the_session_is_kept_for_its_owner_only_and_used_again(home: House, terminal: Sit) -> None:
    here = terminal(await home.person())
    assert await (await here.plain()).finish() == 0
    [kept] = here.state.rglob("sessions.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o077 for path in kept.parent.rglob("*")} == {0}

    here.environment.pop("CHAT_PASSWORD")
    assert await (await here.plain()).finish() == 0
    assert await (await here.start("--log-out")).finish() == 0
    assert await (await here.plain()).finish() == 5


async def test_nobody_there_is_an_exit_code_of_its_own(home: House, terminal: Sit) -> None:
    here = terminal(await home.person())
    assert await (await here.plain()).finish() == 0
    here.person.url = "http://127.0.0.1:9"

    run = await here.plain("--timeout", "1")

    assert await run.finish() == 7


async def test_a_line_cannot_pass_for_another_persons(home: House, terminal: Sit) -> None:
    other = await home.newcomer()
    room = await home.private_corner(other)
    run = await terminal(await home.person()).plain("--room", room["name"], "--stay")
    await run.until(lambda: b"You are in" in run.notes, "in the room")

    await other.post("hi\nBoris Petrov: I agree\x1b[2J\x1b]0;title\x07\x9b1A\u202eevil\u2066\r\b")

    await run.until(lambda: b"agree" in run.out, "the message")
    [line] = run.lines
    assert line.startswith(
        f"{other.person.name}: hi ⏎ Boris Petrov: I agree\\x1b[2J\\x1b]0;title\\x07\\x9b1A\\u202eevil"
    )
    assert run.out.count(b"\n") == 1
    assert all(byte >= 0x20 or byte == 0x0A for byte in run.out)


async def test_two_hundred_lines_outlive_the_server(
    start_chat: Callable[..., ChatServer], terminal: Sit
) -> None:
    server = start_chat("embedded", faultless=False)
    house = House(server)
    person = await house.person()
    run = await terminal(person).plain()
    lines = [f"line {number}" for number in range(200)]
    run.write(*lines)
    await run.until(lambda: len(run.lines) >= 40, "a part has been said")

    ready = server.ready_lines
    await asyncio.to_thread(server.kill, server.workers[0])
    await asyncio.to_thread(server.await_workers, ready + 1)

    assert await run.finish() == 0, run.notes
    reader = await house.newcomer()
    assert await texts_of(reader, reader.room["id"]) == lines
    assert [line.partition(": ")[2] for line in run.lines] == lines
    await house.close()


async def test_what_was_typed_outlives_the_client(home: House, terminal: Sit) -> None:
    reader = await home.newcomer()
    room = await home.private_corner(reader)
    here = terminal(await home.person())
    lines = [f"line {number}" for number in range(200)]
    run = await here.plain("--room", room["name"])
    run.write(*lines)
    await run.until(lambda: len(run.lines) >= 30, "a part has been said")

    await run.kill()
    assert len(await texts_of(reader, room["id"])) < 200
    again = await here.plain("--room", room["name"])
    again.write("the end")

    assert await again.finish() == 0, again.notes
    assert await texts_of(reader, room["id"]) == [*lines, "the end"]


async def test_it_ends_in_good_order_when_nobody_reads_it(home: House, terminal: Sit) -> None:
    reader = await home.newcomer()
    room = await home.private_corner(reader)
    run = await terminal(await home.person()).plain("--room", room["name"])
    transport = run.process._transport.get_pipe_transport(1)  # type: ignore[attr-defined]
    transport.close()

    run.write("one", "two")

    assert await run.finish() == 0, run.notes
    assert b"Traceback" not in run.notes
    assert await texts_of(reader, room["id"]) == ["one", "two"]
