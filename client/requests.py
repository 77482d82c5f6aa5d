"""The commands of one socket that wait for their answer."""

from collections.abc import Callable

from .answers import Answer, Lost, answer_of
from .frames import Frame

Answered = Callable[[Answer], None]


class Requests:
    """In the order sent, which is the order in which the server answers."""

    def __init__(self) -> None:
        self._next_ref = 1
        self._waiting: dict[str, tuple[Answered, float]] = {}

    def open(self, answered: Answered, now: float) -> str:
        """Return the `ref` to send. `answered` is called once, before the events that follow the answer are read."""
        ref = str(self._next_ref)
        self._next_ref += 1
        self._waiting[ref] = (answered, now)
        return ref

    def settle(self, frame: Frame) -> None:
        """Hand an answer to whoever waits for it."""
        waiting = self._waiting.pop(str(frame.get("ref")), None)
        if waiting is not None:
            waiting[0](answer_of(frame))

    def lose_all(self) -> None:
        """Tell everybody that the socket is gone."""
        lost = list(self._waiting.values())
        self._waiting.clear()
        for answered, _sent_at in lost:
            answered(Lost())

    @property
    def oldest(self) -> float | None:
        """When the one that waits longest was sent."""
        return next((sent_at for _answered, sent_at in self._waiting.values()), None)
