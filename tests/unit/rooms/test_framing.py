"""Text messages as bytes: what RFC 6455 shows, and every way to say a length."""

import pytest

from rooms.protocol.framing import first_text, text_frame
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


def masked(
    payload: bytes, *, first: int = 0x81, mask: bytes = b"\x37\xfa\x21\x3d", size: bytes = b""
) -> bytes:
    """Return a client's frame, its length said as it must be or as told."""
    head = text_frame("x" * len(payload))[1 : -len(payload) or None]
    size = size or bytes((head[0] | 0x80, *head[1:]))
    return bytes((first, *size, *mask)) + bytes(each ^ mask[i % 4] for i, each in enumerate(payload))


def test_a_masked_text_is_read_as_the_standard_shows():
    data = bytes.fromhex("818537fa213d7f9f4d5158")

    assert first_text(data) == (b"Hello", len(data))
    assert masked(b"Hello") == data


@pytest.mark.parametrize("size", [0, 1, 3, 4, 5, 125, 126, 127, 1000, 65_535])
def test_texts_of_every_length_are_read_and_what_follows_is_left(size: int):
    payload = bytes(0x20 + i % 90 for i in range(size))
    data = masked(payload)

    assert first_text(data) == (payload, len(data))
    assert first_text(data + b"\x81\x85...") == (payload, len(data))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(masked(b"Hello")[:-1], id="part of a text"),
        pytest.param(masked(b"x" * 200)[:3], id="part of a head"),
        pytest.param(text_frame("Hello"), id="unmasked"),
        pytest.param(masked(b"Hello", first=0x01), id="the first of several"),
        pytest.param(masked(b"Hello", first=0x80), id="a continuation"),
        pytest.param(masked(b"Hello", first=0x82), id="binary"),
        pytest.param(masked(b"Hello", first=0x89), id="a ping"),
        pytest.param(masked(b"Hello", first=0xC1), id="an extension"),
        pytest.param(masked(b"Hello", size=b"\xfe\x00\x05"), id="a length said too long"),
        pytest.param(masked(b"x" * 70_000), id="64 KiB and more"),
        pytest.param(masked(b"\xed\xa0\x80"), id="a surrogate"),
        pytest.param(masked(b"\xc0\xaf"), id="a character said too long"),
        pytest.param(masked("ж".encode()[:1]), id="half a character"),
    ],
)
def test_everything_else_is_left_to_who_knows_the_whole_standard(data: bytes):
    assert first_text(data) is None
