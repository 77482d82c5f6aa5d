"""The program in a terminal of the kernel's: every byte that it writes there is looked at."""

import asyncio
import fcntl
import os
import re
import struct
import sys
import termios
from collections.abc import Callable

import pytest

from tests.client.terminals import SOON_SECONDS, Terminal
from tests.harness.environment import ROOT
from tests.harness.house import House
from tests.harness.processes import die_with_parent
from tests.harness.waiting import eventually

pytestmark = pytest.mark.asyncio
TITLE = re.compile(rb"\x1b\][0-2];")


async def test_neither_a_text_nor_a_name_of_others_is_obeyed(
    home: House, terminal: Callable[..., Terminal]
) -> None:
    other = await home.newcomer()
    here = terminal(await home.person(), TERM="xterm-256color")
    # The session is kept by the first run; the second needs no password.
    assert await (await here.plain()).finish() == 0
    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    written = bytearray()
    asyncio.get_running_loop().add_reader(ours, lambda: written.extend(os.read(ours, 65_536)))

    async def seen(text: bytes) -> None:
        async def is_written() -> bool:
            return text in written

        await eventually(is_written, f"{text!r} is drawn")

    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "client", "--server", here.person.url,
        cwd=ROOT, env=here.environment, stdin=theirs, stdout=theirs, stderr=theirs, preexec_fn=die_with_parent(),
    )  # fmt: skip
    try:
        async with asyncio.timeout(SOON_SECONDS):
            await seen(b"Connected. F1")
            await other.post("before \x1b]0;owned\x07 \x9b2J \x1b[2J \u202e after")
            await seen(b"after")
            # One types, and leaves.
            os.write(ours, b"typed here\r")
            await other.expect_text("typed here")
            os.write(ours, b"\x11")
            assert await process.wait() == 0
    finally:
        asyncio.get_running_loop().remove_reader(ours)
        if process.returncode is None:
            process.kill()
            await process.wait()
        os.close(ours)
        os.close(theirs)

    assert rb"\x1b]0;owned\x07" in written
    assert not TITLE.search(written)
    # What Textual says of its own accord: the shape of the mouse's pointer.
    assert b"\x07" not in written.replace(b"\x1b]22;default\x07", b"")
    assert "\u202e".encode() not in written
    assert b"\xc2\x9b" not in written
