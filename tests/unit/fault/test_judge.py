"""The judge of the fault runs sees what it is there to see, and nothing where all is well."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fault.judge import judge
from tests.fault.records import Record

ROOM = "room:7"


def entry(seq: int, author: str, text: str, **fields: Any) -> Record:
    return {
        "seq": seq,
        "type": "message.posted",
        "client_id": f"id of {text}",
        "text": text,
        "author": author,
    } | fields


class Story:
    """A run of two people and an onlooker in which nothing went wrong: three messages in a room, and a private one."""

    def __init__(self) -> None:
        self.said = [entry(1, "ana", "a1"), entry(2, "bob", "b1"), entry(3, "ana", "a2")]
        self.private = entry(1, "ana", "p1", type="direct.posted", to="bob")
        records: list[Record] = []
        for said in self.said:
            records += self.sent(said, place=ROOM, stream=ROOM)
        records += self.sent(self.private, place="inbox:bob", stream="inbox")
        for who in ("ana", "bob", "eve"):
            records += [self.got(who, ROOM, said) for said in self.said]
            records.append({"kind": "held", "who": who, "stream": ROOM, "seq": 3})
        for who in ("ana", "bob"):
            records.append(self.got(who, "inbox", self.private))
            records.append({"kind": "truth", "stream": f"inbox:{who}", "entries": [self.private]})
        records.append({"kind": "truth", "stream": ROOM, "entries": list(self.said)})
        for said in self.said:
            told = {name: said[name] for name in ("seq", "type", "author", "text")}
            records.append({"kind": "export", "stream": ROOM, **told})
        self.records: list[Record] = [{"t": number / 10, **record} for number, record in enumerate(records)]

    @staticmethod
    def sent(said: Record, *, place: str, stream: str) -> list[Record]:
        who, client_id = said["author"], said["client_id"]
        return [
            {"kind": "invoke", "who": who, "id": client_id, "place": place, "text": said["text"]},
            {
                "kind": "ok",
                "who": who,
                "id": client_id,
                "stream": stream,
                "seq": said["seq"],
                "duplicate": False,
            },
        ]

    @staticmethod
    def got(who: str, stream: str, said: Record) -> Record:
        return {"kind": "got", "who": who, "connection": 1, "stream": stream, **said}

    def find(self, kind: str, **facts: object) -> Record:
        """Return the first record like this, to be changed."""
        return next(
            record
            for record in self.records
            if record["kind"] == kind and facts.items() <= {name: record.get(name) for name in facts}.items()
        )

    def drop(self, kind: str, **facts: object) -> None:
        self.records.remove(self.find(kind, **facts))

    def truth(self, stream: str = ROOM) -> list[Record]:
        """Return what is stored of a stream, to be changed."""
        entries: list[Record] = self.find("truth", stream=stream)["entries"]
        return entries


def lose_what_was_acknowledged(story: Story) -> None:
    del story.truth()[2]
    story.drop("export", seq=3)


def lose_it_in_the_other_inbox(story: Story) -> None:
    story.truth("inbox:bob").clear()


def acknowledge_another_number(story: Story) -> None:
    story.find("ok", who="bob")["seq"] = 1


def never_tell(story: Story) -> None:
    story.drop("ok", who="bob")


def store_what_was_refused(story: Story) -> None:
    told = story.find("ok", who="bob")
    told.clear()
    told.update({"t": 0, "kind": "fail", "who": "bob", "id": "id of b1", "code": "closed"})


def store_twice(story: Story) -> None:
    story.truth().append(entry(4, "bob", "b1"))


def leave_a_number_out(story: Story) -> None:
    story.truth()[2]["seq"] = 4


def invent_a_message(story: Story) -> None:
    story.truth().append(entry(4, "bob", "never said"))


def store_it_in_another_room(story: Story) -> None:
    story.records.append({"t": 9, "kind": "truth", "stream": "room:8", "entries": [entry(1, "ana", "a1")]})


def change_the_text(story: Story) -> None:
    story.truth()[1]["text"] = "something else"


def swap_what_one_said(story: Story) -> None:
    first, _second, third = story.truth()
    for record in [*story.records, first, third]:
        if record.get("text") in {"a1", "a2"} and "seq" in record:
            record["seq"] = 4 - record["seq"]
    for told in (record for record in story.records if record["kind"] == "ok" and record["who"] == "ana"):
        if told["stream"] == ROOM:
            told["seq"] = 4 - told["seq"]


def leave_somebody_behind(story: Story) -> None:
    story.find("held", who="eve")["seq"] = 2


def deliver_with_a_hole(story: Story) -> None:
    story.drop("got", who="eve", seq=2)


def deliver_twice(story: Story) -> None:
    again = story.find("got", who="eve", seq=2)
    story.records.insert(story.records.index(again), dict(again))


def deliver_in_another_order(story: Story) -> None:
    later = story.find("got", who="eve", seq=3)
    story.records.remove(later)
    story.records.insert(story.records.index(story.find("got", who="eve", seq=2)), later)


def tell_one_something_else(story: Story) -> None:
    story.find("got", who="eve", seq=2)["text"] = "something else"


def tell_a_stranger(story: Story) -> None:
    story.records.append(
        {"t": 9, "kind": "got", "who": "eve", "connection": 1, "stream": "inbox", **story.private}
    )


def leave_out_too_little(story: Story) -> None:
    story.find("got", who="eve", seq=2).update({"kind": "cut", "from": 2, "to": 2})


def export_something_else(story: Story) -> None:
    story.find("export", seq=2)["text"] = "something else"


def break_the_protocol(story: Story) -> None:
    story.records.append({"t": 9, "kind": "broken", "who": "eve", "what": "no such frame"})


SPOILT: dict[Callable[[Story], None], set[str]] = {
    lose_what_was_acknowledged: {"lost", "divergent", "behind"},
    lose_it_in_the_other_inbox: {"lost", "divergent"},
    acknowledge_another_number: {"false ack"},
    never_tell: {"unknown"},
    store_what_was_refused: {"phantom"},
    store_twice: {"repeated", "divergent", "behind"},
    leave_a_number_out: {"hole", "false ack", "divergent", "behind"},
    invent_a_message: {"phantom", "divergent", "behind"},
    store_it_in_another_room: {"phantom", "divergent"},
    change_the_text: {"phantom", "divergent"},
    leave_somebody_behind: {"behind"},
    deliver_with_a_hole: {"hole"},
    deliver_twice: {"repeated"},
    deliver_in_another_order: {"hole", "inverted"},
    tell_one_something_else: {"divergent"},
    tell_a_stranger: {"not theirs", "divergent"},
    leave_out_too_little: {"cut short"},
    export_something_else: {"divergent"},
    break_the_protocol: {"broken"},
}


def test_nothing_is_wrong_where_nothing_went_wrong() -> None:
    story = Story()

    verdict = judge(story.records)

    assert not verdict.wrongs, verdict
    assert (verdict.sent, verdict.acknowledged, verdict.refused, verdict.received) == (4, 4, 0, 11)


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_what_went_wrong_is_seen_and_called_by_its_name(spoil: Callable[[Story], None]) -> None:
    story = Story()

    spoil(story)

    assert set(judge(story.records).wrongs) == SPOILT[spoil]


def test_one_persons_messages_in_another_order_are_seen() -> None:
    story = Story()
    swap_what_one_said(story)

    assert "out of order" in judge(story.records).wrongs


def test_a_room_that_closes_while_it_is_read_is_no_contradiction() -> None:
    story = Story()
    story.records.append({"t": 9, "kind": "export", "stream": ROOM, "seq": 4, "type": "room.closed"})

    assert not judge(story.records).wrongs


def test_who_begins_a_stream_anew_may_begin_anywhere() -> None:
    story = Story()
    story.drop("got", who="eve", seq=1)
    story.drop("got", who="eve", seq=2)
    story.find("got", who="eve", seq=3)["anew"] = True

    assert not judge(story.records).wrongs
