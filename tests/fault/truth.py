"""What is stored when a run is over: read by newcomers over the protocol, and by the operator's export."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

from tests.fault.actors import essence
from tests.fault.records import Records
from tests.harness.client import ChatClient
from tests.harness.people import Person
from tests.harness.server import ChatServer
from tests.harness.streams import Frame

PAGE = 200
_LINE = re.compile(r"\S+ (?P<place>room (?P<room>\d+) .*?|private .*?) #(?P<seq>\d+) (?P<said>.*)")


async def note_truth(newcomer: Person, people: list[Person], records: Records) -> None:
    """Let a newcomer read every open room, and everybody their own inbox from a new connection."""
    async with await ChatClient.open(newcomer) as reader:
        for room in await reader.rooms():
            stream = f"room:{room['id']}"
            records.note("truth", stream=stream, entries=[entry async for entry in _read(reader, stream)])
    for person in people:
        async with await ChatClient.open(person) as reader:
            entries = [entry async for entry in _read(reader, "inbox")]
            records.note("truth", stream=f"inbox:{person.login}", entries=entries)


async def _read(reader: ChatClient, stream: str) -> AsyncIterator[Frame]:
    after, more = 0, True
    while more:
        page = await reader.history(stream, after=after, limit=PAGE)
        for event in page["events"]:
            after = event["seq"]
            yield essence(event)
        more = page["more"]


def note_export(server: ChatServer, records: Records) -> None:
    for entry in _parsed(server.manage("chatlog")):
        records.note("export", **entry)


def _parsed(text: str) -> Iterator[Frame]:
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        assert found, line
        said = found["said"]
        if found["room"] is None:
            yield {"stream": "private", "place": found["place"], "text": said}
        elif said.startswith("(closed: "):
            yield {"stream": f"room:{found['room']}", "seq": int(found["seq"]), "type": "room.closed"}
        else:
            author, _colon, words = said.partition(": ")
            yield {
                "stream": f"room:{found['room']}",
                "seq": int(found["seq"]),
                "type": "message.posted",
                "author": author,
                "text": words,
            }
