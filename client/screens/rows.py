"""What stands in a log, row by row: from what the chat holds to what is drawn. Every text in it is safe."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from client.chat import Chat
from client.conversations import Conversation
from client.frames import Frame
from client.outbox_items import Item, State
from client.people import People
from client.safe_text import one_line, several_lines
from client.texts import as_shown
from client.wording import closed_line
from client.words import Words


class Kind(StrEnum):
    """How a row looks."""

    SAID = "said"
    OWN = "own"
    WAITING = "waiting"
    REFUSED = "refused"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Row:
    """One message or note. `key` tells it apart."""

    key: str
    kind: Kind
    time: str
    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something the program says in a log, after the entry `seq`."""

    number: int
    seq: int
    text: str


class Rows:
    """Draws up the rows of one place after the other."""

    def __init__(self, chat: Chat, words: Words) -> None:
        self._chat = chat
        self._words = words
        self._people = People()

    def of_room(self, notes: list[Note]) -> list[Row]:
        """Return those of the room one is in."""
        log, room = self._chat.log, self._chat.room
        if log is None or room is None:
            return []
        rows: list[Row] = []
        gaps = {gap.to_seq: gap.from_seq for gap in log.gaps}
        waiting = list(notes)
        for entry in log.entries:
            seq = int(entry["seq"])
            rows += [_note_row(note) for note in waiting if note.seq < seq]
            waiting = [note for note in waiting if note.seq >= seq]
            missing = [(low, high) for high, low in gaps.items() if high < seq]
            rows += [self._gap_row(low, gaps.pop(high) and high) for low, high in missing]
            rows.append(self._entry_row(entry))
        rows += [_note_row(note) for note in waiting]
        items = [item for item in self._chat.outbox.items if item.target.room == room["id"]]
        return rows + [self._item_row(item) for item in items]

    def of_talk(self, talk: Conversation, notes: list[Note]) -> list[Row]:
        """Return those of a conversation."""
        rows = [self._entry_row(entry) for entry in talk.entries]
        items = [item for item in self._chat.outbox.items if item.target.login == talk.login]
        return rows + [_note_row(note) for note in notes] + [self._item_row(item) for item in items]

    def _entry_row(self, entry: Frame) -> Row:
        key = f"{entry['stream']}/{entry['seq']}"
        if entry["type"] == "room.closed":
            return Row(key, Kind.NOTE, "", "", closed_line(self._words, entry))
        if "author" not in entry or "text" not in entry:
            return Row(key, Kind.NOTE, "", "", self._words.say("(something that this version cannot show)"))
        is_own = entry["author"]["login"] == self._chat.login
        author = self._people.name_of(entry["author"])
        return Row(
            key,
            Kind.OWN if is_own else Kind.SAID,
            _hour(entry["sent_at"]),
            author,
            several_lines(entry["text"]),
        )

    def _item_row(self, item: Item) -> Row:
        text = several_lines(as_shown(item.text) if item.target.room is not None else item.text)
        key = f"outbox/{item.client_id}"
        if item.state is State.REFUSED:
            reason = one_line(item.reason) or item.code
            return Row(key, Kind.REFUSED, "", self._words.say("not sent"), f"{text}\n{reason}")
        if item.state is State.STORED:
            return Row(key, Kind.OWN, "", self._words.say("you"), text)
        return Row(key, Kind.WAITING, "", self._words.say("waiting"), text)

    def _gap_row(self, low: int, high: int) -> Row:
        count = high - low + 1
        text = self._words.many(
            "… {count} message is left out here; F5 loads more of it.",
            "… {count} messages are left out here; F5 loads more of them.",
            count,
        )
        return Row(f"gap/{low}", Kind.NOTE, "", "", text)


def _note_row(note: Note) -> Row:
    return Row(f"note/{note.number}", Kind.NOTE, "", "", several_lines(note.text))


def _hour(moment: str) -> str:
    try:
        return datetime.fromisoformat(moment).astimezone().strftime("%H:%M")
    except ValueError:
        return ""
