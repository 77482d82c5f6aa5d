"""How fast all must be as before: the bounds of the delivery contract, held against each recovery."""

from __future__ import annotations

from collections.abc import Iterator

from tests.fault.recovery import Recovery

BACK_SECONDS = 15.0  # D15, D16
LATE_SECONDS = 3.0  # D7, D13
FIRST_ACK_SECONDS = 5.0  # D14


def exceeded(recovery: Recovery) -> Iterator[str]:
    """Yield what was too slow, or closed though nothing was wrong with it."""
    match recovery.group:
        case "worker" | "drain":
            if max(recovery.back, default=0.0) > BACK_SECONDS:
                yield f"somebody was back after {max(recovery.back)} s"
        case "redis":
            if recovery.closed:
                yield f"{recovery.closed} sockets were closed"
            if recovery.late > LATE_SECONDS:
                yield f"a message came {recovery.late} s after its ack"
        case "database":
            if recovery.closed:
                yield f"{recovery.closed} sockets were closed"
            if recovery.first_ack is None or recovery.first_ack > FIRST_ACK_SECONDS:
                yield f"the first ack came after {recovery.first_ack} s"
