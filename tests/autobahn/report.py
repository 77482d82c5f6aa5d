"""The report of the Autobahn test suite, compared with what is known."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .known import known

GOOD = "OK"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a case ended."""

    case: str
    behavior: str
    closing: str
    close_code: int | None

    @property
    def is_worse(self) -> bool:
        """Whether it is neither as it should be nor as the table says."""
        entry = known(self.case)
        if self.behavior == GOOD:
            return self.closing != GOOD
        return entry is None or (self.behavior, self.close_code) != (entry.behavior, entry.close_code)

    @property
    def is_better(self) -> bool:
        """Whether the table could do without it."""
        entry = known(self.case)
        return self.behavior == GOOD and entry is not None and entry.is_certain

    def __str__(self) -> str:
        return f"{self.case}: {self.behavior}, closing {self.closing} with {self.close_code}"


def read(index: Path, agent: str) -> list[Outcome]:
    """Read the index of a report."""
    cases: dict[str, dict[str, Any]] = json.loads(index.read_text())[agent]
    return [
        Outcome(
            case=case,
            behavior=found["behavior"],
            closing=found["behaviorClose"],
            close_code=found["remoteCloseCode"],
        )
        for case, found in sorted(cases.items(), key=lambda item: [int(part) for part in item[0].split(".")])
    ]


def summary(outcomes: list[Outcome]) -> str:
    """Say how many cases ended how, and name those that differ from the table."""
    counts = Counter(outcome.behavior for outcome in outcomes)
    lines = [f"{len(outcomes)} cases: {', '.join(f'{count} {name}' for name, count in counts.most_common())}"]
    lines += [f"worse than known: {outcome}" for outcome in outcomes if outcome.is_worse]
    lines += [f"better than known: {outcome}" for outcome in outcomes if outcome.is_better]
    return "\n".join(lines)
