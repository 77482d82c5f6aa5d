"""`docs/protocol.md` tells all of the contract, with the golden frames as its examples."""

import re
from dataclasses import fields

import pytest

from rooms.protocol import commands, events
from rooms.protocol.command_line import USAGES
from rooms.protocol.commands import Command, Hello, ShowHelp
from rooms.protocol.errors import CloseCode, ErrorCode
from rooms.protocol.events import Event
from tests.contract.document import DOCUMENT, examples, frames_of, updated
from tests.contract.golden import golden, kinds

TEXT = DOCUMENT.read_text(encoding="utf-8")
EXAMPLES = examples(TEXT)

COMMANDS = [command for command in kinds(commands, Command) if command not in (Hello, ShowHelp)]
EVENTS = kinds(events, Event)


def section(heading: str) -> str:
    """Return what stands under a heading, up to the next of its rank."""
    rank = heading.split(maxsplit=1)[0]
    _, found, after = TEXT.partition(f"\n{heading}\n")
    assert found, f"no heading {heading}"
    return re.split(rf"\n{rank} ", after)[0]


@pytest.mark.parametrize(
    ("file", "name", "frames"), EXAMPLES, ids=[f"{file}/{name}" for file, name, _ in EXAMPLES]
)
def test_every_example_is_its_golden_frame_to_the_byte(file, name, frames):
    assert frames
    assert frames == frames_of(file, name)


def test_every_json_block_is_a_golden_frame():
    assert len(re.findall(r"^ *```", TEXT, re.MULTILINE)) == 2 * len(EXAMPLES)


def test_writing_the_examples_again_changes_nothing():
    assert updated(TEXT) == TEXT


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.type)
def test_every_command_is_told_with_its_fields_and_its_answer(command):
    told = section(f"### {command.type}")

    assert f'{{"type":"{command.type}",' in told
    assert any(entry.wire in told for entry in golden("answers") if entry.answers == command.type)
    for field in fields(command):
        assert re.search(rf'[`"]{field.name.removesuffix("_")}[`"]', told), f"{field.name} is not told"


def test_the_table_of_commands_has_a_row_for_each_with_its_fields():
    rows = dict(re.findall(r"^\| `([\w.]+)` \|([^|]*)\|", section("## Commands"), re.MULTILINE))

    assert list(rows) == [command.type for command in COMMANDS]
    for command in COMMANDS:
        told = re.findall(r"`(\w+)\??`", rows[command.type])
        assert told == [field.name.removesuffix("_") for field in fields(command)]


def test_hello_and_help_are_told():
    for field in fields(Hello):
        assert re.search(rf'[`"]{field.name}[`"]', section("## Opening"))
    assert "`#help`" in section("## Commands typed as text")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_is_told_and_whether_it_is_durable(event):
    told = section(f"### {event.type}")
    entry = next(entry for entry in golden("events") if entry.name == event.type)

    assert entry.wire in told
    assert told.strip().startswith("Durable" if entry.durable else "Ephemeral")


@pytest.mark.parametrize("usage", USAGES.values())
def test_every_line_is_told(usage):
    assert f"`{usage}`" in section("## Commands typed as text")


def test_the_error_codes_are_told_in_the_order_of_their_precedence():
    told = re.findall(r"^\| `(\w+)` \|", section("## Error codes"), re.MULTILINE)

    assert told == [code.value for code in ErrorCode]


def test_the_close_codes_are_told():
    told = {
        int(code)
        for row in re.findall(r"^\| (\d[^|]*) \|", TEXT, re.MULTILINE)
        for code in re.findall(r"\d{4}", row)
    }

    assert told >= set(CloseCode)


def test_the_close_codes_say_what_the_golden_entries_say():
    rows = re.findall(r"^\| (\d{4}) \| [^|]* \| ([^|]*) \|$", section("## Close codes"), re.MULTILINE)
    golden_clients = {entry.close: entry.client for entry in golden("close_codes")}

    assert rows
    assert [(code, client) for code, client in rows if golden_clients[int(code)] != client] == []
