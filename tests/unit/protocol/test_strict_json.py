"""JSON is read strictly, in linear time, and each flaw has its name."""

import json
from time import thread_time

import pytest
from hypothesis import given, strategies as st

from rooms.protocol.errors import Malformed
from rooms.protocol.limits import INTEGER, NESTING_DEPTH
from rooms.protocol.strict_json import flaw_of, good_ref, read_object

WHOLE = (
    st.none()
    | st.booleans()
    | st.integers(-INTEGER, INTEGER)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
VALUES = st.recursive(
    WHOLE, lambda inner: st.lists(inner) | st.dictionaries(st.text("abc"), inner), max_leaves=8
)


def flaw(text, *, allows_fractions=False):
    try:
        return flaw_of(read_object(text), allows_fractions=allows_fractions)
    except Malformed as malformed:
        return malformed.reason


def nested(depth):
    """An object that is nested so deep, itself counted."""
    return '{"ref":"1","x":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"


@given(st.dictionaries(st.text("xyz"), VALUES))
def test_good_json_is_read_as_it_is(values):
    text = json.dumps(values)

    assert read_object(text) == values
    assert flaw(text) in (None, "too_deep")


@pytest.mark.parametrize(
    "text",
    ["", " ", "{", '{"a"}', "{'a':1}", '{"a":NaN}', '{"a":-Infinity}', '{"a":01}', '{"a":.5}', "{} {}"],
)
def test_what_is_no_json(text):
    assert flaw(text) == "not_json"


@pytest.mark.parametrize(
    "text",
    ['{"a":"\x00"}', '{"a":"\n"}', '{"a":"\x1f"}', '{"a":"\ud800"}', '{"a":"\udfff\ud800"}'],
    ids=ascii,
)
def test_raw_control_characters_and_surrogates_are_no_json(text):
    assert flaw(text) == "not_json"


def test_bytes_are_read_as_utf_8():
    assert read_object('{"a":"é"}'.encode()) == {"a": "é"}
    assert flaw(b'{"a":"\xff"}') == "not_json"


@pytest.mark.parametrize("text", ["[]", "[{}]", '""', "0", "null", "true"])
def test_what_is_no_object(text):
    assert flaw(text) == "not_an_object"


@pytest.mark.parametrize(
    "text", [r'{"a":"\u0000"}', r'{"\u0000":1}', r'{"a":[{"b":"\ud800"}]}', r'{"\uDFFF":1}']
)
def test_characters_that_no_text_has(text):
    assert flaw(text) == "bad_character"


def test_a_pair_of_escaped_surrogates_is_a_character():
    assert read_object(r'{"a":"\ud83d\ude42"}') == {"a": "🙂"}
    assert flaw(r'{"a":"\ud83d\ude42"}') is None


@pytest.mark.parametrize("number", ["9007199254740992", "-9007199254740992", "1" * 17, "-" + "1" * 5000])
def test_integers_that_not_every_reader_keeps(number):
    assert flaw(f'{{"a":{number}}}') == "bad_number"
    assert flaw(f'{{"a":{number}}}', allows_fractions=True) == "bad_number"


@pytest.mark.parametrize("number", ["9007199254740991", "-9007199254740991", "0", "-0"])
def test_integers_that_every_reader_keeps(number):
    assert flaw(f'{{"a":{number}}}') is None


@pytest.mark.parametrize("number", ["0.5", "1.0", "1e2", "-1E-2", "0.0"])
def test_fractions_are_flaws_unless_allowed(number):
    assert flaw(f'{{"a":{number}}}') == "bad_number"
    assert flaw(f'{{"a":{number}}}', allows_fractions=True) is None


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e16"])
def test_fractions_have_the_bounds_of_integers(number):
    assert flaw(f'{{"a":{number}}}', allows_fractions=True) == "bad_number"


def test_nesting_has_a_depth():
    assert flaw(nested(NESTING_DEPTH)) is None
    assert flaw(nested(NESTING_DEPTH + 1)) == "too_deep"


@pytest.mark.parametrize("text", ['{"a":1,"a":1}', r'{"a":1,"\u0061":2}', '{"x":[{"a":1,"a":2}]}'])
def test_keys_stand_once(text):
    assert flaw(text) == "key_twice"


def test_a_key_that_stands_twice_has_no_value():
    assert read_object('{"a":1,"b":2,"a":3}') == {"b": 2}


@pytest.mark.parametrize("ref", ["1", "x" * 64, "🙂" * 64, " "])
def test_a_good_ref_is_given_back(ref):
    assert good_ref({"ref": ref}) == ref


@pytest.mark.parametrize("ref", ["", "x" * 65, "a\0", "\ud800", 1, None, [], True], ids=ascii)
def test_a_bad_ref_is_not(ref):
    assert good_ref({"ref": ref}) is None
    assert good_ref({}) is None


# --- Nested more deeply than the JSON reader goes


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        (nested(20_000), "1"),
        ('{"x":' + '{"y":' * 9000 + "0" + "}" * 9000 + ',"ref":"2"}', "2"),
        ('{"x":' + "[" * 20_000 + r'"\"]]"' + "]" * 20_000 + ',"ref":"3"}', "3"),
        ('{"ref":"4","x":' + "[" * 20_000, None),
        ('{"ref":"5","x":' + "[" * 20_000 + '"' + r"\"" * 9000, None),
        ('{"ref":"6","x":' + "[" * 20_000 + "]" * 20_000 + "}}", None),
        ('{"ref":7,"x":' + "[" * 20_000 + "]" * 20_000 + "}", None),
        ('{"ref":"8","x":' + "[" * 20_000 + "]" * 20_000 + ',"y":NaN}', None),
        ("[" * 30_000 + "]" * 30_000, None),
    ],
    ids=["in lists", "in objects", "with brackets in a string", "cut off", "cut off in a string", "one bracket more",
         "bad ref", "no JSON elsewhere", "no object"],
)  # fmt: skip
def test_a_frame_nested_too_deeply_to_be_read_still_has_its_ref(text, ref):
    with pytest.raises(Malformed) as caught:
        read_object(text)

    assert (caught.value.reason, caught.value.ref) == ("too_deep", ref)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 65_000,
        "[" * 2000 + '"' + r"\"" * 30_000,
        "{" + '"":0,' * 13_000 + '"a":1}',
        '{"a":' + "9" * 65_000 + "}",
        '{"a":0.' + "9" * 65_000 + "}",
        '{"a":"' + r"\u0041" * 10_000 + '"}',
    ],
    ids=["brackets", "quotes", "the same key", "an integer", "a fraction", "escapes"],
)
def test_no_frame_holds_the_worker(text):
    began = thread_time()
    flaw(text)

    # The slowest takes a fiftieth of this; what grows with the square of the length takes seconds.
    assert thread_time() - began < 0.5
