"""`manage.py chatlog`: the log as lines that are safe for a terminal."""

import os
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection

from rooms.models import Room
from rooms.protocol.errors import Refused
from rooms.services import chatlog

FOLLOW_SECONDS = 1.0


class Command(BaseCommand):
    """Prints; changes nothing."""

    help = "Print the log: time of arrival, place, number, author and text of every message, a line each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a room, a time, and whether to go on."""
        parser.add_argument("--room", help="only this room, by id or name; also one that has closed")
        parser.add_argument(
            "--since", help="only from this time on, such as 2026-11-20T08:00 (UTC unless it says so)"
        )
        parser.add_argument("--follow", action="store_true", help="go on with what is said from now on")

    def handle(self, *args: Any, **options: Any) -> None:  # Any: Django's signature
        """Print, and with --follow go on until interrupted."""
        try:
            room = chatlog.find_any_room(options["room"]) if options["room"] else None
        except Refused as refused:
            raise CommandError(f"There is no room {options['room']!r}.") from refused
        since = _moment(options["since"]) if options["since"] else None
        try:
            with suppress(KeyboardInterrupt):  # that is how one stops following
                self._print(room, since, follow=options["follow"])
        except BrokenPipeError:  # `| head` has read enough; what is still held would be written at the exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _print(self, room: Room | None, since: datetime | None, *, follow: bool) -> None:
        chatlog.take_your_time()
        seen = chatlog.heads(room)
        for line in chatlog.log_lines(room=room, since=since, seen=seen):
            self.stdout.write(line)
        self.stdout.flush()
        while follow:
            time.sleep(FOLLOW_SECONDS)
            try:
                for line in chatlog.lines_after(seen, room):
                    self.stdout.write(line)
            except (OperationalError, InterfaceError):  # the database is away: it is asked again
                connection.close()
            self.stdout.flush()


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as problem:
        raise CommandError(f"--since must look like 2026-11-20T08:00, not {text!r}.") from problem
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
