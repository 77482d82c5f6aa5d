"""JSON as the contract wants it: strict, without what readers disagree about."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from . import limits
from .errors import Malformed

_BAD_CHARACTER = re.compile("[\x00\ud800-\udfff]")
# A string that is not closed reaches to the end, so that looking for the next token never starts over.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)
# The most characters of an integer that is allowed; what is longer is not even computed.
_INTEGER_LENGTH = len(str(-limits.INTEGER))


class _KeyTwice(dict[str, Any]):
    """An object that names a key twice; such keys are left out, for neither value is the right one."""


class _BigInteger:
    """Stands in the place of an integer that not every reader keeps exactly."""


def read_object(frame: str | bytes) -> dict[str, Any]:  # Any: this is JSON
    """Return the object of a frame, in which `flaw_of` may still find flaws.

    Raises nothing but `Malformed`, for what is no strict JSON object, and for what is nested so deeply that
    the JSON reader gives up.
    """
    try:
        text = frame.decode() if isinstance(frame, bytes) else frame
        text.encode()  # fails for raw surrogates, which are no characters and so no JSON
        values = _DECODER.decode(text)
    except RecursionError:
        raise Malformed("too_deep", ref=_ref_of_deep(text)) from None
    except ValueError:
        raise Malformed("not_json") from None
    if not isinstance(values, dict):
        raise Malformed("not_an_object")
    return values


def good_ref(values: Mapping[str, Any]) -> str | None:
    """Return the `ref` of an object, None where there is none that may be given back."""
    ref = values.get("ref")
    if type(ref) is str and 1 <= len(ref) <= limits.REF_LENGTH and not _BAD_CHARACTER.search(ref):
        return ref
    return None


def flaw_of(value: Any, *, allows_fractions: bool, depth: int = 1) -> str | None:
    """Name what makes the value malformed, None if nothing does."""
    if isinstance(value, str):
        return "bad_character" if _BAD_CHARACTER.search(value) else None
    if isinstance(value, float):
        return None if allows_fractions and abs(value) <= limits.INTEGER else "bad_number"
    if isinstance(value, _BigInteger):
        return "bad_number"
    if not isinstance(value, dict | list):
        return None
    if depth > limits.NESTING_DEPTH:
        return "too_deep"
    if isinstance(value, _KeyTwice):
        return "key_twice"
    for inner in [*value, *value.values()] if isinstance(value, dict) else value:
        if flaw := flaw_of(inner, allows_fractions=allows_fractions, depth=depth + 1):
            return flaw
    return None


def _integer(digits: str) -> int | _BigInteger:
    if len(digits) <= _INTEGER_LENGTH and abs(value := int(digits)) <= limits.INTEGER:
        return value
    return _BigInteger()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    times = Counter(key for key, _ in pairs)
    return _KeyTwice((key, value) for key, value in pairs if times[key] == 1)


def _constant(_: str) -> Any:
    raise Malformed("not_json")  # NaN and Infinity are Python's, not JSON's


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer, parse_constant=_constant)


def _ref_of_deep(text: str) -> str | None:
    """Return the `ref` of a frame that is nested too deeply for the JSON reader.

    What lies deep is left out, unchecked, and the rest is read.
    """
    try:
        values = _DECODER.decode(_shallow_part(text))
    except (ValueError, Malformed):
        return None
    return good_ref(values) if isinstance(values, dict) else None


def _shallow_part(text: str) -> str:
    kept, depth, start = [], 0, 0
    for token in _TOKEN.finditer(text):
        if token[0] in ("[", "{"):
            depth += 1
            if depth == limits.NESTING_DEPTH + 1:
                kept.append(text[start : token.start()])
        elif token[0] in ("]", "}"):
            if depth == limits.NESTING_DEPTH + 1:
                kept.append("0")
                start = token.end()
            depth -= 1
    if depth <= limits.NESTING_DEPTH:
        kept.append(text[start:])
    return "".join(kept)
