"""A line that is missed says so."""

from tests.bounds.finding import at_least, at_most, remark
from tests.budgets.__main__ import table_of


def test_the_table_tells_what_is_missed_from_what_holds_and_from_what_has_no_budget() -> None:
    findings = [at_most("size", 12.5, 12, "kB"), at_most("time", 99, 100, "ms"), at_least("score", 94, 95)]

    lines = table_of([*findings, remark("nodes", 1093)]).splitlines()

    assert lines[2:] == [
        "| size | ≤ 12 kB | 12.50 kB | **missed** |",
        "| time | ≤ 100 ms | 99 ms | holds |",
        "| score | ≥ 95 | 94 | **missed** |",
        "| nodes |  | 1093 | no budget |",
    ]
