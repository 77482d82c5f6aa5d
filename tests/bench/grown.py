"""
Fill an empty database with what piles up in years: messages in one room, rooms, accounts, private messages, sessions.

`python -m tests.bench.grown --messages 1000000 --rooms 10000 --people 100000`, in the environment of a chat: DATA_DIR
or DATABASE_URL. A database that has people in it is left alone.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import django

from tests.harness.environment import ROOT
from tests.harness.server import ChatServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """
    How much there is.

    `messages` are in the default room; a tenth as many are spread over the other rooms, and a tenth are private, half
    of them with the first person. `rooms` are open; as many again have closed before. Everybody has an inbox, has been
    in the default room, and has a session that has run out.
    """

    messages: int
    rooms: int
    people: int

    def __str__(self) -> str:
        return f"{self.messages:,} messages, {self.rooms:,} rooms, {self.people:,} people"


SMALL = Size(messages=1_000, rooms=10, people=100)
GROWN = Size(messages=1_000_000, rooms=10_000, people=100_000)
FEWEST = SMALL  # below it there are not as many pages, peers and people as are assumed


def grow(server: ChatServer, size: Size) -> None:
    """Fill the database of a server that has not been started."""
    asked = ("--messages", str(size.messages), "--rooms", str(size.rooms), "--people", str(size.people))
    subprocess.run(
        [sys.executable, "-m", "tests.bench.grown", *asked], cwd=ROOT, env=server.environment, check=True
    )


def main() -> int:
    size = _asked()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from accounts.models import User
    from tests.bench.grown_rows import fill, settle

    call_command("migrate", interactive=False, verbosity=0)
    where = f"{connection.vendor} {connection.settings_dict['NAME']}"
    if User.objects.exists():
        print(f"chat: there are people in {where}: nothing is written", file=sys.stderr)
        return 1
    began_at = time.monotonic()
    fill(size)
    settle()
    print(f"chat: {where} has {size}, in {time.monotonic() - began_at:.0f} s", flush=True)
    return 0


def _asked() -> Size:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.grown", description=__doc__)
    for name in ("messages", "rooms", "people"):
        parser.add_argument(f"--{name}", type=int, default=getattr(GROWN, name))
    options = parser.parse_args()
    size = Size(messages=options.messages, rooms=options.rooms, people=options.people)
    if size.messages < FEWEST.messages or size.rooms < FEWEST.rooms or size.people < FEWEST.people:
        parser.error(f"at least {FEWEST}")
    return size


if __name__ == "__main__":
    sys.exit(main())
