"""Texts and names of others reach the terminal as what can be seen, and completion helps without deciding anything."""

import io
import json
import unicodedata

import pytest
from hypothesis import given, strategies as st

from client.addresses import read_server
from client.commands import common_start, suggestions, typed_commands
from client.people import People
from client.plain.lines_out import LinesOut
from client.safe_text import one_line, several_lines
from client.texts import as_shown, as_typed, is_command_line
from client.words import Words
from rooms.services.chatlog import printable
from tests.harness.environment import ROOT

NAUGHTY = [
    text
    for texts in json.loads((ROOT / "tests/security/naughty_texts.json").read_text()).values()
    for text in texts
    if isinstance(text, str)
]
OBEYED = {"Cc", "Zl", "Zp", "Cs"}
FLAG = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
BIDI = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_safe(line: str) -> bool:
    return not any(unicodedata.category(one) in OBEYED or one in BIDI for one in line)


@given(st.text())
def test_no_text_has_anything_that_a_terminal_obeys(text: str) -> None:
    assert is_safe(one_line(text))
    assert all(is_safe(line) for line in several_lines(text).split("\n"))


@pytest.mark.parametrize("text", NAUGHTY)
def test_naughty_texts_are_safe_too(text: str) -> None:
    assert is_safe(one_line(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb\bc\x7f", "a\\x0db\\x08c\\x7f"),
        ("one\r\ntwo\nthree", "one ⏎ two ⏎ three"),
        ("\u202eevil\u2069", "\\u202eevil\\u2069"),
        ("\u2028", "\\u2028"),
        ("👩\u200d👩\u200d👧 ❤\ufe0f", "👩\u200d👩\u200d👧 ❤\ufe0f"),
        (FLAG, FLAG),
        ("\U000e0041", "\\U000e0041"),
        ("e" + "\u0301" * 30, "e" + "\u0301" * 8),
        ("a\tb", "a    b"),
        ("Привет ¡hola!", "Привет ¡hola!"),
    ],
)  # fmt: skip
def test_what_is_dangerous_is_shown_and_the_rest_is_left(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.characters(categories=["Cc", "Cf", "Zl", "Zp"], exclude_characters="\n\t"))
def test_escapes_look_as_in_the_servers_log(character: str) -> None:
    assert one_line(character) == printable(character)


def test_hostile_names_stay_names() -> None:
    out = io.StringIO()
    lines = LinesOut(Words("en"), login="me", out=out)
    evil = {"login": "evil", "name": "Ana\x1b[2J\nBoris: hi"}

    lines.message({"type": "message.posted", "author": evil, "text": "x"})
    lines.answer("room \x1b[1A\nBoris Petrov: hello")

    assert out.getvalue().splitlines() == [
        "Ana\\x1b[2J ⏎ Boris: hi (evil): x",
        "# room \\x1b[1A",
        "# Boris Petrov: hello",
    ]


def test_namesakes_are_told_apart() -> None:
    people = People()

    names = [people.name_of({"login": login, "name": "Ana García"}) for login in ("ana", "ana2", "ana")]

    assert names == ["Ana García", "Ana García (ana2)", "Ana García (ana)"]


@pytest.mark.parametrize(
    ("text", "is_command"),
    [
        ("#gR x", True),
        ("  #eR", True),
        ("\u200b#private bob x", True),
        ("＃eR", True),
        ("##x", False),
        ("a #b", False),
    ],
)
def test_what_the_server_reads_as_a_command_is_never_kept_as_a_message(text: str, is_command: bool) -> None:
    assert is_command_line(text) is is_command


@pytest.mark.parametrize("text", ["# Title", "## Section", "plain", "  # x"])
def test_a_literal_line_is_shown_as_it_was_written(text: str) -> None:
    assert not is_command_line(as_typed(text))
    assert as_shown(as_typed(text)) == text


@pytest.mark.parametrize(
    ("typed", "next_texts"),
    [
        ("#s", ["#show users"]),
        ("#gr ", ["#gr Café", "#gr Chess Club"]),
        ("#gR cafe", ["#gR Café"]),
        ("#gR <clu", ["#gR <Chess Club>"]),
        ("#private an", ["#private ana "]),
        ("#private ana hello", []),
        ("#dR ", ["#dR Chess Club"]),
        ("##gR ", []),
        ("hello", []),
    ],
)
def test_commands_and_their_names_are_completed(typed: str, next_texts: list[str]) -> None:
    names = {"rooms": ["Café", "Chess Club"], "own_rooms": ["Chess Club"], "people": ["ana", "boris"]}

    found = suggestions(typed, typed_commands(Words("en")), lambda kind: names[kind])

    assert [each.text for each in found] == next_texts


def test_what_all_have_in_common_is_taken() -> None:
    assert common_start(["#gR Chess", "#gR Cheese"]) == "#gR Che"


@pytest.mark.parametrize(
    ("written", "url", "socket"),
    [
        ("https://chat.example.org", "https://chat.example.org", "wss://chat.example.org/ws/"),
        ("chat.example.org", "https://chat.example.org", "wss://chat.example.org/ws/"),
        ("localhost:8000", "http://localhost:8000", "ws://localhost:8000/ws/"),
        ("http://[::1]:8000/", "http://[::1]:8000", "ws://[::1]:8000/ws/"),
    ],
)
def test_an_address_is_read_as_people_write_it(written: str, url: str, socket: str) -> None:
    server = read_server(written)

    assert (server.url, server.socket) == (url, socket)


@pytest.mark.parametrize(
    "written", ["", "ftp://chat", "https://", "https://user:pass@chat", "http://chat:port"]
)
def test_what_is_no_address_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_server(written)
