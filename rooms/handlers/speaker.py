"""Who may give the commands that need no connection: a connection, or somebody who writes on a page without one."""

from typing import Protocol

from rooms.runtime import Runtime


class Known(Protocol):
    """Somebody with an account."""

    @property
    def user_id(self) -> int:
        """Their number."""


class Speaker(Protocol):
    """Somebody who says or asks something."""

    @property
    def runtime(self) -> Runtime:
        """The worker that carries it out."""

    @property
    def identity(self) -> Known:
        """Who it is."""

    @property
    def language(self) -> str:
        """In which they are answered."""

    @property
    def room_id(self) -> int:
        """The only room in which they may say something new."""
