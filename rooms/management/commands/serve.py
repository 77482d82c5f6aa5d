"""`manage.py serve`: prepare the database, listen, and keep the workers alive. This is what `bin/run` does."""

from __future__ import annotations

import fcntl
import os
import sys
import time
import uuid
from argparse import ArgumentParser
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.utils.translation import gettext as _

from chatproject.collecting import collect_static_files
from chatproject.listening import (
    CannotListen,
    allowed_hosts,
    hosts_to_tell,
    is_loopback,
    listen,
    qr_code,
    url_of,
)
from chatproject.supervisor import STOP_SECONDS, Command as WorkerCommand, Supervisor
from rooms.services.presence import reap_spawn

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST_PORT = 65535
# Two servers that start at once must not migrate at once. The number is this lock's name in PostgreSQL.
MIGRATION_LOCK = 7_301_994_211


class Command(BaseCommand):
    help = "Start the chat: one listening socket, and as many workers as asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on; 0.0.0.0 is the local network"
        )
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument("--workers", type=int, default=1, help="more than one need Redis")

    def handle(self, *, host: str, port: int, workers: int, **_options: Any) -> None:
        refuse_what_cannot_work(host=host, workers=workers)
        if not 0 <= port <= LAST_PORT:  # the system would take another one without a word
            raise CommandError(f"A port is a number up to {LAST_PORT}.")
        with only_server_on_these_data() as kept_descriptors:
            migrate()
            collect_static_files()
            try:
                listener = listen(host, port)
            except CannotListen as error:
                raise CommandError(
                    _("Cannot listen on %(host)s, port %(port)s: %(reason)s. Another port: --port %(other)s")
                    % {"host": host, "port": port, "reason": error, "other": port + 1}
                ) from error
            port = listener.getsockname()[1]
            has_administrator = _has_administrator()
            connections.close_all()
            Supervisor(
                listener,
                WorkerCommand(
                    folder=settings.BASE_DIR,
                    environment=_environment(host, port),
                    kept_descriptors=kept_descriptors,
                ),
                workers=workers,
                reap=_reap,
                on_ready=lambda: self._welcome(host, port, has_administrator=has_administrator),
            ).run()

    def _welcome(self, host: str, port: int, *, has_administrator: bool) -> None:
        lines = ["", _("The chat is ready:")]
        hosts = hosts_to_tell(host)
        lines += [f"  {url_of(each, port)}" for each in hosts]
        if not is_loopback(host) and not is_loopback(hosts[0]):
            lines += ["", qr_code(url_of(hosts[0], port))]
        if not settings.LIMITS:
            lines += [_("LIMITS=off: every limit on rate and number of connections is switched off.")]
        if not has_administrator:
            lines += [
                _("Nobody is administrator yet. To become one, in another terminal:"),
                f"  {_createsuperuser()}",
            ]
        lines += [_("Ctrl-C stops the chat."), ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def refuse_what_cannot_work(*, host: str, workers: int) -> None:
    """Raise CommandError, with a sentence, for wishes that contradict each other."""
    if workers < 1:
        raise CommandError(_("At least one worker is needed."))
    if workers > 1 and not settings.REDIS_URL:
        raise CommandError(
            _(
                "Several workers need Redis, over which they tell each other what was said: set REDIS_URL, or use one."
            )
        )
    if not settings.LIMITS and not is_loopback(host):
        raise CommandError(
            _("LIMITS=off is for tests on this machine alone: it is refused together with the host %(host)s.")
            % {"host": host}
        )


@contextmanager
def only_server_on_these_data() -> Iterator[tuple[int, ...]]:
    """
    Hold a lock next to an SQLite database that no Redis joins to other servers; yield what workers must keep open.

    The workers hold the lock too: a server that was killed still counts until the last of them has drained.
    """
    database = settings.DATABASES["default"]
    if settings.REDIS_URL or not database["ENGINE"].endswith("sqlite3"):
        yield ()
        return
    path = Path(f"{database['NAME']}.lock")
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _lock(descriptor):
            raise CommandError(
                _(
                    "Another server is at work on %(database)s. Stop it first, or give this one a DATA_DIR of its own."
                )
                % {"database": database["NAME"]}
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield (descriptor,)
    finally:
        os.close(descriptor)


def migrate() -> None:
    """Bring the database up to date, one server at a time. Raises CommandError when it cannot be reached."""
    try:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # What a request may not wait for, a migration may.
                for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
                    cursor.execute(f"SET {limit} = 0")
                cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as error:
        raise CommandError(_("The database cannot be used: %(reason)s") % {"reason": error}) from error
    finally:
        connection.close()  # and the lock with it


def _lock(descriptor: int) -> bool:
    """Take the lock; wait for the workers of a server that is gone, but not for one that lives."""
    end = time.monotonic() + STOP_SECONDS
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() > end or _is_alive(os.pread(descriptor, 20, 0)):
            return False
        time.sleep(0.1)


def _is_alive(pid: bytes) -> bool:
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (ValueError, PermissionError):
        return True
    return True


def _has_administrator() -> bool:
    return bool(get_user_model().objects.filter(is_superuser=True, is_active=True).exists())


def _createsuperuser() -> str:
    """Return the line that makes an administrator, as it can be typed in the folder of the project."""
    python = Path(sys.executable)
    with suppress(ValueError):
        python = python.relative_to(settings.BASE_DIR)
    return f"{python} manage.py createsuperuser"


def _environment(host: str, port: int) -> dict[str, str]:
    """Return what the workers must know of where they listen."""
    environment = {"PORT": str(port)}
    if not is_loopback(host) and not settings.PUBLIC_URL and not os.environ.get("ALLOWED_HOSTS"):
        environment["ALLOWED_HOSTS"] = ",".join(
            dict.fromkeys([*settings.ALLOWED_HOSTS, *allowed_hosts(host)])
        )
    return environment


def _reap(spawn: uuid.UUID) -> None:
    try:
        reap_spawn(spawn)
    finally:
        connections.close_all()
