"""WebSocket framing (RFC 6455, 5.2): what a server sends, built once for many, and the usual of what it gets."""

_TEXT = 0x81  # the final fragment, of opcode text
_MASKED = 0x80
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_MASK_BYTES = 4


def text_frame(text: str) -> bytes:
    """Return one unmasked text message. Raises UnicodeEncodeError for lone surrogates."""
    payload = text.encode()
    size = len(payload)
    if size < _TWO_BYTES:
        return bytes((_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT, _TWO_BYTES)) + size.to_bytes(2) + payload
    return bytes((_TEXT, _EIGHT_BYTES)) + size.to_bytes(8) + payload


def first_text(data: bytes) -> tuple[bytes, int] | None:
    """
    Return the text that a client's data begins with, as UTF-8, and where the next frame begins.

    None for everything but one whole message in one frame, masked, of less than 64 KiB, its length said as it must be,
    that is UTF-8 indeed: the rest, right or wrong, is for who knows the whole standard.
    """
    if len(data) < 2 + _MASK_BYTES or data[0] != _TEXT or data[1] < _MASKED:
        return None
    size, begin = data[1] - _MASKED, 2 + _MASK_BYTES
    if size == _TWO_BYTES:
        size, begin = int.from_bytes(data[2:4]), begin + 2
        if size < _TWO_BYTES:
            return None
    elif size == _EIGHT_BYTES:
        return None
    end = begin + size
    if len(data) < end:
        return None
    mask = data[begin - _MASK_BYTES : begin] * (size // _MASK_BYTES + 1)
    unmasked = int.from_bytes(data[begin:end]) ^ int.from_bytes(mask[:size])
    text = unmasked.to_bytes(size)
    try:
        text.decode()
    except UnicodeDecodeError:
        return None
    return text, end
