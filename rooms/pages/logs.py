"""Reading the logs that a page prints: one page of a room or of a conversation, and where it stands in the log."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from accounts.models import User
from rooms.frames import event
from rooms.models import Inbox, Message, Room, Stream
from rooms.protocol.codec import iso
from rooms.protocol.events import Wire
from rooms.services.marks import read_in_rooms, unread_with

from .rows import Unread

PAGE = 30
BEFORE_SOUGHT = 19  # most of a page around a message stands above it: a log is read from its end


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """
    Which part of a log is meant: the newest page, or that before, after or around a number.

    A number that the log does not have means the newest page.
    """

    before: int | None = None
    after: int | None = None
    around: int | None = None


NEWEST = Window()


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """
    A page of a log, oldest first, as the events were sent live.

    `head`: up to where the log was when it was read. `has_older`, `has_newer`: whether there is more on either side.
    `unread`: what the reader had not read by then, None where nothing is known of it.
    """

    events: list[Wire] = field(default_factory=list)
    head: int = 0
    unread: Unread | None = None
    has_older: bool = False
    has_newer: bool = False

    @property
    def marked(self) -> int | None:
        """Return up to where the reader had read."""
        return None if self.unread is None else self.unread.after

    @property
    def has_first_unread(self) -> bool:
        """Tell whether the page goes back to what is unread, and from there to the end."""
        if self.unread is None or self.unread.count == 0 or self.has_newer:
            return False
        return not self.has_older or self.first <= self.unread.after + 1

    @property
    def first(self) -> int:
        """Return the number of the oldest entry."""
        return int(self.events[0]["seq"]) if self.events else 0

    @property
    def last(self) -> int:
        """Return the number of the newest entry."""
        return int(self.events[-1]["seq"]) if self.events else 0


def read_room(user: User, room: Room, window: Window = NEWEST) -> Printed:
    """Read a page of an open room that was selected with its stream. The stream has no holes, so its ends are known."""
    stream = room.stream
    read = read_in_rooms(user.pk, [room.pk]).get(room.pk)
    unread = None if read is None else Unread(after=read, count=max(0, stream.last_seq - read))
    entries = _rows_of(stream, window)
    if not entries:
        return Printed(head=stream.last_seq, unread=unread)
    return Printed(
        events=[event(entry) for entry in entries],
        head=stream.last_seq,
        unread=unread,
        has_older=entries[0].seq > stream.floor_seq + 1,
        has_newer=entries[-1].seq < stream.last_seq,
    )


def read_inbox(user: User, *, since: str) -> Printed:
    """Read the newest of what reached somebody in private, nothing older than `since`, a time of the wire or ""."""
    inbox = Inbox.objects.select_related("stream").filter(pk=user.pk).first()
    if inbox is None:
        return Printed()
    shown = _no_older(_newest(inbox.stream), since)
    return Printed(
        events=[event(entry, inbox_of=user) for entry in shown],
        head=inbox.stream.last_seq,
        has_older=inbox.stream.last_seq - len(shown) > inbox.stream.floor_seq,
    )


def read_conversation(user: User, peer: User, window: Window = NEWEST) -> Printed:
    """Read a page of what two people have said in private. `head` is that of the reader's inbox."""
    inbox = Inbox.objects.select_related("stream").filter(pk=user.pk).first()
    if inbox is None:
        return Printed()
    head = inbox.stream.last_seq
    said = Message.objects.of(inbox.stream_id).filter(kind=Message.Kind.DIRECT, peer=peer).with_people()
    if window.after is not None:
        entries = list(said.filter(seq__lte=head).after(window.after)[: PAGE + 1])
        has_older, has_newer = True, len(entries) > PAGE
        entries = entries[:PAGE]
    else:
        before = head + 1 if window.before is None else min(window.before, head + 1)
        entries = list(said.before(before)[: PAGE + 1])
        has_older, has_newer = len(entries) > PAGE, before <= head
        entries = entries[:PAGE][::-1]
    if not entries and window != NEWEST:
        return read_conversation(user, peer)
    after, count = unread_with(user.pk, inbox.stream_id, [peer.pk])[peer.pk]
    return Printed(
        events=[event(entry, inbox_of=user) for entry in entries],
        head=head,
        unread=Unread(after=after, count=count),
        has_older=has_older,
        has_newer=has_newer and bool(entries),
    )


def _rows_of(stream: Stream, window: Window) -> list[Message]:
    entries = Message.objects.of(stream.pk).with_people()
    head, floor = stream.last_seq, stream.floor_seq
    if window.around is not None and floor < window.around <= head:
        first = max(floor + 1, min(window.around - BEFORE_SOUGHT, head - PAGE + 1))
        return list(entries.after(first - 1).filter(seq__lte=head)[:PAGE])
    if window.after is not None and floor <= window.after < head:
        return list(entries.after(window.after).filter(seq__lte=head)[:PAGE])
    before = head + 1
    if window.before is not None and floor + 1 < window.before <= head:
        before = window.before
    return list(entries.before(before)[:PAGE])[::-1]


def _newest(stream: Stream) -> list[Message]:
    entries = Message.objects.of(stream.pk).filter(kind=Message.Kind.DIRECT).with_people()
    return list(entries.before(stream.last_seq + 1)[:PAGE])


def _no_older(newest_first: Sequence[Message], since: str) -> list[Message]:
    return list(takewhile(lambda entry: iso(entry.sent_at) >= since, newest_first))[::-1]
