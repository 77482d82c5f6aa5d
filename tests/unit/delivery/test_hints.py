"""Hints that are gathered say the same as one by one."""

from hypothesis import given, strategies as st

from rooms.delivery.entries import Entry
from rooms.delivery.hints import HINT_BYTES, Hint, entries_hint, entries_of, gathered

PARTS = st.lists(st.tuples(st.sampled_from([1, 2]), st.integers(1, 4), st.booleans()), max_size=12)


@given(PARTS)
def test_each_group_hears_the_same_entries_in_the_same_order(parts: list[tuple[int, int, bool]]):
    heads = {1: 0, 2: 0}
    given_: list[tuple[str, Hint]] = []
    for stream, count, skips in parts:
        first = heads[stream] + 1 + skips
        heads[stream] = first + count - 1
        entries = [Entry(seq, f"frame {seq}") for seq in range(first, first + count)]
        given_.append((f"room.{stream}", entries_hint(stream, entries)))

    for stream in heads:
        group = f"room.{stream}"
        before = [entry for name, hint in given_ if name == group for entry in entries_of(hint)]
        after = [entry for name, hint in gathered(given_) if name == group for entry in entries_of(hint)]
        assert after == before


def test_what_continues_is_one_hint_and_what_does_not_is_another():
    hints = [
        ("room.1", entries_hint(1, [Entry(1, "a")])),
        ("lobby", {"type": "lobby.changed"}),
        ("room.1", entries_hint(1, [Entry(2, "b")])),
        ("room.1", entries_hint(1, [Entry(5, "e", closes=True)])),
    ]

    told = list(gathered(hints))

    assert told == [
        ("room.1", entries_hint(1, [Entry(1, "a"), Entry(2, "b")])),
        ("room.1", entries_hint(1, [Entry(5, "e", closes=True)])),
        ("lobby", {"type": "lobby.changed"}),
    ]


def test_no_hint_becomes_larger_than_it_may():
    half = "x" * (HINT_BYTES // 2)
    hints = [("room.1", entries_hint(1, [Entry(seq, half)])) for seq in range(1, 6)]

    told = [hint for _, hint in gathered(hints)]

    assert [len(hint["frames"]) for hint in told] == [2, 2, 1]
