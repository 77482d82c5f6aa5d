"""When patience with a connection ends."""

from rooms.conduct import QUIET_SECONDS, Conduct, Pushing
from rooms.protocol.limits import FLOOD_SECONDS, MALFORMED_FRAMES, MALFORMED_SECONDS


def test_ten_broken_frames_in_a_minute_are_a_broken_client():
    conduct = Conduct()

    told = [conduct.is_broken(now=float(second)) for second in range(MALFORMED_FRAMES)]

    assert told == [False] * (MALFORMED_FRAMES - 1) + [True]


def test_broken_frames_that_come_slowly_are_forgiven():
    conduct = Conduct()
    gap = MALFORMED_SECONDS / (MALFORMED_FRAMES - 1) + 0.1

    assert not any(conduct.is_broken(now=number * gap) for number in range(100))


def test_broken_frames_of_long_ago_do_not_count_with_those_of_now():
    conduct = Conduct()
    for _ in range(MALFORMED_FRAMES - 1):
        conduct.is_broken(now=0.0)

    assert not conduct.is_broken(now=MALFORMED_SECONDS + 1.0)


def test_five_minutes_of_pushing_on_are_a_flood():
    pushing = Pushing()

    told = [pushing.is_flooding(1, now=float(second)) for second in range(0, FLOOD_SECONDS + 10, 10)]

    assert told == [False] * (FLOOD_SECONDS // 10) + [True]


def test_who_waits_a_while_begins_anew():
    pushing = Pushing()
    for second in range(0, FLOOD_SECONDS, 10):
        pushing.is_flooding(1, now=float(second))

    later = FLOOD_SECONDS - 10 + QUIET_SECONDS + 1
    assert not pushing.is_flooding(1, now=later)
    assert not pushing.is_flooding(1, now=later + QUIET_SECONDS)


def test_another_connection_of_the_same_person_pushes_on_and_another_person_does_not():
    pushing = Pushing()
    for second in range(0, FLOOD_SECONDS, 10):
        pushing.is_flooding(1, now=float(second))

    assert not pushing.is_flooding(2, now=float(FLOOD_SECONDS))
    assert pushing.is_flooding(1, now=float(FLOOD_SECONDS))
