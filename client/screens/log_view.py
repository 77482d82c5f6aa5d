"""A log on the screen: wrapped, scrolled by keys, at its end unless somebody reads further up."""

from rich.style import Style
from rich.text import Text
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from .rows import Kind, Row

# Which rows stand out, in any theme and without colour too.
_STYLES = {
    Kind.SAID: (Style(bold=True), Style()),
    Kind.OWN: (Style(bold=True, underline=True), Style()),
    Kind.WAITING: (Style(dim=True, italic=True), Style(dim=True)),
    Kind.REFUSED: (Style(bold=True, reverse=True), Style()),
    Kind.NOTE: (Style(), Style(italic=True)),
}
INDENT = "   "
# Lines from the top at which more is asked for.
NEAR_TOP = 2


class LogView(ScrollView, can_focus=True):
    """Draws rows. It keeps what is being read in its place, whatever is added before or behind."""

    class NearTop(Message):
        """Somebody reads the oldest that is there."""

    class SeenEnd(Message):
        """The end is in sight."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._rows: list[Row] = []
        self._lines: list[tuple[str, Strip]] = []
        self._wrapped: dict[tuple[Row, int], list[Strip]] = {}
        self._follows_end = True

    @property
    def plain_lines(self) -> list[str]:
        """Return what stands in it, as it is drawn."""
        return [strip.text.rstrip() for _key, strip in self._lines]

    def show(self, rows: list[Row], *, from_end: bool = False) -> None:
        """Draw these in place of what was there."""
        self._follows_end = self._follows_end or from_end
        anchor, offset = self._reading()
        self._rows = rows
        self._wrap()
        if self._follows_end:
            self.scroll_end(animate=False, immediate=True)
            self.post_message(self.SeenEnd())
        else:
            line = next((index for index, (key, _strip) in enumerate(self._lines) if key == anchor), 0)
            self.scroll_to(y=line + offset, animate=False, immediate=True)
        self.refresh()

    def on_resize(self) -> None:
        """Wrap anew."""
        self.show(self._rows)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """See whether more is to be read, and whether the end has been."""
        super().watch_scroll_y(old_value, new_value)
        self._follows_end = new_value >= self.max_scroll_y
        if new_value <= NEAR_TOP and self.max_scroll_y > 0 and new_value < old_value:
            self.post_message(self.NearTop())
        if self._follows_end:
            self.post_message(self.SeenEnd())

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        index = y + round(self.scroll_y)
        width = self.size.width
        strip = self._lines[index][1] if 0 <= index < len(self._lines) else Strip([])
        return strip.adjust_cell_length(width, self.rich_style).apply_style(self.rich_style)

    def _reading(self) -> tuple[str, int]:
        """Return the row at the top of the window, and which of its lines."""
        top = round(self.scroll_y)
        if not 0 <= top < len(self._lines):
            return "", 0
        key = self._lines[top][0]
        first = next(index for index, (other, _strip) in enumerate(self._lines) if other == key)
        return key, top - first

    def _wrap(self) -> None:
        width = max(10, self.size.width - 1)
        fresh = {
            (row, width): self._wrapped.get((row, width)) or self._strips(row, width) for row in self._rows
        }
        self._wrapped = fresh
        self._lines = [(row.key, strip) for row in self._rows for strip in fresh[row, width]]
        self.virtual_size = Size(width, len(self._lines))

    def _strips(self, row: Row, width: int) -> list[Strip]:
        author_style, text_style = _STYLES[row.kind]
        text = Text(end="")
        if row.time:
            text.append(f"{row.time} ", Style(dim=True))
        if row.author:
            text.append(row.author, author_style)
            text.append(": ")
        text.append(row.text, text_style)
        # Only a row's first line begins at the edge: no text can pass for the next row.
        lines = text.wrap(self.app.console, width - len(INDENT), overflow="fold")
        for line in lines[1:]:
            line.pad_left(len(INDENT))
        return [Strip([*line.render(self.app.console)]) for line in (_ended(line) for line in lines)]


def _ended(line: Text) -> Text:
    line.end = ""
    return line
