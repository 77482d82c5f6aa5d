"""What a visit costs on the wire, in the bytes that are really sent, and the budgets of the page's design for them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor

HTML, STYLE, SCRIPTS, LAZY_SCRIPT = 14_000, 12_000, 45_000, 15_000
FIRST_VISIT, REPEATED_VISIT = 90_000, 20_000
PAGE, STYLES, MODULES = r"/r/\d+/$", r"\.css$", r"\.js$"
LAZY = (r"/later\.\w+\.js$", r"/deeds\.\w+\.js$")
MESSAGES = 30
PHRASE = "Who comes to the lake on Saturday? There is a bus from the station at nine"


@dataclass
class Wire:
    """What came over the wire: for each address the headers of the answer, and its bytes with and without them."""

    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)
    # Whom the page asked, and how often for a font, whether they answered or not.
    hosts: set[str] = field(default_factory=set)
    fonts: int = 0

    @property
    def total(self) -> int:
        return sum(self.answers.values())

    def addresses(self, pattern: str) -> list[str]:
        return [address for address in self.answers if re.search(pattern, address)]

    def body(self, pattern: str) -> int:
        return sum(self.bodies[address] for address in self.addresses(pattern))

    @property
    def lazy(self) -> list[int]:
        """The bytes of each file that comes when the page is there."""
        return [self.body(file) for file in LAZY]

    @property
    def scripts_at_once(self) -> int:
        return self.body(MODULES) - sum(self.lazy)

    def strangers(self, url: str) -> set[str]:
        """Return those who were asked and are not the chat."""
        return self.hosts - {urlsplit(url).netloc}


@contextmanager
def watched(page: Page) -> Iterator[Wire]:
    """Note all that the page asks for and is sent, as its browser counts it."""
    wire, session = Wire(), page.context.new_cdp_session(page)
    begun: dict[str, tuple[str, int]] = {}

    def asked(event: dict[str, Any]) -> None:
        wire.fonts += event.get("type") == "Font"
        if (address := urlsplit(event["request"]["url"])).scheme in {"http", "https"}:
            wire.hosts.add(address.netloc)

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

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    yield wire
    session.detach()


def fill_lake(ana: Visitor) -> str:
    """Let somebody make a room and say in it what a page holds; return its path."""
    ana.make_room(f"Lake {ana.login}")
    said = [f"{PHRASE}, says number {number}" for number in range(MESSAGES)]
    for text in said:
        ana.write(text)
    ana.sees(*said)
    expect(ana.waiting).to_have_count(0)
    return ana.page.url.removeprefix(ana.url)


def two_visits(visitor: Visitor, path: str) -> tuple[Wire, Wire]:
    """Have a browser that knows nothing of the chat open a room, and open it again; return what each brought."""
    with watched(visitor.page) as first:
        visitor.open(path).settle()
        visitor.page.wait_for_load_state("networkidle")
    with watched(visitor.page) as repeated:
        visitor.open(path).settle()
        visitor.page.wait_for_load_state("networkidle")
    return first, repeated
