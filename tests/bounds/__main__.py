"""`bin/bounds [NAME …] [--mode embedded|cluster]`: do it to the real program, and print what was seen of each bound."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from tests.bounds import broken_frames, half_requests, input_flood, non_readers, stampede
from tests.bounds.finding import Finding, exactly
from tests.bounds.gauge import Machine
from tests.harness.server import MODES, ChatServer, Mode
from tests.harness.services import Postgres, Redis


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One of them. `limits`: whether those of people are on, which would keep most attacks small."""

    measure: Callable[[ChatServer], Coroutine[Any, Any, list[Finding]]]
    limits: bool = False


BOUNDS = {
    "non-readers": Bound(measure=non_readers.measure),
    "input-flood": Bound(measure=input_flood.measure),
    "half-requests": Bound(measure=half_requests.measure, limits=True),
    "stampede": Bound(measure=stampede.from_one_address, limits=True),
    "stampede-from-many": Bound(measure=stampede.from_many_addresses, limits=True),
    "broken-frames": Bound(measure=broken_frames.measure),
}


def main() -> int:
    """Measure those that are named, else all, each on a chat of its own; fail where one does not hold."""
    parser = argparse.ArgumentParser(prog="bin/bounds", description="what one can do to the others, measured")
    parser.add_argument("names", nargs="*", choices=[[], *BOUNDS], metavar="NAME", help=", ".join(BOUNDS))
    parser.add_argument("--mode", choices=MODES, action="append", help="only this one")
    options = parser.parse_args()
    holds = True
    with ExitStack() as cleaning:
        for mode in options.mode or MODES:
            services = Services.start(cleaning) if mode == "cluster" else Services()
            for name in options.names or BOUNDS:
                holds &= _show(name, mode, services)
    return 0 if holds else 1


@dataclass(frozen=True, slots=True)
class Services:
    """What a cluster stands on."""

    postgres: Postgres | None = None
    redis: Redis | None = None

    @classmethod
    def start(cls, cleaning: ExitStack) -> Services:
        postgres, redis = Postgres(), Redis()
        for service in (postgres, redis):
            cleaning.callback(service.destroy)
            service.start()
        return cls(postgres, redis)


def _measure(bound: Bound, server: ChatServer) -> list[Finding]:
    try:
        return asyncio.run(bound.measure(server))
    except Exception as error:  # Whatever it is, the others are still to be measured.
        return [exactly("measured", f"{type(error).__name__}: {error}"[:300], "all of it")]


def _show(name: str, mode: Mode, services: Services) -> bool:
    """Measure one, print its lines, and tell whether all hold."""
    bound, began_at, machine = BOUNDS[name], time.monotonic(), Machine()
    limits = "on" if bound.limits else "off"
    server = ChatServer(mode, postgres=services.postgres, redis=services.redis, LIMITS=limits)
    try:
        server.start()
        workers = server.workers
        findings = _measure(bound, server)
        findings.append(exactly("workers that died", len(set(workers) - set(server.workers)), 0))
        complaints = server.complaints
        findings.append(exactly("complaints in the log", len(complaints), 0))
    finally:
        server.destroy()
    others = f"others kept {machine.cores_of_others:.1f} of {os.cpu_count()} cores busy"
    print(f"{name}, {mode}, {time.monotonic() - began_at:.0f} s; {others}")
    for finding in findings:
        verdict = ("holds" if finding.holds else "DOES NOT HOLD") if finding.allowed else ""
        print(f"  {finding.what:36} {finding.seen:>14} {finding.allowed:>14}  {verdict}")
    print(*(f"  {line}" for line in complaints[:5]), sep="\n", flush=True)
    return all(finding.holds for finding in findings)


if __name__ == "__main__":
    sys.exit(main())
