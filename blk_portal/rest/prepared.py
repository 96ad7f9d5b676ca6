"""Statements that PostgreSQL plans once a connection: to plan eight joins costs more than to run
them for a hundred rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any
from weakref import WeakKeyDictionary

from django.db import connection

from blk_portal.rest.arrays import array_of

# By the connection itself: a new one of the same thread has nothing prepared.
PREPARED: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class _Keys:
    """Stands where the prepared statement takes its keys."""

    def getquoted(self) -> bytes:
        return b"$1"

    def __conform__(self, _protocol: object) -> "_Keys":
        return self


@dataclass(frozen=True)
class OfKeys:
    """A statement whose last placeholder takes keys, the same for every page.

    statement: as Django writes one. values: of the placeholders before the last.
    """

    statement: str
    values: Sequence[Any]

    def rows(self, keys: Iterable[int]) -> list[tuple[Any, ...]]:
        """The rows of these keys, in no order."""
        with connection.cursor() as cursor:
            known = PREPARED.setdefault(connection.connection, set())
            if self._name not in known:
                cursor.execute(f"PREPARE {self._name} (bigint[]) AS {self._text}")
                known.add(self._name)
            cursor.execute(f"EXECUTE {self._name} (%s)", [array_of(keys)])
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    @cached_property
    def _text(self) -> str:
        with connection.cursor() as cursor:
            text: str = cursor.mogrify(self.statement, [*self.values, _Keys()]).decode()
        return text

    @cached_property
    def _name(self) -> str:
        return "told_" + blake2b(self._text.encode(), digest_size=8).hexdigest()
