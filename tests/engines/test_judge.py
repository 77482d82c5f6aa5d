"""The judge finds what a page must not show; without that a table of noughts would say nothing."""

from tests.engines.judge import Row, judge

STORED: list[Row] = [(1, "one"), (2, "two"), (3, "three"), (4, "four")]
TOLD: dict[str, int | None] = {"one": 1, "two": None, "three": 3, "four": 4}


def test_what_was_shown_once_and_in_order_is_good() -> None:
    verdict = judge(STORED, TOLD, [STORED[:2], STORED[1:]], [STORED[2:], STORED[:3]])

    assert verdict.is_good
    assert verdict.counted == 4


def test_nothing_at_all_is_not_good() -> None:
    assert not judge([], {}, [], []).is_good


def test_what_is_not_shown_at_last_is_lost_whenever_it_was_seen_before() -> None:
    verdict = judge(STORED, TOLD, [STORED], [STORED[:3]])

    assert verdict.lost == ["four"]
    assert verdict.counted == 3


def test_what_was_acknowledged_and_is_not_stored_is_lost() -> None:
    shown: list[Row] = [*STORED, (5, "five")]

    assert judge(STORED, {**TOLD, "five": 5}, [], [shown]).lost == ["five"]


def test_a_hole_that_was_to_be_seen_on_the_way_is_a_loss() -> None:
    assert judge(STORED, TOLD, [[STORED[0], STORED[2]]], [STORED]).lost == ["two"]


def test_what_stands_there_twice_is_found_by_text_and_by_place() -> None:
    by_text = judge(STORED, TOLD, [[*STORED, (5, "four")]], [STORED])
    by_place = judge(STORED, TOLD, [[*STORED, (4, "quatre")]], [STORED])

    assert by_text.twice == ["four"]
    assert by_place.twice == ["number 4"]


def test_what_is_stored_twice_is_found() -> None:
    stored: list[Row] = [*STORED, (5, "four")]

    assert judge(stored, {}, [], [stored]).twice == ["four"]


def test_another_order_is_found_between_rows_beside_the_log_and_beside_the_answer() -> None:
    turned = [STORED[1], STORED[0], *STORED[2:]]
    elsewhere: list[Row] = [(1, "two"), (2, "one"), *STORED[2:]]

    assert judge(STORED, TOLD, [turned], [STORED]).disordered == ["one"]
    assert judge(STORED, TOLD, [elsewhere], [STORED]).disordered == ["two at 1", "one at 2"]
    assert judge(STORED, {**TOLD, "one": 2}, [], [STORED]).disordered == ["one"]
