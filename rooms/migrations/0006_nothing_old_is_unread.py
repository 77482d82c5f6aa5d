"""
Whatever was said before marks were kept counts as read.

In parts, each a transaction of its own, so that nobody who comes into a room waits long for the row of their own; done
again after it was broken off, it goes on. Whoever first enters a room by the old program behind this finds all of it unread.
"""

from contextlib import contextmanager

from django.db import migrations, transaction
from django.db.models import OuterRef, Subquery

PARTICIPANTS = 2_000
INBOXES = 500


def start_in_rooms(apps, schema_editor):
    """Where somebody has been, they have read what is there."""
    participants = apps.get_model("rooms", "Participant").objects.order_by("pk")
    heads = apps.get_model("rooms", "Stream").objects.filter(pk=OuterRef("room_id")).values("last_seq")
    for first, last in _parts(participants, PARTICIPANTS):
        with _part(schema_editor):
            unmarked = participants.filter(pk__gte=first, pk__lte=last, last_read_seq=0)
            unmarked.order_by().update(last_read_seq=Subquery(heads[:1]))


def start_in_conversations(apps, schema_editor):
    """Whoever has exchanged private messages has read them."""
    inboxes = apps.get_model("rooms", "Inbox").objects.filter(stream__last_seq__gt=0).order_by("pk")
    for first, last in _parts(inboxes, INBOXES):
        with _part(schema_editor), schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO rooms_conversationmark (user_id, peer_id, last_read_seq)"
                " SELECT i.user_id, m.peer_id, MAX(m.seq) FROM rooms_inbox i"
                " JOIN rooms_message m ON m.stream_id = i.stream_id AND m.kind = 'direct'"
                " WHERE i.user_id BETWEEN %s AND %s GROUP BY i.user_id, m.peer_id"
                " ON CONFLICT (user_id, peer_id) DO NOTHING",
                [first, last],
            )


def _parts(rows, size):
    """Yield the first and the last key of so many rows at a time."""
    last = 0
    while keys := list(rows.filter(pk__gt=last).values_list("pk", flat=True)[:size]):
        last = keys[-1]
        yield keys[0], last


@contextmanager
def _part(schema_editor):
    """Open a transaction; a request may take 2.5 s, a part of a long log more."""
    with transaction.atomic(using=schema_editor.connection.alias):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute("SET LOCAL statement_timeout = 0")
        yield


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('rooms', '0005_read_marks'),
    ]

    operations = [
        migrations.RunPython(start_in_rooms, migrations.RunPython.noop),
        migrations.RunPython(start_in_conversations, migrations.RunPython.noop),
    ]
