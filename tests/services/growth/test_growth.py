"""Nothing that is done all day costs more for what has piled up."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from rooms.admin import readonly
from rooms.services import overview
from tests.bench.grown import Size
from tests.bench.grown_rows import fill, settle
from tests.services.growth.doings import Grown
from tests.services.growth.work import work_of

pytestmark = pytest.mark.django_db
# Of everything there is more than a page, so that both read as much of it.
FEW = Size(messages=2_500, rooms=120, people=240)
MANY = Size(messages=50_000, rooms=1_500, people=8_000)
AT_MOST = 1.5
# What is as good as nothing is no share of anything.
SLACK = {"sqlite": 100, "postgresql": 25}
DOINGS = (
    *(
        "a handshake",
        "to open a room",
        "to resume",
        "to enter by name",
        "to make a room",
        "to go",
        "to be sent away",
    ),
    *(
        "the poll of sessions",
        "a message",
        "a message that is known",
        "a private message",
        "the poll of heads",
    ),
    *("the newest of a log", "a page of history", "a page of history forward", "the newest of an inbox"),
    *("a conversation", "the rooms", "the rooms further on", "the people", "the people further on"),
    *(
        "the conversations",
        "who is in a room",
        "news of rooms",
        "the page",
        "the page of a room",
        "an older page",
    ),
    *("the page around a message", "the page of a conversation", "the page of a person", "what is due"),
    *("rooms that are due", "rooms that are abandoned", "a beat", "a dead worker", "the overview", "the log"),
    *("the log further on", "the log of a room", "the log of somebody", "the log in private"),
    *("the log of somebody in private", "the list of people", "the list of rooms", "the list of connections"),
    *("the list of participants", "a room at the desk", "a person at the desk"),
)

Measured = dict[str, int]


@pytest.fixture(scope="module")
def measured(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Measured, Measured]]:
    """How much work everything is in a small chat, and in a large one."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched:
        for module in (readonly, overview):  # what is counted to a bound is beyond it in both
            patched.setattr(module, "COUNTED_AT_MOST", 100)
        try:
            yield _measure(FEW), _measure(MANY)
        finally:
            call_command("flush", interactive=False, verbosity=0)
            connection.close()  # it has been given all the time of the world


def _measure(size: Size) -> Measured:
    call_command("flush", interactive=False, verbosity=0)
    fill(size)
    grown = Grown()
    settle()
    return {name: work_of(do) for name, do in grown.doings.items()}


@pytest.mark.parametrize("doing", DOINGS)
def test_it_is_as_much_work_in_a_chat_that_has_grown(measured: tuple[Measured, Measured], doing: str):
    few, many = measured

    assert few[doing] > 0
    assert many[doing] <= max(AT_MOST * few[doing], few[doing] + SLACK[connection.vendor])


def test_everything_that_is_done_is_asked_for(measured: tuple[Measured, Measured]):
    assert tuple(measured[0]) == DOINGS
