"""How long it took after each fault until all was as before, read from the records of a run."""

from __future__ import annotations

from dataclasses import dataclass

from tests.fault.records import Record

# What was delayed by a fault shows until so long after it.
AFTERMATH_SECONDS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """After one fault. Seconds; `closed` counts the sockets that did not close by their owners' will.

    `back`: from the loss of a connection until its owner was caught up on another, for each; where the only worker
    stood still, from when it went on. `late`: the longest time from an ack until somebody who was connected had the
    message. `first_ack`: from the end of the fault to the next.
    """

    fault: str
    group: str
    back: tuple[float, ...]
    late: float
    first_ack: float | None
    closed: int


def recoveries(records: list[Record]) -> list[Recovery]:
    """Return what is to be said of each fault that was healed."""
    begun = [record for record in records if record["kind"] == "fault"]
    healed = [record for record in records if record["kind"] == "healed"]
    ends = [fault["t"] for fault in begun[1:]] + [float("inf")]
    return [_recovery(records, *steps) for steps in zip(begun, healed, ends, strict=False)]


def _recovery(records: list[Record], begun: Record, healed: Record, next_at: float) -> Recovery:
    start, end = begun["t"], healed["t"]
    until = min(end + AFTERMATH_SECONDS, next_at)
    during = [record for record in records if start <= record["t"] <= until]
    closed = [record for record in during if record["kind"] == "closed" and not record["own"]]
    could_come_from = end if healed.get("evidence", {}).get("alone") else start
    acks = [record["t"] for record in records if record["kind"] == "ok" and record["t"] >= end]
    return Recovery(
        fault=begun["name"],
        group=begun["group"],
        back=tuple(_back(records, record, could_come_from) for record in closed),
        late=_latest(records, during, next_at),
        first_ack=round(min(acks) - end, 3) if acks else None,
        closed=len(closed),
    )


def _back(records: list[Record], closed: Record, could_come_from: float) -> float:
    """Return how long it took the owner, who could come from then on, to be caught up; for ever, where never."""
    for record in records:
        if record["kind"] == "open" and record["who"] == closed["who"] and record["t"] > closed["t"]:
            return round(max(0.0, float(record["t"] - max(closed["t"], could_come_from))), 3)
    return float("inf")


def _latest(records: list[Record], during: list[Record], next_at: float) -> float:
    """Return the longest delay between an ack and the arrival at a connection that was in that room by then.

    What is still on its way when the next fault begins is that one's from then on.
    """
    acked = {
        record["id"]: record["t"] for record in during if record["kind"] == "ok" and not record["duplicate"]
    }
    # Since when a connection follows each stream.
    following: dict[tuple[str, int], dict[str, float]] = {}
    late = 0.0
    for record in records:
        if record["kind"] == "open":
            streams = {record["stream"]: record["t"], "inbox": record["t"]}
            following[record["who"], record["connection"]] = streams
        elif record["kind"] == "moved":
            streams = following.get((record["who"], record["connection"]), {})
            following[record["who"], record["connection"]] = {
                record["stream"]: record["t"],
                "inbox": streams.get("inbox", float("inf")),
            }
        elif record["kind"] == "got" and record.get("client_id") in acked:
            at = acked[record["client_id"]]
            streams = following.get((record["who"], record["connection"]), {})
            if streams.get(record["stream"], float("inf")) < at:
                late = max(late, float(min(record["t"], next_at) - at))
    return round(late, 3)
