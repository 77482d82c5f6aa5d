"""What a client holds of each stream, and the judge of what the server sends into it: no hole, nothing twice."""

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


class BrokenPromise(AssertionError):
    """The server sent a stream with a hole, twice, or out of order, without the mark that says so."""


@dataclass(slots=True)
class StreamLog:
    """The entries of one stream by `seq`, and the cursor: up to where the client has been sent everything."""

    stream: str
    cursor: int | None = None
    entries: dict[int, Frame] = field(default_factory=dict)

    def take(self, event: Frame) -> None:
        """Note a durable event. With a cursor it must be the next; without one it may begin anywhere."""
        seq = event["seq"]
        if self.cursor is not None and seq != self.cursor + 1:
            message = f"{self.stream}: seq {seq} came after {self.cursor}"
            raise BrokenPromise(message)
        if self.entries.setdefault(seq, event) != event:
            message = f"{self.stream}: seq {seq} was {self.entries[seq]} and is {event}"
            raise BrokenPromise(message)
        self.cursor = seq

    def skip(self, mark: Frame) -> None:
        """Note a `truncated` mark: up to its end nothing will be sent."""
        if self.cursor is not None and mark["from"] not in {self.cursor + 1, 1}:
            message = f"{self.stream}: truncated from {mark['from']} after {self.cursor}"
            raise BrokenPromise(message)
        if mark["from"] == 1 and self.cursor not in {0, None}:
            self.entries.clear()
        self.cursor = mark["to"]

    def settle(self, head: int) -> None:
        """Note a `caught_up`: the cursor must have reached the head that it names."""
        if self.cursor is None:
            self.cursor = head
        if self.cursor != head:
            message = f"{self.stream}: caught up at {head}, but sent only up to {self.cursor}"
            raise BrokenPromise(message)

    @property
    def texts(self) -> list[str]:
        return [event["text"] for _seq, event in sorted(self.entries.items()) if "text" in event]
