"""The judge of the fault runs sees what it is there to see."""

import copy
import json
from collections.abc import Callable

import pytest

from tests.harness.device import Device, Outgoing
from tests.harness.judge import Verdict, judge
from tests.harness.people import Person
from tests.harness.streams import BrokenPromise, Frame, StreamLog

ROOM = 7


def device(login: str) -> Device:
    return Device(Person(url="", login=login, name=login))


def posted(seq: int, author: str, client_id: str, **fields: object) -> Frame:
    return {
        "stream": f"room:{ROOM}",
        "seq": seq,
        "author": {"login": author},
        "client_id": client_id,
        **fields,
    }


class Run:
    """A run of two people in which nothing went wrong: three messages in a room and a private one."""

    def __init__(self) -> None:
        self.devices = [device("ana"), device("bob")]
        ana, bob = self.devices
        events = [posted(1, "ana", "a1"), posted(2, "bob", "b1"), posted(3, "ana", "a2")]
        for number, author, client_id in ((1, ana, "a1"), (2, bob, "b1"), (3, ana, "a2")):
            ack = {"stream": f"room:{ROOM}", "seq": number}
            author.sent.append(
                Outgoing(type="message.post", text="", target={"room": ROOM}, client_id=client_id, ack=ack)
            )
        private = posted(1, "ana", "p1", stream="inbox", to={"login": "bob"})
        ana.sent.append(
            Outgoing(
                type="direct.post",
                text="",
                target={"to": "bob"},
                client_id="p1",
                ack={"stream": "inbox", "seq": 1},
            )
        )
        for person in self.devices:
            room, inbox = StreamLog(f"room:{ROOM}"), StreamLog("inbox")
            for event in events:
                room.take(copy.deepcopy(event))
            inbox.take(copy.deepcopy(private))
            person.streams = {room.stream: room, "inbox": inbox}
        self.history = {event["seq"]: event for event in events}

    def verdict(self) -> Verdict:
        return judge(self.devices, {ROOM: self.devices}, {ROOM: self.history})

    @property
    def bobs_room(self) -> dict[int, Frame]:
        return self.devices[1].streams[f"room:{ROOM}"].entries

    @property
    def bobs_inbox(self) -> dict[int, Frame]:
        return self.devices[1].streams["inbox"].entries


def test_a_good_run_has_no_wrongs() -> None:
    verdict = Run().verdict()

    assert verdict.wrongs == {}
    assert (verdict.sent, verdict.acknowledged, verdict.received) == (4, 4, 8)


def swap_authors_order(run: Run) -> None:
    for log in (run.history, *(person.streams[f"room:{ROOM}"].entries for person in run.devices)):
        log[1], log[3] = {**log[3], "seq": 1}, {**log[1], "seq": 3}


WRONGS: dict[str, tuple[str, Callable[[Run], object]]] = {
    "the last message never came": ("lost", lambda run: run.bobs_room.pop(3)),
    "a private message never came": ("lost", lambda run: run.bobs_inbox.clear()),
    "the log forgot a message": ("in another order", lambda run: run.history.pop(3)),
    "a message came twice": ("twice", lambda run: run.bobs_room.update({4: posted(4, "ana", "a1")})),
    "a message was left out": ("with a hole", lambda run: run.bobs_room.pop(2)),
    "two messages changed places": ("out of order", swap_authors_order),
    "a number means two things": (
        "in another order",
        lambda run: run.bobs_room.update({3: posted(3, "bob", "x")}),
    ),
    "somebody else's letter came": (
        "not theirs",
        lambda run: run.bobs_inbox.update({2: posted(2, "eve", "e1", to={"login": "ana"})}),
    ),
    "a device gave up": ("gave up", lambda run: setattr(run.devices[0], "problem", BrokenPromise())),
}


@pytest.mark.parametrize("what", WRONGS)
def test_the_judge_sees_that(what: str) -> None:
    wrong, do = WRONGS[what]
    run = Run()

    do(run)

    assert run.verdict().wrongs[wrong] >= 1, json.dumps(run.verdict().wrongs)


def test_a_stream_with_a_hole_or_a_repetition_is_noticed_at_once() -> None:
    log = StreamLog("inbox")
    log.take({"seq": 1})

    for seq in (1, 3, 0):
        with pytest.raises(BrokenPromise):
            log.take({"seq": seq})


def test_being_told_to_be_caught_up_without_having_been_sent_everything_is_noticed() -> None:
    log = StreamLog("inbox")
    log.take({"seq": 1})

    with pytest.raises(BrokenPromise):
        log.settle(2)
