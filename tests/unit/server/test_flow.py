"""What waits for the application: bounded, in order, and each with the time at which it came."""

import pytest

from chatproject import flow
from chatproject.flow import InputQueue

pytestmark = pytest.mark.asyncio


async def test_an_event_says_when_it_came_however_long_it_waits(monkeypatch: pytest.MonkeyPatch):
    queue = InputQueue(pause=lambda: None, resume=lambda: None)
    times = iter([12.5, 99.0])
    monkeypatch.setattr(flow, "time", type("Clock", (), {"monotonic": lambda: next(times)}))

    queue.put_nowait({"type": "websocket.receive", "text": "{}"})
    queue.put_nowait({"type": "websocket.receive", "text": "[]"})

    assert [(await queue.get())["received_at"] for _ in range(2)] == [12.5, 99.0]


async def test_the_peer_is_paused_while_much_waits_and_goes_on_when_most_is_gone():
    said: list[str] = []
    queue = InputQueue(pause=lambda: said.append("pause"), resume=lambda: said.append("resume"))

    for _ in range(flow.WAITING_EVENTS):
        queue.put_nowait({"type": "websocket.receive", "text": "{}"})
    assert said == ["pause"]
    while queue.qsize() > flow.RESUME_EVENTS:
        await queue.get()

    assert said == ["pause", "resume"]
