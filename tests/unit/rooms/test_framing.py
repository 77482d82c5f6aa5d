"""Text messages as bytes: what RFC 6455 shows, and every way to say a length."""

import pytest

from rooms.protocol.framing import text_frame
from tests.harness.framing import text_of


def test_it_is_the_example_of_the_standard():
    assert text_frame("Hello") == bytes.fromhex("810548656c6c6f")


@pytest.mark.parametrize(("size", "header"), [(125, 2), (126, 4), (65_535, 4), (65_536, 10)])
def test_every_length_is_said_in_the_shortest_way(size: int, header: int):
    data = text_frame("x" * size)

    assert len(data) == header + size
    assert text_of(data) == "x" * size


def test_a_length_is_of_bytes():
    assert text_of(text_frame("ж" * 100)) == "ж" * 100
