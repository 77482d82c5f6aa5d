"""`bin/bench [--shape NAME …]`: measure our chat beside others, print tables, and write down what was counted."""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from tests.bench import figures, goals, report
from tests.bench.growth import growth
from tests.bench.other_chats import peers
from tests.bench.packages import missing_node, missing_python
from tests.bench.rounds import connected, say, silence, started, storm, talk
from tests.bench.shapes import NOBODY, SHAPES, Growth, Shape, Silence, Storm, Talk, adjusted
from tests.bench.systems import Chat, Database, GrownChat, System
from tests.bounds.gauge import Machine
from tests.harness import template
from tests.harness.environment import ROOT

OURS = "ours"
CLUSTER = "ours-cluster"
SIZES = ("small", "grown")
NAMES = [peer.name for peer in peers()]


def main() -> int:
    """Measure what is asked for; fail where a delivery of ours was lost."""
    options = _options()
    if options.setup:
        return _set_up()
    allow_many_files()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        # What the harness prepares for all servers of a run, and what is compiled.
        os.environ[template.FOLDER] = folder
        return 0 if measure(options) else 1


def measure(options: argparse.Namespace) -> bool:
    """Measure shape after shape; tell whether ours delivered exactly what was sent."""
    is_whole = True
    for name in options.shape or SHAPES:
        shape = adjusted(SHAPES[name], rates=options.rate, rounds=options.rounds, seconds=options.seconds)
        systems = systems_for(name, options.database, options.only)
        print(
            f"\n== {name}: {', '.join(f'{system.name} is {system.about}' for system in systems)}", flush=True
        )
        dice = random.Random(options.seed)
        if isinstance(shape, Talk):
            is_whole &= measure_talk(name, shape, systems, dice)
        elif isinstance(shape, Storm):
            measure_storm(name, shape, systems, dice)
        elif isinstance(shape, Growth):
            measure_growth(name, shape, systems, dice)
        else:
            measure_silence(name, shape, systems)
    return is_whole


def systems_for(shape: str, database: Database, only: Sequence[str] | None) -> list[System]:
    """Return what is measured, ours first."""
    ours = Chat(OURS, database=database)
    if isinstance(growth := SHAPES[shape], Growth):
        return [
            GrownChat(name, size=size, database=database)
            for name, size in zip(SIZES, growth.sizes, strict=True)
        ]
    if shape == "cluster":
        return [ours, Chat(CLUSTER, database="postgresql", workers=2)]
    # An exact count is a matter of ours, unless others are asked for.
    wanted = only if only is not None else ([] if shape == "exact" else NAMES)
    return [ours, *(peer for peer in peers() if peer.name in wanted)]


def measure_talk(name: str, shape: Talk, systems: Sequence[System], dice: random.Random) -> bool:
    """Measure at each rate, print and write it down; tell whether ours delivered exactly what was sent."""
    is_whole, found = True, []
    with started(systems, shape.crowd) as addresses, connected(addresses, shape.crowd) as loads:
        for rate in shape.rates:
            asked = shape.crowd.deliveries(rate)
            able = {system.name for system in systems if asked <= system.most_deliveries}
            for left_out in loads.keys() - able:
                say(f"{left_out} is left out: {asked:,.0f} deliveries a second are more than it can do")
            present = {system: load for system, load in loads.items() if system in able}
            machine = Machine()
            slices = talk(present, rate=rate, rounds=shape.rounds, seconds=shape.seconds, dice=dice)
            lines = {system: figures.talk_figures(facts, slices[OURS]) for system, facts in slices.items()}
            busy = machine.cores_of_others
            print(f"\n{name}, {shape.crowd.rooms} × {shape.crowd.members} people, {rate:g} messages/s in all")
            held = goals.of_talk(name, rate, OURS, lines)
            _show(report.talk_table(lines), [*report.remarks(lines), *held], busy)
            is_whole &= not any((lines[OURS].lost, lines[OURS].repeated, lines[OURS].wrong))
            found.append(
                {"rate": rate, "cores_of_others": busy, "figures": report.as_json(lines), "slices": slices}
            )
        ready = {system: load.ready for system, load in loads.items()}
    came_in = {system: figures.coming_in([facts], [ready[OURS]]) for system, facts in ready.items()}
    print("\nhow they came in, once each:")
    print(report.connect_table(came_in))
    _write(name, shape, systems, {"ready": ready, "rates": found})
    return is_whole


