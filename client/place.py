"""The room one is in, who else is there, and the way to another one.

While a command is under way that may move the connection, nothing is sent into a room, since nobody knows into which.
"""

from .frames import Frame


class Place:
    """Where one is, and where one wants to be."""

    def __init__(self, wanted: int | None) -> None:
        self.room: Frame | None = None
        self.occupants: dict[str, str] = {}
        self._wanted = wanted
        self._moves = 0

    @property
    def destination(self) -> int | None:
        """The room to ask for on a new socket, None for the default one."""
        if self._wanted is not None or self.room is None:
            return self._wanted
        return int(self.room["id"])

    @property
    def is_moving(self) -> bool:
        """Whether the server may, by the time it reads what is sent now, have moved this connection elsewhere."""
        return self._moves > 0

    def is_in(self, room: int | None) -> bool:
        """Whether one is surely there."""
        return self.room is not None and self.room["id"] == room and not self.is_moving

    def want(self, room: int) -> None:
        """Go there, now or with the next socket."""
        self._wanted = room

    def stop_wanting(self) -> None:
        """The server has said no, or yes. A wish that a command under way may fulfil is a newer one, and stays."""
        if not self.is_moving:
            self._wanted = None

    def begin_move(self) -> None:
        """Note that a command is under way."""
        self._moves += 1

    def end_move(self) -> None:
        """Note that it is answered."""
        self._moves -= 1

    def arrive(self, room: Frame, occupants: list[Frame] | None) -> None:
        """Be there."""
        self.room = room
        self.stop_wanting()
        if occupants is not None:
            self.occupants = {str(one["login"]): str(one["name"]) for one in occupants}

    def change(self, event: Frame) -> None:
        """Take in who has come and gone."""
        for one in event.get("left", []):
            self.occupants.pop(str(one["login"]), None)
        for one in event.get("joined", []):
            self.occupants[str(one["login"])] = str(one["name"])
