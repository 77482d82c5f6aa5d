"""Answers stand on the wire as the golden frames say; here are the rest of their rules."""

from datetime import UTC, datetime

from rooms.protocol import answers
from rooms.protocol.errors import ErrorCode
from rooms.protocol.events import Occupant, Person, RoomView

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
ROOM = RoomView(
    id=7, name="Estudio", kind="temporary", owner="ana", capacity=None, occupants=1, seq=0, closing_at=None
)


def test_a_welcome_says_the_limits():
    welcome = answers.Welcome(
        ref="1",
        history="3e1f0a",
        you=Person(2, "ana", "Ana García"),
        connection="b2c7",
        server_time=NOW,
        room=ROOM,
        occupants=[Occupant("ana", "Ana García")],
        inbox_seq=12,
        resumed=True,
    ).to_wire()

    assert welcome["limits"] == {"text": 4000, "room_name": 40, "page": 200}
    assert (welcome["protocol"], welcome["heartbeat"], welcome["inbox"]) == (1, 15, {"seq": 12})


def test_an_ack_carries_what_its_command_answers():
    assert answers.ack("1") == {"type": "ack", "ref": "1"}
    assert answers.ack("1", rooms=[], next=None) == {"type": "ack", "ref": "1", "rooms": [], "next": None}


def test_an_error_has_a_ref_and_a_wait_only_where_there_is_one():
    refused = answers.error("1", ErrorCode.RATE_LIMITED, "Slow down.", retry_after=4)

    assert refused == {
        "type": "error",
        "ref": "1",
        "code": "rate_limited",
        "message": "Slow down.",
        "retry_after": 4,
    }
    assert answers.error(None, ErrorCode.BAD_REQUEST, "What?") == {
        "type": "error",
        "code": "bad_request",
        "message": "What?",
    }
