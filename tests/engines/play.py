"""Somebody signs up in a browser and talks, while another does, the page is loaded anew and the server is killed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.browser.kept import KEPT
from tests.browser.witness import WATCH
from tests.engines.driver import ENTER, Driver, Hands
from tests.engines.judge import Row, Verdict, judge
from tests.engines.other import Other
from tests.harness.people import PASSWORD
from tests.harness.server import ChatServer

WIDTH, HEIGHT = 360, 740
OWN, OTHERS = 20, 200
RELOAD_AFTER, KILL_AFTER = 7, 14
FORM = {"first_name": "Ana", "last_name": "Pérez", "username": "ana", "age": "30", "password1": PASSWORD}
REPEATED = ("password2", PASSWORD)

IS_SETTLED = """() => {
    const find = selector => document.querySelector(selector);
    return find('#message') !== null && find(':not(:defined)') === null && find('chat-clock:not([hidden])') !== null
        && find('chat-status').dataset.kind === 'quiet';
}"""
# What stands one under the other without a gap that the page itself shows. What has no place yet is left out.
ROWS = r"""() => {
    const parts = [[]];
    for (const row of document.querySelectorAll('.log__rows > *')) {
        if (row.matches('.gap')) parts.push([]);
        const place = /\/(\d+)$/.exec(row.dataset.seq ?? '');
        if (row.matches('.message') && place) {
            parts.at(-1).push([Number(place[1]), row.querySelector('.message__text').textContent]);
        }
    }
    return parts;
}"""
SHOWS = (
    "text => [...document.querySelectorAll('.message__text')].some(({ textContent }) => textContent === text)"
)
UP = "() => { document.querySelector('.log__scroller').scrollTop = 0; }"
DOWN = "() => { const log = document.querySelector('.log__scroller'); log.scrollTop = log.scrollHeight; }"
STANDS_AT = """seq => document.querySelector(`.message[data-seq$="/${seq}"]`) !== null"""
# In the database, and before its door.
LEFT = f"""async () => [
    ...await ({KEPT})(),
    ...Object.keys(localStorage).filter(key => key.startsWith('chat/outbox/')),
]"""
NONE_LEFT = f"""async () => (await ({LEFT})()).length === 0
    && document.querySelector('.message:is([data-state=waiting], [data-state=sending])') === null"""
ABILITIES = """() => ({
    width: innerWidth,
    height: innerHeight,
    touches: matchMedia('(pointer: coarse)').matches,
    hasFocus: document.hasFocus(),
    lacks: [
        ['indexedDB', 'indexedDB' in window],
        ['locks', 'locks' in navigator],
        ['BroadcastChannel', 'BroadcastChannel' in window],
        ['visualViewport', 'visualViewport' in window],
        ['clipboard', 'clipboard' in navigator],
    ].filter(([, isThere]) => !isThere).map(([name]) => name),
})"""


@dataclass(slots=True)
class Outcome:
    """What came of it in one engine."""

    version: str
    verdict: Verdict
    left: list[str]
    abilities: dict[str, Any]
    # A message twice, or a line one cannot write into, in any moment.
    wrongs: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return self.verdict.is_good and not self.left and not self.wrongs


def play(driver: Driver, server: ChatServer) -> Outcome:
    """Do all that with one browser, and judge it."""
    hands, other = Hands(driver), Other(server, OTHERS)
    try:
        driver.resize(WIDTH, HEIGHT)
        _sign_up(hands, server.url)
        other.begin()
        passing, wrongs = _talk(hands, server)
        other.come_to_an_end()
        hands.until(NONE_LEFT, what="the outbox is empty")
        hands.until(IS_SETTLED, what="the page is connected")
        stored = other.stored()
        whole = _read_all(hands, stored)
        acknowledged: dict[str, int | None] = {**other.acknowledged, **dict.fromkeys(_own_texts())}
        wrongs += _wrongs(hands)
        return Outcome(
            driver.version,
            judge(stored, acknowledged, passing, whole),
            hands.ask(LEFT),
            hands.ask(ABILITIES),
            wrongs,
        )
    finally:
        other.close()


def _own_texts() -> list[str]:
    return [f"From the page {number}" for number in range(OWN)]


def _sign_up(hands: Hands, url: str) -> None:
    """By the form, as people do."""
    hands.driver.open(f"{url}/accounts/signup/")
    for name, value in FORM.items():
        hands.type(f"[name={name}]", value)
    if hands.is_visible(f"[name={REPEATED[0]}]"):  # With a script the password is typed once.
        hands.type(f"[name={REPEATED[0]}]", REPEATED[1])
    hands.choose("[name=gender]", "other")
    hands.click("main button[type=submit]")
    hands.until(IS_SETTLED, what="signed up, and in the default room")
    hands.ask(WATCH)


def _talk(hands: Hands, server: ChatServer) -> tuple[list[list[Row]], list[str]]:
    """Say everything, by the key and by the button in turn; return what was to be seen, and what must not be."""
    passing: list[list[Row]] = []
    wrongs: list[str] = []
    for number, text in enumerate(_own_texts()):
        passing += _sight(hands)
        _say(hands, text, by_key=number % 2 == 0)
        if number == RELOAD_AFTER:  # At once: what was said may not even have left the page.
            wrongs += _wrongs(hands)
            hands.driver.reload()
            hands.until(IS_SETTLED, what="the page is there again")
            hands.ask(WATCH)
        if number == KILL_AFTER:
            server.kill(server.workers[0])
        hands.until(SHOWS, text, what="to be seen:")
    return passing, wrongs


def _say(hands: Hands, text: str, *, by_key: bool) -> None:
    hands.type("#message", text + ENTER if by_key else text)
    if not by_key:
        hands.click(".composer__send")


def _read_all(hands: Hands, stored: list[Row]) -> list[list[Row]]:
    """Go up from the end of the log to its beginning; return what was to be seen."""
    hands.ask(DOWN)
    hands.until(STANDS_AT, stored[-1][0], what="the end of the log:")
    sights = latest = _sight(hands)
    while above := [seq for seq, _text in stored if seq < latest[0][0][0]]:
        hands.ask(UP)
        hands.until(STANDS_AT, above[-1], what="what stands above:")
        latest = _sight(hands)
        sights = sights + latest
    return sights


def _sight(hands: Hands) -> list[list[Row]]:
    parts = [[(seq, text) for seq, text in part] for part in hands.ask(ROWS)]
    return [part for part in parts if part]


def _wrongs(hands: Hands) -> list[str]:
    seen = hands.ask("() => window.look()")
    return [*seen["doubles"], *seen["closed"]]
