"""The numbers of the contract fit each other."""

import json

from rooms.protocol import limits


def test_the_longest_text_fits_a_frame_however_it_is_written():
    longest = "👩" * limits.TEXT_LENGTH
    command = {"type": "direct.post", "ref": "👩" * limits.REF_LENGTH, "to": "a" * 200, "client_id": "0" * 36}

    assert len(json.dumps(command | {"text": longest}).encode()) <= limits.FRAME_BYTES


def test_the_newest_of_a_stream_are_one_page():
    assert limits.NEWEST <= limits.PAGE_DEFAULT <= limits.PAGE_MAX < limits.MISSED_MAX


def test_a_page_fits_an_answer_and_a_queue():
    assert limits.PAGE_BYTES < limits.ANSWER_BYTES < limits.QUEUED_BYTES


def test_integers_are_those_that_a_double_keeps():
    assert float(limits.INTEGER) == limits.INTEGER
    assert float(limits.INTEGER + 2) != limits.INTEGER + 2
