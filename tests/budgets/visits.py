"""What Lighthouse says about a room of 30 messages, and what comes over the wire when one visits it."""

from __future__ import annotations

import statistics
from typing import Any

from playwright.sync_api import Browser

from tests.bounds.finding import Finding, at_least, at_most, exactly, remark
from tests.browser.conftest import PHONE
from tests.browser.visitor import Visitor
from tests.harness import lighthouse
from tests.harness.server import ChatServer
from tests.harness.transfer import (
    FIRST_VISIT,
    HTML,
    LAZY_SCRIPT,
    PAGE,
    REPEATED_VISIT,
    SCRIPTS,
    STYLE,
    STYLES,
    fill_lake,
    two_visits,
)

LIGHTHOUSE_RUNS = 3
LAZY_NAMES = ("later.js", "deeds.js")
TITLES = {
    "performance": "performance",
    "accessibility": "accessibility",
    "best-practices": "best practices",
    "largest-contentful-paint": "LCP",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
}
KB = 1000
ELEMENTS = "document.querySelectorAll('*').length"


def ask_lighthouse(server: ChatServer) -> list[Finding]:
    """Look at the room as a slow phone does on a slow network; the median of some runs."""
    lighthouse.install()
    reports = [lighthouse.measure(server, desktop=False) for _ in range(LIGHTHOUSE_RUNS)]
    scores = [
        at_least(f"Lighthouse mobile: {TITLES[name]}", lighthouse.median_score(reports, name), least)
        for name, least in lighthouse.CATEGORIES.items()
    ]
    times = [
        at_most(f"Lighthouse mobile: {TITLES[name]}", lighthouse.median(reports, name), most, unit)
        for name, (most, unit) in lighthouse.MEASURES.items()
        if name in TITLES and most is not None
    ]
    return scores + times + [remark("the machine, as Lighthouse's own benchmark has it", speed(reports))]


def speed(reports: list[dict[str, Any]]) -> int:
    """Return what Lighthouse's benchmark of the machine gave; what a developer has gives 1,500 to 2,500."""
    return round(statistics.median(report["environment"]["benchmarkIndex"] for report in reports))


def weigh(server: ChatServer, browser: Browser) -> list[Finding]:
    """Count the bytes of a first and of a second visit."""
    people = [Visitor(browser.new_context(**PHONE).new_page(), server.url, server.guest()) for _ in "ab"]
    ana, ben = people
    path = fill_lake(ana.sign_up("Ana"))
    first, repeated = two_visits(ben.join("Ben"), path)
    elements = int(ben.page.evaluate(ELEMENTS))
    for visitor in people:
        visitor.context.close()
    return [
        _kilobytes("HTML of a room with 30 messages, gzip", first.body(PAGE), HTML),
        _kilobytes("CSS, gzip", first.body(STYLES), STYLE),
        exactly("files of CSS", len(first.addresses(STYLES)), 1),
        _kilobytes("JS before one can read and write, gzip", first.scripts_at_once, SCRIPTS),
        *(
            _kilobytes(f"JS that comes later, {name}, gzip", size, LAZY_SCRIPT)
            for name, size in zip(LAZY_NAMES, first.lazy, strict=True)
        ),
        _kilobytes("first visit, with all headers", first.total, FIRST_VISIT),
        _kilobytes("repeat visit, with all headers", repeated.total, REPEATED_VISIT),
        exactly("third parties asked", len(first.strangers(server.url) | repeated.strangers(server.url)), 0),
        exactly("fonts asked for", first.fonts + repeated.fonts, 0),
        remark("DOM nodes of a room with 30 messages", elements),
    ]


def _kilobytes(what: str, seen: int, allowed: int) -> Finding:
    return at_most(what, seen / KB, allowed / KB, "kB")
