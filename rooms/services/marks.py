"""
Read marks: up to where somebody has read a room or a conversation. They only ever go forward.

Many at a time in one transaction, as posts are, but on a thread of their own: no post waits behind them.
"""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from accounts.names import name_key
from rooms import sql
from rooms.delivery.groups import inbox_group
from rooms.delivery.hints import Hint
from rooms.delivery.publisher import publish_on_commit
from rooms.models import Message
from rooms.protocol.codec import encode
from rooms.protocol.errors import ErrorCode, Refused
from rooms.protocol.events import ReadMarked, room_of, room_stream
from rooms.protocol.limits import UNREAD_COUNTED
from rooms.transactions import writing

from .posting_rows import Somebody, find_people

_DIRECT = f"m.kind = '{Message.Kind.DIRECT.value}'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A person has read up to `seq`: of the stream of a room, or of their inbox what was exchanged `with_` a login."""

    user_id: int
    seq: int
    stream: str | None = None
    with_: str | None = None


@dataclass(slots=True, kw_only=True)
class _Place:
    """Up to where it has been read, and how far it goes. `inbox_id`: the stream of the reader's inbox."""

    read: int
    head: int
    inbox_id: int | None
    has_changed: bool = False

    def move(self, seq: int) -> int:
        """Move the mark forward, no further than the head; return where it is now."""
        read = max(self.read, min(seq, self.head))
        self.has_changed |= read > self.read
        self.read = read
        return read


_Key = tuple[int, int]
"""Whose mark, and of which room; or of the conversation with whom."""


def mark_read(marks: Sequence[Mark]) -> list[int | Exception]:
    """
    Move marks forward in one transaction; return for each where it is now, or why there is none.

    `not_found`: a room that is not open, or that one has never been in; everything else that is no room's stream.
    `user_not_found`: nobody has that login. A conversation in which nothing was said has its mark at 0. Safe to repeat.
    """
    peers = _peers({mark.with_ for mark in marks if mark.with_ is not None})
    with writing():
        rooms = _lock_rooms({key for mark in marks if (key := _room_key(mark)) is not None})
        talks = _look_at_conversations({key for mark in marks if (key := _talk_key(mark, peers)) is not None})
        results: list[int | Exception] = [_move(mark, rooms, talks, peers) for mark in marks]
        _store_rooms(rooms)
        _store_conversations(talks)
        _tell(rooms, talks, {peer.pk: peer.username for peer in peers.values()})
    return results


def read_in_rooms(user_id: int, room_ids: Collection[int]) -> dict[int, int]:
    """Return the marks of a person in these rooms, as far as they have been there.

    Index: one_participant_per_room_and_person; what stands there is looked up for each room, as in `occupancy`.
    """
    found = sql.rows(
        "SELECT r.stream_id, (SELECT p.last_read_seq FROM rooms_participant p"
        " WHERE p.room_id = r.stream_id AND p.user_id = %s)"
        f" FROM rooms_room r WHERE r.stream_id IN ({sql.places(room_ids)})",
        [user_id, *room_ids],
    )
    return {room_id: read for room_id, read in found if read is not None}


