"""The screen on which one talks: the log, the line one writes in, the places at the side, how the connection is."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static

from client.answers import Answer, Done, Refused
from client.chat import Chat, Topic
from client.commands import typed_commands
from client.connection import Phase
from client.frames import Frame
from client.outbox_items import State, Target
from client.safe_text import one_line
from client.texts import is_blank, is_command_line
from client.wording import connection_line
from client.words import Words

from .composer import Composer
from .log_view import LogView
from .places import Places
from .rows import Note, Rows

# Narrower, and the places cover the log while they are looked at.
NARROW_COLUMNS = 64
HINTS_SHOWN = 4
NOTES_KEPT = 50


class TalkScreen(Screen[None]):
    """Draws what the chat holds, and has it do what is typed."""

    BINDINGS = [
        Binding("f1", "help", show=False),
        Binding("f2", "places", show=False),
        Binding("f5", "load_gap", show=False),
        Binding("f6", "retry", show=False),
        Binding("f7", "take_back", show=False),
        Binding("ctrl+n", "next_unread", show=False, priority=True),
        Binding("ctrl+r", "reconnect", show=False),
        Binding("pageup", "scroll_log(-1)", show=False, priority=True),
        Binding("pagedown", "scroll_log(1)", show=False, priority=True),
        Binding("ctrl+end", "log_end", show=False, priority=True),
        Binding("escape", "write", show=False),
    ]

    def __init__(self, chat: Chat, words: Words) -> None:
        super().__init__()
        self._chat = chat
        self._words = words
        self._rows = Rows(chat, words)
        self._notes: dict[str, list[Note]] = defaultdict(list)
        self._note_number = 0
        self._drafts: dict[str, str] = {}
        # With whom one talks in private; None in the room.
        self._talk: str | None = None
        self._is_dirty = False
        self._has_asked_who = False
        self._loading_from: object = None

    # Lifecycle

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with Horizontal():
            yield Places(self._words)
            with Vertical():
                yield Static(id="title")
                yield LogView(id="log")
                yield Static(id="hints")
                yield Composer(
                    typed_commands(self._words),
                    self._choices,
                    self._words.say("Write a message, or # for commands"),
                )
                yield Static(id="status")

    def on_mount(self) -> None:
        """Draw what there is, and the clock every second."""
        self.set_interval(1, self._draw_status)
        self.query_one(Composer).focus()
        self._draw()

    def on_resize(self) -> None:
        """On a narrow terminal the places have no room of their own."""
        self.set_class(self.size.width < NARROW_COLUMNS, "narrow")

    # Actions

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Send what was written."""
        event.stop()
        composer = self.query_one(Composer)
        text = composer.text
        if is_blank(text):
            return
        if is_command_line(text):
            self._run(text)
            return
        target = self._target()
        if target is None or not self._chat.can_be_sent(text):
            self._note(self._words.say("That cannot be sent."))
            return
        composer.put("")
        self._chat.post([text], target)
        self._draw(from_end=True)

    def on_composer_hinted(self, event: Composer.Hinted) -> None:
        """Show what may come next."""
        lines = [one_line(hint.label) for hint in event.hints[:HINTS_SHOWN]]
        if len(event.hints) > HINTS_SHOWN:
            lines.append("…")
        hints = self.query_one("#hints", Static)
        hints.update(Content("\n".join(lines)))
        hints.display = bool(lines)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to a room or to a conversation."""
        kind, _, name = (event.option.id or "").partition("/")
        if kind == "room":
            self._go(None)
            if not self._chat.place.is_in(int(name)):
                self._chat.enter(int(name), self._moved)
        elif kind == "talk":
            self._go(name)
        self.remove_class("choosing")
        self.action_write()

    def on_log_view_near_top(self) -> None:
        """Read what came before."""
        if self._talk is not None:
            talk = self._chat.talks.get(self._talk)
            if talk.has_earlier and talk.is_loaded and self._loading_from != (self._talk, len(talk.held)):
                self._loading_from = (self._talk, len(talk.held))
                self._chat.talks.load_earlier(talk)
            return
        log = self._chat.log
        if log is not None and log.has_earlier and self._loading_from != (log.stream, log.first_missing):
            self._loading_from = (log.stream, log.first_missing)
            self._chat.streams.load_earlier(log.stream)

    def on_log_view_seen_end(self) -> None:
        """It has been read."""
        if self._talk is None:
            self._chat.see()
        else:
            self._chat.see_talk(self._talk)

    def action_help(self) -> None:
        """Say which keys and commands there are."""
        say = self._words.say
        keys = [
            ("F2", say("rooms, conversations, people")),
            ("Tab", say("complete a command")),
            ("Ctrl+J", say("a line break")),
            ("PgUp PgDn Ctrl+End", say("scroll, to the end")),
            ("Ctrl+N", say("to the next place with something unread")),
            ("F5", say("load what is left out")),
            ("F6 F7", say("send again what was refused, take back what is not sent")),
            ("Ctrl+R", say("connect now")),
            ("Ctrl+Q", say("end; what waits is sent the next time")),
        ]
        commands = [f"{command.usage} — {command.meaning}" for command in typed_commands(self._words)]
        self._note("\n".join([*(f"{key} — {meaning}" for key, meaning in keys), *commands]))

    def action_places(self) -> None:
        """Look at the places, or back."""
        self.toggle_class("choosing")
        if self.has_class("choosing"):
            self._chat.list_users()
            self.query_one(Places).focus()
        else:
            self.action_write()

    def action_write(self) -> None:
        """Go back to writing."""
        self.remove_class("choosing")
        self.query_one(Composer).focus()

    def action_scroll_log(self, pages: int) -> None:
        """Scroll, wherever one is."""
        log = self.query_one(LogView)
        log.scroll_relative(y=pages * max(1, log.size.height - 2), animate=False, immediate=True)
        if pages < 0 and log.scroll_y == 0:
            self.on_log_view_near_top()

    def action_log_end(self) -> None:
        """Go to the newest."""
        self.query_one(LogView).scroll_end(animate=False, immediate=True)

    def action_next_unread(self) -> None:
        """Go where something is unread: to people first."""
        talk = next((one for one in self._chat.talks.all if one.unread and one.login != self._talk), None)
        if talk is not None:
            self._go(talk.login)
            return
        rooms = [room for room in self._chat.rooms if self._chat.marks.unread_in(f"room:{room}")]
        if rooms:
            self._go(None)
            self._chat.enter(rooms[0], self._moved)

    def action_load_gap(self) -> None:
        """Read the end of what was left out."""
        log = self._chat.log
        if log is not None and log.gaps:
            self._chat.streams.load_earlier(log.stream, log.gaps[-1].to_seq + 1)

    def action_retry(self) -> None:
        """Send again what was refused here."""
        for item in self._chat.outbox.items:
            if item.state is State.REFUSED and item.target == self._target():
                self._chat.outbox.retry(item.client_id)

    def action_take_back(self) -> None:
        """Take the last that is not sent back into the line one writes in."""
        target = self._target()
        for item in reversed(self._chat.outbox.items):
            if item.target.lane == (target and target.lane) and self._chat.outbox.withdraw(item.client_id):
                self.query_one(Composer).put(item.text)
                return

    def action_reconnect(self) -> None:
        """Do not wait."""
        self._chat.connection.wake()
        self._chat.connection.start()

    # Reactions

    def told(self, topic: Topic, detail: Any) -> None:
        """Hear what happens in the chat."""
        if topic is Topic.CLOCK:
            return
        if topic is Topic.ROOM_CLOSED:
            self._talk = None
        elif topic is Topic.STATUS and self._chat.is_ready and not self._has_asked_who:
            self._has_asked_who = True
            self._chat.list_users()
        elif topic is Topic.ARRIVED and any(self._is_for_me(entry) for entry in detail):
            self.app.bell()
        self._draw_soon()

    def _is_for_me(self, entry: Frame) -> bool:
        """Whether somebody has just said it to this person only."""
        is_private = entry["type"] == "direct.posted" and self._chat.is_caught_up
        return is_private and entry["author"]["login"] != self._chat.login

    def _moved(self, answer: Answer) -> None:
        if isinstance(answer, Refused):
            self._note(answer.message)

    def _answered(self, line: str, answer: Answer) -> None:
        if isinstance(answer, Done):
            if answer.ack.get("command") in {"room.create", "room.enter", "room.leave"}:
                self._go(None)
            if answer.ack.get("text"):
                self._note(str(answer.ack["text"]))
            return
        self._note(
            answer.message
            if isinstance(answer, Refused)
            else self._words.say("That was not answered. Try again.")
        )
        composer = self.query_one(Composer)
        if not composer.value:
            composer.put(line)

    # Internal

    def _run(self, line: str) -> None:
        if not self._chat.connection.is_open:
            self._note(self._words.say("Commands need a connection."))
            return
        self.query_one(Composer).put("")
        self._chat.run_line(line, self._chat.new_id(), lambda answer: self._answered(line, answer))

    def _target(self) -> Target | None:
        if self._talk is not None:
            return Target(self._chat.talks.get(self._talk).name, login=self._talk)
        room = self._chat.room
        return None if room is None else Target(str(room["name"]), room=int(room["id"]))

    @property
    def _place(self) -> str:
        return f"@{self._talk}" if self._talk is not None else "room"

    def _go(self, login: str | None) -> None:
        """Look at a conversation, or at the room."""
        if login != self._talk:
            composer = self.query_one(Composer)
            self._drafts[self._place] = composer.value
            self._talk = login
            composer.put(self._drafts.pop(self._place, ""))
        if login is not None:
            self._chat.talks.open(login, self._chat.place.occupants.get(login, ""))
        self._draw(from_end=True)

    def _note(self, text: str) -> None:
        log = self._chat.log
        self._note_number += 1
        place = self._place if self._talk is not None or log is None else log.stream
        notes = self._notes[place]
        notes.append(Note(self._note_number, (log.position or 0) if log is not None else 0, text))
        del notes[:-NOTES_KEPT]
        self._draw(from_end=True)

    def _choices(self, kind: str) -> Iterable[str]:
        """Return the names that a command can take; one that would not look as it is written is not offered."""
        if kind == "people":
            names = [*self._chat.place.occupants, *(one["login"] for one in self._chat.users)]
            found = [login for login in dict.fromkeys(names) if login != self._chat.login]
        else:
            found = [
                room["name"]
                for room in self._chat.rooms.values()
                if kind == "rooms" or room["owner"] == self._chat.login
            ]
        return [name for name in found if one_line(name) == name]

    def _draw_soon(self) -> None:
        """Draw once for all that happens in one moment."""
        if not self._is_dirty:
            self._is_dirty = True
            self.call_later(self._draw)

    def _draw(self, *, from_end: bool = False) -> None:
        self._is_dirty = False
        if not self.is_mounted:
            return
        if self._talk is None:
            log = self._chat.log
            rows = self._rows.of_room(self._notes[log.stream if log is not None else "room"])
        else:
            rows = self._rows.of_talk(self._chat.talks.get(self._talk), self._notes[self._place])
        self.query_one(LogView).show(rows, from_end=from_end)
        self.query_one(Places).show(self._chat, talk=self._talk)
        self.query_one("#title", Static).update(Content(self._title()))
        self._draw_status()

    def _title(self) -> str:
        if self._talk is not None:
            name = one_line(self._chat.talks.get(self._talk).name)
            return self._words.say("Private with {name}", name=name)
        room = self._chat.room
        if room is None:
            return ""
        count = int(self._chat.rooms.get(room["id"], room)["occupants"])
        here = self._words.many("{count} person here", "{count} people here", count)
        return f"{one_line(room['name'])} · {here}"

    def _draw_status(self) -> None:
        words, chat = self._words, self._chat
        parts = [connection_line(words, chat.connection.status)]
        if chat.outbox.is_held_up and chat.outbox.pending:
            parts.append(words.say("The server cannot store messages right now. Yours wait here."))
        elif chat.outbox.pending and chat.connection.status.phase is not Phase.OPEN:
            waiting = len(chat.outbox.pending)
            parts.append(words.many("{count} message waiting.", "{count} messages waiting.", waiting))
        unread = sum(one.unread for one in chat.talks.all)
        if unread:
            parts.append(
                words.many("{count} private message unread", "{count} private messages unread", unread)
            )
        shown = [part for part in parts if part] or [words.say("Connected. F1: help")]
        now = chat.clock.now()
        clock = (
            "--:--:--" if now is None else datetime.fromtimestamp(now, UTC).astimezone().strftime("%H:%M:%S")
        )
        self.query_one("#status", Static).update(Content(f"{clock} · {' '.join(shown)}"))
