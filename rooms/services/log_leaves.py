"""
The log, leaf by leaf, for those who look after the chat: found by room, author, day and words.

No question counts or sorts what it does not show, so a leaf of ten million entries costs what one of a thousand does;
where words are looked for, one leaf looks through SEARCHED entries at most and says how far it has come.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Literal

from django.db import connection
from django.db.models import Q

from rooms.models import Inbox, Message
from rooms.models.message import MessageQuerySet

ENTRIES = 100
SEARCHED = 100_000

Direction = Literal["before", "upto", "after", "from"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogQuestion:
    """
    What is looked for: in rooms, or, with `private`, among private messages; None and "" leave it open.

    `author_id` stands in private messages for either of the two. `since` counts, `until` does not any more.
    """

    private: bool = False
    room_ids: Collection[int] | None = None
    author_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLeaf:
    """
    Entries, the newest first, and where to go on, by the id of an entry; None: there is nothing there.

    `searched_back_to`: older than this has not been looked at; `older` leads on from there.
    """

    entries: Sequence[Message]
    older: int | None
    newer: int | None
    searched_back_to: datetime | None = None


def read_leaf(question: LogQuestion, *, direction: Direction = "before", at: int | None = None) -> LogLeaf:
    """Return a leaf: the newest, or what comes before, up to, or after the entry `at`. At most four queries."""
    rows = _chosen(question)
    order = _order(question)
    cursor = Message.objects.filter(pk=at).first() if at is not None else None
    if cursor is not None:
        rows = rows.filter(_beside(cursor, direction, order))
    forward = cursor is not None and direction == "after" and not question.words
    bound = None
    if question.words:
        bound = _end_of_search(rows, order)
        rows = rows.filter(_says(question.words))
        if bound is not None:
            rows = rows.filter(_beside(bound, "from", order))
    found = list(_in_order(rows, order, forward=forward).with_people_and_rooms()[: ENTRIES + 1])
    entries = found[:ENTRIES]
    has_more = len(found) > ENTRIES
    if forward:
        entries.reverse()
        older = _pk(entries, -1) or at
        return LogLeaf(entries=entries, older=older, newer=_pk(entries, 0) if has_more else None)
    is_searched = bound is None or has_more
    return LogLeaf(
        entries=entries,
        older=_pk(entries, -1) if has_more else bound.pk if bound is not None else None,
        newer=_pk(entries, 0) if cursor is not None and not question.words else None,
        searched_back_to=None if is_searched or bound is None else bound.sent_at,
    )


def _chosen(question: LogQuestion) -> MessageQuerySet:
    rows = Message.objects.all()
    if not question.private:
        rows = rows.exclude(kind=Message.Kind.DIRECT)
    elif question.author_id is None:
        rows = rows.filter(kind=Message.Kind.DIRECT, is_origin=True)
    else:  # theirs and those to them are what their inbox holds
        inbox = Inbox.objects.filter(user_id=question.author_id).first()
        rows = rows.filter(kind=Message.Kind.DIRECT, stream_id=inbox.stream_id if inbox else 0)
    if question.room_ids is not None and len(question.room_ids) != 1:
        rows = rows.filter(stream_id__in=list(question.room_ids))
    elif question.room_ids is not None:
        rows = _only(rows, "stream_id", *question.room_ids, is_order=_order(question) == ("seq",))
    if question.author_id is not None and not question.private:
        rows = _only(rows, "author_id", question.author_id, is_order=False)
    if question.since is not None:
        rows = rows.filter(sent_at__gte=question.since)
    if question.until is not None:
        rows = rows.filter(sent_at__lt=question.until)
    return rows


def _only(rows: MessageQuerySet, column: str, value: int, *, is_order: bool) -> MessageQuerySet:
    """
    Keep the entries with this value; unless an index of the order begins with the column, by a range of one value.

    With `=` a planner takes other orders for as good: PostgreSQL reads all that came after somebody fell silent, since
    it takes them to have spoken evenly, and SQLite sorts all that was ever said in a room to find one day.
    """
    if is_order:
        return rows.filter(**{column: value})
    return rows.filter(**{f"{column}__gte": value, f"{column}__lte": value})


def _order(question: LogQuestion) -> tuple[str, ...]:
    """Say by what the entries are read: each of these orders is that of an index."""
    is_day = question.since is not None or question.until is not None
    by_author = question.author_id is not None
    one_room = question.room_ids is not None and len(question.room_ids) == 1
    if not is_day and (by_author if question.private else one_room and not by_author):
        return ("seq",)  # one_entry_per_seq
    if by_author and not question.private:
        return ("author_id", "sent_at", "pk")  # message_of_author
    return ("sent_at", "pk")  # message_by_time


def _in_order(rows: MessageQuerySet, order: tuple[str, ...], *, forward: bool) -> MessageQuerySet:
    return rows.order_by(*order) if forward else rows.order_by(*(f"-{column}" for column in order))


def _beside(cursor: Message, direction: Direction, order: tuple[str, ...]) -> Q:
    """Say what stands on that side of an entry; the first condition is what an index is read by."""
    if order == ("seq",):
        return Q(**{f"seq__{_COMPARISON[direction]}": cursor.seq})
    beyond = "gt" if direction in {"after", "from"} else "lt"
    same = Q(sent_at=cursor.sent_at, **{f"pk__{_COMPARISON[direction]}": cursor.pk})
    return Q(**{f"sent_at__{beyond}e": cursor.sent_at}) & (Q(**{f"sent_at__{beyond}": cursor.sent_at}) | same)


_COMPARISON = {"before": "lt", "upto": "lte", "after": "gt", "from": "gte"}


def _end_of_search(rows: MessageQuerySet, order: tuple[str, ...]) -> Message | None:
    """Return the last entry that this leaf looks at."""
    return next(iter(_in_order(rows, order, forward=False)[SEARCHED - 1 : SEARCHED]), None)


def _says(words: str) -> Q:
    """SQLite compares only Latin letters without case: Russian is looked for as it is mostly written, too."""
    spellings = {words}
    if connection.vendor == "sqlite" and not words.isascii():
        spellings |= {words.lower(), words.upper(), words.capitalize()}
    return reduce(or_, (Q(text__icontains=spelling) for spelling in sorted(spellings)))


def _pk(entries: Sequence[Message], place: int) -> int | None:
    return entries[place].pk if entries else None
