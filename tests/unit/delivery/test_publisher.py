"""The publisher tells this worker at once and the others by the layer, and never blocks who has just committed."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from rooms.delivery import publisher as module
from rooms.delivery.groups import LOBBY
from rooms.delivery.hints import Hint
from rooms.delivery.publisher import Publisher
from tests.harness.logs import said_by
from tests.unit.rooms.model import until

pytestmark = pytest.mark.asyncio


class Layer:
    def __init__(self) -> None:
        self.sent: list[tuple[str, Hint]] = []
        self.problem: Exception | None = None
        self.refused = 0
        self.answers = asyncio.Event()
        self.answers.set()

    async def group_send(self, group: str, hint: Hint) -> None:
        await self.answers.wait()
        if self.problem is not None:
            self.refused += 1
            raise self.problem
        assert hint.pop("from") == "worker!1"
        self.sent.append((group, hint))


class Stage:
    def __init__(self) -> None:
        self.layer = Layer()
        self.here: list[Hint] = []
        self.publisher = Publisher(self.layer, lambda _, hint: self.here.append(hint), origin="worker!1")
        self.sending = asyncio.create_task(self.publisher.run())


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    stage = Stage()
    yield stage
    stage.sending.cancel()
    await asyncio.gather(stage.sending, return_exceptions=True)


def hint(number: int) -> Hint:
    return {"type": "room.occupancy", "number": number}


def words(first: int, *frames: str, stream: int = 1) -> Hint:
    return {
        "type": "stream.entries", "stream": stream, "first": first, "frames": list(frames), "closes": False
    }  # fmt: skip


async def test_hints_go_to_the_layer_in_the_order_given(stage: Stage):
    for number in range(50):
        stage.publisher.publish("room.1", hint(number))

    await until(lambda: len(stage.layer.sent) == 50)

    assert stage.layer.sent == [("room.1", hint(number)) for number in range(50)]
    assert stage.here == [hint(number) for number in range(50)]


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


async def test_where_there_is_nobody_else_nothing_goes_by_the_layer():
    here: list[Hint] = []
    publisher = Publisher(None, lambda _, hint: here.append(hint), origin="worker!1")

    publisher.publish("room.1", hint(1))
    await until(lambda: here)

    assert not publisher._hints


async def test_this_worker_waits_for_no_layer(stage: Stage):
    stage.layer.answers.clear()

    stage.publisher.tell([("room.1", hint(1))])

    assert stage.here == [hint(1)]


async def test_what_comes_while_one_is_on_its_way_goes_together(stage: Stage):
    stage.layer.answers.clear()
    stage.publisher.publish("room.1", words(1, "one"))
    await until(lambda: not stage.publisher._hints and stage.here)

    for seq, frame in ((2, "two"), (3, "three")):
        stage.publisher.publish("room.1", words(seq, frame))
    stage.publisher.publish("room.2", words(1, "elsewhere", stream=2))
    await until(lambda: len(stage.here) == 4)
    stage.layer.answers.set()
    await until(lambda: len(stage.layer.sent) == 3)

    assert stage.layer.sent == [
        ("room.1", words(1, "one")),
        ("room.1", words(2, "two", "three")),
        ("room.2", words(1, "elsewhere", stream=2)),
    ]


async def test_what_a_thread_collects_is_told_by_whoever_has_the_list(stage: Stage, settings: Any):
    settings.REDIS_URL = ""
    module.install(stage.publisher)
    try:
        with module.collecting() as hints:
            module._publish("room.1", hint(1))
        module._publish("room.1", hint(2))
    finally:
        module.install(None)
    await until(lambda: stage.here)

    assert hints == [("room.1", hint(1))]
    assert stage.here == [hint(2)]


async def test_a_layer_that_hangs_is_not_waited_for_without_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, caplog
):
    monkeypatch.setattr(module, "SEND_SECONDS", 0.02)
    stage.layer.answers.clear()
    stage.publisher.publish("room.1", hint(1))
    await until(lambda: said_by("rooms.publisher", caplog))

    stage.layer.answers.set()
    stage.publisher.publish("room.1", hint(2))

    await until(lambda: stage.layer.sent == [("room.1", hint(2))])


async def test_a_worker_that_chokes_on_a_hint_goes_on_with_the_next(stage: Stage, caplog):
    def choke(_group: str, _hint: Hint) -> None:
        raise KeyError("stream")

    stage.publisher._here = choke
    stage.publisher.publish("room.1", hint(1))
    await until(lambda: said_by("rooms.publisher", caplog))

    stage.publisher.publish("room.1", hint(2))

    await until(lambda: ("room.1", hint(2)) in stage.layer.sent)


async def test_when_nobody_takes_them_the_oldest_hints_are_dropped_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(module, "QUEUE_MAX", 10)
    layer = Layer()
    publisher = Publisher(layer, lambda _, __: None, origin="worker!1")
    publisher.tell([("room.1", hint(number)) for number in range(25)])

    sending = asyncio.create_task(publisher.run())
    await until(lambda: len(layer.sent) == 11)

    assert layer.sent[:10] == [("room.1", hint(number)) for number in range(15, 25)]
    assert layer.sent[10:] == owed({"type": "layer.reset"})
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)


async def test_after_its_loop_has_ended_publishing_is_harmless():
    async def make() -> Publisher:
        return Publisher(Layer(), lambda _, __: None, origin="worker!1")

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
    await until(lambda: stage.layer.refused >= 3)

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
    await until(lambda: stage.layer.refused >= 4)

    stage.layer.problem = None
    await until(lambda: len(stage.layer.sent) == 2)

    assert stage.layer.sent == owed({"type": "layer.reset"}, hint(3))
