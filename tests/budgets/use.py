"""What it takes to use a room: to send, to receive, to catch up, and to have received a lot.

Taken in the page, from the browser's own stamps to the moment after the frame that shows it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, expect

from tests.bounds.finding import Finding, at_most, remark, share_of
from tests.browser.cable import Cable
from tests.browser.conftest import PHONE
from tests.browser.talker import Talker
from tests.browser.visitor import Visitor
from tests.harness.server import ChatServer

SLOWDOWN = 4
SENDS, SEND_MS = 40, 100
ARRIVALS, ARRIVAL_MS = 60, 150
MISSED, RESUMES, RESUME_SECONDS = 100, 5, 1
RECEIVED, HEAP_MB, ROWS = 2_000, 40, 250
WAIT_MS = 60_000

# `shown[text]`: when the frame had been drawn that has a message with this text, by the clock of the machine. What is
# posted while a frame is made ready runs after it.
NOTE_WHAT_IS_SHOWN = """() => {
    const shown = window.shown = {};
    const now = () => performance.timeOrigin + performance.now();
    let isDue = false;
    const afterFrame = () => {
        isDue = false;
        const texts = [...document.querySelectorAll('.message__text')].map(({ textContent }) => textContent);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { for (const text of texts) shown[text] ??= now(); };
        port2.postMessage(null);
    };
    new MutationObserver(() => {
        if (!isDue) requestAnimationFrame(afterFrame);
        isDue = true;
    }).observe(document.querySelector('.log__rows'), { childList: true, subtree: true, characterData: true });
    document.addEventListener('pointerup', ({ timeStamp }) => {
        window.liftedAt = performance.timeOrigin + timeStamp;
    }, { capture: true });
}"""
# Before any script of the page: when its newest socket was open.
NOTE_SOCKETS = """
window.WebSocket = class extends WebSocket {
    constructor(...options) {
        super(...options);
        this.addEventListener('open', () => { window.openedAt = performance.timeOrigin + performance.now(); });
    }
};
"""
ALL_SHOWN = "texts => texts.every(text => text in window.shown)"
# Nobody taps in the moment of the last key: what the key still costs is not the tap's.
IDLE = "() => new Promise(requestIdleCallback)"
MOMENTS = "texts => texts.map(text => window.shown[text])"


def tap(server: ChatServer, browser: Browser) -> list[Finding]:
    """From the finger that leaves the button to the frame with the bubble, on a slow phone; and on this machine."""
    p95 = {}
    for slowdown in (SLOWDOWN, 1):
        with _at_room(server, browser, slowdown=slowdown) as ana:
            p95[slowdown] = share_of([_tap(ana, f"Said with a thumb {n}") for n in range(SENDS)], 0.95)
    what = f"tap on send → bubble, p95 of {SENDS}"
    return [
        at_most(f"{what}, {SLOWDOWN}× CPU", p95[SLOWDOWN], SEND_MS, "ms"),
        remark(f"{what}, this machine's CPU", p95[1], "ms"),
    ]


def arrive(server: ChatServer, browser: Browser) -> Finding:
    """From the moment before somebody says it to the frame in which the other sees it."""
    with _at_room(server, browser) as ana, _talking(server, ana) as talker:
        waits = []
        for number in range(ARRIVALS):
            said_at = time.time() * 1000
            waits.append(_shown(ana, [f"Said elsewhere {number}"], talker.say)[-1] - said_at)
    return at_most(f"said → seen by another, p95 of {ARRIVALS}", share_of(waits, 0.95), ARRIVAL_MS, "ms")


def resume(server: ChatServer, browser: Browser) -> list[Finding]:
    """From the open socket to the frame with the last of what was missed; and the same on a slow phone."""
    what = f"open socket → {MISSED} missed are seen, most of {RESUMES}"
    return [
        at_most(what, _resume(server, browser, 1), RESUME_SECONDS, "s"),
        remark(f"{what}, {SLOWDOWN}× CPU", _resume(server, browser, SLOWDOWN), "s"),
    ]


def receive(server: ChatServer, browser: Browser) -> list[Finding]:
    """What a page holds that has received a lot, without what is only waiting to be collected."""
    with _at_room(server, browser) as ana, _talking(server, ana) as talker:
        talker.say(*(f"Received {number} in a long evening, by somebody" for number in range(RECEIVED)))
        last = f"Received {RECEIVED - 1} in a long evening, by somebody"
        expect(ana.texts.last).to_have_text(last, timeout=WAIT_MS)
        rows = ana.page.locator(".message").count()
        session = ana.context.new_cdp_session(ana.page)
        session.send("Performance.enable")
        session.send("HeapProfiler.collectGarbage")
        figures = {
            metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]
        }
    return [
        at_most(
            f"JS heap after {RECEIVED} received messages", figures["JSHeapUsedSize"] / 1e6, HEAP_MB, "MB"
        ),
        at_most("messages in the DOM then", rows, ROWS),
    ]


def _resume(server: ChatServer, browser: Browser, slowdown: int) -> float:
    cable = Cable(server)
    try:
        with (
            _at_room(cable, browser, slowdown=slowdown, script=NOTE_SOCKETS) as ana,
            _talking(server, ana) as talker,
        ):
            return max(_miss(ana, talker, cable, turn) for turn in range(RESUMES)) / 1000
    finally:
        cable.remove()


@contextmanager
def _at_room(
    server: ChatServer | Cable, browser: Browser, *, slowdown: int = 1, script: str = ""
) -> Iterator[Visitor]:
    """Let somebody in on a phone, into a room of their own."""
    context = browser.new_context(**PHONE)
    if script:
        context.add_init_script(script)
    ana = Visitor(context.new_page(), server.url, server.guest()).sign_up("Ana")
    ana.make_room(f"Lake {ana.login}")
    ana.page.evaluate(NOTE_WHAT_IS_SHOWN)
    if slowdown > 1:
        context.new_cdp_session(ana.page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    try:
        yield ana
    finally:
        context.close()


@contextmanager
def _talking(server: ChatServer, ana: Visitor) -> Iterator[Talker]:
    """Let somebody into the same room by wire."""
    talker = Talker(server)
    try:
        talker.enter(ana.heading.inner_text())
        yield talker
    finally:
        talker.leave()


def _tap(ana: Visitor, text: str) -> float:
    ana.field.fill(text)
    ana.page.evaluate(IDLE)
    return _shown(ana, [text], lambda _text: ana.page.tap(".composer__send"))[-1] - _moment(ana, "liftedAt")


def _miss(ana: Visitor, talker: Talker, cable: Cable, turn: int) -> float:
    texts = [f"Missed {number} in turn {turn}" for number in range(MISSED)]
    cable.pull()
    talker.say(*texts)
    cable.plug()
    return max(_shown(ana, texts, lambda *_texts: ana.notice_network())) - _moment(ana, "openedAt")


def _shown(ana: Visitor, texts: list[str], do: Callable[..., Any]) -> list[float]:
    """Do something with these texts; return when each of them was to be seen."""
    do(*texts)
    ana.page.wait_for_function(ALL_SHOWN, arg=texts, timeout=WAIT_MS)
    return [float(moment) for moment in ana.page.evaluate(MOMENTS, texts)]


def _moment(ana: Visitor, name: str) -> float:
    return float(ana.page.evaluate(f"window.{name}"))
