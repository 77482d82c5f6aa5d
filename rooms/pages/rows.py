"""
What a printed log shows, line by line, made from the events as they go over the wire.

The same lines as `static/js/chat/log_rows.js` and `grouping.js` make of them, under the same keys: what is printed here
the scripts take over. Pure; `tests/contract/grouping.json` holds both to one table.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from accounts import avatars
from rooms.protocol.events import DirectPosted, MessagePosted, Wire

# One after another within this time, one person's messages stand under one name.
TOGETHER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message. The peer is with whom a private one is; it has no name where the page says it for all."""

    key: str
    stream: str
    seq: int
    at: datetime
    text: str
    author_login: str
    author_name: str
    peer_login: str = ""
    peer_name: str = ""
    is_own: bool
    is_private: bool
    is_continued: bool = False
    is_last: bool = True

    @property
    def hue(self) -> int:
        """Return the hue of the author's face."""
        return avatars.hue(self.author_login)

    @property
    def initials(self) -> str:
        """Return what stands in the author's face."""
        return avatars.initials(self.author_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """A day begins: for the `count`th time, where two streams disagree about the time."""

    day: date
    count: int = 1

    @property
    def key(self) -> str:
        """Return the key that the scripts know this line by."""
        return f"day/{self.day.isoformat()}/{self.count}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """What follows was unread when the page was asked for; `text` says how much."""

    text: str
    key: str = "new"
    is_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """What a reader has not read of a place: `count` entries after `after`."""

    after: int
    count: int


Row = MessageRow | DayRow | NewRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Eyes:
    """For whom it is printed: their login, their zone, and what they call somebody whose account is deleted."""

    login: str
    zone: tzinfo
    nameless: str


def message_rows(events: Iterable[Wire], reader: Eyes) -> list[MessageRow]:
    """Return the messages among these events, in their order."""
    kinds = (MessagePosted.type, DirectPosted.type)
    return [_message_row(event, reader) for event in events if event["type"] in kinds]


def without_peer(rows: Sequence[MessageRow]) -> list[MessageRow]:
    """Return the rows of a conversation, whose page says with whom it is."""
    return [replace(row, peer_login="", peer_name="") for row in rows]


def with_private(rows: Sequence[MessageRow], private: Sequence[MessageRow]) -> list[MessageRow]:
    """Put private messages among those of a room by time; each stream keeps its own order, whatever the times say."""
    merged: list[MessageRow] = []
    waiting = list(private)
    for row in rows:
        while waiting and waiting[0].at < row.at:
            merged.append(waiting.pop(0))
        merged.append(row)
    return [*merged, *waiting]


def first_unread(rows: Sequence[MessageRow], unread: Unread) -> str:
    """Return the key of the first message of somebody else that is unread, "" for none."""
    return next((row.key for row in rows if not row.is_own and row.seq > unread.after), "")


def grouped(rows: Sequence[MessageRow], *, new: str = "", told: str = "") -> list[Row]:
    """
    Return the rows under the days on which they were said, each told whether it stands with its neighbours.

    `new`: the key of the one above which a line has `told` how much is unread.
    """
    continued = [False, *(_is_continued(row, before) for before, row in pairwise(rows))]
    continued = [is_one and row.key != new for is_one, row in zip(continued, rows, strict=False)]
    lines: list[Row] = []
    seen: Counter[date] = Counter()
    day: date | None = None
    for index, row in enumerate(rows):
        if row.at.date() != day:
            day = row.at.date()
            seen[day] += 1
            lines.append(DayRow(day=day, count=seen[day]))
        if row.key == new:
            lines.append(NewRow(text=told))
        is_last = index + 1 == len(rows) or not continued[index + 1]
        lines.append(replace(row, is_continued=continued[index], is_last=is_last))
    return lines


def _message_row(event: Wire, reader: Eyes) -> MessageRow:
    author = event["author"]
    is_own = author["login"] == reader.login
    is_private = event["type"] == DirectPosted.type
    peer: dict[str, Any] = (event["to"] if is_own else author) if is_private else {}  # Any: this is JSON
    return MessageRow(
        # One's own message keeps its key from being written to being stored.
        key=event["client_id"] if is_own else f"{event['stream']}/{event['seq']}",
        stream=event["stream"],
        seq=event["seq"],
        at=datetime.fromisoformat(event["sent_at"]).astimezone(reader.zone),
        text=event["text"],
        author_login=author["login"],
        author_name=author["name"] or reader.nameless,
        peer_login=peer.get("login", ""),
        peer_name=peer.get("name", "") or (reader.nameless if is_private else ""),
        is_own=is_own,
        is_private=is_private,
    )


def _is_continued(row: MessageRow, before: MessageRow) -> bool:
    """Tell whether a message stands under the name of the one before it."""
    if row.at.date() != before.at.date() or _shared(row) != _shared(before):
        return False
    return row.at - before.at < TOGETHER


def _shared(row: MessageRow) -> tuple[bool, bool, str]:
    """Return what two messages must have in common to stand under one name."""
    other = row.peer_login if row.is_private else "" if row.is_own else row.author_login
    return row.is_private, row.is_own, other
