"""From room to room: the commands that may take the connection elsewhere, and certainty about where it is."""

from collections.abc import Callable
from typing import Protocol

from .answers import Answer, Lost, Refused
from .connection import Connection
from .frames import Frame, stream_of
from .place import Place
from .streams import Streams
from .world import World

# Commands after which the connection is in the room that the answer carries.
_ENTERING = frozenset({"room.create", "room.enter", "room.leave"})
# How long to wait, at most, before asking again what was answered with "I do not know".
AGAIN_SECONDS = 2.0

Answered = Callable[[Answer], None]


class Traveller(Protocol):
    """Who is told where a command has led."""

    def moved(self, room: Frame, occupants: list[Frame] | None, *, is_continued: bool) -> None:
        """The connection is in this room now; its events follow."""

    def settled(self) -> None:
        """It is known again where one is."""


class Moves:
    """While a command is under way nothing is sent into a room, since nobody knows into which."""

    def __init__(
        self, world: World, connection: Connection, place: Place, streams: Streams, traveller: Traveller
    ) -> None:
        self._world = world
        self._connection = connection
        self._place = place
        self._streams = streams
        self._traveller = traveller

    def enter(self, room: int, answered: Answered) -> None:
        """Go to a room. Without a connection the next one begins there."""
        self._place.want(room)
        since = self._streams.position(stream_of(room))
        more = {} if since is None else {"since": since}
        self.run({"type": "room.enter", "room": room, **more}, answered, is_continued=since is not None)

    def run(self, command: Frame, answered: Answered, *, is_continued: bool = False) -> None:
        """Send a command that may end in another room, whose events go on from what is held here or start anew."""
        self._place.begin_move()

        def told(answer: Answer) -> None:
            self._place.end_move()
            self._led(command, answer, is_continued=is_continued)
            self._settle()
            answered(answer)

        self._connection.request(command, told)

    def _led(self, command: Frame, answer: Answer, *, is_continued: bool) -> None:
        if isinstance(answer, Lost):  # settled by the next welcome
            return
        if isinstance(answer, Refused) and not answer.is_final and command["type"] == "room.enter":
            self._make_sure_soon()
            return
        self._place.stop_wanting()
        if not isinstance(answer, Refused) and answer.ack.get("command", command["type"]) in _ENTERING:
            self._traveller.moved(answer.ack["room"], answer.ack.get("occupants"), is_continued=is_continued)

    def _make_sure_soon(self) -> None:
        """Nobody knows where the server has left this connection: say where it shall be, until that is answered."""
        self._place.begin_move()

        def again() -> None:
            room = self._place.destination
            if room is not None and self._connection.is_open:
                self.enter(room, lambda _answer: None)
            self._place.end_move()
            self._settle()

        self._world.timers.after(AGAIN_SECONDS * self._world.random(), again)

    def _settle(self) -> None:
        if not self._place.is_moving:
            self._traveller.settled()
