"""Where a stream begins for somebody who opens: protocol.md, "Opening"."""

from hypothesis import given, strategies as st

from rooms.protocol.limits import MISSED_MAX, NEWEST
from rooms.subscription import first_position


@st.composite
def logs(draw: st.DrawFn) -> tuple[int, int]:
    head = draw(st.integers(0, 5000))
    return head, draw(st.just(0) | st.integers(0, head))


def test_who_has_nothing_gets_the_newest():
    assert first_position(head=500, floor=0, since=None) == (500 - NEWEST, None)
    assert first_position(head=3, floor=0, since=None) == (0, None)


def test_who_comes_back_gets_what_was_missed():
    assert first_position(head=500, floor=0, since=420) == (420, None)
    assert first_position(head=500, floor=0, since=500) == (500, None)
    assert first_position(head=MISSED_MAX, floor=0, since=0) == (0, None)


def test_too_much_missed_is_owned_up_to_before_the_newest():
    assert first_position(head=MISSED_MAX + 6, floor=0, since=5) == (956, (6, 956))


def test_another_history_voids_all_that_a_client_has():
    assert first_position(head=500, floor=0, since=420, is_void=True) == (450, (1, 450))
    assert first_position(head=0, floor=0, since=0, is_void=True) == (0, (1, 0))


def test_a_number_above_the_head_voids_all_that_a_client_has():
    assert first_position(head=30, floor=0, since=31) == (0, (1, 0))
    assert first_position(head=500, floor=0, since=501) == (450, (1, 450))


def test_what_retention_has_cut_is_owned_up_to():
    assert first_position(head=500, floor=480, since=400) == (480, (401, 480))
    assert first_position(head=500, floor=480, since=None) == (480, None)
    assert first_position(head=500, floor=480, since=480) == (480, None)


@given(logs(), st.none() | st.integers(0, 6000), st.booleans())
def test_there_is_never_a_hole_without_its_mark(log: tuple[int, int], since: int | None, is_void: bool):
    head, floor = log

    position, hole = first_position(head=head, floor=floor, since=since, is_void=is_void)

    assert floor <= position <= head
    if hole is not None:
        assert hole[1] == position, "the mark ends where the entries begin"
        assert hole[0] in {1, (since or 0) + 1}
        assert head - position <= NEWEST
    elif since is not None:
        assert position == since
        assert not is_void


@given(logs(), st.integers(0, 6000), st.booleans())
def test_no_more_is_replayed_than_may_be(log: tuple[int, int], since: int, is_void: bool):
    head, floor = log

    position, hole = first_position(head=head, floor=floor, since=since, is_void=is_void)

    assert head - position <= (NEWEST if hole else MISSED_MAX)
    must_be_marked = is_void or since > head or since < floor or head - since > MISSED_MAX
    assert (hole is not None) == must_be_marked
