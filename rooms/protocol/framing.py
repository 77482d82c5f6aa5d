"""WebSocket framing (RFC 6455, 5.2): a text as the bytes that a server sends, built once for many sockets."""

_TEXT = 0x81  # the final fragment, of opcode text
_TWO_BYTES, _EIGHT_BYTES = 126, 127


def text_frame(text: str) -> bytes:
    """Return one unmasked text message. Raises UnicodeEncodeError for lone surrogates."""
    payload = text.encode()
    size = len(payload)
    if size < _TWO_BYTES:
        return bytes((_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_TEXT, _TWO_BYTES)) + size.to_bytes(2) + payload
    return bytes((_TEXT, _EIGHT_BYTES)) + size.to_bytes(8) + payload
