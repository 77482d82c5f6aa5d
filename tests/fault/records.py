"""What happened in a run, in its order: kept for the judge, and written as lines of JSON for people.

| kind | who writes it, and when |
|---|---|
| `invoke` | a client, before it first sends a message: `id` is its `client_id` |
| `ok`, `fail` | a client that was told what became of it, for good; without either it is unknown |
| `got`, `cut` | a client that was sent a durable event, `anew` where a stream begins elsewhere; or a `truncated` mark |
| `open`, `closed` | a client that is caught up on a new connection; that has lost it, or has left it (`own`) |
| `moved` | a client that is in another room |
| `broken` | a client whose connection broke the protocol |
| `fault`, `healed` | a fault, when it begins and when nothing is broken any more |
| `held` | a client at the end: up to where it has a stream |
| `truth` | what a newcomer reads of a stream at the end |
| `export` | a line that `manage.py chatlog` prints at the end |
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Self

Record = dict[str, Any]


class Records:
    """The records of one run. `t` is in seconds since its beginning, of a clock that no fault turns."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.all: list[Record] = []
        self._began_at = time.monotonic()
        self._file = path.open("w")

    def note(self, kind: str, **facts: Any) -> None:
        """Write down that something has just happened."""
        record = {"t": round(time.monotonic() - self._began_at, 4), "kind": kind, **facts}
        self.all.append(record)
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")

    def of(self, *kinds: str) -> list[Record]:
        return [record for record in self.all if record["kind"] in kinds]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()


def read(path: Path) -> list[Record]:
    """Return the records of an earlier run."""
    return [json.loads(line) for line in path.read_text().splitlines()]
