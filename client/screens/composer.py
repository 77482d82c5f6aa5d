"""The line one writes in: Enter sends, Tab completes a command, and what is pasted stays whole."""

from collections.abc import Callable, Iterable

from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

from client.commands import Suggestion, TypedCommand, common_start, suggestions
from client.safe_text import several_lines

# Stands for a line break in a line that has none.
BREAK = "⏎"


class Composer(Input):
    """Knows the commands, and the names that they can take."""

    BINDINGS = [
        Binding("tab", "complete", show=False),
        Binding("ctrl+j,alt+enter", "break_line", show=False),
    ]

    class Hinted(Message):
        """What may come next has changed."""

        def __init__(self, hints: list[Suggestion]) -> None:
            super().__init__()
            self.hints = hints

    def __init__(
        self, commands: list[TypedCommand], choices: Callable[[str], Iterable[str]], placeholder: str
    ) -> None:
        super().__init__(placeholder=placeholder, id="composer", select_on_focus=False)
        self._commands = commands
        self._choices = choices

    @property
    def text(self) -> str:
        """What has been written."""
        return self.value.replace(BREAK, "\n")

    @property
    def hints(self) -> list[Suggestion]:
        """What may come next."""
        return suggestions(self.value, self._commands, self._choices)

    def put(self, text: str) -> None:
        """Write this in place of what was there."""
        self.value = _in_one_line(text)
        self.cursor_position = len(self.value)

    def action_complete(self) -> None:
        """Take the only thing that may come next, or what all that may have in common; else go on to what is next."""
        hints = self.hints
        if not hints:
            if not self.value.startswith("#"):
                self.screen.focus_next()
            return
        start = common_start([hint.text for hint in hints])
        self.put(hints[0].text if len(hints) == 1 or len(start) <= len(self.value) else start)

    def action_break_line(self) -> None:
        """Begin a new line within the message."""
        self.insert_text_at_cursor(BREAK)

    def _on_paste(self, event: events.Paste) -> None:
        self.insert_text_at_cursor(_in_one_line(event.text.rstrip("\n")))
        event.prevent_default()
        event.stop()

    def on_input_changed(self) -> None:
        """Say what may come next."""
        self.post_message(self.Hinted(self.hints))


def _in_one_line(text: str) -> str:
    return several_lines(text).replace("\n", BREAK)
