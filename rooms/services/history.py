"""Reading logs: for feeds, for those who catch up, for history. One serialiser for all."""

# ruff: noqa: S608 - what is put into the statements is words of this file

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from accounts.names import display_name
from rooms.delivery.entries import Entry, LogPage
from rooms.frames import Closing, Said, Somebody, frame
from rooms.models import History, Inbox, Message, Room, Stream
from rooms.models.clock import moment
from rooms.sql import Row, rows

NOTHING = LogPage(0, 0, [])


class Called(NamedTuple):
    """A person, as far as an entry says who they are."""

    pk: int
    username: str
    display_name: str
    is_erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An entry as it was read."""

    stream_id: int
    seq: int
    kind: str
    author: Called | None
    peer: Called | None
    text: str
    client_id: UUID | None
    is_origin: bool
    sent_at: datetime


def read_log(stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
    """
    Read up to `limit` entries: the oldest after `after`, else the newest before `before`, else the newest.

    The head is read first, so that it never claims more than the entries have. Entries come oldest first. One query
    where there is nothing to read behind the head, else two (decision 0020).
    """
    found = rows(
        "SELECT s.last_seq, s.floor_seq, u.id, u.username, u.first_name, u.last_name, u.erased_at"
        " FROM rooms_stream s LEFT JOIN rooms_inbox i ON i.stream_id = s.id"
        " LEFT JOIN accounts_user u ON u.id = i.user_id WHERE s.id = %s",
        [stream_id],
    )
    if not found:
        return NOTHING
    [(head, floor, *owner)] = found
    if after is not None:
        entries = _stored(stream_id, "m.seq > %s ORDER BY m.seq", after, limit) if after < head else []
    else:
        upto = before - 1 if before is not None else head
        entries = _stored(stream_id, "m.seq <= %s ORDER BY m.seq DESC", upto, limit if head else 0)[::-1]
    return LogPage(head, floor, _encoded(entries, stream_id, inbox_of=_called(owner)))


def read_heads(stream_ids: Sequence[int]) -> dict[int, int]:
    """Return the head of each stream, in one query."""
    return dict(Stream.objects.filter(pk__in=stream_ids).values_list("pk", "last_seq"))


def encode_entries(stream: Stream, entries: Sequence[Said]) -> list[Entry]:
    """Turn entries of one stream into finished frames."""
    owner = (
        Inbox.objects.select_related("user").get(stream=stream).user
        if stream.kind == Stream.Kind.INBOX
        else None
    )
    return _encoded(entries, stream.pk, inbox_of=owner)


def history_name() -> str:
    """Return the name of this database's history."""
    history, _ = History.objects.get_or_create(pk=1)
    return str(history.name)


def default_room_id() -> int:
    """Return the room where everybody lands."""
    return Room.objects.values_list("pk", flat=True).get(kind=Room.Kind.DEFAULT)


def _stored(stream_id: int, which: str, seq: int, limit: int) -> list[Stored]:
    """Read entries of a log by its index one_entry_per_seq."""
    if not limit:
        return []
    return [
        _of_row(stream_id, row)
        for row in rows(
            "SELECT m.seq, m.kind, m.text, m.client_id, m.is_origin, m.sent_at,"
            " a.id, a.username, a.first_name, a.last_name, a.erased_at,"
            " p.id, p.username, p.first_name, p.last_name, p.erased_at FROM rooms_message m"
            " LEFT JOIN accounts_user a ON a.id = m.author_id LEFT JOIN accounts_user p ON p.id = m.peer_id"
            f" WHERE m.stream_id = %s AND {which} LIMIT %s",
            [stream_id, seq, limit],
        )
    ]


def _of_row(stream_id: int, row: Row) -> Stored:
    seq, kind, text, client_id, is_origin, sent_at = row[:6]
    return Stored(
        stream_id=stream_id,
        seq=seq,
        kind=kind,
        author=_called(row[6:11]),
        peer=_called(row[11:16]),
        text=text,
        client_id=UUID(client_id) if isinstance(client_id, str) else client_id,  # SQLite has no type for it
        is_origin=bool(is_origin),
        sent_at=moment(sent_at),
    )


def _called(columns: Row) -> Called | None:
    pk, login, first, last, erased_at = columns
    return (
        Called(pk, login, display_name(first, last, login), erased_at is not None) if pk is not None else None
    )


def _encoded(entries: Sequence[Said], stream_id: int, *, inbox_of: Somebody | None) -> list[Entry]:
    closing = None
    if any(entry.kind == Message.Kind.ROOM_CLOSED for entry in entries):
        closing = Closing(Room.objects.values_list("name", flat=True).get(pk=stream_id), default_room_id())
    return [
        Entry(
            entry.seq,
            frame(entry, inbox_of=inbox_of, closing=closing),
            entry.kind == Message.Kind.ROOM_CLOSED,
        )
        for entry in entries
    ]
