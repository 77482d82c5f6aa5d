"""Inboxes: made when somebody first needs one."""

from collections.abc import Collection

from django.db import IntegrityError

from rooms.models import Inbox, Stream
from rooms.transactions import writing


def ensure_inboxes(user_ids: Collection[int]) -> dict[int, Inbox]:
    """Return the inboxes of these people, made where there was none, in one transaction. Two at once make one."""
    if not user_ids:
        return {}
    inboxes = Inbox.objects.in_bulk(list(user_ids))
    lacking = sorted(set(user_ids) - set(inboxes))
    if not lacking:
        return inboxes
    try:
        with writing():
            inboxes.update({user_id: _make(user_id) for user_id in lacking})
    except IntegrityError:
        # Another worker was first with one of them; the empty streams went with the transaction.
        for user_id in lacking:
            inboxes[user_id] = _make_or_find(user_id)
    return inboxes


def _make(user_id: int) -> Inbox:
    return Inbox.objects.create(user_id=user_id, stream=Stream.objects.create(kind=Stream.Kind.INBOX))


def _make_or_find(user_id: int) -> Inbox:
    try:
        with writing():
            return _make(user_id)
    except IntegrityError:
        return Inbox.objects.get(pk=user_id)
