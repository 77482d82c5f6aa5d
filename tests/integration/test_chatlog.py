"""`manage.py chatlog` beside a running chat: every message with its time of arrival, as lines safe for a terminal."""

import asyncio
import re
import signal
import subprocess
import sys

import pytest

from tests.harness.environment import ROOT
from tests.harness.house import House
from tests.harness.processes import die_with_parent
from tests.harness.server import ChatServer

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


async def test_the_log_is_followed_until_one_has_seen_enough(house: House) -> None:
    author = await house.newcomer()
    room = await house.private_corner(author)
    await author.post("before")
    follower = _chatlog(house.server, "--room", str(room["id"]), "--follow")
    assert "before" in await asyncio.to_thread(follower.stdout.readline)

    await author.post("after")
    assert "after" in await asyncio.to_thread(follower.stdout.readline)

    follower.send_signal(signal.SIGINT)
    assert await asyncio.to_thread(follower.communicate) == ("", "")
    assert follower.returncode == 0


async def test_a_reader_of_the_log_that_goes_away_is_no_error(house: House) -> None:
    author = await house.newcomer()
    await author.post("nobody reads this")
    printer = _chatlog(house.server)

    printer.stdout.close()  # as `head` does

    assert await asyncio.to_thread(printer.stderr.read) == ""
    assert await asyncio.to_thread(printer.wait) == 0
    printer.stderr.close()


def _chatlog(server: ChatServer, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "manage.py", "chatlog", *arguments],
        cwd=ROOT, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=die_with_parent(),  # noqa: PLW1509 - nothing here holds a lock
    )  # fmt: skip
