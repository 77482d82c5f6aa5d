"""`bin/budgets [--write]`: measure the budgets of the page's design on a signed-in room, and print one table."""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.bounds.finding import Finding, exactly
from tests.bounds.gauge import Machine
from tests.budgets import use, visits
from tests.harness import lighthouse
from tests.harness.environment import ROOT
from tests.harness.machine import find_browser
from tests.harness.server import ChatServer

DOCUMENT = ROOT / "docs/budgets.md"
# For a machine that does nothing else it takes two minutes.
LONGEST_SECONDS = 290
Part = Callable[[ChatServer, Browser], Finding | list[Finding]]
WIDTH = 118
HEAD = ("Metric", "Budget", "Measured", "")
INTRODUCTION = """# The budgets of the page, measured

What the page's design allows itself, and what was measured of the real program with a Chromium that is signed in.
`bin/budgets` prints this table and fails when a line is missed; `bin/budgets --write` puts it here. Sizes, third
parties and fonts are asserted in `bin/test` too (`tests/browser/test_transfer.py`); times are not, for they are also
the machine's: a time that is missed while others keep the cores busy has to be measured again. Lighthouse and the
lines with "4× CPU" ask about a slow phone: the browser slows itself down, on top of what else the machine does. Its
benchmark gives what developers work on 1,500 to 2,500. Each file of scripts that comes later has a budget of its own,
see decision [0025](decisions/0025-what-is-done-is-fetched-when-the-page-is-open.md).
"""


def main() -> int:
    """Measure all; fail where something is missed."""
    parser = argparse.ArgumentParser(prog="bin/budgets", description="the budgets of the page, measured")
    parser.add_argument("--write", action="store_true", help="put the table into docs/budgets.md")
    options = parser.parse_args()
    began_at, machine = time.monotonic(), Machine()
    server = ChatServer("embedded")
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(LONGEST_SECONDS)
    try:
        server.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
            version = browser.version
            findings = _all_of(server, browser, visits.weigh, use.tap, use.arrive, use.resume, use.receive)
            browser.close()
        # It has a browser of its own, and its own loop.
        findings = _found(lambda: visits.ask_lighthouse(server), "Lighthouse mobile") + findings
    finally:
        signal.alarm(0)
        server.destroy()
    note = (
        f"{datetime.now(UTC):%Y-%m-%d}, `bin/budgets`, {time.monotonic() - began_at:.0f} s. {_machine()}, on which"
        f" others kept {machine.cores_of_others:.1f} cores busy meanwhile; Chromium {version}, Lighthouse"
        f" {lighthouse.VERSION} (median of {visits.LIGHTHOUSE_RUNS})."
    )
    table = f"{textwrap.fill(note, WIDTH)}\n\n{table_of(findings)}"
    print(table)
    if options.write:
        DOCUMENT.write_text(f"{INTRODUCTION}\n{table}")
    return 0 if all(finding.holds for finding in findings) else 1


def _all_of(server: ChatServer, browser: Browser, *parts: Part) -> list[Finding]:
    return [
        finding
        for part in parts
        for finding in _found(lambda part=part: part(server, browser), part.__name__)
    ]


def _found(measure: Callable[[], Finding | list[Finding]], name: str) -> list[Finding]:
    """Measure; where that does not succeed, the others are still to be measured."""
    try:
        found = measure()
    except (Exception, SystemExit) as error:  # Lighthouse's part is a command too, and ends like one.
        found = exactly(name, f"{type(error).__name__}: {error}".splitlines()[0], "measured")
    return found if isinstance(found, list) else [found]


def _give_up(_number: int, _frame: object) -> None:
    message = f"not done within {LONGEST_SECONDS} s"
    raise TimeoutError(message)


def _machine() -> str:
    described = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{os.cpu_count()} cores of {described[1] if described else platform.machine()}"


def table_of(findings: list[Finding]) -> str:
    """Return a line for each, with its verdict."""
    rows = [(finding.what, finding.allowed, finding.seen, _verdict(finding)) for finding in findings]
    return "".join(f"| {' | '.join(row)} |\n" for row in (HEAD, ("---",) * len(HEAD), *rows))


def _verdict(finding: Finding) -> str:
    if not finding.allowed:
        return "no budget"
    return "holds" if finding.holds else "**missed**"


if __name__ == "__main__":
    sys.exit(main())
