"""A text has one normal form, found in linear time, and is blank if nothing of it can be seen."""

import unicodedata
from time import thread_time

import pytest
from hypothesis import given, strategies as st

from rooms.protocol.text import is_blank, nfc, visible_part

# What makes normal forms hard: letters, marks of several classes, marks that decompose, Hangul, and the rest.
HARD = st.text(
    st.sampled_from("ae\u0301\u0316\u0327\u0338\u0344\u0345\u0f71\u0f72\u0f73\u0f75\u0f81\u1100\u1161é>ж")
)
MARKS = st.text(st.sampled_from("\u0301\u0316\u0334\u0345\u0f73\u0f72\u302a"), min_size=180, max_size=260)

INVISIBLE = [
    " ",
    "\t\n\r\x0b\x0c",
    "\x1c\x85",
    "\u00a0\u1680\u2000\u2028\u2029\u202f\u205f\u3000",
    "\u200b\u200c\u200d\u200e\u2060\ufeff\u00ad\u034f",
    "\u202e\u2066\u206f",
    "\u115f\u1160\u3164\uffa0",
    "\u180e\ufe0f\U000e0100\U000e0041",
    "\u2800",
    "\x7f\x9f",
]


@given(HARD)
def test_the_normal_form_is_unicodes(text):
    assert nfc(text) == unicodedata.normalize("NFC", text)


@given(HARD, MARKS, HARD)
def test_the_normal_form_of_many_marks_is_unicodes(before, marks, after):
    text = before + marks + after

    assert nfc(text) == unicodedata.normalize("NFC", text)


@given(st.text())
def test_a_normal_form_is_its_own(text):
    assert nfc(nfc(text)) == nfc(text)


@pytest.mark.parametrize(
    "text",
    ["a" + "\u0301" * 16_000 + "\u0316" * 16_000, "\u0301\u0316" * 16_000, "\u0f73" * 20_000],
    ids=["all of one class first", "in turns", "marks that decompose"],
)
def test_a_frame_full_of_marks_does_not_hold_the_worker(text):
    began = thread_time()
    nfc(text)

    # Sorting by insertion takes more than a second for this; half of one is far from both.
    assert thread_time() - began < 0.5


@pytest.mark.parametrize("text", INVISIBLE, ids=ascii)
def test_what_cannot_be_seen_is_blank(text):
    assert is_blank(text)
    assert is_blank(text * 3000)
    assert not is_blank(f"{text}x")
    assert visible_part(f"{text}x{text}") == f"x{text}"


def test_nothing_is_blank():
    assert is_blank("")
    assert visible_part("") == ""


@pytest.mark.parametrize(
    "text", [".", "0", "é", "\u0301", "漢", "👩", "مرحبا", "\u0600", "\ue000", "\ufffd"], ids=ascii
)
def test_what_can_be_seen_is_not_blank(text):
    assert not is_blank(text)
    assert visible_part(text) == text


@given(st.text(st.characters(categories=["L", "N", "P", "Sc", "Sk", "Sm"]), min_size=1))
def test_letters_digits_and_signs_are_seen(text):
    drawn_as_nothing = "\u115f\u1160\u3164\uffa0"

    assert is_blank(text) is (not text.strip(drawn_as_nothing))
