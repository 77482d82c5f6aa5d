"""What can be refused, and why a socket closes.

ChatError
└── Refused         a command was not carried out; the socket lives on
    └── Malformed   the frame itself is broken; ten in a minute close the socket with 4400
"""

from collections.abc import Mapping
from enum import IntEnum, StrEnum


class ErrorCode(StrEnum):
    """The stable codes of refusals. Where two fit, the one named earlier here holds."""

    BAD_REQUEST = "bad_request"
    BAD_PROTOCOL = "bad_protocol"
    TOO_LARGE = "too_large"
    UNKNOWN_TYPE = "unknown_type"
    UNKNOWN_COMMAND = "unknown_command"
    INVALID_NAME = "invalid_name"
    NAME_TAKEN = "name_taken"
    ROOM_FULL = "room_full"
    ROOM_CLOSED = "room_closed"
    IS_DEFAULT = "is_default"
    NOT_OWNER = "not_owner"
    USER_NOT_FOUND = "user_not_found"
    NOT_IN_ROOM = "not_in_room"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate_limited"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    INTERNAL = "internal"

    @property
    def precedence(self) -> int:
        """The place in the list: the lower one is told."""
        return _PRECEDENCE[self]

    @property
    def is_final(self) -> bool:
        """Whether the command is known not to be done; otherwise the client repeats it."""
        return self not in (ErrorCode.UNAVAILABLE, ErrorCode.INTERNAL)


_PRECEDENCE = {code: place for place, code in enumerate(ErrorCode)}


class CloseCode(IntEnum):
    """Why the server closes a socket. The client obeys the code, never a text."""

    NORMAL = 1000
    TOO_BIG = 1009
    RESTART = 1012
    PROTOCOL = 4400
    SESSION_ENDED = 4401
    BANNED = 4403
    TOO_SLOW = 4408
    TOO_MANY_CONNECTIONS = 4409
    FLOOD = 4429
    INTERNAL = 4500
    OVERLOADED = 4503

    @property
    def reconnects(self) -> bool:
        """Whether a client comes back by itself. It also does after every code that is not listed here."""
        return self not in _STAYS_AWAY


_STAYS_AWAY = frozenset(
    {
        CloseCode.NORMAL,
        CloseCode.PROTOCOL,
        CloseCode.SESSION_ENDED,
        CloseCode.BANNED,
        CloseCode.TOO_MANY_CONNECTIONS,
    }
)


class ChatError(Exception):
    """The base of everything that the chat raises on purpose."""


class Refused(ChatError):
    """A command that is not carried out.

    `reason` is a stable key that picks the sentence for the person; `details` fills its blanks. This package
    uses `bad_field` and `missing_field` (details: field), `blank_text`, `text_too_long`, `name_too_long`,
    `login_too_long`, `missing_argument` and `unexpected_argument` (details: usage), and `nearest_command`
    (details: nearest, word).
    """

    def __init__(
        self,
        code: ErrorCode,
        reason: str = "",
        *,
        retry_after: int | None = None,
        details: Mapping[str, str] | None = None,
        ref: str | None = None,
    ) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after
        self.details: dict[str, str] = dict(details or {})
        self.ref = ref


class Malformed(Refused):
    """A frame that no client that follows the contract sends; `reason` names the flaw.

    One of `binary`, `not_json`, `not_an_object`, `no_type`, `bad_ref`, `bad_character`, `bad_number`,
    `too_deep`, `key_twice`.
    """

    def __init__(self, reason: str, *, ref: str | None = None) -> None:
        super().__init__(ErrorCode.BAD_REQUEST, reason, ref=ref)