def unread_with(user_id: int, inbox_id: int, peer_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """
    Return for each of these people up to where the conversation with them is read, and how much they have said since.

    Of what came since only the newest UNREAD_COUNTED are looked at, one's own too. Index: message_of_conversation.
    """
    peers = f"SELECT u.id AS peer_id FROM accounts_user u WHERE u.id IN ({sql.places(peer_ids)})"
    mark = "SELECT k.last_read_seq FROM rooms_conversationmark k WHERE k.user_id = %s AND k.peer_id = peers.peer_id"
    since = (
        f"SELECT m.is_origin FROM rooms_message m WHERE m.stream_id = %s AND {_DIRECT}"
        " AND m.peer_id = talks.peer_id AND m.seq > talks.mark ORDER BY m.seq DESC LIMIT %s"
    )
    found = sql.rows(
        f"SELECT peer_id, mark, (SELECT COUNT(*) FROM ({since}) AS since WHERE NOT since.is_origin)"
        f" FROM (SELECT peer_id, COALESCE(({mark}), 0) AS mark FROM ({peers}) AS peers) AS talks",
        [inbox_id, UNREAD_COUNTED, user_id, *peer_ids],
    )
    return {peer_id: (read, unread) for peer_id, read, unread in found}


def _peers(logins: Collection[str]) -> dict[str, Somebody]:
    """Say who is meant: logins are compared without case, but a look-alike is not the same person."""
    if not logins:
        return {}
    keys = {login: name_key(login) for login in logins}
    by_key = {somebody.username_key: somebody for somebody in find_people((), set(keys.values()))}
    met = {login: by_key[key] for login, key in keys.items() if key in by_key}
    return {login: each for login, each in met.items() if each.username.casefold() == login.casefold()}


def _room_key(mark: Mark) -> _Key | None:
    room_id = room_of(mark.stream) if mark.stream is not None else None
    return (mark.user_id, room_id) if room_id is not None else None


def _talk_key(mark: Mark, peers: Mapping[str, Somebody]) -> _Key | None:
    peer = peers.get(mark.with_) if mark.with_ is not None else None
    return (mark.user_id, peer.pk) if peer is not None else None


def _lock_rooms(keys: Collection[_Key]) -> dict[_Key, _Place]:
    """Lock the marks of people in open rooms that they have been in, in one order everywhere."""
    if not keys:
        return {}
    ask = (
        f"{_asked(keys)} SELECT p.user_id, p.room_id, p.last_read_seq, s.last_seq, i.stream_id FROM asked"
        " JOIN rooms_participant p ON p.room_id = asked.place_id AND p.user_id = asked.user_id"
        " JOIN rooms_room r ON r.stream_id = p.room_id AND r.closed_at IS NULL"
        " JOIN rooms_stream s ON s.id = p.room_id"
        " LEFT JOIN rooms_inbox i ON i.user_id = p.user_id ORDER BY p.room_id, p.user_id"
    )
    return _places(ask + sql.locking("NO KEY UPDATE OF p"), keys)


def _look_at_conversations(keys: Collection[_Key]) -> dict[_Key, _Place]:
    """Read the marks of conversations in which something was said. Index: message_of_conversation."""
    if not keys:
        return {}
    last = (
        f"(SELECT MAX(m.seq) FROM rooms_message m WHERE m.stream_id = i.stream_id AND {_DIRECT}"
        " AND m.peer_id = asked.place_id)"
    )
    ask = (
        f"{_asked(keys)} SELECT asked.user_id, asked.place_id, COALESCE(k.last_read_seq, 0), COALESCE({last}, 0),"
        " i.stream_id FROM asked JOIN rooms_inbox i ON i.user_id = asked.user_id LEFT JOIN rooms_conversationmark k"
        " ON k.user_id = asked.user_id AND k.peer_id = asked.place_id ORDER BY asked.user_id, asked.place_id"
    )
    return _places(ask, keys)


def _asked(keys: Collection[_Key]) -> str:
    return f"WITH asked (user_id, place_id) AS (VALUES {', '.join(['(%s, %s)'] * len(keys))})"


def _places(ask: str, keys: Collection[_Key]) -> dict[_Key, _Place]:
    found = sql.rows(ask, [value for key in keys for value in key])
    return {
        (user_id, place_id): _Place(read=read, head=head, inbox_id=inbox_id)
        for user_id, place_id, read, head, inbox_id in found
    }


def _move(
    mark: Mark,
    rooms: Mapping[_Key, _Place],
    talks: Mapping[_Key, _Place],
    peers: Mapping[str, Somebody],
) -> int | Refused:
    if mark.with_ is not None:
        key = _talk_key(mark, peers)
        if key is None:
            return Refused(ErrorCode.USER_NOT_FOUND, details={"login": mark.with_})
        talk = talks.get(key)
        return talk.move(mark.seq) if talk is not None else 0
    key = _room_key(mark)
    room = rooms.get(key) if key is not None else None
    return room.move(mark.seq) if room is not None else Refused(ErrorCode.NOT_FOUND, "no_such_stream")


def _store_rooms(rooms: Mapping[_Key, _Place]) -> None:
    sql.run_with_each(
        "UPDATE rooms_participant SET last_read_seq = %s WHERE room_id = %s AND user_id = %s",
        [(place.read, room_id, user_id) for (user_id, room_id), place in _changed(rooms)],
    )


def _store_conversations(talks: Mapping[_Key, _Place]) -> None:
    """Another worker may have been here in between: what is further stays."""
    sql.run_with_each(
        "INSERT INTO rooms_conversationmark (user_id, peer_id, last_read_seq) VALUES (%s, %s, %s)"
        " ON CONFLICT (user_id, peer_id) DO UPDATE SET last_read_seq = excluded.last_read_seq"
        " WHERE rooms_conversationmark.last_read_seq < excluded.last_read_seq",
        [(user_id, peer_id, place.read) for (user_id, peer_id), place in _changed(talks)],
    )


def _tell(rooms: Mapping[_Key, _Place], talks: Mapping[_Key, _Place], logins: Mapping[int, str]) -> None:
    """Tell, after the commit, all connections of those whose marks have moved."""
    for (user_id, room_id), place in _changed(rooms):
        _publish(user_id, place, ReadMarked(stream=room_stream(room_id), read=place.read))
    for (user_id, peer_id), place in _changed(talks):
        _publish(user_id, place, ReadMarked(with_=logins[peer_id], read=place.read))


def _publish(user_id: int, place: _Place, event: ReadMarked) -> None:
    hint: Hint = {"type": "read.marked", "inbox": place.inbox_id, "frame": encode(event.to_wire())}
    publish_on_commit(inbox_group(user_id), hint)


def _changed(places: Mapping[_Key, _Place]) -> Iterator[tuple[_Key, _Place]]:
    return ((key, place) for key, place in places.items() if place.has_changed)
