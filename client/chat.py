"""One person's chat: everything that a client knows and does, without a screen around it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from .answers import Answer
from .clock import ClockSync, ServerClock
from .closing import FRAME_TOO_LARGE, Why
from .connection import Connection, Status
from .conversations import Conversations
from .frames import INBOX, Frame, encode, fits_into_a_frame, is_entry, stream_of, well_formed
from .lists import read_list
from .marks import Marks, place_with
from .moves import Moves
from .outbox import Outbox
from .outbox_items import Item, State, Target
from .outbox_store import Store
from .place import Place
from .streams import Streams
from .texts import as_shown
from .timeline import Timeline
from .world import World

# Lists are not asked for again within this time, however often one falls behind.
ASK_ANEW_SECONDS = 10.0


class Topic(StrEnum):
    """What a screen is told about."""

    STATUS = "status"
    ROOM = "room"
    ROOMS = "rooms"
    PEOPLE = "people"
    LOG = "log"
    ARRIVED = "arrived"
    TALKS = "talks"
    OUTBOX = "outbox"
    CLOCK = "clock"
    ROOM_CLOSED = "room_closed"


# The detail: the new entries for ARRIVED, the entry for ROOM_CLOSED, else None.
Tell = Callable[[Topic, Any], None]


class Chat:
    """Holds the parts together: what one of them learns, the others are told."""

    def __init__(
        self, world: World, store: Store, *, login: str, language: str, tell: Tell, room: int | None = None
    ) -> None:
        self.login = login
        self.rooms: dict[int, Frame] = {}
        self.users: list[Frame] = []
        self.unknown_frames = 0
        self.is_caught_up = False
        # Whether what comes until one has caught up goes on from what is held, and is not only the newest of a room.
        self.is_continued = False
        self._world = world
        self._language = language
        self._tell = tell
        self._history: str | None = None
        self._resuming: int | None = None
        self._is_up_to_date = False
        self._asked_at = float("-inf")
        self.place = Place(room)
        self.clock = ServerClock(world.timers)
        self.connection = Connection(world, self._greeting, self)
        self._sync = ClockSync(self.clock, self.connection, world.timers, self._telling(Topic.CLOCK))
        self.streams = Streams(world, self.connection.request, self)
        self._moves = Moves(world, self.connection, self.place, self.streams, self)
        self.marks = Marks(world.timers, self.connection.request, self._telling(Topic.ROOMS))
        self.talks = Conversations(
            self.connection.request, self.marks, you=lambda: self.login, changed=self._telling(Topic.TALKS)
        )
        self.outbox = Outbox(
            world,
            store,
            request=self.connection.request,
            may_go=self._may_go,
            changed=self._telling(Topic.OUTBOX),
        )
        self._reactions: dict[str, Callable[[Frame], None]] = {
            "room.entered": lambda event: self._arrived(event["room"], event["occupants"]),
            "room.opened": lambda event: self._put(event["room"]),
            "room.changed": lambda event: self._put(event["room"]),
            "room.removed": lambda event: self._remove(event["id"]),
            "room.grew": self._grew,
            "read.marked": self._marked,
            "occupancy.changed": self._count,
            "heartbeat": self._heartbeat,
            "caught_up": self._caught_up,
            "truncated": self._truncated,
        }

    # Questions

    @property
    def room(self) -> Frame | None:
        """The room one is in, None before that is known."""
        return self.place.room

    @property
    def log(self) -> Timeline | None:
        """The log of the room one is in."""
        return None if self.room is None else self.streams.get(stream_of(self.room["id"]))

    @property
    def is_ready(self) -> bool:
        """Whether everything that was missed has been told."""
        return self.connection.is_open and self.is_caught_up

    # Actions

    def start(self) -> None:
        """Connect."""
        self.connection.start()

    def leave(self) -> None:
        """Close the connection; what is not sent stays in the outbox."""
        self._sync.stop()
        self._tell = lambda _topic, _detail: None
        self.connection.stop(Why.LEFT)

    def post(self, texts: list[str], target: Target) -> list[Item]:
        """Say something in a room or to a person. It is kept at once, and goes out when it can."""
        # Only what is said in a room may be taken for a command, so only there the first of two number signs escapes.
        clean = [well_formed(text) for text in texts]
        if target.room is None:
            clean = [as_shown(text) for text in clean]
        return self.outbox.add(target, clean)

    @staticmethod
    def can_be_sent(text: str) -> bool:
        """Whether it fits into a frame, with everything around it."""
        return fits_into_a_frame(encode({"text": well_formed(text), "around": "0" * 200}))

    def enter(self, room: int, answered: Callable[[Answer], None] = lambda _answer: None) -> None:
        """Go to a room. Without a connection the next one begins there."""
        self._moves.enter(room, answered)

    def enter_named(self, name: str, answered: Callable[[Answer], None]) -> None:
        """Go to a room by its name, on a live connection."""
        self._moves.run({"type": "room.enter", "name": well_formed(name)}, answered)

    def create_room(self, name: str, kind: str, answered: Callable[[Answer], None]) -> None:
        """Make a room, and be in it."""
        self._moves.run({"type": "room.create", "name": well_formed(name), "kind": kind}, answered)

    def run_line(self, line: str, client_id: str, answered: Callable[[Answer], None]) -> None:
        """Have the server carry out a line that begins with `#`: now, on a live connection, never later by itself."""
        room = self.room["id"] if self.room is not None else 0
        command = {"type": "message.post", "room": room, "client_id": client_id, "text": well_formed(line)}
        self._moves.run(command, answered)

    def new_id(self) -> str:
        """Return a name for something to be sent."""
        return self._world.new_id()

    def see(self) -> None:
        """The person has seen the end of the room's log."""
        log = self.log
        if log is not None and log.position is not None and self.is_ready:
            self.marks.see(log.stream, log.position)

    def see_talk(self, login: str) -> None:
        """The person has seen the end of a conversation."""
        conversation = self.talks.get(login)
        if conversation.seq:
            self.marks.see(place_with(login), conversation.seq)
            self.talks.marked(login, conversation.seq)

    def list_users(self) -> None:
        """Ask who there is."""

        def found(users: list[Frame] | None) -> None:
            if users is not None:
                self.users = users
                self._say(Topic.PEOPLE)

        read_list(self.connection.request, "user.list", "users", found)

    # Reactions: the connection's hearer

    def status_changed(self, _status: Status) -> None:
        """Pass it on."""
        self._say(Topic.STATUS)

    def opened(self, welcome: Frame) -> None:
        """Begin on a new socket."""
        if self._history not in {None, welcome["history"]}:
            self.streams.clear()
            self.marks.clear()
        self._history = welcome["history"]
        self.login = welcome["you"]["login"]
        self._is_up_to_date = False
        self.clock.hear(welcome["server_time"])
        self._sync.restart()
        self.streams.inbox.start_at(welcome["inbox"]["seq"])
        room = welcome["room"]
        wanted = self.place.destination
        self._arrived(
            room, welcome["occupants"], is_continued=bool(welcome["resumed"]) and self._resuming == room["id"]
        )
        if wanted not in {None, room["id"]}:
            # Chosen since the greeting, or asked for by it and not given: the answer to a command says why.
            self.enter(int(wanted or 0))

    def heard(self, event: Frame) -> None:
        """Take in an event. Those with a place in a stream need not be named; others that are not are counted."""
        reaction = self._reactions.get(event["type"])
        if reaction is not None:
            reaction(event)
        elif is_entry(event):
            self.streams.take(event)
        else:
            self.unknown_frames += 1

    def closed(self, code: int) -> None:
        """The socket is gone."""
        self.is_caught_up = False
        if code == FRAME_TOO_LARGE:
            self.outbox.refuse_largest()

    # Reactions: the streams' reader

    def shown(self, entries: list[Frame]) -> None:
        """These have become part of their logs."""
        for entry in entries:
            if entry.get("author", {}).get("login") == self.login:
                self.outbox.settle(str(entry.get("client_id")))
            if entry["type"] == "direct.posted":
                self.talks.take(entry)
            elif entry["type"] == "room.closed":
                self._remove(entry["room"]["id"])
                self._say(Topic.ROOM_CLOSED, entry)
            else:
                self.marks.grow(entry["stream"], entry["seq"])
        self._settle_read()
        self._say(Topic.ARRIVED, entries)
        self._say(Topic.LOG)

    def log_changed(self) -> None:
        """Pass it on."""
        self._say(Topic.LOG)

    def voided(self, stream: str) -> None:
        """Nothing that is held of it is true any more."""
        if stream == INBOX:
            self.talks.forget()
            self._is_up_to_date = False

    # Reactions: the traveller

    def moved(self, room: Frame, occupants: list[Frame] | None, *, is_continued: bool) -> None:
        """A command has ended in a room."""
        if self.room is not None and self.room["id"] == room["id"]:
            # Entering the room one is in changes nothing: its log goes on, and who is there is told anew.
            self.place.arrive(room, occupants)
            self._put(room)
            return
        oneself = [{"login": self.login, "name": self.place.occupants.get(self.login, self.login)}]
        self._arrived(room, oneself if occupants is None else occupants, is_continued=is_continued)

    def settled(self) -> None:
        """It is known again where one is."""
        self.outbox.drain()

    # Reactions to events

    def _caught_up(self, event: Frame) -> None:
        # Said again without a change of place: news may have been lost.
        if self.is_caught_up and self._world.timers.now() - self._asked_at > ASK_ANEW_SECONDS:
            self._is_up_to_date = False
        self.streams.expect(event["streams"])
        self.is_caught_up = True
        self._say(Topic.STATUS)
        self._say(Topic.LOG)
        if not self._is_up_to_date:
            self._ask_anew()

    def _heartbeat(self, event: Frame) -> None:
        self._sync.check(str(event.get("server_time")))
        self.streams.expect(event["heads"])

    def _truncated(self, event: Frame) -> None:
        self.streams.truncate(event)
        # Of which conversation something is missing nobody knows: each is read anew.
        if event["stream"] == INBOX:
            self.voided(INBOX)

    def _grew(self, event: Frame) -> None:
        for stream, head in event["heads"].items():
            self.marks.grow(stream, head)

    def _marked(self, event: Frame) -> None:
        login = event.get("with")
        self.marks.hear(event["stream"] if login is None else place_with(login), event["read"])
        if login is not None:
            self.talks.marked(login, event["read"])

    def _count(self, event: Frame) -> None:
        room = self.rooms.get(_room_of(event["stream"]))
        if room is not None:
            room["occupants"] = event["count"]
        if self.room is not None and event["stream"] == stream_of(self.room["id"]):
            self.place.change(event)
            self._say(Topic.PEOPLE)
        self._say(Topic.ROOMS)

    def _put(self, room: Frame) -> None:
        self.rooms[room["id"]] = {**self.rooms.get(room["id"], {}), **room}
        self.marks.hear(stream_of(room["id"]), room.get("read"))
        self.marks.grow(stream_of(room["id"]), room["seq"])
        if self.room is not None and self.room["id"] == room["id"]:
            self.place.room = room
        self._say(Topic.ROOMS)

    def _remove(self, room: int) -> None:
        self.rooms.pop(room, None)
        self._give_up_on(lambda other: other == room)
        self._say(Topic.ROOMS)

    # Internal

    def _greeting(self) -> Frame:
        """Say who is there, where to, and from where to go on."""
        room = self.place.destination
        self._resuming = None
        hello: Frame = {"protocol": 1, "client": "terminal", "language": self._language}
        if room is not None:
            hello["room"] = room
        if self._history is not None:
            resume: Frame = {"history": self._history}
            seq = None if room is None else self.streams.position(stream_of(room))
            if seq is not None:
                resume["room"] = {"id": room, "seq": seq}
                self._resuming = room
            if self.streams.inbox.position is not None:
                resume["inbox"] = self.streams.inbox.position
            hello["resume"] = resume
        return hello

    def _arrived(self, room: Frame, occupants: list[Frame] | None, *, is_continued: bool = False) -> None:
        self.place.arrive(room, occupants)
        self.streams.follow(stream_of(room["id"]), is_continued=is_continued)
        self._settle_read()
        self.is_caught_up, self.is_continued = False, is_continued
        if self.marks.read_of(stream_of(room["id"])) is None and self._is_up_to_date:
            self.marks.hear(stream_of(room["id"]), room["seq"])
        self._put(room)
        self._say(Topic.ROOM)
        self._say(Topic.PEOPLE)
        self.outbox.drain()

    def _ask_anew(self) -> None:
        """Ask for what events do not repeat for one who was away."""
        self._is_up_to_date = True
        self._asked_at = self._world.timers.now()

        def rooms(found: list[Frame] | None) -> None:
            if found is None:
                self._ask_anew_later()
                return
            self.rooms = {}
            for room in found:
                self._put(room)
            self._give_up_on(lambda room: room not in self.rooms)

        def talks(found: list[Frame] | None) -> None:
            if found is None:
                self._ask_anew_later()
            else:
                self.talks.merge(found)

        read_list(self.connection.request, "room.list", "rooms", rooms)
        read_list(self.connection.request, "conversation.list", "conversations", talks)
        self.marks.tell()

    def _ask_anew_later(self) -> None:
        """A server that did not answer may be busy: not all ask it again at once."""
        self._is_up_to_date = False

        def again() -> None:
            if self.is_ready and not self._is_up_to_date:
                self._ask_anew()

        self._world.timers.after(ASK_ANEW_SECONDS * (1 + self._world.random()), again)

    def _may_go(self, item: Item) -> bool:
        """Whether this is the time and the place to send it."""
        if not self.connection.is_open:
            return False
        # What may have been stored already is asked about from anywhere: the server knows it by its client_id.
        return item.target.room is None or item.is_unsure or self.place.is_in(item.target.room)

    def _settle_read(self) -> None:
        """What is acknowledged is shown from the outbox until the log has got there, or is not followed any more."""
        for item in self.outbox.items:
            if item.state is not State.STORED:
                continue
            is_followed = item.target.room is None or self.place.is_in(item.target.room)
            if not is_followed or (item.seq or 0) <= (self.streams.position(item.target.lane) or 0):
                self.outbox.settle(item.client_id)

    def _give_up_on(self, is_gone: Callable[[int], bool]) -> None:
        """What waits for a room that is no more, and surely was never stored, waits for nothing."""
        for item in self.outbox.items:
            is_hopeless = item.state is State.WAITING and not item.is_unsure
            if is_hopeless and item.target.room is not None and is_gone(item.target.room):
                self.outbox.refuse(item, "room_closed")

    def _telling(self, topic: Topic) -> Callable[[], None]:
        return lambda: self._say(topic)

    def _say(self, topic: Topic, detail: object = None) -> None:
        self._tell(topic, detail)


def _room_of(stream: str) -> int:
    return int(stream.removeprefix("room:"))
