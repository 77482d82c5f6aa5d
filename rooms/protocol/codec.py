"""Between frames and values: commands in, events and answers out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .commands import Command, SyncClock
from .errors import Malformed, Refused
from .fields import Fields
from .reading import read_command
from .strict_json import flaw_of, good_ref, read_object


@dataclass(frozen=True, slots=True)
class Request:
    """A command and the `ref` that its answer bears; `typed` when it was a `#` line."""

    ref: str
    command: Command
    typed: bool = False


def parse(frame: str | bytes) -> Request:
    """Read one frame of a client.

    Raises nothing but `Refused`, and its leaf `Malformed` where the frame itself is broken; `.ref` is set
    wherever the frame is strict JSON with a good one. Takes time in proportion to the frame's length. That a
    frame is not above its limit is the transport's business.
    """
    values = read_object(frame)
    kind, ref = values.get("type"), good_ref(values)
    if flaw := flaw_of(values, allows_fractions=kind == SyncClock.type):
        raise Malformed(flaw, ref=ref)
    if isinstance(frame, bytes):
        raise Malformed("binary", ref=ref)
    if type(kind) is not str:
        raise Malformed("no_type", ref=ref)
    if ref is None:
        raise Malformed("bad_ref")
    try:
        command, typed = read_command(kind, Fields(values))
    except Refused as refused:
        refused.ref = ref
        raise
    return Request(ref, command, typed)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)


def encode(value: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:  # Any: this is JSON
    """Return the frame of an object, or of several: compact, not escaped, never `NaN`."""
    return _ENCODER.encode(value)


def iso(moment: datetime) -> str:
    """Return an aware time as it stands on the wire: UTC, milliseconds, `Z`."""
    if moment.tzinfo is None:
        raise ValueError("a time on the wire has a time zone")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
