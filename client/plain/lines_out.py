"""One line for each message, the author's name first; what is no message goes to standard error."""

import os
import sys
from contextlib import suppress
from typing import TextIO

from client.frames import Frame
from client.people import People
from client.safe_text import one_line
from client.words import Words


class LinesOut:
    """Writes at once. When nobody reads any more it says so in `is_closed`, and is quiet."""

    def __init__(
        self, words: Words, *, login: str, out: TextIO = sys.stdout, notes: TextIO = sys.stderr
    ) -> None:
        self.is_closed = False
        self._words = words
        self._login = login
        self._out = out
        self._notes = notes
        self._people = People()

    def message(self, entry: Frame) -> None:
        """Print what somebody said."""
        author = self._people.name_of(entry["author"])
        if entry["type"] == "direct.posted":
            if entry["author"]["login"] == self._login:
                peer = self._people.name_of(entry["to"])
                author = self._words.say("{author} (private to {peer})", author=author, peer=peer)
            else:
                author = self._words.say("{author} (private)", author=author)
        self._write(f"{author}: {one_line(entry['text'])}")

    def answer(self, text: str) -> None:
        """Print the answer to a command, its lines marked: no person's name begins with that sign."""
        for line in text.split("\n"):
            self._write(f"# {one_line(line)}")

    def note(self, text: str) -> None:
        """Say something that is no message."""
        with suppress(OSError):  # nobody listens
            print(one_line(text), file=self._notes, flush=True)

    def _write(self, line: str) -> None:
        if self.is_closed:
            return
        try:
            print(line, file=self._out, flush=True)
        except BrokenPipeError:
            self.is_closed = True
            # What is still held would be written at the exit, and fail there.
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())
