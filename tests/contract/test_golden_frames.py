"""The golden frames are what the server reads and writes, and none is missing."""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import pytest

from rooms.protocol import answers, commands, events
from rooms.protocol.codec import encode, parse
from rooms.protocol.commands import Command
from rooms.protocol.errors import CloseCode, ErrorCode, Malformed, Refused
from rooms.protocol.events import Event, Occupant, Person, RoomView
from rooms.protocol.limits import FRAME_BYTES
from tests.contract.golden import Golden, golden, kinds

CLIENT = [entry for entry in golden() if entry.direction == "client"]
SERVER = [entry for entry in golden() if entry.direction == "server"]

UNDERSTOOD = [entry for entry in CLIENT if "command" in entry.expect]
REFUSED = [entry for entry in CLIENT if "error" in entry.expect]
CLOSING = [entry for entry in CLIENT if "close" in entry.expect]
EVENTS = [entry for entry in golden("events") if isinstance(entry.frame, dict)]

COMMAND_TYPES = {kind.type for kind in kinds(commands, Command)}
EVENT_TYPES = {kind.type for kind in kinds(events, Event)}
# An event of the future stands among the golden frames so that clients meet one.
UNKNOWN_EVENTS = {"message.sung"}


def parametrized(entries: list[Golden]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entry", entries, ids=str)


@parametrized(UNDERSTOOD)
def test_a_clients_frame_is_the_command_that_it_means(entry: Golden) -> None:
    request = parse(entry.wire)

    assert {"type": request.command.type, **asdict(request.command)} == entry.expect["command"]
    assert request.ref == entry.frame["ref"]
    assert request.typed is entry.expect.get("typed", False)


@parametrized(REFUSED)
def test_a_clients_frame_is_refused_with_the_code_and_the_ref_that_belong_to_it(entry: Golden) -> None:
    with pytest.raises(Refused) as caught:
        parse(entry.wire)

    refused, expected = caught.value, entry.expect
    assert refused.code == expected["error"]
    assert refused.ref == expected["ref"]
    assert refused.reason == expected["reason"]
    assert refused.details == expected.get("details", {})
    assert isinstance(refused, Malformed) is expected.get("malformed", False)


@parametrized(CLOSING)
def test_a_frame_that_closes_the_socket_is_above_the_limit(entry: Golden) -> None:
    assert len(entry.wire) > FRAME_BYTES
    assert entry.expect["close"] == CloseCode.TOO_BIG


def test_every_other_frame_is_within_the_limit() -> None:
    too_large = [entry.name for entry in CLIENT if entry not in CLOSING and len(_bytes(entry)) > FRAME_BYTES]

    assert too_large == []


def _bytes(entry: Golden) -> bytes:
    wire = entry.wire
    return wire if isinstance(wire, bytes) else wire.encode(errors="surrogatepass")


# --- What the server says: the same frame, to the byte, comes out of the dataclass


@parametrized([entry for entry in EVENTS if entry.frame["type"] not in UNKNOWN_EVENTS])
def test_an_event_is_written_as_its_golden_frame(entry: Golden) -> None:
    assert encode(event_of(entry.frame).to_wire()) == entry.wire


@parametrized(EVENTS)
def test_only_durable_events_bear_a_seq(entry: Golden) -> None:
    assert ("seq" in entry.frame and "stream" in entry.frame) is entry.durable


@parametrized([entry for entry in golden("answers") if entry.frame["type"] == "welcome"])
def test_a_welcome_is_written_as_its_golden_frame(entry: Golden) -> None:
    frame = entry.frame
    welcome = answers.Welcome(
        ref=frame["ref"],
        history=frame["history"],
        you=Person(**frame["you"]),
        connection=frame["connection"],
        server_time=datetime.fromisoformat(frame["server_time"]),
        room=room(frame["room"]),
        occupants=occupants(frame["occupants"]),
        inbox_seq=frame["inbox"]["seq"],
        resumed=frame["resumed"],
    )

    assert encode(welcome.to_wire()) == entry.wire


@parametrized([entry for entry in golden("answers") if entry.frame["type"] == "ack"])
def test_an_ack_is_written_as_its_golden_frame(entry: Golden) -> None:
    carried = {name: value for name, value in entry.frame.items() if name not in ("type", "ref")}

    assert encode(answers.ack(entry.frame["ref"], **carried)) == entry.wire


@parametrized(golden("errors"))
def test_an_error_is_written_as_its_golden_frame(entry: Golden) -> None:
    frame = entry.frame
    answer = answers.error(
        frame.get("ref"), ErrorCode(frame["code"]), frame["message"], retry_after=frame.get("retry_after")
    )

    assert encode(answer) == entry.wire


@parametrized([entry for entry in golden("close_codes") if entry.frame])
def test_a_goodbye_is_written_as_its_golden_frame(entry: Golden) -> None:
    assert encode(event_of(entry.frame).to_wire()) == entry.wire
    assert entry.frame["code"] == entry.close


@parametrized(golden("close_codes"))
def test_a_close_code_says_whether_a_client_comes_back(entry: Golden) -> None:
    if entry.close in list(CloseCode):
        assert CloseCode(entry.close).reconnects is entry.reconnects
    else:
        assert entry.reconnects


def test_several_events_go_in_one_frame() -> None:
    [several] = [entry for entry in golden("events") if isinstance(entry.frame, list)]

    assert encode([event_of(frame).to_wire() for frame in several.frame]) == several.wire


# --- None is missing


def test_every_command_has_a_frame() -> None:
    typed_only = {commands.ShowHelp.type}

    assert {entry.frame["type"] for entry in golden("commands")} == COMMAND_TYPES - typed_only


def test_every_field_of_every_command_is_given_in_some_frame() -> None:
    given = {(entry.frame["type"], name) for entry in golden("commands") for name in entry.frame}
    wanted = {
        (command.type, field.name.removesuffix("_"))
        for command in kinds(commands, Command)
        for field in fields(command)
    }

    assert wanted <= given


def test_every_command_has_a_frame_that_is_refused() -> None:
    without_fields = {"ping", "session.exit", "help"}
    refused = {entry.frame["type"] for entry in golden("refusals") if entry.frame}

    assert COMMAND_TYPES - without_fields <= refused


def test_every_answer_has_a_frame() -> None:
    assert {entry.answers for entry in golden("answers")} == COMMAND_TYPES


def test_every_event_has_a_frame() -> None:
    assert {entry.frame["type"] for entry in EVENTS} - UNKNOWN_EVENTS == EVENT_TYPES


def test_every_error_code_has_a_frame_in_the_order_of_the_list() -> None:
    codes = list(dict.fromkeys(entry.frame["code"] for entry in golden("errors")))

    assert codes == [code.value for code in ErrorCode]


def test_every_close_code_has_an_entry() -> None:
    assert set(CloseCode) <= {entry.close for entry in golden("close_codes")}


def test_the_names_of_a_files_entries_are_different() -> None:
    names = [str(entry) for entry in golden()]

    assert sorted(set(names)) == sorted(names)


# --- From the wire to the server's own values: only tests go this way


def event_of(frame: dict[str, Any]) -> Event:
    by_type = {kind.type: kind for kind in kinds(events, Event)}
    values = {name: value for name, value in frame.items() if name != "type"}
    if frame["type"] == "room.closed":
        closed = values.pop("room")
        values |= {"room_id": closed["id"], "room_name": closed["name"]}
    kind: type[Event] = by_type[frame["type"]]
    return kind(**dict(_value(name, value) for name, value in values.items()))


def room(values: dict[str, Any]) -> RoomView:
    return RoomView(**dict(_value(name, value) for name, value in values.items()))


def occupants(values: list[dict[str, Any]]) -> list[Occupant]:
    return [Occupant(**one) for one in values]


READ: dict[str, Callable[[Any], Any]] = {
    "author": lambda value: Person(**value),
    "to": lambda value: Person(**value) if isinstance(value, dict) else value,
    "sent_at": datetime.fromisoformat,
    "server_time": datetime.fromisoformat,
    "closing_at": lambda value: value and datetime.fromisoformat(value),
    "room": room,
    "occupants": lambda value: occupants(value) if isinstance(value, list) else value,
    "joined": occupants,
    "left": occupants,
    "code": CloseCode,
}


def _value(name: str, value: Any) -> tuple[str, Any]:
    return (f"{name}_" if name in ("from", "with") else name), READ.get(name, lambda same: same)(value)
