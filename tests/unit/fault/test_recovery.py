"""How long a fault was felt, as it is read from the records, and what is too long."""

import pytest

from tests.fault.bounds import exceeded
from tests.fault.records import Record
from tests.fault.recovery import Recovery, recoveries


def at(t: float, kind: str, **facts: object) -> Record:
    return {"t": t, "kind": kind, **facts}


def fault(name: str, group: str, *, begun: float, healed: float) -> list[Record]:
    return [at(begun, "fault", name=name, group=group), at(healed, "healed", name=name, group=group)]


def opened(t: float, who: str, connection: int) -> Record:
    return at(t, "open", who=who, connection=connection, stream="room:1")


def closed(t: float, who: str, connection: int, *, own: bool = False) -> Record:
    return at(t, "closed", who=who, connection=connection, own=own)


def acked(t: float, client_id: str, *, duplicate: bool = False) -> Record:
    return at(t, "ok", who="ana", id=client_id, stream="room:1", duplicate=duplicate)


def got(t: float, who: str, connection: int, client_id: str) -> Record:
    return at(t, "got", who=who, connection=connection, stream="room:1", client_id=client_id)


def only(records: list[Record]) -> Recovery:
    [recovery] = recoveries(sorted(records, key=lambda record: record["t"]))
    return recovery


def test_the_way_back_is_timed_for_each_who_lost_a_connection() -> None:
    begun, healed = fault("worker-killed", "worker", begun=10, healed=12)

    recovery = only(
        [
            begun,
            healed,
            closed(10.1, "ana", 1),
            opened(11.1, "ana", 2),
            closed(10.1, "bob", 1),
            opened(13.6, "bob", 2),
        ]
    )

    assert recovery.back == (1.0, 3.5)
    assert recovery.closed == 2


def test_nobody_is_late_while_the_only_worker_stands_still() -> None:
    """Seed 3052, embedded: somebody "was back after 53.9 s", of which it stood still for 53.5."""
    begun, healed = fault("worker-frozen", "worker", begun=10, healed=60)
    healed["evidence"] = {"alone": True}

    recovery = only([begun, healed, closed(15, "ana", 1), opened(61.5, "ana", 2)])

    assert recovery.back == (1.5,)


def test_who_left_by_themselves_lost_nothing() -> None:
    recovery = only([*fault("redis-frozen", "redis", begun=1, healed=2), closed(1.5, "ana", 1, own=True)])

    assert (recovery.closed, recovery.back) == (0, ())


def test_a_message_is_late_for_who_was_there_when_it_was_acknowledged() -> None:
    story = fault("redis-frozen", "redis", begun=1, healed=5)

    recovery = only(
        [
            opened(0, "bob", 1),
            *story,
            acked(2, "m"),
            opened(3, "eve", 1),
            got(3.5, "bob", 1, "m"),
            got(4, "eve", 1, "m"),
        ]
    )

    assert recovery.late == 1.5


def test_who_came_to_the_room_later_waited_for_nothing() -> None:
    story = fault("redis-frozen", "redis", begun=1, healed=5)
    moved = at(3, "moved", who="bob", connection=1, stream="room:1")

    recovery = only([opened(0, "bob", 1), *story, acked(2, "m"), moved, got(4, "bob", 1, "m")])

    assert recovery.late == 0


def test_what_the_next_fault_holds_up_is_not_put_down_to_the_last() -> None:
    story = fault("redis-frozen", "redis", begun=1, healed=5)
    following = fault("database-frozen", "database", begun=6, healed=9)
    records = [opened(0, "bob", 1), *story, *following, acked(5.5, "m"), got(9.5, "bob", 1, "m")]

    first, _second = recoveries(sorted(records, key=lambda record: record["t"]))

    assert first.late == 0.5


def test_the_first_ack_counts_from_the_end_of_the_fault() -> None:
    story = fault("database-crashed", "database", begun=1, healed=4)

    assert only([*story, acked(2, "early"), acked(4.7, "later")]).first_ack == 0.7
    assert only(story).first_ack is None


def recovery(
    group: str, *, back: tuple[float, ...] = (), late: float = 0, first_ack: float | None = 0.1
) -> Recovery:
    return Recovery(fault="some", group=group, back=back, late=late, first_ack=first_ack, closed=len(back))


@pytest.mark.parametrize(
    ("seen", "complaints"),
    [
        (recovery("worker", back=(14.9,)), 0),
        (recovery("worker", back=(1, 15.1)), 1),
        (recovery("drain", back=(float("inf"),)), 1),
        (recovery("redis", late=2.9), 0),
        (recovery("redis", late=3.1), 1),
        (recovery("redis", back=(0.1,)), 1),
        (recovery("database", first_ack=4.9), 0),
        (recovery("database", first_ack=5.1), 1),
        (recovery("database", first_ack=None), 1),
        (recovery("database", back=(0.1,)), 1),
        (recovery("network", back=(60,), late=60, first_ack=None), 0),
    ],
)
def test_what_the_contract_allows_is_allowed_and_no_more(seen: Recovery, complaints: int) -> None:
    assert len(list(exceeded(seen))) == complaints
