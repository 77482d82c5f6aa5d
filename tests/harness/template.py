"""What every chat of the tests begins with: a migrated database with people in it, and the static files.

All processes of a run share them: each is made once, by whoever needs it first.
"""

import fcntl
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.harness.environment import ROOT, knobs
from tests.harness.services import Postgres

# Names the folder to the processes that a run of tests starts.
FOLDER = "CHAT_TEST_FOLDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A database to copy, and the people in it."""

    folder: Path
    database: str
    guests: list[dict[str, str]]


@cache
def embedded_template() -> Template:
    """Return the folder of a chat on SQLite."""
    folder = shared_folder() / "embedded"
    return Template(folder=folder, database="", guests=_provision(folder))


@cache
def cluster_template(postgres: Postgres) -> Template:
    """Return a database of that server, to which nobody is connected."""
    database = postgres.create_database()
    folder = shared_folder() / database
    return Template(
        folder=folder, database=database, guests=_provision(folder, DATABASE_URL=postgres.url(database))
    )


def static_root() -> Path:
    """Return where the static files lie: they are the same for all."""
    return shared_folder() / "static"


@cache
def secret_key() -> str:
    """Return one for all, so that the sessions of the people in a template hold."""
    path = shared_folder() / "secret"
    with _alone():
        if not path.exists():
            path.write_text(secrets.token_urlsafe(60))
    return path.read_text()


@cache
def shared_folder() -> Path:
    """Return the folder of the run of tests, outside of one a folder for this process."""
    return Path(os.environ.get(FOLDER) or tempfile.mkdtemp(prefix="chat-"))


def _provision(folder: Path, **environment: str) -> list[dict[str, str]]:
    """Prepare what is not prepared yet, and return the people."""
    people, key = folder / "people.json", secret_key()
    with _alone():
        if not people.exists():
            folder.mkdir(exist_ok=True)
            own = {"SECRET_KEY": key, "DATA_DIR": str(folder), "STATIC_ROOT": str(static_root())}
            subprocess.run(
                [sys.executable, "-m", "tests.harness.provision", people],
                cwd=ROOT, check=True, env={**os.environ, **knobs(), **own, **environment},
            )  # fmt: skip
    return list(json.loads(people.read_text()))


@contextmanager
def _alone() -> Iterator[None]:
    with (shared_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
