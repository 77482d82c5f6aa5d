"""`bin/fault [--runs N] [--seed S] [--mode embedded|cluster] [--fault NAME]`: runs with faults, and what they show."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from tests.fault import report
from tests.fault.broken.servers import SERVERS
from tests.fault.faults import FAULTS
from tests.fault.judge import judge
from tests.fault.play import play_all
from tests.fault.records import read
from tests.fault.run import MESSAGES
from tests.fault.schedule import plan
from tests.fault.stage import Missing
from tests.fault.turned_clock import NoCompiler
from tests.harness.server import MODES

RUNS_TO_CATCH = 3


def main() -> int:
    """Play the runs; say of each what it was and what came of it, and at the end of all."""
    options = _parser().parse_args()
    if options.judge:
        print(judge(read(options.judge)))
        return 0
    try:
        return _catch(options) if options.broken else _play(options)
    except (Missing, NoCompiler) as missing:
        print(f"bin/fault: {missing}", file=sys.stderr)
        return 2


def _play(options: argparse.Namespace) -> int:
    seeds = range(options.seed, options.seed + options.runs)
    schedules = [plan(seed, options.mode, options.fault) for seed in seeds]
    results = play_all(schedules, jobs=options.jobs, messages=options.messages, keep=options.keep)
    print(report.summary(results))
    return 0 if all(result.is_good for result in results) else 1


def _catch(options: argparse.Namespace) -> int:
    """Play runs on servers that are broken on purpose, until each is caught; it must be within RUNS_TO_CATCH."""
    missed = []
    for broken in SERVERS.values() if "all" in options.broken else [SERVERS[name] for name in options.broken]:
        print(f"-- {broken.name}: {(broken.spoil.__doc__ or '').strip()}")
        for seed in range(options.seed, options.seed + RUNS_TO_CATCH):
            schedule = replace(plan(seed, "cluster", broken.faults), broken=broken.name)
            [result] = play_all([schedule], messages=options.messages)
            if result.verdict.wrongs:
                break
        else:
            missed.append(broken.name)
    print(f"not caught: {', '.join(missed)}" if missed else "all caught")
    return 1 if missed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bin/fault", description="runs with faults, judged")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1, help="of the first run; the next ones follow")
    parser.add_argument("--jobs", type=int, default=1, help="how many runs at a time")
    parser.add_argument("--mode", choices=MODES, default="cluster")
    parser.add_argument("--fault", action="append", choices=sorted(FAULTS), default=[], help="only these")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="at least so many in a run")
    parser.add_argument("--keep", action="store_true", help="keep the records of good runs too")
    parser.add_argument(
        "--broken",
        action="append",
        choices=["all", *SERVERS],
        default=[],
        help="see whether the judge catches a server that is broken on purpose",
    )
    parser.add_argument("--judge", type=Path, help="only judge the records of an earlier run anew")
    return parser


if __name__ == "__main__":
    sys.exit(main())
