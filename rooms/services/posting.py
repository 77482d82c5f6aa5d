"""
Posting: what people write becomes entries of logs.

Many at a time in one transaction (the writer batches them); the admin and the form post one. The stream's row is
locked while `seq` is given, so that commit order is `seq` order. A `client_id` is looked up before anything else
counts, so that a repeated send is harmless for ever.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DataError, IntegrityError
from django.db.models import Q

from accounts.names import name_key
from rooms.delivery.entries import Entry
from rooms.delivery.groups import inbox_group, room_group
from rooms.delivery.hints import entries_hints
from rooms.delivery.publisher import publish_on_commit
from rooms.frames import frame
from rooms.models import Message, Participant, Stream
from rooms.protocol.errors import ErrorCode, Refused
from rooms.transactions import writing

from .inboxes import ensure_inboxes
from .posting_rows import Head, NewEntry, Somebody, find_people, lock_streams, look, store


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """
    Something a person wants to say: into the room `room_id`, or `to` the person with this login.

    `refusal`: what has been found against it, by rate or by room. It holds unless the message is stored already.
    """

    author_id: int
    client_id: uuid.UUID
    text: str
    room_id: int | None = None
    to: str | None = None
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """It is stored. For a private message `seq` counts in the author's own inbox."""

    seq: int
    sent_at: datetime
    duplicate: bool


@dataclass(slots=True)
class _Batch:
    """What a batch needs to know, read in a few queries for all of it. `inboxes`: the stream of each person's inbox."""

    people: dict[int, Somebody]
    recipients: dict[str, Somebody]
    inboxes: dict[int, int]
    streams: dict[int, Head] = field(default_factory=dict)
    closed: frozenset[int] = frozenset()
    known: dict[tuple[int, uuid.UUID], Message | NewEntry] = field(default_factory=dict)
    now: datetime | None = None
    entries: list[NewEntry] = field(default_factory=list)


def post_messages(posts: Sequence[Post]) -> list[Posted | Exception]:
    """
    Store posts in one transaction, in their order; return for each what became of it, `Refused` where it may not be.

    Blocks on the locks of the streams. A batch that the database refuses as a whole is done again one by one, so that
    one bad message cannot spoil the others. Raises database errors; then nothing is known to be stored.
    """
    try:
        return _post_batch(posts)
    except (IntegrityError, DataError):
        return [_post_alone(post) for post in posts]


def _post_alone(post: Post) -> Posted | Exception:
    """A `client_id` that another worker was storing in this moment, for another room, is known the second time."""
    try:
        (result,) = _post_batch([post])
    except (IntegrityError, DataError) as problem:
        return problem
    return result


def _post_batch(posts: Sequence[Post]) -> list[Posted | Exception]:
    batch = _gather(posts)
    with writing():
        _lock(batch, posts)
        results: list[Posted | Exception] = [_decide(batch, post) for post in posts]
        _store(batch)
    return results


def _gather(posts: Sequence[Post]) -> _Batch:
    keys = {post.to: name_key(post.to) for post in posts if post.to is not None}
    found = find_people({post.author_id for post in posts}, set(keys.values()))
    people = {somebody.pk: somebody for somebody in found}
    recipients = _recipients(keys, found)
    authors = {post.author_id for post in posts if post.to in recipients} & people.keys()
    concerned = authors | {somebody.pk for somebody in recipients.values()}
    return _Batch(people=people, recipients=recipients, inboxes=_inboxes(people[pk] for pk in concerned))


def _recipients(keys: Mapping[str, str], found: Iterable[Somebody]) -> dict[str, Somebody]:
    """Say who is meant: logins are compared without case, but a look-alike is not the same person."""
    by_key = {
        somebody.username_key: somebody for somebody in found if somebody.is_active and not somebody.is_erased
    }
    met = {login: by_key[key] for login, key in keys.items() if key in by_key}
    return {login: each for login, each in met.items() if each.username.casefold() == login.casefold()}


def _inboxes(people: Iterable[Somebody]) -> dict[int, int]:
    """Return the stream of each inbox, made where there was none."""
    inboxes = {somebody.pk: somebody.inbox_id for somebody in people}
    lacking = [pk for pk, inbox_id in inboxes.items() if inbox_id is None]
    made = {pk: inbox.stream_id for pk, inbox in ensure_inboxes(lacking).items()}
    return {pk: inbox_id for pk, inbox_id in {**inboxes, **made}.items() if inbox_id is not None}


def _lock(batch: _Batch, posts: Sequence[Post]) -> None:
    room_ids = {post.room_id for post in posts if post.room_id is not None}
    batch.streams = lock_streams(room_ids | set(batch.inboxes.values()))
    client_ids = {post.client_id for post in posts}
    now = look(room_ids, batch.people, client_ids)
    batch.now, batch.closed = now.at, now.closed
    if now.knows:
        same = Q(author_id__in=batch.people, client_id__in=client_ids, is_origin=True)
        batch.known = {_key(entry): entry for entry in Message.objects.filter(same).with_people()}


