"""Statements that PostgreSQL plans once a connection: to plan eight joins costs more than to run
them for a hundred rows."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

# By the connection itself: a new one of the same thread has nothing prepared.
PREPARED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


def rows_of_keys(statement: str, values: Sequence[Any], keys: list[int]) -> list[tuple[Any, ...]]:
    """The rows of a statement whose last placeholder takes keys.

    statement: written by Django, the same for every page. values: of the placeholders before.
    """
    with connection.cursor() as cursor:
        text = cursor.mogrify(statement, [*values, KEYS]).decode()
        name = "told_" + blake2b(text.encode(), digest_size=8).hexdigest()
        known = PREPARED.setdefault(connection.connection, set())
        if name not in known:
            cursor.execute(f"PREPARE {name} (bigint[]) AS {text}")
            known.add(name)
        cursor.execute(f"EXECUTE {name} (%s)", [keys])
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


class _Keys:
    """Stands where the prepared statement takes its keys."""

    def getquoted(self) -> bytes:
        return b"$1"

    def __conform__(self, _protocol: object) -> "_Keys":
        return self


KEYS = _Keys()
