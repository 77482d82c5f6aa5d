"""The publisher tells the layer, never blocks who has just committed, and falls back to this worker."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from rooms.delivery import publisher as module
from rooms.delivery.groups import LOBBY
from rooms.delivery.publisher import Hint, Publisher
from tests.harness.logs import said_by
from tests.unit.rooms.model import until

pytestmark = pytest.mark.asyncio


class Layer:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Hint]] = []
        self.problem: Exception | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def group_send(self, group: str, hint: Hint) -> None:
        await self.answers.wait()
        if self.problem is not None:
            raise self.problem
        self.sent.append((group, hint))


class Stage:
    def __init__(self) -> None:
        self.layer = Layer()
        self.here: list[Hint] = []
        self.publisher = Publisher(self.layer, self.here.append)
        self.sending = asyncio.create_task(self.publisher.run())


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    stage.sending.cancel()
    await asyncio.gather(stage.sending, return_exceptions=True)


def hint(number: int) -> Hint:
    return {"type": "stream.entries", "number": number}


async def test_hints_go_to_the_layer_in_the_order_given(stage: Stage):
    for number in range(50):
        stage.publisher.publish("room.1", hint(number))

    await until(lambda: len(stage.layer.sent) == 50)

    assert stage.layer.sent == [("room.1", hint(number)) for number in range(50)]
    assert stage.here == []


async def test_any_thread_may_publish(stage: Stage):
    def publish(start: int) -> None:
        for number in range(start, start + 100):
            stage.publisher.publish("room.1", hint(number))

    threads = [threading.Thread(target=publish, args=(start,)) for start in (0, 1000, 2000)]
    for thread in threads:
        thread.start()
    await until(lambda: len(stage.layer.sent) == 300)
    for thread in threads:
        thread.join()

    for start in (0, 1000, 2000):
        mine = [each["number"] for _, each in stage.layer.sent if start <= each["number"] < start + 100]
        assert mine == list(range(start, start + 100))


async def test_what_the_layer_refuses_goes_to_this_worker(stage: Stage, caplog):
    stage.layer.problem = OSError("away")
    stage.publisher.publish("room.1", hint(1))
    await until(lambda: stage.here == [hint(1)])

    stage.layer.problem = None
    stage.publisher.publish("room.1", hint(2))
    await until(lambda: ("room.1", hint(2)) in stage.layer.sent)

    assert stage.here == [hint(1)]


async def test_a_layer_that_hangs_is_not_waited_for_without_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.setattr(module, "SEND_SECONDS", 0.02)
    stage.layer.answers.clear()

    stage.publisher.publish("room.1", hint(1))

    await until(lambda: stage.here == [hint(1)])


async def test_a_worker_that_chokes_on_a_hint_goes_on_with_the_next(stage: Stage, caplog):
    def choke(_: Hint) -> None:
        raise KeyError("stream")

    stage.publisher._here = choke
    stage.layer.problem = OSError("away")
    stage.publisher.publish("room.1", hint(1))
    await until(lambda: said_by("rooms.publisher", caplog))

    stage.layer.problem = None
    stage.publisher.publish("room.1", hint(2))

    await until(lambda: ("room.1", hint(2)) in stage.layer.sent)


async def test_when_nobody_takes_them_the_oldest_hints_are_dropped_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "QUEUE_MAX", 10)
    layer = Layer()
    publisher = Publisher(layer, lambda _: None)
    for number in range(25):
        publisher.publish("room.1", hint(number))

    sending = asyncio.create_task(publisher.run())
    await until(lambda: len(layer.sent) == 11)

    assert layer.sent[:10] == [("room.1", hint(number)) for number in range(15, 25)]
    assert layer.sent[10:] == owed({"type": "layer.reset"})
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def test_after_its_loop_has_ended_publishing_is_harmless():
    async def make() -> Publisher:
        return Publisher(Layer(), lambda _: None)

    publisher = await asyncio.to_thread(asyncio.run, make())

    publisher.publish("room.1", hint(1))


async def test_the_process_has_one_publisher(stage: Stage, settings: Any):
    settings.REDIS_URL = ""
    module._publish("room.1", hint(0))

    module.install(stage.publisher)
    try:
        module._publish("room.1", hint(1))
    finally:
        module.install(None)

    await until(lambda: stage.layer.sent == [("room.1", hint(1))])


def owed(*hints: Hint) -> list[tuple[str, Hint]]:
    return [(LOBBY, each) for each in hints]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait for the next attempt."""
    monkeypatch.setattr(module, "PAY_SECONDS", 0.01)


@pytest.mark.usefixtures("at_once")
async def test_news_of_the_rooms_that_the_layer_did_not_take_are_sent_again(stage: Stage, caplog):
    """What one publish lost stayed unknown to the people of all other workers: no poll looks for it."""
    stage.layer.problem = OSError("away")
    stage.publisher.publish(LOBBY, hint(1))
    stage.publisher.publish("room.1", hint(2))
    stage.publisher.publish(LOBBY, hint(3))
    await until(lambda: stage.here == [hint(1), hint(2), hint(3)])

    stage.layer.problem = None
    await until(lambda: len(stage.layer.sent) == 2)
    stage.publisher.publish("room.1", hint(4))
    await until(lambda: len(stage.layer.sent) == 3)

    assert stage.layer.sent == [*owed(hint(1), hint(3)), ("room.1", hint(4))]  # each once, and no other


@pytest.mark.usefixtures("at_once")
async def test_more_news_than_may_be_owed_become_one_that_says_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.setattr(module, "OWED_MAX", 3)
    stage.layer.problem = OSError("away")
    for number in range(4):
        stage.publisher.publish(LOBBY, hint(number))
    await until(lambda: len(stage.here) == 4)

    stage.layer.problem = None
    await until(lambda: len(stage.layer.sent) == 2)

    assert stage.layer.sent == owed({"type": "layer.reset"}, hint(3))
