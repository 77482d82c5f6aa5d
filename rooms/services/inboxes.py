"""Inboxes: made when somebody first needs one."""

from collections.abc import Collection

from django.db import IntegrityError

from rooms.models import Inbox, Stream
from rooms.transactions import writing


def ensure_inboxes(user_ids: Collection[int]) -> dict[int, Inbox]:
    """Return the inboxes of these people, made where there was none. Two at once make one."""
    if not user_ids:
        return {}
    inboxes = Inbox.objects.in_bulk(list(user_ids))
    for user_id in set(user_ids) - set(inboxes):
        inboxes[user_id] = _make(user_id)
    return inboxes


def _make(user_id: int) -> Inbox:
    try:
        with writing():
            stream = Stream.objects.create(kind=Stream.Kind.INBOX)
            return Inbox.objects.create(user_id=user_id, stream=stream)
    except IntegrityError:  # another worker was first; the empty stream went with the transaction
        return Inbox.objects.get(pk=user_id)
