"""What a visit costs on the wire stays within the budgets of the page's design."""

from collections.abc import Callable

import pytest

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer
from tests.harness.transfer import (
    FIRST_VISIT,
    HTML,
    LAZY_SCRIPT,
    MODULES,
    PAGE,
    REPEATED_VISIT,
    SCRIPTS,
    STYLE,
    STYLES,
    fill_lake,
    two_visits,
    watched,
)

Visit = Callable[..., Visitor]


@pytest.fixture
def lake(quiet: ChatServer, visit: Visit) -> str:
    """The path of a room with 30 messages, where no rooms of other tests stand in the list and are counted."""
    return fill_lake(visit(quiet).sign_up("Ana"))


@pytest.fixture
def ben(quiet: ChatServer, visit: Visit) -> Visitor:
    """Somebody who has an account, and whose browser has fetched nothing of the chat yet."""
    return visit(quiet, fresh=True).join("Ben")


def test_a_visit_stays_within_its_budgets(lake: str, ben: Visitor) -> None:
    first, repeated = two_visits(ben, lake)

    assert len(first.addresses(STYLES)) == 1
    assert 0 < first.body(PAGE) <= HTML
    assert 0 < first.body(STYLES) <= STYLE
    assert 0 < first.scripts_at_once <= SCRIPTS
    assert all(0 < size <= LAZY_SCRIPT for size in first.lazy), first.lazy
    assert first.total <= FIRST_VISIT
    assert 0 < repeated.total <= REPEATED_VISIT


def test_a_visit_asks_nobody_else_and_for_no_font(lake: str, ben: Visitor) -> None:
    first, repeated = two_visits(ben, lake)

    for wire in (first, repeated):
        assert wire.hosts
        assert wire.strangers(ben.url) == set()
        assert wire.fonts == 0


def test_what_is_named_by_its_content_is_compressed_and_kept_for_ever(lake: str, ben: Visitor) -> None:
    with watched(ben.page) as wire:
        ben.open(lake).settle()

    files = [*wire.addresses(MODULES), *wire.addresses(STYLES)]
    assert files
    for address in files:
        headers = wire.headers[address]
        assert "immutable" in headers["cache-control"], address
        assert headers.get("content-encoding") == "gzip" or int(headers["content-length"]) < 300, address
