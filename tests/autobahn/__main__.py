"""`bin/autobahn [CASES]`: the suite against a worker with an application that gives back what comes."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.autobahn.report import read, summary
from tests.harness.environment import ROOT
from tests.integration.worker import Worker

FOLDER = ROOT / "var/autobahn"
AGENT = "chat"
LONGEST_SECONDS = 600


def main() -> int:
    """Run, print what came of it; 1 when a case is worse than known, or the worker complained."""
    worker = Worker()
    try:
        _run_suite(worker, sys.argv[1:] or ["*"])
    finally:
        worker.stop()
    outcomes = read(FOLDER / "report/index.json", AGENT)
    print(summary(outcomes))
    print(*worker.complaints, sep="\n", end="")
    print("report: var/autobahn/report/index.html")
    return int(not outcomes or any(outcome.is_worse for outcome in outcomes) or bool(worker.complaints))


def _run_suite(worker: Worker, cases: list[str]) -> None:
    specification = {
        "outdir": str(FOLDER / "report"),
        "servers": [{"agent": AGENT, "url": f"ws://127.0.0.1:{worker.port}/mirror"}],
        "cases": cases,
        "exclude-cases": [],
        "exclude-agent-cases": {},
    }
    path = FOLDER / "specification.json"
    path.write_text(json.dumps(specification))
    with (FOLDER / "log").open("wb") as log:
        subprocess.run(
            [FOLDER / "suite/bin/wstest", "-m", "fuzzingclient", "-s", path],
            stdout=log, stderr=log, check=True, timeout=LONGEST_SECONDS,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
