"""`manage.py chatlog` beside a running chat: every message with its time of arrival, as lines safe for a terminal."""

import asyncio
import re

import pytest

from tests.harness.house import House

pytestmark = pytest.mark.asyncio


async def test_the_log_is_printed_in_order_with_times_of_arrival(house: House) -> None:
    author, other = await house.newcomers(2)
    room = await house.private_corner(author, other)
    first = await author.post("first words")
    await other.post("an answer")

    printed = await asyncio.to_thread(house.server.manage, "chatlog", "--room", str(room["id"]))

    lines = printed.splitlines()
    assert [("first words" in line, "an answer" in line) for line in lines] == [(True, False), (False, True)]
    assert author.person.login in lines[0]
    assert first["sent_at"][:19] in lines[0]


async def test_the_log_of_a_closed_room_is_kept(house: House) -> None:
    author = await house.newcomer()
    room = await house.private_corner(author)
    await author.post("for the record")
    await author.delete(room["id"])

    printed = await asyncio.to_thread(house.server.manage, "chatlog", "--room", str(room["id"]))

    assert "for the record" in printed


async def test_a_message_cannot_act_on_the_terminal_or_forge_a_line(house: House) -> None:
    author = await house.newcomer()
    room = await house.private_corner(author)
    await author.post("\x1b[2J\x1b]0;title\x07 red\r\nforged line\x9b31m \u202e backwards")

    printed = await asyncio.to_thread(house.server.manage, "chatlog", "--room", str(room["id"]))

    assert len(printed.splitlines()) == 1
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed)
    assert "forged line" in printed