def _key(entry: Message) -> tuple[int, uuid.UUID]:
    assert entry.author_id is not None
    assert entry.client_id is not None
    return entry.author_id, entry.client_id


def _decide(batch: _Batch, post: Post) -> Posted | Refused:
    known = batch.known.get((post.author_id, post.client_id))
    if known is not None:
        if not _is_same(known, post, batch):
            return Refused(ErrorCode.CONFLICT)
        return Posted(seq=known.seq, sent_at=known.sent_at, duplicate=True)
    if post.to is not None and post.to not in batch.recipients:
        return Refused(ErrorCode.USER_NOT_FOUND)
    if post.to is not None and batch.recipients[post.to].pk == post.author_id:
        return Refused(ErrorCode.BAD_REQUEST, reason="message_to_oneself")
    if post.refusal is not None:
        return _closed_meanwhile(batch, post) or post.refusal
    if post.author_id not in batch.people or not batch.people[post.author_id].is_active:
        return Refused(ErrorCode.FORBIDDEN)
    if post.to is not None:
        return _post_direct(batch, post, batch.recipients[post.to])
    assert post.room_id is not None
    stream = batch.streams.get(post.room_id)
    if stream is None or stream.kind != Stream.Kind.ROOM or post.room_id in batch.closed:
        return Refused(ErrorCode.ROOM_CLOSED)
    return _post_in_room(batch, post, stream)


def _closed_meanwhile(batch: _Batch, post: Post) -> Refused | None:
    """A room that one is not in because it has closed says so to those who were there."""
    was_there = (
        post.room_id in batch.closed
        and Participant.objects.filter(room_id=post.room_id, user_id=post.author_id).exists()
    )
    return Refused(ErrorCode.ROOM_CLOSED) if was_there else None


def _is_same(known: Message | NewEntry, post: Post, batch: _Batch) -> bool:
    if known.text != post.text:
        return False
    if post.to is None:
        return known.kind == Message.Kind.MESSAGE and known.stream_id == post.room_id
    if known.kind != Message.Kind.DIRECT or known.peer is None:
        return False
    recipient = batch.recipients.get(post.to)
    return known.peer_id == recipient.pk if recipient else not known.peer.is_active


def _post_in_room(batch: _Batch, post: Post, stream: Head) -> Posted:
    entry = _append(batch, stream, post, kind=Message.Kind.MESSAGE.value)
    return Posted(seq=entry.seq, sent_at=entry.sent_at, duplicate=False)


def _post_direct(batch: _Batch, post: Post, recipient: Somebody) -> Posted:
    author = batch.people[post.author_id]
    mine = batch.streams[batch.inboxes[author.pk]]
    theirs = batch.streams[batch.inboxes[recipient.pk]]
    entry = _append(batch, mine, post, kind=Message.Kind.DIRECT.value, peer=recipient)
    _append(batch, theirs, post, kind=Message.Kind.DIRECT.value, peer=author, is_origin=False)
    return Posted(seq=entry.seq, sent_at=entry.sent_at, duplicate=False)


def _append(
    batch: _Batch,
    stream: Head,
    post: Post,
    *,
    kind: str,
    peer: Somebody | None = None,
    is_origin: bool = True,
) -> NewEntry:
    assert batch.now is not None
    stream.last_seq += 1
    entry = NewEntry(
        stream_id=stream.pk,
        seq=stream.last_seq,
        kind=kind,
        author=batch.people[post.author_id],
        peer=peer,
        text=post.text,
        client_id=post.client_id,
        is_origin=is_origin,
        sent_at=batch.now,
    )
    batch.entries.append(entry)
    if is_origin:
        batch.known[post.author_id, post.client_id] = entry
    return entry


def _store(batch: _Batch) -> None:
    if not batch.entries:
        return
    touched = {entry.stream_id for entry in batch.entries}
    store(batch.entries, [batch.streams[stream_id] for stream_id in touched])
    _publish(batch)


def _publish(batch: _Batch) -> None:
    owners = {stream_id: user_id for user_id, stream_id in batch.inboxes.items()}
    by_stream: dict[int, list[Entry]] = defaultdict(list)
    for entry in batch.entries:
        owner = batch.people[owners[entry.stream_id]] if entry.kind == Message.Kind.DIRECT else None
        by_stream[entry.stream_id].append(Entry(entry.seq, frame(entry, inbox_of=owner)))
    for stream_id, entries in by_stream.items():
        is_inbox = stream_id in owners
        group = inbox_group(owners[stream_id]) if is_inbox else room_group(stream_id)
        for hint in entries_hints(stream_id, entries):
            publish_on_commit(group, hint)
