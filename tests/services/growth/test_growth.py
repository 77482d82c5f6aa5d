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


def test_everything_is_as_much_work_in_a_chat_that_has_grown(measured: tuple[Measured, Measured]):
    few, many = measured

    too_much = {
        doing: f"{few[doing]} -> {many[doing]}"
        for doing in few
        if many[doing] > max(AT_MOST * few[doing], few[doing] + SLACK[connection.vendor])
    }
    assert too_much == {}
    assert min(few.values()) > 0
    assert len(few) > 40
