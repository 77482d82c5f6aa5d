"""Sessions that have ended elsewhere close their sockets, whatever hint was lost."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from rooms import sessions as module
from rooms.pools import Unavailable
from rooms.protocol.errors import CloseCode
from rooms.sessions import SessionWatch
from tests.unit.rooms.model import until

pytestmark = pytest.mark.asyncio


class Socket:
    def __init__(self, key: str) -> None:
        self.id = uuid.uuid4()
        self.identity = SimpleNamespace(session_key=key)
        self.codes: list[CloseCode] = []

    def say_goodbye(self, code: CloseCode, **_: Any) -> None:
        self.codes.append(code)


class Stage:
    """A watch over three sockets, and what the database says of them."""

    def __init__(self) -> None:
        self.sockets = [Socket(key) for key in ("a", "b", "c")]
        self.told: dict[uuid.UUID, int] = {}
        self.ended: dict[str, int] = {}
        self.failures: list[Exception] = []
        self.asked: list[str] = []
        self.watch = SessionWatch(SimpleNamespace(run=self.run), lambda: self.sockets)  # type: ignore[arg-type]

    async def run(self, function: Callable[..., Any], *_: Any) -> Any:
        self.asked.append(function.__name__)
        if self.failures:
            raise self.failures.pop()
        return self.told if function.__name__ == "told_to_close" else self.ended


@pytest_asyncio.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    stage = Stage()
    watching = asyncio.create_task(stage.watch.run(uuid.uuid4))
    yield stage
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def test_only_the_sockets_of_an_ended_session_close(stage: Stage):
    ended, stays, _ = stage.sockets
    stage.ended = {"a": 4401}

    await until(lambda: ended.codes)

    assert ended.codes[0] is CloseCode.SESSION_ENDED
    assert stays.codes == []


async def test_a_connection_that_was_told_to_go_goes_with_its_own_code(stage: Stage):
    one = stage.sockets[1]
    stage.told, stage.ended = {one.id: 4409}, {"b": 4401}

    await until(lambda: one.codes)

    assert one.codes[0] is CloseCode.TOO_MANY_CONNECTIONS


@pytest.mark.parametrize("problem", [Unavailable(), RuntimeError("a bug")])
async def test_the_watch_goes_on_after_whatever_went_wrong(stage: Stage, problem: Exception, caplog):
    stage.failures = [problem] * 3
    stage.ended = {"a": 4403}

    await until(lambda: stage.sockets[0].codes)

    assert stage.sockets[0].codes[0] is CloseCode.BANNED


async def test_a_hint_is_followed_at_once(stage: Stage, monkeypatch: pytest.MonkeyPatch):
    await until(lambda: stage.asked)
    monkeypatch.setattr(module, "POLL_SECONDS", 100)
    await asyncio.sleep(0.03)
    stage.asked.clear()

    stage.watch.look_soon()

    await until(lambda: len(stage.asked) == 2)


async def test_a_worker_without_sockets_asks_nothing(stage: Stage):
    stage.sockets.clear()
    await asyncio.sleep(0.02)
    stage.asked.clear()

    await asyncio.sleep(0.03)

    assert stage.asked == []
