"""Each command is read from its fields; the codec's tests and the golden frames read the rest."""

import pytest

from rooms.protocol import commands
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.fields import Fields
from rooms.protocol.reading import read_command
from tests.contract.golden import golden

ID = "0b5c8f9e-5b1c-4a55-9f0f-9d8f2b4b7a11"


def read(command_type, **values):
    return read_command(command_type, Fields(values))


def refusal(command_type, **values):
    with pytest.raises(Refused) as caught:
        read(command_type, **values)
    return caught.value.code, caught.value.reason


@pytest.mark.parametrize("entry", [*golden("commands"), *golden("lines")], ids=str)
def test_every_command_is_read_and_says_whether_it_was_typed(entry):
    command, typed = read(entry.frame["type"], **entry.frame)

    assert command.type == entry.expect["command"]["type"]
    assert typed is (entry.file == "lines")


def test_an_unknown_type_is_refused():
    assert refusal("message.sing") == (ErrorCode.UNKNOWN_TYPE, "")


def test_help_is_no_frame():
    assert refusal("help") == (ErrorCode.UNKNOWN_TYPE, "")


def test_another_protocols_fields_are_not_judged():
    command, _ = read("hello", protocol=2, client=7, room="here", resume=[])

    assert command == commands.Hello(protocol=2)


def test_a_resume_may_hold_nothing():
    command, _ = read("hello", protocol=1, client="web", resume={})

    assert command == commands.Hello(protocol=1, client="web", resume=commands.Resume())


@pytest.mark.parametrize("kind", ["default", "Temporary", "open"])
def test_a_room_of_another_kind_is_refused(kind):
    assert refusal("room.create", name="Estudio", kind=kind) == (ErrorCode.BAD_REQUEST, "bad_field")


def test_a_line_is_read_whatever_room_and_client_id_are():
    command, typed = read("message.post", text="#eR", room=[], client_id=5)

    assert command == commands.LeaveRoom()
    assert typed


def test_a_line_that_is_too_long_is_too_large_unless_it_is_a_bad_request():
    assert refusal("message.post", text=f"#cR {'a' * 4000}")[0] == ErrorCode.TOO_LARGE
    assert refusal("message.post", text=f"#x{'a' * 4000}")[0] == ErrorCode.TOO_LARGE
    assert refusal("message.post", text=f"#exit {'a' * 4000}")[0] == ErrorCode.BAD_REQUEST
    assert (
        refusal("message.post", text=f"#private boris {'a' * 4000}", client_id=ID)[0] == ErrorCode.TOO_LARGE
    )


def test_the_sign_that_escapes_does_not_count_for_the_length():
    command, typed = read("message.post", room=1, client_id=ID, text="##" + "a" * 3999)

    assert command == commands.PostMessage(room=1, client_id=ID, text="#" + "a" * 3999)
    assert not typed


def test_a_direct_message_is_never_a_line():
    command, typed = read("direct.post", to="boris", client_id=ID, text="##exit")

    assert command == commands.PostDirect(to="boris", client_id=ID, text="##exit")
    assert not typed
