"""An outbox: whatever becomes of what it sends, each text is stored once, in its order, under its own name."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from tests.machines.conftest import Run
from tests.machines.machine import Machine

ANY = st.integers(0, 99)
ROOMS = (1, 2)
# The server asks for at most nine seconds, and between tries there are at most four.
LONGEST_PAUSE_MS = 9_000
TARGETS: tuple[dict[str, Any], ...] = (
    *({"kind": "room", "room": room, "name": "Room"} for room in ROOMS),
    {"kind": "direct", "to": "ben", "name": "Ben"},
    {"kind": "direct", "to": "eva", "name": "Eva"},
)
Sent = dict[str, Any]


def lane_of(target: dict[str, Any]) -> str:
    return f"room {target['room']}" if target["kind"] == "room" else "private"


@dataclass(slots=True)
class Desk:
    """The server as an outbox sees it: it stores each name once, and only what is said where one is."""

    here: int = 1
    stored: dict[str, Sent] = field(default_factory=dict)
    lanes: dict[str, list[str]] = field(default_factory=dict)

    def take(self, sent: Sent) -> dict[str, Any]:
        """Store it, or find it stored, or say no; return the answer."""
        known = self.stored.get(sent["clientId"])
        if known is not None:
            assert (known["text"], known["target"]) == (sent["text"], sent["target"]), "a name used twice"
        elif sent["target"]["kind"] == "room" and sent["target"]["room"] != self.here:
            return refused("not_in_room")
        else:
            self.stored[sent["clientId"]] = sent
            self.lanes.setdefault(lane_of(sent["target"]), []).append(sent["text"])
        return {"outcome": "done", "ack": {"type": "ack", "ref": "1", "seq": len(self.stored)}}


def refused(code: str, retry_after: float | None = None) -> dict[str, Any]:
    return {"outcome": "refused", "code": code, "message": f"no: {code}", "retryAfter": retry_after}


class Sending(Machine):
    """Somebody who writes, goes about, loses the connection and reloads; and a server that may say anything."""

    @initialize()
    def begin(self) -> None:
        self.node.make("outbox")
        self.desk = Desk()
        self.is_open = True
        # What waits for its answer; and of what the log has brought before it.
        self.under_way: dict[int, Sent] = {}
        self.settled: set[str] = set()
        self.written: dict[str, list[str]] = {}
        self.refused: set[str] = set()
        self.names: dict[str, str] = {}
        self.count = 0
        self.look(self.node.call("connect", 1))

    # What the person does

    @rule(to=st.sampled_from(TARGETS), times=st.integers(1, 3))
    def write(self, to: dict[str, Any], times: int) -> None:
        for _ in range(times):
            self.count += 1
            text = f"text {self.count}"
            self.written.setdefault(lane_of(to), []).append(text)
            told = self.node.call("write", to, text)
            self.names[text] = told["clientId"]
            self.look(told)

    @precondition(lambda self: self.is_open)
    @rule(room=st.sampled_from(ROOMS))
    def go_to(self, room: int) -> None:
        self.desk.here = room
        self.look(self.node.call("connect", room))

    @rule()
    def reload(self) -> None:
        self.is_open = False
        self.under_way.clear()
        self.look(self.node.call("reload"))

    @precondition(lambda self: self.refused)
    @rule(which=ANY)
    def send_after_all(self, which: int) -> None:
        text = sorted(self.refused)[which % len(self.refused)]
        self.refused.discard(text)
        # It has given up its turn: what was written after it may be stored by now.
        for texts in self.written.values():
            if text in texts:
                texts.remove(text)
        self.look(self.node.call("retry", self.names[text]))

    # What becomes of what is sent

    @precondition(lambda self: self.under_way)
    @rule(which=ANY, brings_log_first=st.booleans())
    def answer(self, which: int, brings_log_first: bool) -> None:
        number, sent = self.one_of(which)
        answer = self.desk.take(sent)
        if brings_log_first and answer["outcome"] == "done":
            self.settle(sent["clientId"])
        self.reply(number, answer)

    @precondition(lambda self: self.under_way)
    @rule(which=ANY, code=st.sampled_from(["unavailable", "internal"]), is_stored=st.booleans())
    def answer_that_it_is_not_known(self, which: int, code: str, is_stored: bool) -> None:
        number, sent = self.one_of(which)
        if is_stored:
            self.desk.take(sent)
        self.reply(number, refused(code))

    @precondition(lambda self: self.under_way)
    @rule(which=ANY, seconds=st.integers(1, 9))
    def answer_that_it_is_too_much(self, which: int, seconds: int) -> None:
        number, sent = self.one_of(which)
        if sent["clientId"] not in self.desk.stored:
            self.reply(number, refused("rate_limited", seconds))

    @precondition(lambda self: self.under_way)
    @rule(which=ANY)
    def answer_no(self, which: int) -> None:
        number, sent = self.one_of(which)
        if sent["clientId"] not in self.desk.stored:
            self.refused.add(sent["text"])
            self.reply(number, refused("forbidden"))

    @precondition(lambda self: self.is_open)
    @rule(reads=st.lists(ANY, max_size=3))
    def break_the_connection(self, reads: list[int]) -> None:
        """Of what is under way the server may read something still; nobody hears of it."""
        for which in reads:
            if self.under_way:
                self.desk.take(self.under_way.pop(self.one_of(which)[0]))
        self.is_open = False
        self.under_way.clear()
        self.look(self.node.call("disconnect"))

    @precondition(lambda self: not self.is_open)
    @rule(room=st.sampled_from(ROOMS))
    def connect(self, room: int) -> None:
        self.is_open = True
        self.desk.here = room
        self.look(self.node.call("connect", room))

    @rule(which=ANY)
    def let_the_log_bring_something(self, which: int) -> None:
        """Also on a new page, before it has asked."""
        if self.desk.stored:
            self.settle(list(self.desk.stored)[which % len(self.desk.stored)])

    @rule(ms=st.sampled_from([1, 400, 3000, 10_000]))
    def let_time_pass(self, ms: int) -> None:
        self.look(self.node.call("pass", ms))
        if self.is_open and ms > LONGEST_PAUSE_MS:
            self.assert_nothing_waits_that_may_go()

    # What must be true

    @invariant()
    def nothing_is_lost(self) -> None:
        held = {item["text"] for item in self.items}
        stored = {sent["text"] for sent in self.desk.stored.values()}
        assert held | stored == set(self.names)

    @invariant()
    def what_is_not_known_to_be_stored_outlives_the_page(self) -> None:
        assert {item["clientId"] for item in self.items if item["state"] != "stored"} == set(self.kept)

    @invariant()
    def nothing_is_called_refused_that_is_stored(self) -> None:
        said = {item["clientId"] for item in self.items if item["state"] == "refused"}
        assert not said & set(self.desk.stored)
        assert said == {self.names[text] for text in self.refused}

    @invariant()
    def what_is_stored_keeps_its_order(self) -> None:
        for lane, texts in self.desk.lanes.items():
            mine = [text for text in texts if text in self.written[lane]]
            assert mine == [text for text in self.written[lane] if text in texts]

    def end(self) -> None:
        for room in (*ROOMS, *ROOMS):
            self.is_open = True
            self.desk.here = room
            self.look(self.node.call("connect", room))
            self.look(self.node.call("pass", 10_000))
            while self.under_way:
                self.answer(0, brings_log_first=False)
        assert {item["text"] for item in self.items if item["state"] != "stored"} == self.refused
        for lane, texts in self.written.items():
            mine = [text for text in texts if text not in self.refused]
            assert [text for text in self.desk.lanes.get(lane, []) if text in mine] == mine

    def assert_nothing_waits_that_may_go(self) -> None:
        pending = [item for item in self.items if item["state"] in {"waiting", "sending"}]
        first = {lane_of(item["target"]): item for item in reversed(pending)}
        for lane in ("private", f"room {self.desk.here}"):
            assert lane not in first or first[lane]["state"] == "sending", f"{lane} waits for nothing"

    def one_of(self, which: int) -> tuple[int, Sent]:
        numbers = sorted(self.under_way)
        number = numbers[which % len(numbers)]
        return number, self.under_way[number]

    def settle(self, name: str) -> None:
        self.settled.add(name)
        self.look(self.node.call("settle", name))

    def reply(self, number: int, answer: dict[str, Any]) -> None:
        del self.under_way[number]
        self.look(self.node.call("answer", number, answer))

    def look(self, told: dict[str, Any]) -> None:
        """Note what was sent by what has just been done, and what is held and kept now."""
        self.items, self.kept = told["items"], told["kept"]
        for sent in told["sent"]:
            assert self.is_open, "sent without a connection"
            assert sent["clientId"] == self.names.setdefault(sent["text"], sent["clientId"]), "another name"
            waiting = [other for other in self.under_way.values() if other["clientId"] not in self.settled]
            assert lane_of(sent["target"]) not in map(lane_of, (other["target"] for other in waiting)), (
                "two of a lane under way"
            )
            self.under_way[sent["number"]] = sent


def test_an_outbox_gets_everything_stored_once_and_in_order(run: Run) -> None:
    run(Sending, schedules=100, steps=50, longer=9)
