"""What a visit costs on the wire, in the bytes that are really sent. The budgets are those of the page's design."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

Visit = Callable[..., Visitor]

HTML, STYLE, SCRIPTS, LAZY_SCRIPT = 14_000, 12_000, 45_000, 15_000
FIRST_VISIT, REPEATED_VISIT = 90_000, 20_000
PAGE, STYLES, MODULES = r"/r/\d+/$", r"\.css$", r"\.js$"
LAZY = (r"/later\.\w+\.js$", r"/deeds\.\w+\.js$")
PHRASE = "Who comes to the lake on Saturday? There is a bus from the station at nine"


@dataclass
class Wire:
    """What came over the wire: for each address the headers of the answer, and its bytes with and without them."""

    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    def addresses(self, pattern: str) -> list[str]:
        return [address for address in self.answers if re.search(pattern, address)]

    def body(self, pattern: str) -> int:
        return sum(self.bodies[address] for address in self.addresses(pattern))


@contextmanager
def watched(page: Page) -> Iterator[Wire]:
    """Note all that the page is sent, as its browser counts it."""
    wire, session = Wire(), page.context.new_cdp_session(page)
    begun: dict[str, tuple[str, int]] = {}

    def answered(event: dict[str, Any]) -> None:
        answer = event["response"]
        address = urlsplit(answer["url"]).path
        begun[event["requestId"]] = address, int(answer["encodedDataLength"])
        wire.headers[address] = {name.lower(): text for name, text in answer["headers"].items()}

    def finished(event: dict[str, Any]) -> None:
        if event["requestId"] in begun:
            address, head = begun[event["requestId"]]
            wire.answers[address] = int(event["encodedDataLength"])
            wire.bodies[address] = wire.answers[address] - head

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    yield wire
    session.detach()


@pytest.fixture
def lake(quiet: ChatServer, visit: Visit) -> str:
    """The path of a room with 30 messages, where no rooms of other tests stand in the list and are counted."""
    ana = visit(quiet).sign_up("Ana")
    ana.make_room(f"Lake {ana.login}")
    for number in range(30):
        ana.write(f"{PHRASE}, says number {number}")
    ana.sees(*[f"{PHRASE}, says number {number}" for number in range(30)])
    expect(ana.waiting).to_have_count(0)
    return ana.page.url.removeprefix(quiet.url)


@pytest.fixture
def ben(quiet: ChatServer, visit: Visit) -> Visitor:
    """Somebody who has an account, and whose browser has fetched nothing of the chat yet."""
    return visit(quiet, fresh=True).join("Ben")


def test_a_visit_stays_within_its_budgets(lake: str, ben: Visitor) -> None:
    with watched(ben.page) as first:
        ben.open(lake).settle()
        ben.page.wait_for_load_state("networkidle")
    with watched(ben.page) as repeated:
        ben.open(lake).settle()
        ben.page.wait_for_load_state("networkidle")

    lazy = [first.body(file) for file in LAZY]
    assert len(first.addresses(STYLES)) == 1
    assert 0 < first.body(PAGE) <= HTML
    assert 0 < first.body(STYLES) <= STYLE
    assert 0 < first.body(MODULES) - sum(lazy) <= SCRIPTS
    assert all(0 < size <= LAZY_SCRIPT for size in lazy), lazy
    assert first.total <= FIRST_VISIT
    assert 0 < repeated.total <= REPEATED_VISIT


def test_what_is_named_by_its_content_is_compressed_and_kept_for_ever(lake: str, ben: Visitor) -> None:
    with watched(ben.page) as wire:
        ben.open(lake).settle()

    files = [*wire.addresses(MODULES), *wire.addresses(STYLES)]
    assert files
    for address in files:
        headers = wire.headers[address]
        assert "immutable" in headers["cache-control"], address
        assert headers.get("content-encoding") == "gzip" or int(headers["content-length"]) < 300, address
