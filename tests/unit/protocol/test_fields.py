"""Fields are read by type and bounds, and the refusal that is told is the earliest of the list."""

import pytest

from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.fields import Fields, bad_field, is_uuid
from rooms.protocol.limits import PAGE_DEFAULT, RAW_NAME_LENGTH, TEXT_LENGTH, TOKEN_LENGTH

UUID = "0b5c8f9e-5b1c-4a55-9f0f-9d8f2b4b7a11"
STRINGS = ["raw_string", "token", "uuid", "room_name", "login", "text"]
READERS = [*STRINGS, "integer", "number", "seq"]
OPTIONAL = ["seq_or_none", "integer_or_none", "token_or_none", "object_or_none", "uuid_or_none"]


def refusal(read, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        read(*args, **kwargs)
    return caught.value.code, caught.value.reason, caught.value.details


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("values", [{}, {"x": None}], ids=["absent", "null"])
def test_what_is_needed_is_missed(read, values):
    refused = refusal(getattr(Fields(values), read), "x")

    assert refused == (ErrorCode.BAD_REQUEST, "missing_field", {"field": "x"})


@pytest.mark.parametrize("read", OPTIONAL)
@pytest.mark.parametrize("values", [{}, {"x": None}], ids=["absent", "null"])
def test_what_is_optional_is_none(read, values):
    assert getattr(Fields(values), read)("x") is None
    assert not Fields(values).has("x")


@pytest.mark.parametrize(
    ("read", "value"),
    [(read, value) for read in STRINGS for value in (1, [], {}, True)]
    + [(read, value) for read in ("integer", "number", "seq") for value in ("1", [], {}, True)]
    + [("integer", 1.5), ("seq", 1.5), ("seq", -1)]
    + [("token", ""), ("token", "x" * (TOKEN_LENGTH + 1)), ("uuid", UUID.upper()), ("uuid", UUID[:-1])]
    + [("seq_or_none", -1), ("integer_or_none", "1"), ("token_or_none", 1), ("object_or_none", [])],
)  # fmt: skip
def test_a_field_that_is_something_else_is_refused(read, value):
    refused = refusal(getattr(Fields({"x": value}), read), "x")

    assert refused == (ErrorCode.BAD_REQUEST, "bad_field", {"field": "x"})


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("raw_string", ""),
        ("integer", -7),
        ("number", 1.5),
        ("number", 2),
        ("seq", 0),
        ("token", "x" * TOKEN_LENGTH),
        ("uuid", UUID),
        ("room_name", ""),
        ("room_name", "n" * RAW_NAME_LENGTH),
        ("login", "n" * RAW_NAME_LENGTH),
        ("text", "x" * TEXT_LENGTH),
        ("seq_or_none", 3),
        ("integer_or_none", 0),
        ("token_or_none", "x"),
        ("uuid_or_none", UUID),
    ],
)
def test_a_good_field_is_read_as_it_is(read, value):
    fields = Fields({"x": value})

    assert getattr(fields, read)("x") == value
    fields.settle()


def test_the_bounds_of_an_integer_belong_to_it():
    fields = Fields({"least": 2, "most": 9})

    assert fields.integer("least", least=2, most=9) == 2
    assert fields.integer("most", least=2, most=9) == 9
    assert refusal(fields.integer, "least", least=3)[1] == "bad_field"
    assert refusal(fields.integer, "most", most=8)[1] == "bad_field"


def test_a_page_has_its_default_and_its_bounds():
    assert Fields({}).limit() == PAGE_DEFAULT
    assert Fields({"limit": 200}).limit() == 200
    assert refusal(Fields({"limit": 0}).limit)[2] == {"field": "limit"}
    assert refusal(Fields({"limit": 201}).limit)[2] == {"field": "limit"}


def test_an_inner_object_is_read_like_the_outer_one():
    inner = Fields({"x": {"seq": 4}}).object_or_none("x")

    assert inner is not None
    assert inner.seq("seq") == 4


def test_a_bad_uuid_that_does_not_matter_is_none():
    assert Fields({"x": "1"}).uuid_or_none("x") is None
    assert Fields({"x": 1}).uuid_or_none("x") is None


def test_a_text_is_read_in_nfc():
    assert Fields({"x": "cafe\u0301"}).text("x") == "caf\u00e9"


def test_the_length_of_a_text_is_counted_after_nfc():
    fields = Fields({"shrinks": "e\u0301" * TEXT_LENGTH, "grows": "\u0958" * TEXT_LENGTH})

    fields.text("shrinks")
    fields.settle()
    fields.text("grows")
    assert refusal(fields.settle)[0] == ErrorCode.TOO_LARGE


def test_a_blank_text_is_a_bad_request_however_long():
    assert refusal(Fields({"x": " " * 9000}).text, "x")[:2] == (ErrorCode.BAD_REQUEST, "blank_text")


@pytest.mark.parametrize(
    ("read", "length", "code", "reason"),
    [
        ("text", TEXT_LENGTH + 1, ErrorCode.TOO_LARGE, "text_too_long"),
        ("room_name", RAW_NAME_LENGTH + 1, ErrorCode.INVALID_NAME, "name_too_long"),
        ("login", RAW_NAME_LENGTH + 1, ErrorCode.USER_NOT_FOUND, "login_too_long"),
    ],
)
def test_what_is_too_long_is_told_when_all_fields_were_read(read, length, code, reason):
    fields = Fields({"x": "a" * length})
    getattr(fields, read)("x")

    assert refusal(fields.settle)[:2] == (code, reason)


def test_of_several_refusals_the_earliest_in_the_list_is_told():
    fields = Fields({"to": "a" * 201, "text": "a" * 4001})
    fields.login("to")
    fields.text("text")

    assert refusal(fields.settle)[0] == ErrorCode.TOO_LARGE
    assert fields.earliest(Refused(ErrorCode.UNKNOWN_COMMAND)).code == ErrorCode.TOO_LARGE
    assert fields.earliest(bad_field("x")).code == ErrorCode.BAD_REQUEST


def test_a_bad_request_is_never_put_off():
    assert refusal(Fields({}).put_off, bad_field("x"))[2] == {"field": "x"}


def test_exactly_one_of_two_fields():
    Fields({"room": 7}).exactly_one("room", "name")
    Fields({"name": "a", "room": None}).exactly_one("room", "name")

    assert refusal(Fields({}).exactly_one, "room", "name")[1:] == ("missing_field", {"field": "room"})
    assert refusal(Fields({"room": 7, "name": "a"}).exactly_one, "room", "name")[1] == "bad_field"


@pytest.mark.parametrize(
    "value", [None, 1, "", UUID + "\n", "{" + UUID + "}", UUID.replace("-", ""), UUID.upper()]
)
def test_what_is_no_uuid(value):
    assert not is_uuid(value)


def test_what_is_a_uuid():
    assert is_uuid(UUID)
