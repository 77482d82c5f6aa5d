"""A worker tells its own people what it has stored, as far as the layer would have, and hears nothing of it twice."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from rooms.delivery import publisher
from rooms.delivery.groups import LOBBY
from rooms.runtime import Runtime

pytestmark = pytest.mark.asyncio
CHANNEL = "worker!1"


class Layer:
    """Brings what it has, and then nothing more."""

    def __init__(self, *hints: dict[str, Any]) -> None:
        self._hints = list(hints)

    async def receive(self, _channel: str) -> dict[str, Any]:
        if not self._hints:
            raise asyncio.CancelledError
        return self._hints.pop(0)


def worker(layer: Layer, *groups: str) -> tuple[Runtime, list[Any]]:
    runtime, heard = Runtime.__new__(Runtime), []
    runtime._layer = layer
    runtime.feeds = SimpleNamespace(is_in=groups.__contains__)  # type: ignore[assignment]
    runtime._growth = SimpleNamespace(notice=lambda _group, _hint: None)  # type: ignore[assignment]
    runtime.hear = heard.append  # type: ignore[method-assign]
    return runtime, heard


async def test_what_comes_back_by_the_layer_is_not_heard_again():
    runtime, heard = worker(Layer({"n": 1, "from": CHANNEL}, {"n": 2, "from": "worker!2"}, {"n": 3}))

    with pytest.raises(asyncio.CancelledError):
        await runtime._listen(CHANNEL)

    assert [hint["n"] for hint in heard] == [2, 3]


async def test_it_hears_itself_only_in_groups_that_it_is_a_member_of():
    """Every log-in of anybody made each worker look at the sessions of all its connections."""
    runtime, heard = worker(Layer(), "room.1")

    for group in ("room.1", "inbox.7", LOBBY):
        runtime._hear_own(group, {"group": group})

    assert [hint["group"] for hint in heard] == ["room.1", LOBBY]


async def test_what_is_stored_is_told_though_the_rest_of_its_batch_fails(monkeypatch: pytest.MonkeyPatch):
    runtime, _ = worker(Layer())
    told: list[Any] = []
    runtime._news = SimpleNamespace(publish=lambda group, hint: told.append((group, hint)))  # type: ignore[assignment]

    def store_one_and_fail(_posts: Any) -> Any:
        publisher._publish("room.1", {"n": 1})
        raise OperationalError("gone")

    monkeypatch.setattr("rooms.runtime.post_messages", store_one_and_fail)

    with pytest.raises(OperationalError):
        runtime._store([])

    assert told == [("room.1", {"n": 1})]
