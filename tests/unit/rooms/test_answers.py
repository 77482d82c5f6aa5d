"""Answers: as much as may be said at once, and where the rest begins."""

import json

from hypothesis import given, strategies as st

from rooms.delivery.entries import Entry
from rooms.handlers.answers import Answer, as_many_as_fit, events_answer
from rooms.protocol.limits import ANSWER_BYTES

frames_of_any_size = st.lists(st.integers(1, 40_000), max_size=30)


def entries(sizes: list[int], letter: str = "x") -> list[Entry]:
    return [Entry(seq, f'{{"seq":{seq},"text":"{letter * size}"}}') for seq, size in enumerate(sizes, 1)]


def test_an_answer_without_events_is_its_fields():
    assert json.loads(Answer({"seq": 1}).frame("r", command="x")) == {
        "type": "ack",
        "ref": "r",
        "seq": 1,
        "command": "x",
    }


def test_events_stand_in_the_answer_as_they_were_sent_live():
    frame = events_answer(entries([1, 2]), more=False, from_newest=True).frame("r")

    assert json.loads(frame) == {
        "type": "ack",
        "ref": "r",
        "more": False,
        "events": [{"seq": 1, "text": "x"}, {"seq": 2, "text": "xx"}],
    }


def test_no_events_are_an_empty_list():
    assert json.loads(events_answer([], more=False, from_newest=False).frame("r"))["events"] == []


@given(frames_of_any_size, st.booleans(), st.sampled_from(["x", "ы", "\U0001f44b"]))
def test_an_answer_fits_and_its_rest_lies_in_the_direction_asked(
    sizes: list[int], from_newest: bool, letter: str
):
    all_of_them = entries(sizes, letter)

    answer = events_answer(all_of_them, more=False, from_newest=from_newest)
    told = json.loads(answer.frame("r" * 64))

    seqs = [event["seq"] for event in told["events"]]
    assert told["more"] == (len(seqs) < len(sizes))
    assert seqs == list(range(1, len(sizes) + 1))[-len(seqs) if from_newest else 0 :][: len(seqs)]
    assert bool(seqs) == bool(sizes), "at least one, or a client would ask for ever"
    assert len(seqs) == 1 or len(answer.frame("r" * 64).encode()) <= ANSWER_BYTES


def test_what_is_too_large_alone_is_told_alone():
    assert as_many_as_fit(["x" * ANSWER_BYTES * 2, "y"]) == 1
    assert as_many_as_fit([]) == 0