def measure_storm(name: str, shape: Storm, systems: Sequence[System], dice: random.Random) -> None:
    machine = Machine()
    with started(systems, shape.crowd) as addresses:
        rounds = storm(addresses, shape, dice)
    lines = {system: figures.coming_in(facts, rounds[OURS]) for system, facts in rounds.items()}
    print(f"\n{name}, {shape.crowd.people:,} people, {shape.at_once} at a time")
    _show(report.connect_table(lines), goals.of_connecting(lines[OURS]), machine.cores_of_others)
    _write(name, shape, systems, {"figures": report.as_json(lines), "rounds": rounds})


def measure_silence(name: str, shape: Silence, systems: Sequence[System]) -> None:
    machine = Machine()
    found: dict[str, list[dict[str, Any]]] = {}
    for system in systems:
        for crowd in shape.crowds:
            if counted := silence(system, crowd, shape):
                found.setdefault(system.name, []).append({"ready": counted[0], "silent": counted[1]})
    lines = {
        system: [figures.idling(one["ready"], one["silent"]) for one in facts]
        for system, facts in found.items()
    }
    print(f"\n{name}, {shape.seconds:g} s")
    _show(report.idle_table(lines), goals.of_idling(lines.get(OURS, [])), machine.cores_of_others)
    _write(name, shape, systems, {"figures": report.as_json(lines), "counted": found})


def measure_growth(name: str, shape: Growth, systems: Sequence[System], dice: random.Random) -> None:
    machine = Machine()
    with started(systems, NOBODY) as addresses:
        rounds = growth(addresses, shape, dice)
    small, *_ = addresses
    lines = {
        done: {size: figures.doing(facts, found[small]) for size, facts in found.items()}
        for done, found in rounds.items()
    }
    print(f"\n{name}, CPU of all processes for each, {shape.times} times a slice")
    held = [goals.of_growth(done, list(line.values())[-1]) for done, line in lines.items()]
    _show(report.growth_table(lines), held, machine.cores_of_others)
    _write(name, shape, systems, {"figures": report.as_json(lines), "rounds": rounds})


def allow_many_files() -> None:
    """Each connection is an open file, here and in each server, which inherits what is allowed here."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _show(table: str, remarks: Sequence[object], cores_of_others: float) -> None:
    print(table)
    for remark in remarks:
        print(f"  {remark}")
    print(f"  others kept {cores_of_others:.1f} of {os.cpu_count()} cores busy", flush=True)


def _write(name: str, shape: Shape, systems: Sequence[System], facts: dict[str, Any]) -> None:
    about = {system.name: system.about for system in systems}
    path = report.write(name, {"asked": report.as_json(shape), "systems": about, **facts})
    say(f"all that was counted is in {path.relative_to(ROOT)}")


def _set_up() -> int:
    problems = [problem for problem in (missing_python(), missing_node()) if problem]
    for problem in problems:
        say(f"some peers will be left out: {problem}")
    return 1 if problems else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench", description="what a delivered message costs, here and elsewhere"
    )
    parser.add_argument("--shape", choices=SHAPES, action="append", help="only this one; may be repeated")
    parser.add_argument(
        "--rate", type=float, action="append", help="messages a second in all; may be repeated"
    )
    parser.add_argument("--rounds", type=_one_or_more, help="the first of more than one is dropped")
    parser.add_argument("--seconds", type=float, help="how long a slice is measured")
    parser.add_argument(
        "--only", type=_names, help=f"beside ours only these, of {','.join(NAMES)}; '' for none"
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite", help="under ours")
    parser.add_argument("--seed", type=int, help="of the order in which they have their turns")
    parser.add_argument("--setup", action="store_true", help="only get the packages that the peers need")
    return parser.parse_args()


def _one_or_more(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("at least one")
    return int(text)


def _names(text: str) -> list[str]:
    names = [name for name in text.split(",") if name not in {"", OURS}]
    if unknown := [name for name in names if name not in NAMES]:
        raise argparse.ArgumentTypeError(f"there is no {', '.join(unknown)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
