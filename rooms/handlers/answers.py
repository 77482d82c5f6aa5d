"""The shape of an answer before it is a frame."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rooms.delivery.entries import Entry
from rooms.protocol.answers import ack
from rooms.protocol.codec import encode
from rooms.protocol.limits import ANSWER_BYTES


@dataclass(slots=True)
class Answer:
    """
    What the `ack` carries. `line`: the same for a person who typed the command. `then`: what happens behind the `ack`.

    `events`: finished frames, spliced in as they were sent live.
    """

    fields: dict[str, Any] = field(default_factory=dict)  # Any: JSON
    line: Callable[[], str] = str
    then: Callable[[], None] | None = None
    events: list[str] | None = None

    def frame(self, ref: str, **more: Any) -> str:
        """Return the `ack`."""
        text = encode(ack(ref, **self.fields, **more))
        if self.events is None:
            return text
        return f'{text[:-1]},"events":[{",".join(self.events)}]}}'


def as_many_as_fit(frames: list[str]) -> int:
    """Return how many of these, from the first, an answer may hold: at least one, up to ANSWER_BYTES."""
    size = 1024
    for count, frame in enumerate(frames):
        size += len(frame.encode()) + 1
        if size > ANSWER_BYTES and count:
            return count
    return len(frames)


def events_answer(entries: list[Entry], *, more: bool, from_newest: bool) -> Answer:
    """Return entries, oldest first; those that do not fit are left for the next page in the direction asked."""
    frames = [entry.frame for entry in entries]
    if from_newest:
        count = as_many_as_fit(frames[::-1])
        kept = frames[len(frames) - count :]
    else:
        count = as_many_as_fit(frames)
        kept = frames[:count]
    return Answer({"more": more or count < len(frames)}, events=kept)
