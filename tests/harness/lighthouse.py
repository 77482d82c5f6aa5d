"""Ask Lighthouse about a signed-in room: `python -m tests.harness.lighthouse [--runs N] [--desktop] [--save FOLDER]`.

Its own throttling of a slow phone on a slow network; the median of some runs, because the machine has its moods.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.visitor import Visitor
from tests.harness.environment import ROOT
from tests.harness.machine import find_browser, find_node
from tests.harness.processes import free_port
from tests.harness.server import ChatServer
from tests.harness.transfer import fill_lake

VERSION = "13.5.0"
FOLDER = ROOT / "var/lighthouse"
CATEGORIES = {"performance": 95, "accessibility": 100, "best-practices": 100}
# What to read, what it may be at most, and how it is written.
MEASURES = {
    "largest-contentful-paint": (1800, "ms"),
    "total-blocking-time": (100, "ms"),
    "cumulative-layout-shift": (0.02, ""),
    "first-contentful-paint": (None, "ms"),
    "speed-index": (None, "ms"),
    "total-byte-weight": (90_000, "bytes"),
}


def main() -> int:
    """Measure, print, and fail when a budget is exceeded."""
    parser = argparse.ArgumentParser(description="Lighthouse on a signed-in room")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--desktop", action="store_true", help="no slow phone, no slow network")
    parser.add_argument("--save", type=Path, help="keep the reports in this folder")
    options = parser.parse_args()
    install()
    server = ChatServer("embedded")
    try:
        server.start()
        reports = [measure(server, desktop=options.desktop) for _ in range(options.runs)]
    finally:
        server.destroy()
    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
        for number, report in enumerate(reports, 1):
            (options.save / f"{number}.json").write_text(json.dumps(report))
    return show(reports)


def install() -> None:
    """Get Lighthouse into a folder that git does not know, unless it is there."""
    package = FOLDER / "node_modules/lighthouse/package.json"
    if package.exists() and json.loads(package.read_text())["version"] == VERSION:
        return
    if shutil.which("npm") is None:
        sys.exit("chat: Lighthouse comes from npm, which is not on this machine")
    FOLDER.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["npm", "install", "--silent", "--no-save", "--prefix", FOLDER, f"lighthouse@{VERSION}"],
        check=True, env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"},
    )  # fmt: skip


def measure(server: ChatServer, *, desktop: bool) -> dict[str, Any]:
    """Sign somebody up in a fresh browser, and have that browser look at the room as on a first visit."""
    port = free_port()
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=find_browser(),
            args=["--no-sandbox", f"--remote-debugging-port={port}"],
            locale="en-GB",
        )
        visitor = Visitor(context.new_page(), server.url)
        visitor.sign_up("Ana")
        address = server.url + fill_lake(visitor)
        visitor.page.goto("about:blank")
        report = _ask(address, port, desktop=desktop)
        context.close()
    return report


def _ask(address: str, port: int, *, desktop: bool) -> dict[str, Any]:
    node = find_node()
    assert node is not None
    command = [
        node, FOLDER / "node_modules/lighthouse/cli/index.js", address, f"--port={port}", "--quiet",
        f"--only-categories={','.join(CATEGORIES)}", "--output=json", *(["--preset=desktop"] if desktop else []),
    ]  # fmt: skip
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(result.stderr[-2000:])
    report: dict[str, Any] = json.loads(result.stdout)
    if report.get("runtimeError"):
        sys.exit(str(report["runtimeError"]["message"]))
    return report


def show(reports: list[dict[str, Any]]) -> int:
    """Print medians beside their budgets, and what cost points; return how many budgets are exceeded."""
    exceeded = 0
    for name, least in CATEGORIES.items():
        score = median_score(reports, name)
        exceeded += score < least
        print(f"{name:26} {score:8}        at least {least}")
    for name, (most, unit) in MEASURES.items():
        value = median(reports, name)
        exceeded += most is not None and value > most
        budget = "" if most is None else f"at most {most}"
        print(f"{name:26} {value:8.{0 if unit else 3}f} {unit:6} {budget}")
    for line in sorted({line for report in reports for line in _losses(report)}):
        print(f"  {line}")
    return int(exceeded > 0)


def median_score(reports: list[dict[str, Any]], category: str) -> int:
    """Return what a category is given, of 100."""
    return round(statistics.median(report["categories"][category]["score"] * 100 for report in reports))


def median(reports: list[dict[str, Any]], measure: str) -> float:
    """Return what was measured, in the unit of the measure."""
    return float(statistics.median(report["audits"][measure]["numericValue"] for report in reports))


def _losses(report: dict[str, Any]) -> list[str]:
    """Say what cost points in any category."""
    return [
        f"{name}: {audit['title']} {audit.get('displayValue', '')}".rstrip()
        for category in report["categories"].values()
        for reference in category["auditRefs"]
        if reference["weight"]
        and (audit := report["audits"][name := reference["id"]])["score"] is not None
        and audit["score"] < 1
    ]


if __name__ == "__main__":
    sys.exit(main())
