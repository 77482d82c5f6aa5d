"""What is printed of runs: each one's seed, faults and verdict, and of all together how fast they recovered."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterable

from tests.fault.recovery import Recovery
from tests.fault.run import Result
from tests.fault.schedule import Schedule


def announcement(schedule: Schedule) -> str:
    faults = ", ".join(planned.fault.name for planned in schedule.faults)
    return f"seed {schedule.seed}, {schedule.mode}, {schedule.workers} workers, {schedule.people} people: {faults}"


def outcome(result: Result) -> str:
    lines = [f"  {result.seconds:.0f} s: {result.verdict}"]
    if result.trouble:
        lines.append(f"  NOT DONE: {result.trouble}")
    for what, examples in result.verdict.examples.items():
        lines += [f"  {what}: {example}" for example in examples]
    return "\n".join(lines)


def summary(results: list[Result]) -> str:
    """Return the counts of all runs, and the recovery times by group of fault."""
    wrongs = sum(sum(result.verdict.wrongs.values()) for result in results)
    sent = sum(result.verdict.sent for result in results)
    received = sum(result.verdict.received for result in results)
    undone = sum(bool(result.trouble) for result in results)
    lines = [
        f"{len(results)} runs, {sent} sent, {received} received: {wrongs} wrongs, {undone} runs not done",
        f"{'fault':22} {'times':>5} {'sockets lost':>12} {'back p50':>9} {'p95':>6} {'max':>6}"
        f" {'latest':>7} {'p95':>6} {'first ack p95':>13} {'max':>6}",
    ]
    by_name: dict[str, list[Recovery]] = defaultdict(list)
    for result in results:
        for recovery in result.recoveries:
            by_name[recovery.fault].append(recovery)
    lines += [_line(name, recoveries) for name, recoveries in sorted(by_name.items())]
    return "\n".join(lines)


def _line(name: str, recoveries: list[Recovery]) -> str:
    back = sorted(seconds for recovery in recoveries for seconds in recovery.back)
    late = sorted(recovery.late for recovery in recoveries)
    first = sorted(recovery.first_ack for recovery in recoveries if recovery.first_ack is not None)
    return (
        f"{name:22} {len(recoveries):5} {sum(recovery.closed for recovery in recoveries):12}"
        f" {_share(back, 0.5)} {_share(back, 0.95)} {_share(back, 1)}"
        f"  {_share(late, 1)} {_share(late, 0.95)} {_share(first, 0.95):>13} {_share(first, 1)}"
    )


def _share(values: Iterable[float], share: float) -> str:
    """Return the value below which that share lies, in seconds."""
    values = sorted(values)
    if not values:
        return "     -"
    if share == 0.5:
        return f"{statistics.median(values):6.2f}"
    return f"{values[min(len(values) - 1, int(share * len(values)))]:6.2f}"
