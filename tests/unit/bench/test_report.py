"""How figures read."""

from dataclasses import replace

from tests.bench.figures import ComingIn, Doing, Idling, Spread, TalkFigures
from tests.bench.report import as_json, connect_table, growth_table, idle_table, remarks, table, talk_table

ONE = Spread(low=1, median=1, high=1)
LINE = TalkFigures(
    microseconds={"server": ONE, "total": ONE}, ratio=Spread(low=1.5, median=2, high=2.25),
    deliveries_per_second=1999.6, cpu_share=0.123, p50_ms=1, p90_ms=2, p99_ms=3, expected=100, lost=0, repeated=0,
    wrong=0, messages_per_delivery=1, bytes_per_delivery=120, generator_share=0.1, late_share=0,
)  # fmt: skip


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert table(("name", "n"), [("a", "1"), ("longer", "1,000")]).splitlines() == [
        "name        n",
        "a           1",
        "longer  1,000",
    ]


def test_a_line_has_cost_ratio_speed_and_loss() -> None:
    line = talk_table({"ws": LINE}).splitlines()[1].split()

    assert line == [
        *("ws", "1.00", "1.00", "2.00", "[1.50-2.25]", "2,000", "12.3", "1.00", "3.00", "0", "1.000"),
        *("120", "10"),
    ]


def test_services_that_a_system_has_are_shown_beside_its_server() -> None:
    spread = {"server": ONE, "redis": Spread(low=2, median=2, high=2), "total": ONE}

    lines = talk_table({"ours": replace(LINE, microseconds=spread)}).splitlines()

    assert lines[0].split()[3] == "redis"
    assert lines[1].split()[3] == "2.00"


def test_a_good_line_needs_no_remark() -> None:
    assert remarks({"ours": LINE}) == []


def test_what_was_lost_is_said() -> None:
    [remark] = remarks({"ours": replace(LINE, lost=2)})

    assert remark.startswith("ours: of 100 deliveries 2 were lost and 0 came twice")


def test_a_generator_that_is_busy_itself_is_said() -> None:
    [remark] = remarks({"epoll": replace(LINE, generator_share=0.9)})

    assert remark.startswith("epoll: the load generator was busy itself")


def test_messages_that_were_sent_late_are_said_where_they_are_many() -> None:
    few, many = replace(LINE, late_share=0.01), replace(LINE, late_share=0.25)

    assert remarks({"ours": few}) == []
    assert remarks({"ours": many}) == [
        "ours: 25% of the messages were sent more than 5 ms late, so there were fewer"
    ]


def test_connections_have_tables_of_their_own() -> None:
    came = ComingIn(cpu_ms=ONE, ratio=ONE, per_second=1234.5, kib_of_server=25.04, gone=0)
    idle = Idling(connections=4000, kib=25.04, cpu_share=0.0049)

    assert connect_table({"ours": came}).splitlines()[1].split() == [
        *("ours", "1.000", "1.00", "[1.00-1.00]", "1,234", "25.0", "0")
    ]
    assert idle_table({"ours": [idle]}).splitlines()[1].split() == ["ours", "4,000", "25.0", "0.49"]


def test_figures_become_json() -> None:
    assert as_json({"ours": [Idling(connections=1, kib=2.0, cpu_share=0.5)]}) == {
        "ours": [{"connections": 1, "kib": 2.0, "cpu_share": 0.5}]
    }


def test_what_is_done_stands_with_what_it_costs_in_each_chat() -> None:
    small = Doing(microseconds=Spread(low=1, median=1000, high=1), ratio=ONE)
    grown = Doing(
        microseconds=Spread(low=1, median=1200, high=1), ratio=Spread(low=1.1, median=1.2, high=1.3)
    )

    [head, line] = growth_table({"a message": {"small": small, "grown": grown}}).splitlines()

    assert head.split()[-3:] == ["×", "small", "[quartiles]"]
    assert line.split()[-4:] == ["1,000", "1,200", "1.20", "[1.10-1.30]"]
