"""An entry on its way to the sockets: its number and its finished frame."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from rooms.protocol.framing import text_frame
from rooms.protocol.limits import PAGE_BYTES


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


class Handout(list[Entry]):
    """
    Entries that are handed on together, at least one; it does not change any more.

    What each of many followers asks of it is found once, and what stands on the wire built once, for all sockets.
    """

    @cached_property
    def first(self) -> int:
        """The number of the first."""
        return self[0].seq

    @cached_property
    def last(self) -> int:
        """The number of the last."""
        return self[-1].seq

    @cached_property
    def closes(self) -> bool:
        """Whether the last of its stream is among them."""
        return self[-1].closes

    @cached_property
    def data(self) -> bytes:
        """One WebSocket message: a frame as it is, several as an array."""
        frames = [entry.frame for entry in self]
        return text_frame(frames[0] if len(frames) == 1 else f"[{','.join(frames)}]")


def handouts(entries: Sequence[Entry]) -> Iterator[Handout]:
    """Yield the entries in parts, none of which takes more than PAGE_BYTES of the wire, but for a single one."""
    part, size = Handout(), 2  # the brackets
    for entry in entries:
        mine = size_bytes(entry.frame) + 1
        if part and size + mine > PAGE_BYTES:
            yield part
            part, size = Handout(), 2
        part.append(entry)
        size += mine
    if part:
        yield part
