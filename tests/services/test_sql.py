"""Statements by hand: past Django's cursors, with all that one relies on of them."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from rooms import sql

pytestmark = pytest.mark.django_db(transaction=True)

# The second row cannot be had, which SQLite finds out when it is fetched.
SECOND_FAILS = {
    "sqlite": "SELECT 1 UNION ALL SELECT abs(-9223372036854775807 - %s)",
    "postgresql": "SELECT 1 UNION ALL SELECT 1 / (%s - 1)",
}


def test_an_error_is_one_of_django_even_where_it_shows_while_fetching():
    with pytest.raises(DatabaseError):
        sql.rows(SECOND_FAILS[connection.vendor], [1])


def test_a_transaction_that_is_broken_takes_no_more_statements():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            sql.run("UPDATE rooms_stream SET last_seq = %s WHERE id = %s", [1, 0])


def test_whoever_listens_to_statements_hears_of_those_by_hand():
    update = "UPDATE rooms_stream SET last_seq = %s WHERE id = %s"
    with CaptureQueriesContext(connection) as captured:
        assert sql.rows("SELECT %s + 1", [1]) == [(2,)]
        sql.run(update, [1, 0])
        sql.run_with_each(update, [[1, 0], [2, 0]])

    assert len(captured) == 3


def test_percent_signs_are_written_twice_as_everywhere_in_django():
    assert [tuple(row) for row in sql.rows("SELECT '%%s', '100%%', %s + 1", [1])] == [("%s", "100%", 2)]
