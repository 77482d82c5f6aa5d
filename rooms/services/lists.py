"""The lists: rooms, people, conversations. Each is paged by a key that has an index."""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from rooms.delivery.entries import Entry
from rooms.frames import occupant
from rooms.models import Inbox, LiveConnection, Message, Room, Stream
from rooms.models.clock import moment
from rooms.protocol.codec import iso
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import INBOX, room_of
from rooms.protocol.limits import INTEGER
from rooms.sql import places, rows as rows_of

from .history import encode_entries
from .marks import unread_with
from .occupancy import views_after


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list. `keys[i]`, given as `after`, continues behind `items[i]`; `more`: there are others behind."""

    items: list[Any]  # Any: JSON
    keys: list[str]
    more: bool


def list_rooms(user_id: int, *, after: str | None, limit: int) -> Page:
    """List the open rooms, live counts, own marks and last activity in each; the default room first, oldest first."""
    found = views_after(_number(after), limit=limit + 1)
    views = found[:limit]
    ids = [view.id for view in views]
    items = [{**view.to_wire(), **about} for view, about in zip(views, _about(user_id, ids), strict=True)]
    return Page(items, [str(view.id) for view in views], len(found) > limit)


def list_users(*, after: str | None, limit: int) -> Page:
    """List the people by login, with the rooms in which they are now."""
    people = User.objects.present().filter(is_active=True).order_by("username_key")
    columns = ("id", "username", "username_key", "first_name", "last_name", "erased_at")
    rows = list(people.filter(username_key__gt=after or "").values(*columns)[: limit + 1])
    rooms = _rooms_of([row["id"] for row in rows])
    items = [
        {**occupant(row).to_wire(), "online": row["id"] in rooms, "rooms": sorted(rooms.get(row["id"], ()))}
        for row in rows[:limit]
    ]
    return Page(items, [row["username_key"] for row in rows[:limit]], len(rows) > limit)


def room_names(room_ids: Collection[int]) -> dict[int, str]:
    """Return the names of these rooms, as far as they are open."""
    return dict(Room.objects.open().filter(pk__in=room_ids).values_list("pk", "name"))


def list_conversations(user_id: int, *, after: str | None, limit: int) -> Page:
    """List with whom one has exchanged private messages, newest first, with the last of each and what is unread."""
    inbox = Inbox.objects.filter(pk=user_id).first()
    if inbox is None:
        return Page([], [], more=False)
    before = _number(after) if after is not None else INTEGER
    seqs = _last_of_each_peer(inbox.stream_id, before=before, limit=limit + 1)
    entries = Message.objects.of(inbox.stream_id).filter(seq__in=seqs).with_people()
    last = {entry.seq: entry for entry in entries}
    marks = unread_with(user_id, inbox.stream_id, {entry.peer_id for entry in last.values() if entry.peer_id})
    items = [_conversation(last[seq], marks) for seq in seqs[:limit]]
    return Page(items, [str(seq) for seq in seqs[:limit]], len(seqs) > limit)


def fetch_history(
    user_id: int, *, stream: str, before: int | None, after: int | None, limit: int
) -> tuple[list[Entry], bool]:
    """
    Read an open room or one's own inbox; return entries, oldest first, and whether there are more that way.

    Raises Refused(not_found) for everything else.
    """
    log = _readable(user_id, stream)
    if log is None:
        return [], False
    entries = Message.objects.of(log.pk).with_people()
    if after is not None:
        rows = list(entries.after(after)[: limit + 1])
        return encode_entries(log, rows[:limit]), len(rows) > limit
    rows = list(entries.before(before if before is not None else log.last_seq + 1)[: limit + 1])
    return encode_entries(log, rows[:limit][::-1]), len(rows) > limit


def fetch_conversation(
    user_id: int, *, login: str, before: int | None, limit: int
) -> tuple[list[Entry], bool]:
    """Read the private messages with one person, oldest first. Raises Refused(user_not_found)."""
    peer = User.objects.named(login).first()
    if peer is None or peer.username.casefold() != login.casefold():
        raise Refused(ErrorCode.USER_NOT_FOUND, details={"login": login})
    inbox = Inbox.objects.select_related("stream").filter(pk=user_id).first()
    if inbox is None:
        return [], False
    log = inbox.stream
    entries = Message.objects.of(log.pk).filter(kind=Message.Kind.DIRECT, peer=peer).with_people()
    rows = list(entries.before(before if before is not None else log.last_seq + 1)[: limit + 1])
    return encode_entries(log, rows[:limit][::-1]), len(rows) > limit


def _last_of_each_peer(inbox_id: int, *, before: int, limit: int) -> list[int]:
    """
    Return the number of the last message with each peer, the newest first. Index: message_of_conversation.

    It goes from peer to peer in the index: to group by them would read every message that was ever exchanged.
    """
    said = f"FROM rooms_message m WHERE m.stream_id = %s AND m.kind = '{Message.Kind.DIRECT.value}'"
    found = rows_of(
        f"WITH RECURSIVE peers (id) AS (SELECT MIN(m.peer_id) {said} UNION ALL"
        f" SELECT (SELECT MIN(m.peer_id) {said} AND m.peer_id > peers.id) FROM peers WHERE peers.id IS NOT NULL),"
        f" last (seq) AS (SELECT (SELECT MAX(m.seq) {said} AND m.peer_id = peers.id) FROM peers)"
        " SELECT seq FROM last WHERE seq < %s ORDER BY seq DESC LIMIT %s",
        [inbox_id, inbox_id, inbox_id, before, limit],
    )
    return [seq for (seq,) in found]


def _about(user_id: int, room_ids: Sequence[int]) -> list[dict[str, Any]]:
    """
    Return for each of these rooms one's own mark, and when something was last said there, or it was made. One query.

    Indexes: one_participant_per_room_and_person, one_entry_per_seq; what stands there is looked up for each room.
    """
    mark = "SELECT p.last_read_seq FROM rooms_participant p WHERE p.room_id = r.stream_id AND p.user_id = %s"
    last = (
        "SELECT m.sent_at FROM rooms_message m WHERE m.stream_id = r.stream_id"
        " AND m.seq = (SELECT s.last_seq FROM rooms_stream s WHERE s.id = r.stream_id)"
    )
    found = rows_of(
        f"SELECT r.stream_id, ({mark}), COALESCE(({last}), r.created_at) FROM rooms_room r"
        f" WHERE r.stream_id IN ({places(room_ids)})",
        [user_id, *room_ids],
    )
    about = {room_id: {"read": read, "active_at": iso(moment(at))} for room_id, read, at in found}
    return [about[room_id] for room_id in room_ids]


def _conversation(entry: Message, marks: Mapping[int, tuple[int, int]]) -> dict[str, Any]:
    peer = entry.peer
    assert peer is not None
    name = "" if peer.is_erased else peer.display_name
    read, unread = marks[peer.pk]
    return {
        "login": peer.username,
        "name": name,
        "seq": entry.seq,
        "at": iso(entry.sent_at),
        "text": entry.text,
        "read": read,
        "unread": unread,
    }


def _readable(user_id: int, stream: str) -> Stream | None:
    """The one door to logs: None is one's own inbox that has not been made yet."""
    if stream == INBOX:
        inbox = Inbox.objects.select_related("stream").filter(pk=user_id).first()
        return inbox.stream if inbox else None
    room_id = room_of(stream)
    if room_id is not None:
        room = Room.objects.open().select_related("stream").filter(pk=room_id).first()
        if room is not None:
            return room.stream
    raise Refused(ErrorCode.NOT_FOUND, "no_such_stream")


def _rooms_of(user_ids: Sequence[int]) -> dict[int, set[int]]:
    rooms: dict[int, set[int]] = {}
    for user_id, room_id in LiveConnection.objects.filter(user_id__in=user_ids).values_list(
        "user_id", "room_id"
    ):
        rooms.setdefault(user_id, set()).add(room_id)
    return rooms


def _number(after: str | None) -> int:
    """Read a page's key; one that is not ours is refused."""
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Refused(ErrorCode.BAD_REQUEST, "bad_page")
    return int(after)
