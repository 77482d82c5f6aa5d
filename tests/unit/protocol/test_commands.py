"""Commands are values."""

from dataclasses import FrozenInstanceError

import pytest

from rooms.protocol import commands
from rooms.protocol.commands import Command
from tests.contract.golden import kinds


def test_every_command_has_its_own_word_on_the_wire():
    words = [command.type for command in kinds(commands, Command)]

    assert all(words)
    assert len(set(words)) == len(words)


def test_a_command_is_named_noun_and_verb_but_for_those_without_a_noun():
    nounless = {"hello", "ping", "help"}

    assert {command.type for command in kinds(commands, Command) if "." not in command.type} == nounless


def test_a_command_does_not_change():
    with pytest.raises(FrozenInstanceError):
        commands.EnterRoom(room=1).room = 2  # type: ignore[misc]


def test_equal_commands_are_equal():
    assert commands.EnterRoom(name="Estudio") == commands.EnterRoom(name="Estudio")
    assert commands.ListRooms() != commands.ListUsers()
