"""Frames become commands and values become frames, and whatever comes in, only refusals come out."""

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, strategies as st

from rooms.protocol import commands
from rooms.protocol.codec import Request, encode, iso, parse
from rooms.protocol.errors import ErrorCode, Malformed, Refused
from rooms.protocol.limits import INTEGER, PAGE_MAX, TEXT_LENGTH
from rooms.protocol.text import is_blank, nfc
from tests.contract.golden import golden

ID = "0b5c8f9e-5b1c-4a55-9f0f-9d8f2b4b7a11"
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
TYPES = st.sampled_from(sorted({entry.frame["type"] for entry in golden("commands")}))
FIELDS = st.sampled_from(
    sorted({name for entry in golden("commands") for name in entry.frame} - {"type", "ref"})
)
CODES = {
    ErrorCode.BAD_REQUEST,
    ErrorCode.TOO_LARGE,
    ErrorCode.UNKNOWN_TYPE,
    ErrorCode.UNKNOWN_COMMAND,
    ErrorCode.INVALID_NAME,
    ErrorCode.USER_NOT_FOUND,
}
PIECES = st.sampled_from(
    [
        '{"type":"ping","ref":"1"',
        '"x":',
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        "\\",
        "\\u0000",
        "\\ud800",
        "NaN",
        "1e9",
        "-",
        "0",
        "#",
    ]
)


def refusal(frame):
    with pytest.raises(Refused) as caught:
        parse(frame)
    return caught.value


def outcome(frame):
    try:
        return parse(frame)
    except Refused as refused:
        return refused


def only_refuses(frame):
    result = outcome(frame)

    if isinstance(result, Refused):
        assert result.code in CODES
        encode({"ref": result.ref, **result.details}).encode()
    else:
        encode({"ref": result.ref, **asdict(result.command)}).encode()


@given(st.text(st.characters()) | st.lists(PIECES).map("".join))
def test_text_raises_nothing_but_a_refusal(frame):
    only_refuses(frame)


@given(st.binary() | st.text().map(lambda text: text.encode(errors="surrogatepass")))
def test_bytes_raise_nothing_but_a_malformed_frame(frame):
    assert isinstance(refusal(frame), Malformed)


@given(JSON)
def test_json_raises_nothing_but_a_refusal(value):
    only_refuses(json.dumps(value))


@given(TYPES, st.dictionaries(FIELDS, JSON), st.booleans())
def test_a_command_with_any_fields_raises_nothing_but_a_refusal(kind, fields, escapes):
    frame = json.dumps({"type": kind, "ref": "1", **fields}, ensure_ascii=escapes)

    only_refuses(frame)


@given(TYPES, st.sampled_from(["<", ">", "#", "＃", "\\"]), st.text(st.characters()))
def test_a_text_of_any_kind_raises_nothing_but_a_refusal(kind, sign, rest):
    only_refuses(
        json.dumps({"type": kind, "ref": "1", "room": 1, "to": sign, "client_id": ID, "text": sign + rest})
    )


@given(
    st.text(CHARACTERS, min_size=1).filter(lambda text: not is_blank(text)),
    st.integers(-INTEGER, INTEGER),
    st.booleans(),
)
def test_a_message_arrives_as_it_was_written(text, room, escapes):
    frame = json.dumps(
        {"type": "message.post", "ref": "1", "room": room, "client_id": ID, "text": f"a{text}"},
        ensure_ascii=escapes,
    )

    assert parse(frame) == Request("1", commands.PostMessage(room=room, client_id=ID, text=nfc(f"a{text}")))


@given(
    room=st.none() | st.integers(-INTEGER, INTEGER),
    history=st.none() | st.text(CHARACTERS, min_size=1, max_size=9),
    at=st.none() | st.fixed_dictionaries({"id": st.integers(1, INTEGER), "seq": st.integers(0, INTEGER)}),
    inbox=st.none() | st.integers(0, INTEGER),
)
def test_a_hello_arrives_as_it_was_said(room, history, at, inbox):
    resume = {"history": history, "room": at, "inbox": inbox}
    frame = encode(
        {"type": "hello", "ref": "1", "protocol": 1, "client": "web", "room": room, "resume": resume}
    )

    hello = parse(frame).command

    assert asdict(hello) == {"protocol": 1, "client": "web", "language": None, "room": room, "resume": resume}


