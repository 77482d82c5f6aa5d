"""The server's clock is the database's, whatever this machine's says."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from rooms.clock import ServerClock

# Between two looks at a clock a busy machine may do something else: what is told from what is far off.
MEANWHILE = timedelta(seconds=30)


@pytest.mark.parametrize("off", [timedelta(seconds=-70), timedelta(0), timedelta(hours=25)])
def test_it_says_what_the_database_says(off: timedelta):
    clock = ServerClock()
    asked_at = time.monotonic()

    clock.measure(datetime.now(UTC) + off, asked_at=asked_at, answered_at=time.monotonic())

    assert abs(clock.now() - datetime.now(UTC) - off) < MEANWHILE
    assert abs(clock.now_ms() / 1000 - clock.now().timestamp()) < MEANWHILE.total_seconds()


def test_the_way_to_the_database_and_back_is_shared_evenly():
    clock = ServerClock()
    now = time.monotonic()
    said = datetime(2030, 1, 1, tzinfo=UTC)

    clock.measure(said, asked_at=now - 200.0, answered_at=now)

    assert abs(clock.now() - said - timedelta(seconds=100)) < MEANWHILE


def test_a_moment_that_has_passed_is_told_by_the_same_clock():
    clock = ServerClock()
    clock.measure(datetime(2030, 1, 1, tzinfo=UTC), asked_at=1000.0, answered_at=1000.0)

    assert clock.ms_at(998.5) == datetime(2030, 1, 1, tzinfo=UTC).timestamp() * 1000 - 1500


def test_a_step_of_this_machines_clock_is_not_seen(monkeypatch: pytest.MonkeyPatch):
    clock = ServerClock()
    before = clock.now()

    monkeypatch.setattr("time.time", lambda: 0.0)

    assert timedelta(0) <= clock.now() - before < MEANWHILE
