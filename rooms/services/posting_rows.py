"""
What a batch of posts reads and writes: five statements for all of it, on both databases, and one for each stream.

SQL by hand: to put the same queries together with the ORM took nine tenths of what a message cost (decision 0020).
"""

# ruff: noqa: S608 - what is put into the statements is placeholders, and words of this file

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.names import display_name
from rooms.models.clock import NOW, moment
from rooms.sql import locking, places, rows, run, run_with_each, stored_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Somebody:
    """A person as far as posting has to know them. `inbox_id`: the stream of their inbox, if they have one yet."""

    pk: int
    username: str
    username_key: str
    display_name: str
    is_active: bool
    is_erased: bool
    inbox_id: int | None


@dataclass(slots=True)
class Head:
    """A stream whose row is locked; `last_seq` counts on with what the batch adds."""

    pk: int
    kind: str
    last_seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """What is true while the streams are locked. `knows`: at least one of the client ids has been stored before."""

    at: datetime
    knows: bool
    closed: frozenset[int]


@dataclass(slots=True, kw_only=True)
class NewEntry:
    """An entry that is about to be stored, with what a frame says of it."""

    stream_id: int
    seq: int
    kind: str
    author: Somebody
    peer: Somebody | None
    text: str
    client_id: uuid.UUID
    is_origin: bool
    sent_at: datetime

    @property
    def peer_id(self) -> int | None:
        """Whose copy it has, or who has the copy."""
        return self.peer.pk if self.peer else None


def find_people(ids: Collection[int], keys: Collection[str] = ()) -> list[Somebody]:
    """Return who has one of these ids, or a login with one of these keys."""
    wanted, values = f"u.id IN ({places(ids)})", list[Any](ids)
    if keys:
        wanted, values = f"{wanted} OR u.username_key IN ({places(keys)})", [*ids, *keys]
    return [
        Somebody(
            pk=pk,
            username=username,
            username_key=key,
            display_name=display_name(first, last, username),
            is_active=bool(is_active),
            is_erased=bool(is_erased),
            inbox_id=inbox_id,
        )
        for pk, username, key, first, last, is_active, is_erased, inbox_id in rows(
            "SELECT u.id, u.username, u.username_key, u.first_name, u.last_name, u.is_active,"
            " u.erased_at IS NOT NULL, i.stream_id"
            f" FROM accounts_user u LEFT JOIN rooms_inbox i ON i.user_id = u.id WHERE {wanted}",
            values,
        )
    ]


def lock_streams(ids: Collection[int]) -> dict[int, Head]:
    """
    Lock the rows of these streams, in the order of their ids, until the transaction ends. It may block.

    On SQLite whoever is in a transaction that writes is alone anyway.
    """
    sql = f"SELECT id, kind, last_seq FROM rooms_stream WHERE id IN ({places(ids)}) ORDER BY id"
    return {row[0]: Head(*row) for row in rows(sql + locking("UPDATE"), ids)}


def look(rooms: Collection[int], authors: Collection[int], client_ids: Collection[uuid.UUID]) -> Now:
    """
    Ask for all that must be read behind the locks, in one query.

    A closing takes Room, then Stream: who has the stream's lock reads of the room what stays true.
    """
    found = rows(
        f"SELECT {NOW[connection.vendor]}, EXISTS (SELECT 1 FROM rooms_message m WHERE m.is_origin"
        f" AND m.author_id IN ({places(authors)}) AND m.client_id IN ({places(client_ids)})), r.stream_id"
        " FROM (SELECT 1) AS one LEFT JOIN rooms_room r"
        f" ON r.closed_at IS NOT NULL AND r.stream_id IN ({places(rooms)})",
        [*authors, *map(stored_id, client_ids), *rooms],
    )
    closed = frozenset(room_id for _, _, room_id in found if room_id is not None)
    return Now(at=moment(found[0][0]), knows=bool(found[0][1]), closed=closed)


def store(entries: Sequence[NewEntry], heads: Iterable[Head]) -> None:
    """Write the entries and how far their streams have come."""
    values: list[Any] = []
    stored_at = connection.ops.adapt_datetimefield_value
    for entry in entries:
        values += (
            entry.stream_id, entry.seq, entry.kind, entry.author.pk, entry.peer_id, entry.text,
            stored_id(entry.client_id), entry.is_origin, stored_at(entry.sent_at),
        )  # fmt: skip
    row = f"({places(range(9))})"
    run(
        "INSERT INTO rooms_message (stream_id, seq, kind, author_id, peer_id, text, client_id, is_origin, sent_at)"
        f" VALUES {', '.join([row] * len(entries))}",
        values,
    )
    run_with_each(
        "UPDATE rooms_stream SET last_seq = %s WHERE id = %s", [(head.last_seq, head.pk) for head in heads]
    )
