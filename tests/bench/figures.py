"""What was counted becomes figures: costs of a delivery, ratios within rounds, medians and quartiles. No I/O."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

# One answer of the load generator. Any: it is JSON.
Facts = dict[str, Any]
KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The median of some values, and the quartiles around it."""

    low: float
    median: float
    high: float

    def __str__(self) -> str:
        return f"{self.median:.2f} [{self.low:.2f}-{self.high:.2f}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFigures:
    """A line of the table: one system at one rate."""

    microseconds: dict[str, Spread]  # of CPU for each delivery, by tree of processes, and "total"
    ratio: Spread  # of total to that of ours in the same round
    deliveries_per_second: float
    cpu_share: float  # of one core, all trees
    p50_ms: float
    p90_ms: float
    p99_ms: float
    expected: int
    lost: int
    repeated: int
    wrong: int  # people who got as many as were sent, but not those
    messages_per_delivery: float  # WebSocket messages, answers to the senders among them
    bytes_per_delivery: float
    generator_share: float
    late_share: float  # of the messages, those that were sent more than some milliseconds late


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingIn:
    """What connecting costs, and what a connection holds."""

    cpu_ms: Spread
    ratio: Spread
    per_second: float
    kib_of_server: float
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Idling:
    """What connections cost that are only there."""

    connections: int
    kib: float
    cpu_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What something costs that people do, and how often what it costs where there is little."""

    microseconds: Spread
    ratio: Spread


def spread(values: Iterable[float]) -> Spread:
    ordered = sorted(values)
    if len(ordered) == 1:
        return Spread(low=ordered[0], median=ordered[0], high=ordered[0])
    low, median, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return Spread(low=low, median=median, high=high)


def paired(ours: Sequence[float], theirs: Sequence[float]) -> Spread:
    """Return the spread of the ratios within each round: what the machine did to both falls out."""
    return spread(divided(their, our) for our, their in zip(ours, theirs, strict=True))


def divided(much: float, by: float) -> float:
    """Return the quotient; where nothing came, everything was in vain."""
    return much / by if by else math.inf


def microseconds(facts: Facts, tree: str = "") -> float:
    """Return the CPU for each delivery, of one tree or of all."""
    return divided(_cpu(facts, tree) * 1e6, facts["measured"]["deliveries"])


def talk_figures(slices: Sequence[Facts], ours: Sequence[Facts]) -> TalkFigures:
    """Sum up the slices of one system; `ours` are those of the same rounds."""

    def median(figure: Callable[[Facts], float]) -> float:
        return statistics.median(map(figure, slices))

    def total(name: str) -> int:
        return sum(facts[name] for facts in slices)

    trees = {tree: spread(microseconds(facts, tree) for facts in slices) for tree in slices[0]["cpu"]}
    totals = [microseconds(facts) for facts in slices]
    return TalkFigures(
        microseconds={**trees, "total": spread(totals)},
        ratio=paired([microseconds(facts) for facts in ours], totals),
        deliveries_per_second=median(lambda facts: facts["measured"]["deliveries"] / facts["seconds"]),
        cpu_share=median(lambda facts: _cpu(facts) / facts["seconds"]),
        p50_ms=median(lambda facts: facts["latency_ms"]["p50"]),
        p90_ms=median(lambda facts: facts["latency_ms"]["p90"]),
        p99_ms=median(lambda facts: facts["latency_ms"]["p99"]),
        expected=total("expected"),
        lost=total("lost"),
        repeated=total("repeated"),
        wrong=total("wrong"),
        messages_per_delivery=median(lambda facts: _for_each_delivery(facts, "messages")),
        bytes_per_delivery=median(lambda facts: _for_each_delivery(facts, "bytes")),
        generator_share=median(lambda facts: facts["own_cpu"] / facts["seconds"]),
        late_share=divided(
            sum(facts["measured"]["late"] for facts in slices),
            sum(facts["measured"]["sent"] for facts in slices),
        ),
    )


def coming_in(ready: Sequence[Facts], ours: Sequence[Facts]) -> ComingIn:
    """Sum up how people came in; `ours` are those of the same rounds."""
    costs = [milliseconds_to_connect(facts) for facts in ready]
    return ComingIn(
        cpu_ms=spread(costs),
        ratio=paired([milliseconds_to_connect(facts) for facts in ours], costs),
        per_second=statistics.median(facts["connections"] / facts["seconds"] for facts in ready),
        kib_of_server=statistics.median(map(kib_of_connection, ready)),
        gone=sum(facts["gone"] for facts in ready),
    )


def milliseconds_to_connect(ready: Facts) -> float:
    """Return the CPU, of all trees, that one connection took until it was in."""
    return divided(_cpu(ready) * 1e3, ready["connections"])


def kib_of_connection(ready: Facts) -> float:
    """Return how much more the server holds for each; what PostgreSQL's processes share would count many times."""
    grown = ready["resident"]["server"] - ready["resident_before"]["server"]
    return divided(grown / KIB, ready["connections"])


def idling(ready: Facts, silent: Facts) -> Idling:
    """Say what those cost who say nothing."""
    return Idling(
        connections=ready["connections"],
        kib=kib_of_connection(ready),
        cpu_share=_cpu(silent) / silent["seconds"],
    )


def doing(slices: Sequence[Facts], small: Sequence[Facts]) -> Doing:
    """Sum up the slices of one chat; `small` are those of the same rounds where there is little."""
    costs, least = ([_microseconds_each(facts) for facts in found] for found in (slices, small))
    return Doing(microseconds=spread(costs), ratio=paired(least, costs))


def _microseconds_each(facts: Facts) -> float:
    return divided(_cpu(facts) * 1e6, facts["times"])


def _cpu(facts: Facts, tree: str = "") -> float:
    return float(facts["cpu"][tree] if tree else sum(facts["cpu"].values()))


def _for_each_delivery(facts: Facts, name: str) -> float:
    return divided(facts["measured"][name], facts["measured"]["deliveries"])
