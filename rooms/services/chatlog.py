"""The log as lines: what an operator reads in a terminal or keeps in a file."""

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import F

from accounts.names import name_key
from rooms.models import Message, Room, Stream
from rooms.protocol.codec import iso
from rooms.protocol.errors import ErrorCode, Refused

CHUNK = 500
ID_DIGITS = 19  # of so many a database's integer may be too small


def take_your_time() -> None:
    """Lift, for this connection, the time that a request may take: a long log takes longer. PostgreSQL only."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")


def find_any_room(wanted: str) -> Room:
    """Return a room, open or closed, by id or by name (the newest of that name). Raises Refused(not_found)."""
    is_id = wanted.isascii() and wanted.isdecimal() and len(wanted) < ID_DIGITS
    rooms = Room.objects.filter(pk=int(wanted)) if is_id else Room.objects.none()
    room = rooms.first() or Room.objects.filter(name_key=name_key(wanted)).order_by("-pk").first()
    if room is None:
        raise Refused(ErrorCode.NOT_FOUND, "no_such_room", details={"name": wanted})
    return room


def log_lines(
    *, room: Room | None, since: datetime | None, seen: dict[int, int] | None = None
) -> Iterator[str]:
    """
    Yield the log's lines: of one room in the order of its numbers, of all streams in the order of time.

    A private message is one line, not one for each inbox. Rows are fetched in chunks. `seen`: the heads as they were
    before, which are brought up to what is yielded, so that `lines_after` goes on without saying anything twice.
    """
    seen = {} if seen is None else seen
    entries = Message.objects.filter(is_origin=True).select_related("author", "peer", "stream__room")
    if since is not None:
        entries = entries.filter(sent_at__gte=since)
    if room is not None:
        entries = entries.filter(stream_id=room.pk).order_by("seq")
    else:
        entries = entries.order_by("sent_at", "stream_id", "seq")
    for entry in entries.iterator(chunk_size=CHUNK):
        seen[entry.stream_id] = max(entry.seq, seen.get(entry.stream_id, 0))
        yield line(entry)


def heads(room: Room | None) -> dict[int, int]:
    """Return up to where each stream has come, to follow it from here."""
    streams = Stream.objects.filter(pk=room.pk) if room is not None else Stream.objects.all()
    return dict(streams.values_list("pk", "last_seq"))


def lines_after(seen: dict[int, int], room: Room | None) -> Iterator[str]:
    """Yield what has been added after the heads in `seen`, which is brought up to date."""
    streams = Stream.objects.filter(last_seq__gt=0)
    if room is not None:
        streams = streams.filter(pk=room.pk)
    for stream_id, head in streams.values_list("pk", "last_seq"):
        if head > seen.get(stream_id, 0):
            entries = Message.objects.of(stream_id).after(seen.get(stream_id, 0)).filter(is_origin=True)
            entries = entries.filter(seq__lte=head).select_related("author", "peer", "stream__room")
            for entry in entries.order_by(F("seq")).iterator(chunk_size=CHUNK):
                seen[stream_id] = entry.seq
                yield line(entry)
            seen[stream_id] = head  # the rest are copies of private messages


def line(entry: Message) -> str:
    """Return an entry as one line that is safe for a terminal."""
    author = entry.author.username if entry.author else ""
    if entry.kind == Message.Kind.DIRECT:
        peer = entry.peer.username if entry.peer else ""
        where, said = f"private {author} -> {peer}", entry.text
    elif entry.kind == Message.Kind.ROOM_CLOSED:
        where, said = _room(entry), f"(closed: {entry.text})"
    else:
        where, said = _room(entry), f"{author}: {entry.text}"
    return f"{iso(entry.sent_at)} {printable(where)} #{entry.seq} {printable(said)}"


def printable(text: str) -> str:
    r"""
    Return the text with everything escaped that a terminal would obey or that would hide or reverse what stands there.

    Control characters (C0, C1, DEL), line breaks, bidirectional controls and other format characters become `\xNN` or
    `\uNNNN`; a backslash is doubled, so that the escape is unambiguous. Joiners inside emoji stay.
    """
    return "".join(_safe(character) for character in text)


_JOINERS = {"\u200d", "\u200c", "\ufe0f"}


def _safe(character: str) -> str:
    if character == "\\":
        return "\\\\"
    if character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _room(entry: Message) -> str:
    return f"room {entry.stream_id} {entry.stream.room.name}"
