"""An entry on its way to the sockets: its number and its finished frame."""

from typing import NamedTuple


class Entry(NamedTuple):
    """One line of a log, encoded once for everybody. `closes`: it is the last of its stream."""

    seq: int
    frame: str
    closes: bool = False


class LogPage(NamedTuple):
    """What was read from a log: its head at that time, the highest number retention has cut, and entries."""

    head: int
    floor: int
    entries: list[Entry]


def size_bytes(frame: str) -> int:
    """Return how many bytes a frame is on the wire."""
    return len(frame) if frame.isascii() else len(frame.encode())
