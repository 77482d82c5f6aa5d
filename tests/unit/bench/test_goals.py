"""Goals beside what was measured."""

from dataclasses import replace

from tests.bench.figures import ComingIn, Doing, Idling, Spread, TalkFigures
from tests.bench.goals import Verdict, of_connecting, of_growth, of_idling, of_talk


def spread(low: float, median: float, high: float) -> Spread:
    return Spread(low=low, median=median, high=high)


LINE = TalkFigures(
    microseconds={}, ratio=spread(1, 1, 1), deliveries_per_second=1, cpu_share=0.4, p50_ms=1, p90_ms=1, p99_ms=19,
    expected=1_600_000, lost=0, repeated=0, wrong=0, messages_per_delivery=1, bytes_per_delivery=1, generator_share=0,
    late_share=0,
)  # fmt: skip


def verdict(shape: str, rate: float, name: str, ratio: Spread) -> Verdict:
    [finding] = of_talk(shape, rate, "ours", {"ours": LINE, name: replace(LINE, ratio=ratio)})
    return finding.verdict


def test_a_goal_holds_by_the_median() -> None:
    assert verdict("room", 10, "channels", spread(11, 12, 13)) is Verdict.HOLDS


def test_a_goal_within_the_quartiles_may_be_missed_for_noise() -> None:
    assert verdict("room", 10, "channels", spread(11, 11.5, 12.5)) is Verdict.UNCLEAR


def test_a_goal_beyond_the_quartiles_is_missed() -> None:
    assert verdict("room", 10, "channels", spread(11, 11.5, 11.9)) is Verdict.MISSED


def test_two_workers_may_cost_a_little_more_than_one() -> None:
    assert verdict("cluster", 400, "ours-cluster", spread(1.1, 1.2, 1.4)) is Verdict.HOLDS
    assert verdict("cluster", 400, "ours-cluster", spread(1.4, 1.5, 1.6)) is Verdict.MISSED


def test_a_rate_without_goals_has_no_findings() -> None:
    assert of_talk("room", 100, "ours", {"ours": LINE, "ws": LINE}) == []


def test_a_single_lost_delivery_is_one_too_many() -> None:
    found = of_talk("exact", 1000, "ours", {"ours": replace(LINE, lost=1)})

    assert {finding.what: finding.verdict for finding in found} == {
        "lost of 1,600,000 deliveries": Verdict.MISSED,
        "share of a core": Verdict.HOLDS,
        "p99 in ms": Verdict.HOLDS,
    }


def test_connecting_and_idling_have_their_goals() -> None:
    came = ComingIn(cpu_ms=spread(0.7, 0.9, 1), ratio=spread(1, 1, 1), per_second=1, kib_of_server=1, gone=0)
    few, many = (Idling(connections=count, kib=29, cpu_share=0) for count in (1000, 4000))

    assert [finding.verdict for finding in of_connecting(came)] == [Verdict.UNCLEAR]
    assert [str(finding) for finding in of_idling([few, many])] == [
        "KiB for each of 4,000: 29.00 [29.00-29.00], goal at most 30: holds"
    ]


def test_with_much_it_may_cost_half_as_much_again() -> None:
    line = Doing(microseconds=spread(900, 1000, 1100), ratio=spread(1.4, 1.5, 1.6))

    assert of_growth("a message", line).verdict is Verdict.HOLDS
    assert of_growth("a message", replace(line, ratio=spread(1.6, 1.7, 1.8))).verdict is Verdict.MISSED
