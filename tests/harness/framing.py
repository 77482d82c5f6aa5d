"""WebSocket messages read by hand, apart from the code that writes them."""

from __future__ import annotations

import struct


def text_of(data: bytes) -> str:
    """Return what one whole unmasked text message says. Raises AssertionError for anything else."""
    assert data[0] == 0x81, "not the only frame of a text"
    header, size = 2, data[1]
    if size == 126:
        header, (size,) = 4, struct.unpack(">H", data[2:4])
    elif size == 127:
        header, (size,) = 10, struct.unpack(">Q", data[2:10])
    assert len(data) == header + size, "not one message"
    return data[header:].decode()
