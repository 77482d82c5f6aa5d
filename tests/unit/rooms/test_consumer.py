"""The socket's consumer: no thread for an event, and cleaning up that runs whatever happens."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from rooms import consumers, runtime
from rooms.consumers import ChatConsumer

pytestmark = pytest.mark.asyncio

SCOPE = {
    "type": "websocket",
    "identity": SimpleNamespace(user_id=9, session_key="k", session_hash="h", language="en"),
    "client_address": "127.0.0.1",
    "languages": [],
}
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Worker:
    """As much of a worker as a socket needs that is never greeted."""

    def __init__(self) -> None:
        self.is_draining = False
        self.connections: dict[Any, Any] = {}
        self.departed: list[Any] = []

    def depart(self, connection_id: Any, *, at_once: bool) -> None:
        self.departed.append(connection_id)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    worker = Worker()

    async def start() -> Worker:
        return worker

    monkeypatch.setattr(runtime, "start", start)
    return worker


def receives(*messages: dict[str, Any] | BaseException) -> Receive:
    waiting = [{"type": "websocket.connect"}, *messages]

    async def receive() -> dict[str, Any]:
        message = waiting.pop(0)
        await asyncio.sleep(0)
        if isinstance(message, BaseException):
            raise message
        return message

    return receive


async def test_no_event_of_a_socket_hops_to_a_thread(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def hop(*_: Any, **__: Any) -> Any:
        raise AssertionError("a thread was asked for")

    monkeypatch.setattr("channels.consumer.aclose_old_connections", hop)
    monkeypatch.setattr("channels.generic.websocket.aclose_old_connections", hop)
    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor.submit", hop)
    sent: list[dict[str, Any]] = []
    answered = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "websocket.send":
            answered.set()

    async def receive() -> dict[str, Any]:
        message = await messages()
        if message["type"] == "websocket.disconnect":
            await answered.wait()
        return message

    frame = '{"type":"ping","ref":"1"}'
    messages = receives({"type": "websocket.receive", "text": frame}, {"type": "websocket.disconnect"})
    await ChatConsumer()(SCOPE, receive, send)

    answer = json.loads(sent[1]["text"])
    assert (answer["ref"], answer["code"]) == ("1", "bad_request")  # before hello


async def test_a_frame_is_said_to_have_come_when_it_came_and_not_when_its_turn_did(worker: Worker) -> None:
    async def send(message: dict[str, Any]) -> None:
        """Take whatever comes."""

    frame = {"type": "websocket.receive", "text": '{"type":"ping","ref":"1"}', "received_at": 12.5}
    await ChatConsumer()(SCOPE, receives(frame, {"type": "websocket.disconnect"}), send)

    (connection,) = worker.connections.values()
    assert connection.received_at == 12.5


@pytest.mark.parametrize("failure", [RuntimeError("a bug"), asyncio.CancelledError()], ids=repr)
async def test_a_socket_whose_reading_fails_is_forgotten_all_the_same(
    worker: Worker, failure: BaseException
) -> None:
    async def send(message: dict[str, Any]) -> None:
        """Take whatever comes."""

    with pytest.raises(type(failure)):
        await ChatConsumer()(SCOPE, receives(failure), send)

    assert worker.departed == list(worker.connections)
    assert len(worker.departed) == 1


async def test_a_socket_that_says_nothing_is_let_go(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "HELLO_SECONDS", 0.01)
    sent: list[dict[str, Any]] = []
    closed = asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)
        if message["type"] == "websocket.close":
            closed.set()

    first = receives()

    async def receive() -> dict[str, Any]:
        if not sent:
            return await first()
        await closed.wait()
        return {"type": "websocket.disconnect"}

    await ChatConsumer()(SCOPE, receive, send)

    assert json.loads(sent[1]["text"])["type"] == "goodbye"
    assert sent[2]["code"] == 4408


async def test_who_comes_while_the_worker_drains_is_told_when_to_come_back(worker: Worker) -> None:
    worker.is_draining = True
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await ChatConsumer()(SCOPE, receives(), send)

    goodbye = json.loads(sent[1]["text"])
    assert (goodbye["type"], goodbye["code"], goodbye["reason"]) == ("goodbye", 1012, "restart")
    assert sent[2]["code"] == 1012
