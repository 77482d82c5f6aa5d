"""Events and answers stand on the wire as the golden frames say; here are the rest of their rules."""

import json
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from rooms.protocol import events
from rooms.protocol.codec import encode
from rooms.protocol.errors import CloseCode
from rooms.protocol.events import Event, Occupant, Person, RoomView, room_of, room_stream
from tests.contract.golden import golden, kinds
from tests.contract.test_golden_frames import event_of

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
ROOM = RoomView(
    id=7, name="Estudio", kind="temporary", owner="ana", capacity=None, occupants=1, seq=0, closing_at=None
)


@pytest.mark.parametrize("entry", [one for one in golden("events") if isinstance(one.frame, dict)], ids=str)
def test_an_event_stands_on_the_wire_as_its_golden_frame(entry):
    if entry.frame["type"] == "message.sung":
        return  # an event of a later version

    assert encode(event_of(entry.frame).to_wire()) == entry.wire


def test_every_event_has_its_own_word_on_the_wire():
    words = [event.type for event in kinds(events, Event)]

    assert all(words)
    assert len(set(words)) == len(words)


def test_an_event_without_fields_of_its_own_is_a_bug():
    with pytest.raises(NotImplementedError):
        Event().to_wire()


def test_an_event_does_not_change():
    with pytest.raises(FrozenInstanceError):
        events.RoomRemoved(id=7).id = 8  # type: ignore[misc]


def test_a_rooms_stream_bears_its_id():
    assert room_stream(7) == "room:7"
    assert room_of("room:7") == 7


@pytest.mark.parametrize(
    "stream",
    [
        "",
        "inbox",
        "room:",
        "room:07",
        "room:+7",
        "room:-7",
        "room:7 ",
        "room:٧",
        "room:²",
        "Room:7",
        "room:" + "9" * 5000,
    ],
)
def test_what_is_no_rooms_stream(stream):
    assert room_of(stream) is None


def test_a_room_is_open_and_may_be_about_to_close():
    wire = RoomView(
        id=7, name="Estudio", kind="temporary", owner="ana", capacity=2, occupants=0, seq=9, closing_at=NOW
    ).to_wire()

    assert wire["access"] == "open"
    assert wire["closing_at"] == "2026-11-20T10:30:00.000Z"
    assert ROOM.to_wire()["closing_at"] is None


def test_a_person_in_a_list_of_occupants_has_no_id():
    assert Person(2, "ana", "Ana García").to_wire() == {"id": 2, "login": "ana", "name": "Ana García"}
    assert Occupant("ana", "Ana García").to_wire() == {"login": "ana", "name": "Ana García"}


def test_a_goodbye_carries_the_number_of_its_code():
    goodbye = events.Goodbye(code=CloseCode.SESSION_ENDED, reason="session_ended").to_wire()

    assert json.loads(encode(goodbye)) == {
        "type": "goodbye",
        "code": 4401,
        "reason": "session_ended",
        "retry_in_ms": 0,
    }
