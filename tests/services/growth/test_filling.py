"""What the benchmark fills a database with could have been written by the program."""

import sys

import pytest
from django.db.models import Count, F, Max

from accounts.models import User
from accounts.names import name_key
from rooms.models import Inbox, Message, Participant, Room, Stream
from rooms.services import lists
from rooms.services.history import default_room_id
from tests.bench import grown
from tests.bench.grown_rows import fill
from tests.services.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled() -> grown.Size:
    fill(grown.SMALL)
    return grown.SMALL


def test_there_is_as_much_as_was_asked_for(filled: grown.Size):
    assert Message.objects.of(default_room_id()).count() == filled.messages
    assert Room.objects.open().count() == filled.rooms == Room.objects.filter(closed_at__isnull=False).count()
    assert User.objects.count() == Inbox.objects.count() == filled.people
    assert Participant.objects.filter(room_id=default_room_id()).count() == filled.people


def test_logs_have_no_holes_and_their_heads_are_right(filled: grown.Size):
    streams = Stream.objects.annotate(entries_held=Count("entries"), newest=Max("entries__seq"))

    assert not streams.filter(entries_held__gt=0).exclude(last_seq=F("newest")).exists()
    assert not streams.exclude(last_seq=F("entries_held")).exists()


def test_each_private_message_is_in_both_inboxes(filled: grown.Size):
    directs = Message.objects.filter(kind=Message.Kind.DIRECT)
    copies = {
        (copy.client_id, copy.peer_id, copy.author_id): copy for copy in directs.filter(is_origin=False)
    }

    for origin in directs.filter(is_origin=True).select_related("stream__inbox"):
        copy = copies.pop((origin.client_id, origin.author_id, origin.author_id))
        assert origin.stream.inbox.user_id == origin.author_id
        assert copy.stream.inbox.user_id == origin.peer_id
    assert not copies


def test_names_are_found_by_their_keys(filled: grown.Size):
    assert all(user.username_key == name_key(user.username) for user in User.objects.all())
    assert all(room.name_key == name_key(room.name) for room in Room.objects.all())


def test_a_closed_room_ends_with_its_closing(filled: grown.Size):
    for room in Room.objects.filter(closed_at__isnull=False):
        *said, last = Message.objects.of(room.pk).order_by("seq")
        assert (last.kind, last.sent_at) == (Message.Kind.ROOM_CLOSED, room.closed_at)
        assert all(entry.sent_at < last.sent_at for entry in said)


def test_the_first_person_has_conversations(filled: grown.Size):
    first = User.objects.order_by("pk")[0]

    assert len(lists.list_conversations(first.pk, after=None, limit=5).items) == 5


def test_a_database_with_people_in_it_is_left_alone(world: World, monkeypatch, capsys):
    world.person("ana")
    monkeypatch.setattr(sys, "argv", ["grown"])

    assert grown.main() == 1

    assert "there are people in" in capsys.readouterr().err
    assert not Message.objects.exists()
