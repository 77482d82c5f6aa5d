"""`bin/engines [ENGINE …]`: let somebody talk in Firefox and in WebKit, and count in the page what was delivered."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.bounds.gauge import Machine
from tests.engines.driver import CannotDrive, Driver
from tests.engines.firefox import Firefox
from tests.engines.play import HEIGHT, KILL_AFTER, OTHERS, OWN, RELOAD_AFTER, WIDTH, Outcome, play
from tests.engines.webkit import WebKit
from tests.harness import machine
from tests.harness.server import ChatServer

# Each; with starting and ending both stay below five minutes.
LONGEST_SECONDS = 125
COLUMNS = ("engine", "counted", "lost", "twice", "out of order", "left in the outbox", "")
SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """One of them: how it is started, and which program comes with which package of Debian."""

    start: Callable[[], Driver]
    packages: dict[str, str]
    # What it is not, though it has the engine.
    stands_for: str


ENGINES = {
    "firefox": Engine(
        start=Firefox,
        packages={"firefox-esr": "firefox-esr"},
        stands_for="without a screen; of Firefox on a phone it has the engine and not the gestures",
    ),
    "webkit": Engine(
        start=WebKit,
        packages={"WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"},
        stands_for="WebKit as GTK has it, with its own network and storage: what Safari does to a page that sleeps, to"
        " storage that was not used for a week, and to a screen with a keyboard on it, it cannot show",
    ),
}


def main() -> int:
    """Ask each that is named, else all, on a chat of its own; fail unless all was counted right."""
    parser = argparse.ArgumentParser(
        prog="bin/engines", description="what was delivered, counted in other engines"
    )
    parser.add_argument("names", nargs="*", choices=[[], *ENGINES], metavar="ENGINE", help=", ".join(ENGINES))
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _give_up)
    gauge, began_at = Machine(), time.monotonic()
    rows: list[tuple[str, ...]] = []
    remarks: list[str] = []
    is_good = True
    for name in options.names or ENGINES:
        outcome = _ask(ENGINES[name])
        rows.append(_row(name, outcome))
        remarks += [f"{name}: {remark}" for remark in _remarks(ENGINES[name], outcome)]
        is_good &= isinstance(outcome, Outcome) and outcome.is_good
    took = f"{time.monotonic() - began_at:.0f} s on {os.cpu_count()} cores"
    print(
        f"{OWN} messages from the page and at least {OTHERS} of another; a reload right behind number"
        f" {RELOAD_AFTER + 1}, kill -9 of the worker behind number {KILL_AFTER + 1}."
        f" {took}, of which others kept {gauge.cores_of_others:.1f} busy.\n"
    )
    print(*(f"| {' | '.join(row)} |" for row in (COLUMNS, ("---",) * len(COLUMNS), *rows)), sep="\n")
    print("", *(f"* {remark}" for remark in remarks), sep="\n")
    return 0 if is_good else 1


def _ask(engine: Engine) -> Outcome | str:
    """Let somebody talk in this engine; return what came of it, or why that could not be asked."""
    missing = [package for program, package in engine.packages.items() if shutil.which(program) is None]
    if missing and machine.may_install():
        machine.install(missing)
    elif missing:
        return f"missing; Debian: sudo apt-get install {' '.join(missing)}"
    server = ChatServer("embedded", faultless=False)
    driver: Driver | None = None
    signal.alarm(LONGEST_SECONDS)
    try:
        server.start()
        driver = engine.start()
        return play(driver, server)
    except Exception as error:  # Whatever it is, the other engine is still to be asked.
        return f"{type(error).__name__}: {error}".splitlines()[0]
    finally:
        signal.alarm(0)
        if driver is not None:
            driver.close()
        server.destroy()


def _give_up(_number: int, _frame: object) -> None:
    message = f"not done within {LONGEST_SECONDS} s"
    raise CannotDrive(message)


def _row(name: str, outcome: Outcome | str) -> tuple[str, ...]:
    if isinstance(outcome, str):
        return (name, *("–",) * (len(COLUMNS) - 2), "**not counted**")
    verdict = outcome.verdict
    problems = (verdict.lost, verdict.twice, verdict.disordered, outcome.left)
    counts = (str(len(found)) for found in problems)
    return outcome.version, str(verdict.counted), *counts, "good" if outcome.is_good else "**wrong**"


def _remarks(engine: Engine, outcome: Outcome | str) -> Iterator[str]:
    """Say what was wrong, and what could not be asked here."""
    if isinstance(outcome, str):
        yield outcome
        return
    verdict, can = outcome.verdict, outcome.abilities
    for what, found in (
        ("lost", verdict.lost),
        ("twice", verdict.twice),
        ("out of order", verdict.disordered),
        ("left in the outbox", outcome.left),
        ("seen on the way", outcome.wrongs),
    ):
        if found:
            yield f"{what}: {'; '.join(found[:SHOWN])}"
    if (can["width"], can["height"]) != (WIDTH, HEIGHT):
        yield f"{can['width']}×{can['height']} px instead of {WIDTH}×{HEIGHT}: its window gets no smaller"
    if not can["touches"]:
        yield "no touch: everything is done with keys and a mouse"
    if not can["hasFocus"]:
        yield "the page never has the focus, so that nothing is marked as read"
    if can["lacks"]:
        yield f"it has not: {', '.join(can['lacks'])}"
    yield engine.stands_for


if __name__ == "__main__":
    sys.exit(main())
