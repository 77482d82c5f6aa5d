"""Reading logs: for feeds, for those who catch up, for history. One serialiser for all."""

from collections.abc import Sequence

from accounts.models import User
from rooms.delivery.entries import Entry, LogPage
from rooms.frames import frame
from rooms.models import History, Inbox, Message, Room, Stream

NOTHING = LogPage(0, 0, [])


def read_log(stream_id: int, after: int | None, before: int | None, limit: int) -> LogPage:
    """
    Read up to `limit` entries: the oldest after `after`, else the newest before `before`, else the newest.

    The head is read first, so that it never claims more than the entries have. Entries come oldest first.
    """
    stream = Stream.objects.filter(pk=stream_id).first()
    if stream is None:
        return NOTHING
    entries = Message.objects.of(stream_id).with_people()
    if after is not None:
        rows = list(entries.after(after)[:limit])
    else:
        rows = list(entries.before(before if before is not None else stream.last_seq + 1)[:limit])[::-1]
    return LogPage(stream.last_seq, stream.floor_seq, encode_entries(stream, rows))


def read_heads(stream_ids: Sequence[int]) -> dict[int, int]:
    """Return the head of each stream, in one query."""
    return dict(Stream.objects.filter(pk__in=stream_ids).values_list("pk", "last_seq"))


def encode_entries(stream: Stream, rows: Sequence[Message]) -> list[Entry]:
    """Turn entries of one stream into finished frames."""
    owner = _owner(stream) if stream.kind == Stream.Kind.INBOX else None
    closes = any(row.kind == Message.Kind.ROOM_CLOSED for row in rows)
    default_id = default_room_id() if closes else 0
    return [
        Entry(
            row.seq,
            frame(row, inbox_of=owner, default_room_id=default_id),
            row.kind == Message.Kind.ROOM_CLOSED,
        )
        for row in rows
    ]


def history_name() -> str:
    """Return the name of this database's history."""
    history, _ = History.objects.get_or_create(pk=1)
    return str(history.name)


def default_room_id() -> int:
    """Return the room where everybody lands."""
    return Room.objects.values_list("pk", flat=True).get(kind=Room.Kind.DEFAULT)


def _owner(stream: Stream) -> User:
    return Inbox.objects.select_related("user").get(stream=stream).user
