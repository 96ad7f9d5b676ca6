"""After a test that commits: empty the few tables that it filled.

Django truncates all of them, and PostgreSQL makes new files for every table and index then.
"""

import time
from functools import cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import TransactionTestCase

# What `migrate` itself writes, and Django again after its own emptying.
KEPT = (ContentType, Permission)
IN_TRANSACTION = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND xact_start IS NOT NULL
"""
# What is taken back lies on in the files as dead rows, and PostgreSQL plans for them too.
LARGE = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
      AND pg_relation_size(oid) > 64 * 1024
"""
# Three seconds of them; a test may have stopped the clock.
LOOKS = 150

empty_all_tables = TransactionTestCase._fixture_teardown


def empty_filled_tables(test_case: TransactionTestCase) -> None:
    """Stands in for Django's own, which takes over where a test changed what is kept."""
    _wait_for_others()
    if _rows_kept() != remember_what_is_kept():
        empty_all_tables(test_case)
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_which_are_filled())
        filled = [table for (table,) in cursor.fetchall()]
        if filled:
            # Neither the order of foreign keys nor a trigger that forbids it stands in the way.
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(";".join(f'DELETE FROM "{table}"' for table in filled))


def sweep_dead_rows() -> None:
    """Between modules, outside any transaction: free the tables that a module has blown up."""
    if not remember_what_is_kept.cache_info().currsize or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute(LARGE)
        for (table,) in cursor.fetchall():
            cursor.execute(f'VACUUM "{table}"')
    # Between tests there may be another one than theirs; it must not outlive the database.
    connection.close()


@cache
def remember_what_is_kept() -> list[int]:
    """To be asked before the first test; how many rows of each model `migrate` wrote."""
    return _rows_kept()


def _rows_kept() -> list[int]:
    return [model.objects.count() for model in KEPT]


def _wait_for_others() -> None:
    """A server or worker may still be writing the last of what the test asked for."""
    with connection.cursor() as cursor:
        for _look in range(LOOKS):
            cursor.execute(IN_TRANSACTION)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.02)


@cache
def _which_are_filled() -> str:
    kept = {model._meta.db_table for model in KEPT}
    tables = set(connection.introspection.django_table_names(only_existing=True)) - kept
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in sorted(tables)
    )
