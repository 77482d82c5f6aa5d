"""The commands that the page helps to type are those that the protocol reads, in the reader's words."""

import pytest
from django.utils.translation import override

from rooms import wording
from rooms.page_words import page_commands
from rooms.protocol.command_line import USAGES
from rooms.protocol.errors import ErrorCode, Refused

SECOND_SPELLINGS = {"#IR"}


def test_every_command_is_offered_once():
    assert sorted(command["name"] for command in page_commands()) == sorted(USAGES.keys() - SECOND_SPELLINGS)


def test_what_an_argument_is_one_of_is_named_only_where_there_is_an_argument():
    for command in page_commands():
        assert not command["completes"] or command["usage"] != command["name"]


@pytest.mark.parametrize(
    ("language", "usage"), [("en", "#gR <room>"), ("es", "#gR <sala>"), ("ru", "#gR <комната>")]
)
def test_arguments_have_names_that_the_reader_understands(language, usage):
    misused = Refused(ErrorCode.BAD_REQUEST, "missing_argument", details={"usage": USAGES["#gR"]})

    with override(language):
        offered = {command["name"]: command["usage"] for command in page_commands()}

    assert offered["#gR"] == usage
    assert usage in wording.sentence(misused, language)
    assert usage in wording.help_lines(language)
