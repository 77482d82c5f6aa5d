"""What becomes of a command."""

from dataclasses import dataclass

from .frames import Frame

# It is not known whether the command was carried out: it is repeated with the same `client_id`. Others are final.
UNKNOWN_OUTCOMES = frozenset({"unavailable", "internal"})


@dataclass(frozen=True, slots=True)
class Done:
    """It is done; for what is stored, it is committed."""

    ack: Frame


@dataclass(frozen=True, slots=True)
class Refused:
    """The server said no, or not now."""

    code: str
    message: str
    retry_after: float | None = None

    @property
    def is_final(self) -> bool:
        """Whether it was surely not done, and never will be by repeating it now."""
        return self.code not in UNKNOWN_OUTCOMES and self.code != "rate_limited"


@dataclass(frozen=True, slots=True)
class Lost:
    """The socket went before the answer came: nobody knows."""


Answer = Done | Refused | Lost


def answer_of(frame: Frame) -> Answer:
    """Read an `ack`, a `welcome` or an `error`."""
    if frame["type"] != "error":
        return Done(frame)
    return Refused(str(frame.get("code")), str(frame.get("message", "")), frame.get("retry_after"))
