"""Between frames of text and objects. Nothing here raises on what the server sends."""

import json
import re
from typing import Any

# Any: JSON. What a frame holds is the contract's business; unknown fields are left alone.
Frame = dict[str, Any]

INBOX = "inbox"
# The server closes a socket (1009) on a frame beyond this.
MAX_FRAME_BYTES = 65_536
_SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: str | bytes) -> list[Frame]:
    """Return the frames in one WebSocket message, in order: one object, or an array. What is neither is left out."""
    if not isinstance(data, str):
        return []
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return []
    values = value if isinstance(value, list) else [value]
    return [frame for frame in values if isinstance(frame, dict) and isinstance(frame.get("type"), str)]


def encode(command: Frame) -> str:
    """Return the command as it goes over the wire."""
    return json.dumps(command, ensure_ascii=False, separators=(",", ":"))


def well_formed(text: str) -> str:
    """Return the text without what the contract calls malformed: U+0000 is dropped, half a surrogate pair replaced."""
    return _SURROGATE.sub("\ufffd", text.replace("\0", ""))


def fits_into_a_frame(frame: str) -> bool:
    """Whether the server would read it."""
    return len(frame.encode()) <= MAX_FRAME_BYTES


def stream_of(room: int) -> str:
    """Return the stream of a room."""
    return f"room:{room}"


def is_entry(frame: Frame) -> bool:
    """Whether it is a durable event: one with a place in a stream."""
    return isinstance(frame.get("stream"), str) and isinstance(frame.get("seq"), int)
