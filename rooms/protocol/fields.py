"""Reading the fields of a command, and which of several refusals is told."""

import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from . import limits
from .errors import ErrorCode, Refused
from .text import is_blank, nfc

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Fields:
    """The fields of one command.

    Where two refusals fit, the one named earlier in the contract's list holds. `bad_request` is the first of
    the list and is raised at once; everything else is put off until all fields were read, and `settle` raises
    the earliest. A field that is null counts as absent.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:  # Any: this is JSON
        self._values = values
        self._put_off: list[Refused] = []

    def put_off(self, refused: Refused) -> None:
        """Keep a refusal until every field was read; `bad_request` is raised now."""
        if refused.code is ErrorCode.BAD_REQUEST:
            raise refused
        self._put_off.append(refused)

    def earliest(self, refused: Refused) -> Refused:
        """Return the one that holds: this one, or one that was put off."""
        return min([refused, *self._put_off], key=lambda other: other.code.precedence)

    def settle(self) -> None:
        """Raise the earliest of what was put off."""
        if self._put_off:
            raise self.earliest(self._put_off[0])

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._values.get(name) is not None

    def raw_string(self, name: str) -> str:
        """Return a string as it came."""
        value = self._required(name)
        if type(value) is not str:
            raise bad_field(name)
        return value

    def integer(self, name: str, least: int | None = None, most: int | None = None) -> int:
        """Return an integer within the bounds, which belong to it."""
        value = self._required(name)
        if type(value) is not int:  # a bool is an int to isinstance
            raise bad_field(name)
        if (least is not None and value < least) or (most is not None and value > most):
            raise bad_field(name)
        return value

    def number(self, name: str) -> int | float:
        """Return a number as it came."""
        value = self._required(name)
        if type(value) is not int and type(value) is not float:
            raise bad_field(name)
        return value

    def seq(self, name: str) -> int:
        """Return a position in a stream; 0 is the place before its first entry."""
        return self.integer(name, least=0)

    def seq_or_none(self, name: str) -> int | None:
        """Return a position in a stream, None where it is not given."""
        return self.seq(name) if self.has(name) else None

    def integer_or_none(self, name: str, least: int | None = None, most: int | None = None) -> int | None:
        """Return an integer within the bounds, None where it is not given."""
        return self.integer(name, least, most) if self.has(name) else None

    def limit(self) -> int:
        """Return how many lines an answer may have."""
        if not self.has("limit"):
            return limits.PAGE_DEFAULT
        return self.integer("limit", least=1, most=limits.PAGE_MAX)

    def token(self, name: str) -> str:
        """Return a short word whose meaning is not checked here."""
        value = self.raw_string(name)
        if not value or len(value) > limits.TOKEN_LENGTH:
            raise bad_field(name)
        return value

    def token_or_none(self, name: str) -> str | None:
        """Return a short word, None where it is not given."""
        return self.token(name) if self.has(name) else None

    def object_or_none(self, name: str) -> "Fields | None":
        """Return the fields of an inner object, None where it is not given."""
        if not self.has(name):
            return None
        value = self._values[name]
        if not isinstance(value, dict):
            raise bad_field(name)
        return Fields(value)

    def uuid(self, name: str) -> str:
        """Return a UUID in lower case."""
        value = self.raw_string(name)
        if not is_uuid(value):
            raise bad_field(name)
        return value

    def uuid_or_none(self, name: str) -> str | None:
        """Return a UUID in lower case, None for everything else."""
        value = self._values.get(name)
        return value if is_uuid(value) else None

    def room_name(self, name: str) -> str:
        """Return a room's name as it was typed; what is absurdly long is `invalid_name`."""
        value = self.raw_string(name)
        if len(value) > limits.RAW_NAME_LENGTH:
            self.put_off(Refused(ErrorCode.INVALID_NAME, "name_too_long"))
        return value

    def login(self, name: str) -> str:
        """Return a login as it was typed; what is absurdly long is nobody's."""
        value = self.raw_string(name)
        if len(value) > limits.RAW_NAME_LENGTH:
            self.put_off(Refused(ErrorCode.USER_NOT_FOUND, "login_too_long"))
        return value

    def text(self, name: str) -> str:
        """Return what a person wrote, in NFC."""
        return self.checked_text(nfc(self.raw_string(name)))

    def checked_text(self, text: str) -> str:
        """Check a text in NFC: blank is `bad_request` however long, longer than the limit is `too_large`."""
        if is_blank(text):
            raise Refused(ErrorCode.BAD_REQUEST, "blank_text")
        if len(text) > limits.TEXT_LENGTH:
            self.put_off(Refused(ErrorCode.TOO_LARGE, "text_too_long"))
        return text

    def exactly_one(self, first: str, second: str) -> None:
        """Refuse unless exactly one of the two fields is given."""
        if not self.has(first) and not self.has(second):
            raise Refused(ErrorCode.BAD_REQUEST, "missing_field", details={"field": first})
        self.at_most_one(first, second)

    def at_most_one(self, first: str, second: str) -> None:
        """Refuse two fields that exclude each other."""
        if self.has(first) and self.has(second):
            raise bad_field(second)

    def _required(self, name: str) -> Any:  # Any: this is JSON
        value = self._values.get(name)
        if value is None:
            raise Refused(ErrorCode.BAD_REQUEST, "missing_field", details={"field": name})
        return value


def is_uuid(value: object) -> TypeGuard[str]:
    """Whether this is a UUID in lower case, with its dashes."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def bad_field(name: str) -> Refused:
    """Return the refusal of a field that is not what the contract says."""
    return Refused(ErrorCode.BAD_REQUEST, "bad_field", details={"field": name})