@given(st.integers(0, INTEGER), st.integers(0, INTEGER), st.integers(1, PAGE_MAX))
def test_positions_arrive_as_they_are(before, after, limit):
    frame = {"type": "history.fetch", "ref": "1", "stream": "room:1", "limit": limit}

    assert parse(encode(frame | {"before": before})).command == commands.FetchHistory(
        stream="room:1", before=before, limit=limit
    )
    assert parse(encode(frame | {"after": after})).command == commands.FetchHistory(
        stream="room:1", after=after, limit=limit
    )


@given(st.floats(-INTEGER, INTEGER) | st.integers(-INTEGER, INTEGER))
def test_a_clients_clock_goes_back_as_it_came(t0):
    command = parse(encode({"type": "clock.sync", "ref": "1", "t0": t0})).command

    assert isinstance(command, commands.SyncClock)
    assert encode({"t0": command.t0}) == encode({"t0": t0})


@given(st.text(CHARACTERS, min_size=1, max_size=64))
def test_a_good_ref_goes_back(ref):
    assert parse(encode({"type": "ping", "ref": ref})).ref == ref
    assert refusal(encode({"type": "song", "ref": ref})).ref == ref
    assert refusal(encode({"ref": ref})).ref == ref


def test_a_typed_line_says_so():
    request = parse(encode({"type": "message.post", "ref": "1", "text": "#help"}))

    assert request == Request("1", commands.ShowHelp(), typed=True)


def test_a_refusal_of_a_command_is_not_malformed():
    refused = refusal('{"type":"room.enter","ref":"1"}')

    assert (refused.code, refused.ref) == (ErrorCode.BAD_REQUEST, "1")
    assert not isinstance(refused, Malformed)


@pytest.mark.parametrize("entry", golden("malformed"), ids=str)
def test_what_is_malformed_is_named(entry):
    if "close" in entry.expect:
        assert parse(entry.wire).ref == "40"  # the transport's business, not the codec's
        return

    malformed = refusal(entry.wire)

    assert isinstance(malformed, Malformed)
    assert (malformed.reason, malformed.ref) == (entry.expect["reason"], entry.expect["ref"])


def test_a_binary_frame_is_refused_even_if_it_is_a_command():
    malformed = refusal(b'{"type":"ping","ref":"1"}')

    assert (malformed.reason, malformed.ref) == ("binary", "1")


def test_the_codec_knows_no_limit_but_those_of_the_fields():
    text = "a" * TEXT_LENGTH
    frame = encode(
        {"type": "message.post", "ref": "1", "room": 1, "client_id": ID, "text": text, "x": "x" * 50_000}
    )

    assert parse(frame).command == commands.PostMessage(room=1, client_id=ID, text=text)


# --- Out


def test_a_frame_is_compact_and_not_escaped():
    assert (
        encode({"type": "x", "text": "é🙂", "code": ErrorCode.INTERNAL})
        == '{"type":"x","text":"é🙂","code":"internal"}'
    )
    assert encode([{"a": 1}, {"a": None}]) == '[{"a":1},{"a":null}]'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_never_sent(number):
    with pytest.raises(ValueError, match="not JSON compliant"):
        encode({"x": number})


def test_a_time_is_utc_with_milliseconds():
    moment = datetime(2026, 11, 20, 10, 30, 0, 123_999, tzinfo=UTC)

    assert iso(moment) == "2026-11-20T10:30:00.123Z"
    assert iso(moment.astimezone(timezone(timedelta(hours=-5)))) == "2026-11-20T10:30:00.123Z"
    assert iso(moment.replace(microsecond=0)) == "2026-11-20T10:30:00.000Z"


def test_a_time_without_a_zone_is_a_bug():
    with pytest.raises(ValueError, match="time zone"):
        iso(datetime(2026, 11, 20))  # noqa: DTZ001
