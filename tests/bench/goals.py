"""What a delivery of ours may cost beside others, and whether it does. Medians of paired rounds; no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from tests.bench.figures import ComingIn, Doing, Idling, Spread, TalkFigures


class Verdict(Enum):
    """A goal is missed for certain only where all quartiles are on the wrong side of it."""

    HOLDS = "holds"
    MISSED = "missed"
    UNCLEAR = "missed, but for noise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A goal beside what was measured of it."""

    what: str
    goal: str
    seen: str
    verdict: Verdict

    def __str__(self) -> str:
        return f"{self.what}: {self.seen}, goal {self.goal}: {self.verdict.value}"


# By shape and messages a second: how often our cost that of another system must be, at least.
AT_LEAST: dict[tuple[str, float], dict[str, float]] = {
    ("room", 10): {"channels": 12, "flask-socketio": 1.6, "ws": 1 / 1.1},
    ("room", 400): {"ws": 1.6, "socket.io": 1.8, "epoll": 1},
    ("rooms", 200): {"channels": 3.5, "flask-socketio": 1.2, "socket.io": 1 / 2},
}
# The same of ours with two workers: how often our cost it may be, at most.
CLUSTER_AT_MOST = 1.3
EXACT_RATE, EXACT_CPU_SHARE, EXACT_P99_MS = 1_000, 0.5, 20.0
CONNECT_CPU_MS = 0.8
# What anything costs with a million messages, as a share of what it costs with a thousand.
GROWN_AT_MOST = 1.5
IDLE_KIB, IDLE_CONNECTIONS = 30.0, 4_000


def of_talk(shape: str, rate: float, ours: str, lines: dict[str, TalkFigures]) -> list[Finding]:
    """Hold the figures of one rate against the goals that there are for it."""
    found = [
        _at_least(name, lines[name].ratio, goal)
        for name, goal in AT_LEAST.get((shape, rate), {}).items()
        if name in lines
    ]
    if shape == "cluster":
        others = (line for name, line in lines.items() if name != ours)
        found += [_at_most("two workers, × ours", line.ratio, CLUSTER_AT_MOST) for line in others]
    if shape == "exact":
        line = lines[ours]
        found.append(
            _exactly(f"lost of {line.expected:,} deliveries", line.lost + line.repeated + line.wrong, 0)
        )
    if (shape, rate) == ("exact", EXACT_RATE):
        found += [
            _at_most("share of a core", _certain(line.cpu_share), EXACT_CPU_SHARE),
            _at_most("p99 in ms", _certain(line.p99_ms), EXACT_P99_MS),
        ]
    return found


def of_connecting(line: ComingIn) -> list[Finding]:
    return [_at_most("CPU ms for a connection", line.cpu_ms, CONNECT_CPU_MS)]


def of_idling(lines: list[Idling]) -> list[Finding]:
    return [
        _at_most(f"KiB for each of {line.connections:,}", _certain(line.kib), IDLE_KIB)
        for line in lines
        if line.connections >= IDLE_CONNECTIONS
    ]


def of_growth(name: str, grown: Doing) -> Finding:
    return _at_most(f"{name}, × with little", grown.ratio, GROWN_AT_MOST)


def _at_least(name: str, ratio: Spread, goal: float) -> Finding:
    what = f"{name}, × ours"
    return Finding(
        what=what,
        goal=f"at least {goal:.2f}",
        seen=str(ratio),
        verdict=_verdict(holds=ratio.median >= goal, might_hold=ratio.high >= goal),
    )


def _at_most(what: str, seen: Spread, goal: float) -> Finding:
    return Finding(
        what=what,
        goal=f"at most {goal:g}",
        seen=str(seen),
        verdict=_verdict(holds=seen.median <= goal, might_hold=seen.low <= goal),
    )


def _exactly(what: str, seen: int, goal: int) -> Finding:
    holds = seen == goal
    return Finding(what=what, goal=str(goal), seen=str(seen), verdict=_verdict(holds=holds, might_hold=holds))


def _verdict(*, holds: bool, might_hold: bool) -> Verdict:
    if holds:
        return Verdict.HOLDS
    return Verdict.UNCLEAR if might_hold else Verdict.MISSED


def _certain(value: float) -> Spread:
    return Spread(low=value, median=value, high=value)
