"""What stands in a log is safe to show in a terminal."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from rooms.services.chatlog import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("\x07\x08\x00", "\\x07\\x08\\x00"),
        ("one\ntwo\r\n", "one\\x0atwo\\x0d\\x0a"),
        ("a\u2028b\u2029c\x85d", "a\\u2028b\\u2029c\\x85d"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("\\x1b", "\\\\x1b"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("\x7f\t", "\\x7f\\x09"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, shown: str):
    assert printable(text) == shown


@pytest.mark.parametrize(
    "text", ["👩‍👩‍👧", "🏳️‍🌈", "नमस्ते", "می‌خواهم", "¡Olé, señor! — 漢字", "a b", "e\u0301"]
)
def test_what_people_write_stays(text: str):
    assert printable(text) == text


@given(st.text())
def test_a_line_is_one_line_and_holds_nothing_to_obey(text: str):
    shown = printable(text)

    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in shown)


@given(st.text(), st.text())
def test_two_texts_never_look_like_the_same_line(one: str, other: str):
    assert (printable(one) == printable(other)) == (one == other)
