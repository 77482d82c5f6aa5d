"""Answers that say something of the server itself."""

from types import SimpleNamespace
from typing import Any

import pytest

from rooms.handlers import reading
from rooms.protocol.commands import SyncClock

pytestmark = pytest.mark.asyncio


async def test_comparing_clocks_is_told_when_the_frame_came_and_when_it_is_answered():
    """Told the time of answering twice, a client took what its frame had waited for a difference of the clocks."""
    clock = SimpleNamespace(ms_at=lambda moment: moment * 1000, now_ms=lambda: 99_000.0)
    connection: Any = SimpleNamespace(received_at=12.5, runtime=SimpleNamespace(clock=clock))

    answer = await reading.sync_clock(connection, SyncClock(t0=1.25))

    assert answer.fields == {"t0": 1.25, "t1": 12_500.0, "t2": 99_000.0}
