"""The page and a client in Python live through the same schedule, and show what the log holds, each entry once."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from chatproject.turns import Turns
from rooms.protocol.events import room_of
from rooms.services.marks import Mark
from tests.machines.clients import Page, new_device
from tests.machines.conftest import Run
from tests.machines.database import NOW, NUMBERS, PEOPLE, TEA, Database
from tests.machines.lines import Network
from tests.machines.machine import Machine
from tests.machines.virtual import VirtualLoop
from tests.machines.worker import HOME, Bugs, Worker, make_small_and_virtual

ANY = st.integers(0, 99)
SELDOM = 15
# Waits double up to half a minute, and their length is drawn.
HEALED_SECONDS = 90.0
# In so short a time each slice is looked at.
CLOSELY_SECONDS = 0.5
# One way through a slow network; beyond it clients would rightly take the line for dead.
SLOWEST_SECONDS = 0.5


class Clients(Machine):
    """
    Ana is on the page, Ben has the device. Whatever the schedule does, it does to both.

    Between them and the log stands a real worker: its feeds, its connections, its handlers.
    """

    @initialize(is_harmed=st.booleans())
    def begin(self, is_harmed: bool) -> None:
        self.is_harmed = is_harmed
        self.bugs = Bugs()
        self.loop = VirtualLoop()
        self.worker = Worker(self.loop, [HOME, TEA, *PEOPLE])
        runtime = self.worker.runtime
        runtime.clock, runtime.connections = VirtualClock(self.loop), {}
        runtime.pushing = SimpleNamespace(is_flooding=lambda *_: False)
        runtime.house = SimpleNamespace(default_room_id=HOME, worker_id=None, history="h")
        runtime.arrivals = Turns()
        runtime.limiter = SimpleNamespace(hit=self.hit, take_back=self.take_back)
        runtime.mark_read = self.mark_read
        self.waits: list[int] = []
        self.database = Database(self.worker)
        self.network = Network(self.worker)
        self.page = Page(self.node, self.network, "ana", TEA)
        self.loop.do(self.start_device)
        self.loop.do(lambda: self.worker.tasks.append(self.loop.create_task(self.network.beat())))
        self.written: dict[tuple[str, str], list[str]] = {}
        self.count = 0
        self.positions: dict[str, int] = {}
        self.let_time_pass(0.2)

    def start_device(self) -> None:
        self.device = new_device(self.network, "ben")
        self.worker.tasks.append(self.loop.create_task(self.device.run(room=TEA)))

    async def mark_read(self, mark: Mark) -> int:
        """Say of a room that it has been read as far as it goes: what is unread is not looked at here."""
        room = room_of(mark.stream or "")
        return self.worker.log.head(room) if room in self.database.rooms else mark.seq

    # What people do

    @rule(times=st.integers(1, 3), seconds=st.sampled_from([0.0, 0.06, 0.2]))
    def talk(self, times: int, seconds: float) -> None:
        self.say_something(times)
        self.go_on(seconds)

    def say_something(self, times: int) -> None:
        """In the room in which both have been since they came, or since that closed."""
        room = TEA if TEA in self.database.rooms else HOME
        for _ in range(times):
            self.page.do("post", self.text_of("ana", f"room {room}"), target_of(room))
            self.device.post(room, self.text_of("ben", f"room {room}"))

    @rule()
    def whisper(self) -> None:
        self.page.do("post", self.text_of("ana", "ben"), {"kind": "direct", "to": "ben", "name": "Ben"})
        self.device.direct("ana", self.text_of("ben", "ana"))

    @rule(count=st.integers(1, 5) | st.just(30), room=st.sampled_from([HOME, TEA]))
    def let_a_third_person_talk(self, count: int, room: int) -> None:
        if room in self.database.rooms:
            for _ in range(count):
                self.database.say(NUMBERS["eva"], self.text_of("eva", f"room {room}"), room)

    @rule(room=st.sampled_from([HOME, TEA]))
    def go_elsewhere(self, room: int) -> None:
        """Only the page can."""
        if room in self.database.rooms:
            self.page.do("enter", room)

    @rule()
    def reload(self) -> None:
        """Only the page can."""
        self.page.do("reload", TEA)
        self.positions.clear()

    @precondition(
        lambda self: TEA in self.database.rooms and not self.device.waiting and not self.state["items"]
    )
    @rule(is_cut=st.booleans(), luck=ANY)
    def close_the_room(self, is_cut: bool, luck: int) -> None:
        """When nobody has something to say there, for who has is told that it is too late; and until all have heard."""
        if luck < SELDOM:
            self.database.close(TEA)
            if is_cut:
                self.cut(carries_up=True)
            self.heal()

    # What becomes of it

    @precondition(lambda self: self.worker.in_flight)
    @rule(which=ANY, comes_again=st.booleans())
    def deliver_a_hint(self, which: int, comes_again: bool) -> None:
        self.worker.deliver(which, comes_again=comes_again)

    @precondition(lambda self: self.worker.in_flight)
    @rule(which=ANY)
    def lose_a_hint(self, which: int) -> None:
        self.worker.lose(which)

    @rule(carries_up=st.booleans())
    def cut(self, carries_up: bool) -> None:
        self.loop.do(lambda: self.network.cut(carries_up=carries_up))

    @rule(seconds=st.sampled_from([1.0, 8.0]))
    def refuse_handshakes(self, seconds: float) -> None:
        """As while a server is started anew."""
        self.cut(carries_up=False)
        self.network.is_down = True
        self.go_on(seconds)
        self.network.is_down = False

    @rule(seconds=st.sampled_from([0.3, 5.0, 20.0]), speaks=st.booleans())
    def stall(self, seconds: float, speaks: bool) -> None:
        """Nothing comes through, and nobody is told."""
        self.network.is_stalled = True
        if speaks:
            self.say_something(1)
        self.go_on(seconds)
        self.network.is_stalled = False

    @precondition(lambda self: self.is_harmed)
    @rule(harm=st.lists(st.sampled_from(["lost", "twice", "late"]), min_size=1, max_size=4))
    def harm_entries(self, harm: list[str]) -> None:
        """Only the page must bear it: the device is the judge of what a worker sends."""
        self.page.harm += harm

    @rule(
        troubles=st.lists(st.sampled_from(["before", "after"]), min_size=1, max_size=4),
        reads=st.integers(0, 2),
    )
    def lose_the_database(self, troubles: list[str], reads: int) -> None:
        self.database.troubles += troubles
        self.worker.log.fail(reads)

    @rule(seconds=st.integers(1, 4))
    def find_it_too_much(self, seconds: int) -> None:
        self.waits.append(seconds)

    @rule(seconds=st.sampled_from([0.02, 0.06, 0.3, 1.0, 5.0, 20.0]))
    def let_time_pass(self, seconds: float) -> None:
        self.go_on(seconds)

    def go_on(self, seconds: float) -> None:
        """Frames need a slice of time for each way; in a long time the slices are longer."""
        slice_seconds = min(max(0.02, seconds / 40), SLOWEST_SECONDS)
        for _ in range(round(seconds / slice_seconds)):
            self.loop.do(self.network.move)
            self.loop.advance(slice_seconds)
            self.page.pass_time(slice_seconds)
            if self.page.promised or seconds < CLOSELY_SECONDS:
                self.look_closely()
        self.state = self.page.state()

    def look_closely(self) -> None:
        self.state = self.page.state()
        self.nobody_is_shown_their_own_words_twice()
        promised, self.page.promised = self.page.promised, {}
        for log in self.state["logs"]:
            is_told = self.is_harmed or (log["position"] or 0) >= promised.get(log["stream"], 0)
            assert is_told, f"{log['stream']} was told up to {promised}, and is held up to {log['position']}"

    # What must be true

    @invariant()
    def the_worker_found_no_bug(self) -> None:
        assert self.bugs.found == [], self.bugs.found[0]

    @invariant()
    def the_device_got_each_stream_without_a_hole_and_nothing_twice(self) -> None:
        assert self.device.problem is None, repr(self.device.problem)
        assert self.device.client is None or self.device.client.broken is None, self.device.client.broken

    @invariant()
    def the_page_shows_the_log_in_order_and_says_what_is_missing(self) -> None:
        for log in self.state["logs"]:
            truth = self.truth(log["stream"], "ana")
            held = [seq for seq, _ in log["held"]]
            position = log["position"] or 0
            assert held == sorted(set(held))
            assert all(truth[seq - 1]["client_id"] == name for seq, name in log["held"] if name is not None)
            assert position <= len(truth)
            said = {seq for gap in log["gaps"] for seq in range(gap["from"], gap["to"] + 1)}
            assert set(range(log["firstMissing"] + 1, position + 1)) <= set(held) | said

    @invariant()
    def nobody_is_shown_their_own_words_twice(self) -> None:
        shown = [name for log in self.state["logs"] for _, name in log["held"] if name is not None]
        waiting = [item["clientId"] for item in self.state["items"]]
        assert len(set(shown + waiting)) == len(shown) + len(waiting)

    @invariant()
    def nothing_is_called_refused(self) -> None:
        assert [
            item for item in self.state["items"] if item["state"] not in {"waiting", "sending", "stored"}
        ] == []

    @invariant()
    def nothing_is_stored_twice_or_out_of_order(self) -> None:
        for (login, target), texts in self.written.items():
            stored = self.stored(login, target)
            assert stored == [text for text in texts if text in set(stored)]

    def heal(self) -> None:
        self.database.troubles.clear()
        self.worker.log.failures.clear()
        self.waits.clear()
        self.page.harm.clear()
        self.go_on(HEALED_SECONDS)
        self.go_on_until(lambda: not self.device.waiting)

    def go_on_until(self, fact: Callable[[], bool]) -> None:
        """Wait for it, on the virtual clock, longer than anybody's patience; that it comes true is for the judge."""
        for _ in range(100):
            if fact():
                return
            self.go_on(4)

    def end(self) -> None:
        self.heal()
        for room in (HOME, self.database.rooms[-1]):
            self.page.do("enter", room)  # what waits for this room goes out when its writer is there
            self.go_on_until(lambda: self.state["isCaughtUp"] and self.state["room"] == room)  # noqa: B023
            self.go_on_until(lambda: room not in {item["room"] for item in self.state["items"]})  # noqa: B023

        self.the_device_got_each_stream_without_a_hole_and_nothing_twice()
        assert self.device.waiting == 0
        assert self.state["items"] == []
        for (login, target), texts in self.written.items():
            assert self.stored(login, target) == texts
        streams = (f"room:{self.database.rooms[-1]}", "inbox")
        self.go_on_until(lambda: all(self.is_held(stream) for stream in streams))
        for stream in streams:
            assert self.device.holds(stream) == len(self.truth(stream, "ben")), (
                f"the device lacks of {stream}"
            )
            assert self.is_held(stream), f"the page lacks of {stream}"

    def close(self) -> None:
        self.loop.end()
        self.bugs.close()

    # In short

    async def hit(self, *_: object) -> int | None:
        return self.waits.pop() if self.waits else None

    async def take_back(self, *_: object) -> None:
        """Nothing is counted."""

    def text_of(self, login: str, target: str) -> str:
        self.count += 1
        text = f"{login} {self.count}"
        self.written.setdefault((login, target), []).append(text)
        return text

    def is_held(self, stream: str) -> bool:
        positions = {log["stream"]: log["position"] for log in self.state["logs"]}
        return bool(positions[stream] == len(self.truth(stream, "ana")))

    def truth(self, stream: str, login: str) -> list[dict[str, Any]]:
        number = NUMBERS[login] if stream == "inbox" else int(stream.removeprefix("room:"))
        return [json.loads(entry.frame) for entry in self.worker.log.streams[number]]

    def stored(self, login: str, target: str) -> list[str]:
        number = int(target.split()[1]) if target.startswith("room") else NUMBERS[target]
        log = [json.loads(entry.frame) for entry in self.worker.log.streams[number]]
        return [event["text"] for event in log if event.get("author", {}).get("login") == login]


class VirtualClock:
    """The server's clock on the schedule's."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self._loop.time())

    def now_ms(self) -> float:
        return round(self.now().timestamp() * 1000, 3)

    def ms_at(self, _moment: float) -> float:
        return self.now_ms()


def target_of(room: int) -> dict[str, Any]:
    return {"kind": "room", "room": room, "name": "Room"}


def test_the_page_and_a_client_in_python_show_what_the_log_holds(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small_and_virtual(monkeypatch)

    run(Clients, schedules=50, steps=50, longer=4)
