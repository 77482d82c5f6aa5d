"""The tables that are printed, and the file that stays: everything that was counted, and on what."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.figures import ComingIn, Doing, Idling, TalkFigures
from tests.bench.packages import FOLDER, SOURCES
from tests.harness.environment import ROOT
from tests.harness.services import NoServer, postgres_binaries, redis_binary

# Above this share of a core, the generator itself may be what is slow.
GENERATOR_SHARE = 0.6
# Above this share of the messages, the rate was not the one that was asked for.
LATE_SHARE = 0.05
OURS_PACKAGES = ("django", "channels", "daphne", "twisted", "autobahn", "redis")


def talk_table(figures: dict[str, TalkFigures]) -> str:
    """Return what each system costs for a delivery, beside ours."""
    head = (
        "system", "µs/delivery", "server", "redis", "postgres", "× ours [quartiles]", "deliveries/s", "CPU %", "p50 ms",
        "p99 ms", "lost", "messages/d", "bytes/d", "load %",
    )  # fmt: skip
    return table(head, [_talk_line(name, line) for name, line in figures.items()])


def connect_table(figures: dict[str, ComingIn]) -> str:
    """Return what coming in costs."""
    head = ("system", "CPU ms/connect", "× ours [quartiles]", "connects/s", "KiB/connection", "gone")
    return table(
        head,
        [
            (name, f"{line.cpu_ms.median:.3f}", str(line.ratio), f"{line.per_second:,.0f}",
             f"{line.kib_of_server:.1f}", str(line.gone))
            for name, line in figures.items()
        ],
    )  # fmt: skip


def idle_table(figures: dict[str, list[Idling]]) -> str:
    """Return what holding connections costs."""
    head = ("system", "connections", "KiB/connection", "CPU %")
    lines = [
        (name, f"{line.connections:,}", f"{line.kib:.1f}", f"{line.cpu_share:.2%}".removesuffix("%"))
        for name, found in figures.items()
        for line in found
    ]
    return table(head, lines)


def growth_table(figures: dict[str, dict[str, Doing]]) -> str:
    """Return what each thing costs in each chat, by its name, the last beside the first."""
    sizes = list(next(iter(figures.values())))
    head = ("done", *(f"µs, {size}" for size in sizes), f"× {sizes[0]} [quartiles]")
    return table(
        head,
        [
            (
                name,
                *(f"{line.microseconds.median:,.0f}" for line in lines.values()),
                str(lines[sizes[-1]].ratio),
            )
            for name, lines in figures.items()
        ],
    )


def remarks(figures: dict[str, TalkFigures]) -> list[str]:
    """Say of which figures one must think twice."""
    found = []
    for name, line in figures.items():
        if line.lost or line.repeated or line.wrong:
            found.append(
                f"{name}: of {line.expected:,} deliveries {line.lost:,} were lost and {line.repeated:,} came twice; "
                f"{line.wrong} people got others than were sent"
            )
        if line.generator_share > GENERATOR_SHARE:
            found.append(f"{name}: the load generator was busy itself, so rate and latency are its own")
        if line.late_share > LATE_SHARE:
            found.append(
                f"{name}: {line.late_share:.0%} of the messages were sent more than 5 ms late, so there were fewer"
            )
    return found


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Set it in columns, the first flush left."""
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (head, *lines)
    )


def write(shape: str, facts: dict[str, Any], *, now: datetime | None = None) -> Path:
    """Write down what was counted, with what it was counted on; return where."""
    now = now or datetime.now(UTC)
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{now:%Y-%m-%dT%H%M%S}-{shape}.json"
    path.write_text(json.dumps({"shape": shape, "at": now.isoformat(), "on": versions(), **facts}, indent=1))
    return path


def as_json(figures: Any) -> Any:
    """Turn figures into what JSON holds. Any: tables of different lines."""
    if isinstance(figures, dict):
        return {name: as_json(line) for name, line in figures.items()}
    if isinstance(figures, list):
        return [as_json(line) for line in figures]
    return asdict(figures)


def versions() -> dict[str, Any]:
    """Say on what was measured. Any: it is JSON."""
    return {
        "commit": _said("git", "-C", str(ROOT), "describe", "--always", "--dirty"),
        "kernel": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in OURS_PACKAGES},
        "postgres": _server_version(),
        "redis": _redis_version(),
        "node": _said("node", "--version"),
        "compiler": _said("cc", "--version"),
        "peers": {
            "python": [
                line for line in (SOURCES / "requirements.txt").read_text().splitlines() if "==" in line
            ],
            "node": json.loads((SOURCES / "package.json").read_text())["dependencies"],
        },
    }


def _talk_line(name: str, line: TalkFigures) -> tuple[str, ...]:
    def cost(tree: str) -> str:
        return f"{line.microseconds[tree].median:.2f}" if tree in line.microseconds else ""

    return (
        name,
        cost("total"),
        cost("server"),
        cost("redis"),
        cost("postgres"),
        str(line.ratio),
        f"{line.deliveries_per_second:,.0f}",
        f"{line.cpu_share:.1%}".removesuffix("%"),
        f"{line.p50_ms:.2f}",
        f"{line.p99_ms:.2f}",
        str(line.lost),
        f"{line.messages_per_delivery:.3f}",
        f"{line.bytes_per_delivery:.0f}",
        f"{line.generator_share:.0%}".removesuffix("%"),
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next(
        (line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine()
    )


def _server_version() -> str:
    try:
        return _said(str(postgres_binaries() / "postgres"), "--version")
    except NoServer:
        return ""


def _redis_version() -> str:
    try:
        return _said(str(redis_binary()), "--version")
    except NoServer:
        return ""


def _said(*command: str) -> str:
    """Return the first line that a program says, or nothing where there is no such program."""
    if shutil.which(command[0]) is None:
        return ""
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    return result.stdout.partition("\n")[0].strip()
