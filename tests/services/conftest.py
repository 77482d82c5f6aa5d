"""A database that threads may share, and a publisher that remembers what was said."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from rooms.delivery import publisher
from rooms.delivery.hints import Hint
from rooms.services.rooms import ensure_default_room
from tests.services.world import World


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite's database in memory locks whole tables against other threads: the tests take a file, as the chat does."""
    if connection.vendor == "sqlite":
        process = os.environ.get("PYTEST_XDIST_WORKER", "test")
        connection.settings_dict["TEST"]["NAME"] = str(Path(django_settings.DATA_DIR) / f"{process}.sqlite3")


class Hints(list[tuple[str, Hint]]):
    """What has been published, in order."""

    def publish(self, group: str, hint: Hint) -> None:
        self.append((group, hint))

    def to(self, group: str) -> list[Hint]:
        return [hint for name, hint in self if name == group]


@pytest.fixture(autouse=True)
def hints() -> Iterator[Hints]:
    """In place of the worker's publisher: nothing goes to a layer."""
    recorder = Hints()
    publisher.install(recorder)  # type: ignore[arg-type]
    yield recorder
    publisher.install(None)


@pytest.fixture
def world(transactional_db: None) -> World:
    """A chat with its default room and one living worker."""
    ensure_default_room()
    return World()
