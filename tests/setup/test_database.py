"""What the promises stand on is asked of the database by each connection, not hoped for."""

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.conf import settings

from tests.harness.services import Postgres, execute


@pytest.fixture
def careless_database(postgres: Postgres) -> Iterator[str]:
    """The address of a database that would acknowledge what is not on the disk yet."""
    name = postgres.create_database()
    execute(postgres.url(), f'ALTER DATABASE "{name}" SET synchronous_commit TO off')
    yield postgres.url(name)
    postgres.drop_database(name)


def test_a_commit_is_on_the_disk_whatever_the_database_has_been_set_to(careless_database: str) -> None:
    options = settings.DATABASES["default"]["OPTIONS"]["options"]

    with (
        closing(psycopg2.connect(careless_database, options=options)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
