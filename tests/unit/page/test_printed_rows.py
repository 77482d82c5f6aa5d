"""The lines of a printed log: the same as the scripts make of the same events."""

import json
from datetime import UTC, date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from rooms.pages.days import day_name
from rooms.pages.rows import (
    DayRow,
    Eyes,
    MessageRow,
    NewRow,
    Row,
    Unread,
    first_unread,
    grouped,
    message_rows,
    with_private,
    without_peer,
)

CASES = json.loads((Path(__file__).parents[2] / "contract/grouping.json").read_text())
PEOPLE = {
    login: {"id": number, "login": login, "name": login.title()}
    for number, login in enumerate(("ana", "ben", "cleo"))
}
ANA = Eyes(login="ana", zone=UTC, nameless="Deleted account")


def event(seq: int, *, author: str, at: str, to: str = "", text: str = "hello") -> dict[str, Any]:
    stream = "inbox" if to else "room:1"
    fields = {"stream": stream, "seq": seq, "author": PEOPLE[author], "text": text, "sent_at": at}
    fields["client_id"] = f"client-{stream}-{seq}"
    return (
        {"type": "direct.posted", **fields, "to": PEOPLE[to]} if to else {"type": "message.posted", **fields}
    )


def events(messages: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [event(seq, **message) for seq, message in enumerate(messages, 1)]


def standing(row: Row) -> str:
    if isinstance(row, DayRow | NewRow):
        return "day" if isinstance(row, DayRow) else "new"
    return {(False, True): "alone", (False, False): "first", (True, False): "middle", (True, True): "last"}[
        row.is_continued, row.is_last
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_messages_stand_as_the_scripts_let_them_stand(case: dict[str, Any]) -> None:
    room, private = events(case["messages"]), events(case.get("private", []))

    said = message_rows(room, ANA)
    new = first_unread(said, Unread(after=case["read"], count=9)) if "read" in case else ""
    rows = grouped(with_private(said, message_rows(private, ANA)), new=new, told="New · 9")

    assert [standing(row) for row in rows] == case["told"]
    if "days" in case:
        assert [row.key for row in rows if isinstance(row, DayRow)] == case["days"]
    if "keys" in case:
        assert [row.key for row in rows if isinstance(row, MessageRow)] == case["keys"]


def test_days_and_times_are_those_of_the_readers_zone() -> None:
    late = event(1, author="ben", at="2026-11-20T23:30:00.000Z")
    madrid = Eyes(login="ana", zone=ZoneInfo("Europe/Madrid"), nameless="")

    day, row = grouped(message_rows([late], madrid))

    assert isinstance(day, DayRow)
    assert isinstance(row, MessageRow)
    assert day.key == "day/2026-11-21/1"
    assert row.at.strftime("%H:%M") == "00:30"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("en", ["Today", "Yesterday", "Wednesday, November 18", "Thursday, December 18, 2025"]),
        ("es", ["Hoy", "Ayer", "Miércoles, 18 de noviembre", "Jueves, 18 de diciembre de 2025"]),
        ("ru", ["Сегодня", "Вчера", "Среда, 18 ноября", "Четверг, 18 декабря 2025 г."]),
    ],
)
def test_days_are_called_as_the_scripts_call_them(language: str, names: list[str]) -> None:
    days = [date(2026, 11, 20), date(2026, 11, 19), date(2026, 11, 18), date(2025, 12, 18)]

    with override(language):
        assert [day_name(day, today=days[0]) for day in days] == names


def test_somebody_whose_account_is_deleted_is_called_so() -> None:
    posted = event(1, author="ben", at="2026-11-20T10:00:00.000Z")
    posted["author"] = {"id": 7, "login": "gone7", "name": ""}

    (row,) = message_rows([posted], ANA)

    assert row.author_name == "Deleted account"


def test_a_private_message_names_the_other_but_not_in_the_conversation_itself() -> None:
    said = events(
        [
            {"author": "ben", "to": "ana", "at": "2026-11-20T10:00:00.000Z"},
            {"author": "ana", "to": "ben", "at": "2026-11-20T10:00:10.000Z"},
        ]
    )

    rows = message_rows(said, ANA)

    assert [(row.peer_login, row.peer_name, row.is_own) for row in rows] == [
        ("ben", "Ben", False),
        ("ben", "Ben", True),
    ]
    assert [row.peer_login for row in without_peer(rows)] == ["", ""]


def test_what_is_no_message_is_no_line() -> None:
    closed = {"type": "room.closed", "stream": "room:1", "seq": 2}

    assert message_rows([closed], ANA) == []
