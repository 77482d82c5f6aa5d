"""The load generator sees what a server does wrong, and takes several events in one message for what they are."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from tests.bench.generator import Load, LoadFailed
from tests.bench.scripts import PLAIN, Script, Step
from tests.bench.shapes import Crowd
from tests.bench.systems import Address
from tests.harness.processes import free_port

CROWD = Crowd(rooms=1, members=3)
RATE, SECONDS = 50, 0.1


@dataclass
class Relay:
    """A chat in this process. `spoilt` turns the texts that the first in the room is about to get into others."""

    spoilt: Callable[[list[str]], list[str]] = list
    members: list[ServerConnection] = field(default_factory=list)

    async def talk(self, socket: ServerConnection) -> None:
        self.members.append(socket)
        async for text in socket:
            for member in self.members:
                texts = [json.loads(text)["message"]]
                for sent in self.spoilt(texts) if member is self.members[0] else texts:
                    await member.send(sent)
            await socket.send("an answer that is no delivery")


@contextmanager
def running(relay: Relay, script: Script = PLAIN) -> Iterator[Address]:
    """Serve on a thread of its own, for the generator is waited for on this one."""
    loop, port = asyncio.new_event_loop(), free_port()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> Server:
        return await serve(relay.talk, "127.0.0.1", port, compression=None)

    async def end(server: Server) -> None:
        server.close()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    try:
        yield Address(port=port, script=script, trees={})
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@contextmanager
def people(relay: Relay) -> Iterator[Load]:
    with running(relay) as address:
        load = Load(address, CROWD)
        try:
            yield load
        finally:
            load.leave()


def faults(facts: dict[str, int]) -> tuple[int, int, int]:
    return facts["lost"], facts["repeated"], facts["wrong"]


def test_what_reaches_everybody_once_is_whole() -> None:
    with people(Relay()) as load:
        facts = load.slice(RATE, SECONDS)

    assert facts["sent"] > 0
    assert facts["delivered"] == facts["expected"] == facts["sent"] * CROWD.members
    assert faults(facts) == (0, 0, 0)
    assert 0 < facts["latency_ms"]["p50"] <= facts["latency_ms"]["p99"] <= facts["latency_ms"]["max"]


def test_an_answer_is_no_delivery_but_a_message() -> None:
    with people(Relay()) as load:
        measured = load.slice(RATE, SECONDS)["measured"]

    assert measured["carriers"] == measured["deliveries"]
    assert measured["messages"] > measured["carriers"]


def test_each_slice_is_counted_by_itself() -> None:
    with people(Relay()) as load:
        first, silent = load.slice(RATE, SECONDS), load.slice(0, SECONDS)

    assert first["delivered"] > 0
    assert (silent["sent"], silent["expected"], silent["delivered"]) == (0, 0, 0)


def test_events_that_come_in_one_message_count_as_what_they_are() -> None:
    waiting: list[str] = []

    def in_twos(texts: list[str]) -> list[str]:
        waiting.extend(texts)
        if len(waiting) < 2:
            return []
        both = json.dumps([{"text": waiting.pop(0)} for _ in range(2)])
        return [both]

    with people(Relay(in_twos)) as load:
        facts = load.slice(RATE, SECONDS)

    # How many are sent is a matter of the machine; the last of an odd number waits for ever.
    assert faults(facts) == (facts["sent"] % 2, 0, 0)


def test_one_lost_delivery_is_seen() -> None:
    lost: list[str] = []

    def lose_one(texts: list[str]) -> list[str]:
        if lost:
            return texts
        lost.extend(texts)
        return []

    with people(Relay(lose_one)) as load:
        facts = load.slice(RATE, SECONDS)

    assert faults(facts) == (1, 0, 0)


def test_a_repeated_delivery_does_not_stand_in_for_a_lost_one() -> None:
    with people(Relay(lambda texts: texts * 2)) as load:
        facts = load.slice(RATE, SECONDS)

    assert facts["repeated"] == facts["sent"]
    assert facts["lost"] == 0


def test_who_gets_another_message_in_place_of_one_is_seen() -> None:
    kept: list[str] = []

    def the_one_before(texts: list[str]) -> list[str]:
        kept.extend(texts)
        return [kept[max(0, len(kept) - 2)]]

    with people(Relay(the_one_before)) as load:
        facts = load.slice(RATE, SECONDS)

    assert faults(facts) == (0, 0, 1)


def test_who_is_not_let_in_is_not_measured() -> None:
    class Closed(Relay):
        async def talk(self, socket: ServerConnection) -> None:
            await socket.close(1008)

    script = Script(path="/", steps=(Step(send="let me in", wait="welcome"),), message="{M}")
    with running(Closed(), script) as address, pytest.raises(LoadFailed, match="only 0 of 3"):
        Load(address, CROWD)


def test_the_placeholders_stand_for_the_one_who_speaks() -> None:
    heard: list[str] = []

    class Listener(Relay):
        async def talk(self, socket: ServerConnection) -> None:
            assert socket.request is not None
            heard.append(socket.request.path)
            async for text in socket:
                heard.append(str(text))
                await socket.send("yes 12")

    step = Step(send="number {I} in {R}, {U}", wait="yes {R}")
    script = Script(path="/{R}", steps=(step,), message="{M}")
    with running(Listener(), script) as address:
        Load(
            Address(port=address.port, script=script, trees={}, rooms=["12"]), Crowd(rooms=1, members=2)
        ).leave()

    uuid4 = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    said = [text for text in heard if not text.startswith("/")]
    assert [text for text in heard if text.startswith("/")] == ["/12", "/12"]
    assert {text[:8] for text in said} == {"number 0", "number 1"}
    assert all(re.fullmatch(f"number [01] in 12, {uuid4}", text) for text in said)
    assert len({text[-36:] for text in said}) == 2
