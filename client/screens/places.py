"""The list at the side: rooms, private conversations, people; each with what is unread of it."""

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from client.chat import Chat
from client.frames import stream_of
from client.safe_text import one_line
from client.words import Words


class Places(OptionList):
    """Options are called `room/<id>` and `talk/<login>`."""

    def __init__(self, words: Words) -> None:
        super().__init__(id="places")
        self._words = words
        self._shown: list[tuple[str, str]] = []

    def show(self, chat: Chat, *, talk: str | None) -> None:
        """List what there is now; what is highlighted stays so."""
        lines = [
            ("", self._words.say("Rooms")),
            *self._rooms(chat, talk),
            ("", self._words.say("Private")),
            *self._talks(chat, talk),
            ("", self._words.say("People")),
            *self._people(chat),
        ]
        if lines == self._shown:
            return
        self._shown = lines
        index = self.highlighted
        chosen = None if index is None else self.get_option_at_index(index).id
        self.clear_options()
        self.add_options([Option(Content(text), id=key or None, disabled=not key) for key, text in lines])
        keys = [key for key, _text in lines]
        if chosen in keys:
            self.highlighted = keys.index(chosen)

    def _rooms(self, chat: Chat, talk: str | None) -> list[tuple[str, str]]:
        here = chat.room["id"] if chat.room is not None and talk is None else None
        rooms = sorted(
            chat.rooms.values(), key=lambda room: (room["kind"] != "default", room["name"].casefold())
        )
        return [
            (
                f"room/{room['id']}",
                _line(
                    room["name"], here=room["id"] == here, unread=chat.marks.unread_in(stream_of(room["id"])),
                    detail=str(room["occupants"]),
                ),
            )
            for room in rooms
        ]  # fmt: skip

    def _talks(self, chat: Chat, talk: str | None) -> list[tuple[str, str]]:
        return [
            (f"talk/{one.login}", _line(one.name, here=one.login == talk, unread=one.unread))
            for one in chat.talks.all
        ]

    def _people(self, chat: Chat) -> list[tuple[str, str]]:
        talked_with = {one.login for one in chat.talks.all}
        people = {one["login"]: (one["name"], one["online"]) for one in chat.users}
        people |= {login: (name, True) for login, name in chat.place.occupants.items()}
        return [
            (f"talk/{login}", _line(name or login, detail="" if online else self._words.say("away")))
            for login, (name, online) in sorted(
                people.items(), key=lambda one: (not one[1][1], one[1][0].casefold())
            )
            if login != chat.login and login not in talked_with
        ]


def _line(name: str, *, here: bool = False, unread: int = 0, detail: str = "") -> str:
    sign = ">" if here else "*" if unread else " "
    count = f" [{unread}]" if unread else ""
    return f"{sign} {one_line(name)}{count}{f' ({detail})' if detail else ''}"
