"""What a client does after the server has closed the socket. The code decides, never the text."""

from enum import StrEnum

BROKEN = 1006
LEFT = 1000
FRAME_TOO_LARGE = 1009
RESTART = 1012
WRONG_PROTOCOL = 4400


class Why(StrEnum):
    """Why there is no connection."""

    BROKEN = "broken"
    RESTART = "restart"
    LEFT = "left"
    PROTOCOL = "protocol"
    SESSION_ENDED = "session_ended"
    BANNED = "banned"
    TOO_MANY = "too_many_connections"


# Codes after which a client does not come back by itself. Every other one, known or not, means: come back.
_FINAL = {
    LEFT: Why.LEFT,
    WRONG_PROTOCOL: Why.PROTOCOL,
    4401: Why.SESSION_ENDED,
    4403: Why.BANNED,
    4409: Why.TOO_MANY,
}


def reason_to_stay_away(code: int) -> Why | None:
    """Return why one does not come back after this close, or None where one does."""
    return _FINAL.get(code)


def reason_to_wait(code: int) -> Why:
    """Return what one who comes back waits for."""
    return Why.RESTART if code == RESTART else Why.BROKEN
