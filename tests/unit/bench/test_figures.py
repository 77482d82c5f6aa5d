"""From what was counted to what it means."""

import math
from typing import Any

from tests.bench.figures import coming_in, doing, idling, microseconds, paired, spread, talk_figures


def counted(*, server: float, redis: float = 0.0, deliveries: int = 1000, **others: Any) -> dict[str, Any]:
    """A slice of one second."""
    return {
        "seconds": 1.0, "expected": deliveries, "lost": 0, "repeated": 0, "wrong": 0, "own_cpu": 0.1,
        "cpu": {"server": server, "redis": redis}, "latency_ms": {"p50": 1.0, "p90": 2.0, "p99": 3.0},
        "measured": {"sent": 10, "deliveries": deliveries, "messages": 500, "bytes": 120_000, "late": 0},
    } | others  # fmt: skip


def came(*, cpu: float, connections: int = 100, kib: int = 30) -> dict[str, Any]:
    return {
        "connections": connections, "gone": 0, "seconds": 0.5, "cpu": {"server": cpu},
        "resident_before": {"server": 50 * 1024}, "resident": {"server": (50 + kib * connections) * 1024},
    }  # fmt: skip


def test_the_quartiles_stand_around_the_median() -> None:
    found = spread([5, 1, 4, 2, 3])

    assert (found.low, found.median, found.high) == (2, 3, 4)


def test_a_single_value_is_its_own_quartiles() -> None:
    found = spread([7.5])

    assert (found.low, found.median, found.high) == (7.5, 7.5, 7.5)


def test_a_machine_that_becomes_slow_for_a_round_does_not_change_the_ratio() -> None:
    ours, theirs = [10, 50, 10], [20, 100, 20]

    found = paired(ours, theirs)

    assert (found.low, found.median, found.high) == (2, 2, 2)


def test_the_ratio_is_the_median_of_the_rounds_and_not_that_of_the_medians() -> None:
    ours, theirs = [1, 2, 10], [4, 2, 20]

    assert paired(ours, theirs).median == 2


def test_a_delivery_costs_what_all_trees_used_for_it() -> None:
    facts = counted(server=0.010, redis=0.002, deliveries=1000)

    assert math.isclose(microseconds(facts), 12)
    assert math.isclose(microseconds(facts, "redis"), 2)


def test_where_nothing_arrives_a_delivery_is_beyond_price() -> None:
    assert microseconds(counted(server=0.01, deliveries=0)) == math.inf


def test_services_are_shown_apart_and_are_in_the_total_and_the_ratio() -> None:
    ours = [counted(server=0.010) for _ in range(3)]
    theirs = [counted(server=0.010, redis=0.010) for _ in range(3)]

    line = talk_figures(theirs, ours)

    assert {name: round(cost.median) for name, cost in line.microseconds.items()} == {
        "server": 10, "redis": 10, "total": 20,
    }  # fmt: skip
    assert math.isclose(line.ratio.median, 2)
    assert math.isclose(line.cpu_share, 0.02)
    assert math.isclose(line.messages_per_delivery, 0.5)
    assert math.isclose(line.bytes_per_delivery, 120)


def test_what_one_slice_lost_is_lost_in_all() -> None:
    slices = [counted(server=0.01), counted(server=0.01, lost=3, wrong=1), counted(server=0.01)]

    line = talk_figures(slices, slices)

    assert (line.expected, line.lost, line.repeated, line.wrong) == (3000, 3, 0, 1)


def test_coming_in_is_counted_for_each_connection() -> None:
    line = coming_in([came(cpu=0.05)], [came(cpu=0.10)])

    assert math.isclose(line.cpu_ms.median, 0.5)
    assert math.isclose(line.ratio.median, 0.5)
    assert math.isclose(line.per_second, 200)
    assert math.isclose(line.kib_of_server, 30)


def test_silent_people_cost_memory_and_a_little_of_a_core() -> None:
    line = idling(came(cpu=0.05), counted(server=0.004, seconds=2.0))

    assert (line.connections, line.kib) == (100, 30)
    assert math.isclose(line.cpu_share, 0.002)


def test_what_is_done_is_compared_within_each_round() -> None:
    small, grown = (
        [{"times": 10, "cpu": {"server": cpu}} for cpu in found] for found in ((0.01, 0.02), (0.02, 0.02))
    )

    line = doing(grown, small)

    assert math.isclose(line.microseconds.median, 2000)
    assert math.isclose(line.ratio.median, 1.5)
