"""Put people who are logged in, and rooms for them, into the database of a chat that is about to start.

`python -m tests.bench.audience PEOPLE ROOMS FILE`, in that server's environment; FILE is told tokens and rooms.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import django

from tests.harness.environment import ROOT
from tests.harness.server import ChatServer


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """A session token for each person, and the rooms' ids."""

    tokens: list[str]
    rooms: list[int]


def invite(server: ChatServer, *, people: int, rooms: int) -> Audience:
    """Make them for a server that has not been started."""
    told = server.folder / "audience.json"
    subprocess.run(
        [sys.executable, "-m", "tests.bench.audience", str(people), str(rooms), told],
        cwd=ROOT, env=server.environment, check=True,
    )  # fmt: skip
    return Audience(**json.loads(told.read_text()))


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatproject.settings")
    django.setup()
    from tests.harness.provision import make_people

    people, rooms = int(sys.argv[1]), int(sys.argv[2])
    tokens = [person["token"] for person in make_people(people, kind="talker")]
    Path(sys.argv[3]).write_text(json.dumps({"tokens": tokens, "rooms": _make_rooms(rooms)}))


def _make_rooms(count: int) -> list[int]:
    """Make permanent rooms that hold any number of people."""
    from django.db import transaction
    from django.utils import timezone

    from accounts.names import name_key
    from rooms.models import Room, Stream

    with transaction.atomic():
        streams = [Stream.objects.create(kind=Stream.Kind.ROOM) for _ in range(count)]
        Room.objects.bulk_create(
            Room(
                stream=stream,
                name=(name := f"Bench {number}"),
                name_key=name_key(name),
                kind=Room.Kind.PERMANENT,
                created_at=timezone.now(),
            )
            for number, stream in enumerate(streams)
        )
    return [stream.pk for stream in streams]


if __name__ == "__main__":
    main()
