"""What people are told: a sentence for everything, in their language, and nothing of theirs is a pattern."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from rooms import wording
from rooms.protocol.errors import ErrorCode, Refused

LANGUAGES = [code for code, _ in settings.LANGUAGES]
NASTY = "%s %(why)s %d {0} 100% %"
ROOMS = Path(wording.__file__).parent
REASON = re.compile(r'Refused\([^)]*?ErrorCode\.(\w+),\s*(?:reason=)?"(\w+)"', re.DOTALL)


def reasons() -> list[tuple[str, str]]:
    found = [pair for path in ROOMS.rglob("*.py") for pair in REASON.findall(path.read_text())]
    assert len(found) > 10
    return sorted(set(found))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", list(ErrorCode))
def test_every_code_has_a_sentence(code: ErrorCode, language: str):
    sentence = wording.sentence(Refused(code), language)

    assert len(sentence) > 5
    assert "%" not in sentence


@pytest.mark.parametrize(("code", "reason"), reasons())
def test_every_reason_is_told_with_and_without_its_details(code: str, reason: str):
    for language in LANGUAGES:
        bare = wording.sentence(Refused(ErrorCode[code], reason), language)
        full = dict.fromkeys(("name", "usage", "word", "nearest", "field", "why", "login", "capacity"), "x")
        told = wording.sentence(Refused(ErrorCode[code], reason, details=full), language)
        assert bare
        assert told
        assert "%" not in bare + told


def test_a_sentence_without_its_details_still_says_what_is_wrong():
    assert wording.sentence(Refused(ErrorCode.NAME_TAKEN, "name_taken"), "en") == wording.sentence(
        Refused(ErrorCode.NAME_TAKEN), "en"
    )


def test_a_reason_that_nobody_knows_is_told_by_its_code():
    unknown = Refused(ErrorCode.ROOM_FULL, "on_a_tuesday", details={"capacity": "5"})

    assert wording.sentence(unknown, "en") == wording.sentence(Refused(ErrorCode.ROOM_FULL), "en")


def test_what_people_write_is_never_a_pattern():
    told = [
        wording.sentence(Refused(ErrorCode.NAME_TAKEN, "name_taken", details={"name": NASTY}), "en"),
        wording.sentence(Refused(ErrorCode.INVALID_NAME, "name_blank", details={"why": NASTY}), "en"),
        wording.done_line("room.create", "en", name=NASTY),
        wording.done_line("direct.post", "en", login=NASTY),
        wording.room_lines(
            [{"name": NASTY, "owner": NASTY, "occupants": 2, "capacity": 5, "kind": "temporary"}],
            more=True,
            language="en",
        ),
        wording.user_lines(
            [{"name": NASTY, "login": NASTY, "rooms": [1], "online": True}],
            {1: NASTY},
            more=True,
            language="en",
        ),
    ]

    assert all(NASTY in text for text in told)


def test_a_nearest_command_is_named_with_its_mark():
    refused = Refused(
        ErrorCode.UNKNOWN_COMMAND, "nearest_command", details={"word": "#gr8", "nearest": "#gR"}
    )

    assert "#gR" in wording.sentence(refused, "en")


def test_seconds_to_wait_are_said():
    assert "7 s" in wording.sentence(Refused(ErrorCode.RATE_LIMITED, retry_after=7), "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_for_a_typed_command_can_be_said(language: str):
    assert wording.help_lines(language).count("\n") == len(wording.HELP) - 1
    for command in ("room.create", "room.enter", "room.leave", "room.delete", "session.exit", "direct.post"):
        assert wording.done_line(command, language, name="Tea", login="ana")
    for kind in ("default", "temporary", "permanent"):
        for occupants in (0, 1, 2, 5):
            room = {"name": "Tea", "owner": None, "occupants": occupants, "capacity": None, "kind": kind}
            assert "Tea" in wording.room_lines([room], more=False, language=language)


def test_a_room_that_has_closed_since_is_left_out_of_a_persons_line():
    user = {"name": "Ana", "login": "ana", "rooms": [1, 2], "online": True}

    assert wording.user_lines([user], {2: "Tea"}, more=False, language="en") == "Ana (ana) — in Tea"
    assert wording.user_lines([user], {}, more=False, language="en") == "Ana (ana) — online"
