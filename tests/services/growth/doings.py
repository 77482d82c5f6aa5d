"""What people, workers and administrators do all day, each as a call, in a chat that `tests.bench.grown` has filled."""

import uuid
from collections.abc import Callable, Collection
from functools import partial

from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.test import Client

from accounts.handshake import identify_all
from accounts.models import User
from accounts.sessions import ended
from rooms.models import Message, Room, Stream, WorkerLease
from rooms.presence import leases
from rooms.protocol.limits import INTEGER
from rooms.services import history, lists, occupancy, presence, rooms
from rooms.services.arriving import Arrival
from rooms.services.due import what_is_due
from rooms.services.log_leaves import LogQuestion, read_leaf
from rooms.services.marks import Mark, mark_read
from rooms.services.overview import look_around
from rooms.services.posting import Post, post_messages
from tests.services.world import arrive, open_connection

PAGE = 50
SHORT_PAGE = 5  # of what a small chat has not enough of for more
HERE = 10  # people who are connected, all in the default room

Doing = Callable[[], object]


class Grown:
    """A chat with much in it and a few people who are there now."""

    def __init__(self) -> None:
        self.home = history.default_room_id()
        self.head = Stream.objects.get(pk=self.home).last_seq
        people = User.objects.filter(is_active=True).order_by("pk")
        self.talker = people[0]  # half of the private messages are theirs
        self.peer = people[1]
        self.other = Room.objects.open().exclude(pk=self.home).order_by("-pk")[0]
        self.worker = uuid.uuid4()
        leases.take_lease(self.worker, spawn=None)
        self.here = [self._arrive(person) for person in people[:HERE]]
        self.somebody = people[HERE]
        self.middle_room = str(Room.objects.open().order_by("pk")[Room.objects.open().count() // 2].pk)
        self.middle_person = people.order_by("username_key")[people.count() // 2].username_key
        self.browser, self.session = _browser(self.talker)
        self.known = Message.objects.filter(author=self.talker, stream_id=self.home).order_by("-pk")[0]
        self.desk, _session = _browser(User.objects.create_superuser("boss", password=None))

    @property
    def doings(self) -> dict[str, Doing]:
        return {**self._coming, **self._talking, **self._lists, **self._pages, **self._house, **self._desk}

    @property
    def _coming(self) -> dict[str, Doing]:
        identities = identify_all([self.session])
        return {
            "a handshake": partial(identify_all, [self.session]),
            "to open a room": lambda: open_connection(self._arrival(self.somebody), resume_room=None),
            "to resume": lambda: history.read_log(self.home, self.head - PAGE, None, PAGE),
            "to enter by name": lambda: rooms.enter_room(
                self.here[0],
                room_id=rooms.find_room(room_id=None, name=self.other.name, user_id=self.talker.pk),
                user_id=self.talker.pk,
            ),
            "to make a room": lambda: rooms.create_room(
                self.here[0], owner=self.talker.pk, name="One more", kind="temporary", capacity=None
            ),
            "to go": lambda: presence.depart(self.here[:1]),
            "to be sent away": lambda: presence.ask_to_close(close_code=4401, user_id=self.talker.pk),
            "the poll of sessions": lambda: ended(list(identities.values())),
        }

    @property
    def _talking(self) -> dict[str, Doing]:
        known = self.known
        return {
            "a message": partial(self._post, room_id=self.home),
            "a message that is known": partial(
                self._post, room_id=self.home, client_id=known.client_id, text=known.text
            ),
            "a private message": partial(self._post, to=self.peer.username),
            "the poll of heads": lambda: history.read_heads([self.home, self.other.pk]),
            "the newest of a log": partial(self._history),
            "a page of history": partial(self._history, before=self.head // 2),
            "a page of history forward": partial(self._history, after=self.head // 2),
            "the newest of an inbox": partial(self._history, stream="inbox"),
            "a conversation": lambda: lists.fetch_conversation(
                self.talker.pk, login=self.peer.username, before=None, limit=SHORT_PAGE
            ),
        }

    @property
    def _lists(self) -> dict[str, Doing]:
        return {
            "the rooms": lambda: lists.list_rooms(self.talker.pk, after=None, limit=PAGE),
            "the rooms further on": lambda: lists.list_rooms(
                self.talker.pk, after=self.middle_room, limit=PAGE
            ),
            "the people": lambda: lists.list_users(after=None, limit=PAGE),
            "the people further on": lambda: lists.list_users(after=self.middle_person, limit=PAGE),
            "the conversations": lambda: lists.list_conversations(
                self.talker.pk, after=None, limit=SHORT_PAGE
            ),
            "to mark a room": lambda: mark_read(
                [Mark(user_id=self.talker.pk, stream=f"room:{self.home}", seq=self.head)]
            ),
            "to mark a conversation": lambda: mark_read(
                [Mark(user_id=self.talker.pk, with_=self.peer.username, seq=INTEGER)]
            ),
            "who is in a room": lambda: occupancy.occupants_in([self.home, self.other.pk]),
            "news of rooms": lambda: occupancy.views_of([self.home, self.other.pk]),
            "which rooms last": lambda: occupancy.which_last([self.home, self.other.pk]),
        }

    @property
    def _pages(self) -> dict[str, Doing]:
        return {
            "the page": partial(_get, self.browser, "/"),
            "the page of a room": partial(_get, self.browser, f"/r/{self.other.pk}/"),
            "an older page": partial(_get, self.browser, f"/?before={self.head // 2}"),
            "the page around a message": partial(_get, self.browser, f"/r/{self.home}/{self.head // 2}/"),
            "the page of a conversation": partial(_get, self.browser, f"/p/{self.peer.username}/"),
            "the page of a person": partial(_get, self.browser, f"/people/{self.peer.username}/"),
        }

    @property
    def _house(self) -> dict[str, Doing]:
        return {
            "what is due": what_is_due,
            "rooms that are due": rooms.close_due_rooms,
            "rooms that are abandoned": presence.start_countdown_of_abandoned,
            "a beat": partial(leases.beat, self.worker),
            "a dead worker": self._reap,
        }

    @property
    def _desk(self) -> dict[str, Doing]:
        around = Message.objects.get(stream_id=self.home, seq=self.head // 2)
        return {
            "the overview": look_around,
            "the log": partial(_get, self.desk, "/admin/rooms/message/"),
            "the log further on": partial(_get, self.desk, f"/admin/rooms/message/?before={around.pk}"),
            "the log of a room": partial(_get, self.desk, f"/admin/rooms/message/?room=%23{self.home}"),
            "the log of somebody": lambda: read_leaf(LogQuestion(author_id=self.talker.pk)),
            "the log in private": lambda: read_leaf(LogQuestion(private=True)),
            "the log of somebody in private": lambda: read_leaf(
                LogQuestion(private=True, author_id=self.talker.pk)
            ),
            "the list of people": partial(_get, self.desk, "/admin/accounts/user/"),
            "the list of rooms": partial(_get, self.desk, "/admin/rooms/room/"),
            "the list of connections": partial(_get, self.desk, "/admin/rooms/liveconnection/"),
            "the list of participants": partial(_get, self.desk, "/admin/rooms/participant/"),
            "a room at the desk": partial(_get, self.desk, f"/admin/rooms/room/{self.home}/change/"),
            "a person at the desk": partial(_get, self.desk, f"/admin/accounts/user/{self.peer.pk}/change/"),
        }

    def _arrival(self, person: User, connection_id: uuid.UUID | None = None) -> Arrival:
        return Arrival(
            connection_id=connection_id or uuid.uuid4(),
            worker_id=self.worker,
            user_id=person.pk,
            session_hash="s" * 64,
            address="127.0.0.1",
            client="test",
            wanted=[],
        )

    def _arrive(self, person: User) -> uuid.UUID:
        connection_id = uuid.uuid4()
        arrive(self._arrival(person, connection_id))
        return connection_id

    def _post(self, **fields: object) -> None:
        values = {"client_id": uuid.uuid4(), "text": "hello", **fields}
        (result,) = post_messages([Post(author_id=self.talker.pk, **values)])  # type: ignore[arg-type]
        if isinstance(result, Exception):
            raise result

    def _history(
        self, *, stream: str = "", before: int | None = None, after: int | None = None
    ) -> Collection[object]:
        return lists.fetch_history(
            self.talker.pk, stream=stream or f"room:{self.home}", before=before, after=after, limit=PAGE
        )[0]

    def _reap(self) -> None:
        WorkerLease.objects.filter(pk=self.worker).update(lease_until=leases.database_now() - leases.LEASE)
        assert presence.reap_expired(own_worker=uuid.uuid4()) == HERE


def clear_sessions() -> None:
    """Delete what has run out, as an operator does by cron: its work is that of what it deletes."""
    call_command("clearsessions")


def _browser(person: User) -> tuple[Client, str]:
    """Return a browser in which somebody is logged in, and the key of the session."""
    browser = Client()
    browser.force_login(person)
    session = browser.session
    assert isinstance(session, SessionStore)
    return browser, session.session_key or ""


def _get(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200, answer
