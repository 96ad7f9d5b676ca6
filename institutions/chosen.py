"""Which rows a page of the interface holds: their keys are read first, the rows by them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from blk_portal.rest.rows import Keys
from institutions.keyset import beyond, names_of


@dataclass(frozen=True)
class Chosen:
    """The rows of a list that somebody asks for and may see."""

    queryset: QuerySet[Any]

    def keys(self, after: Sequence[Any], order: tuple[str, ...], size: int) -> list[Keys]:
        """The keys of so many rows that come after the one with some keys; none begins the list."""
        rows = beyond(self.queryset, after, order) if after else self.queryset
        return list(rows.order_by(*order).values_list(*names_of(order))[:size])


@dataclass(frozen=True)
class Whole(Chosen):
    """A list without filters, for who sees all of it; its keys are numbers.

    Its statement is written by Django once a process: to write it takes as long as to run it.
    """

    texts: dict[tuple[tuple[str, ...], bool], tuple[str, list[int]]] = field(default_factory=dict)

    def keys(self, after: Sequence[int], order: tuple[str, ...], size: int) -> list[Keys]:
        asked = (order, bool(after))
        if asked not in self.texts:
            self.texts[asked] = self._written(*asked)
        text, places = self.texts[asked]
        with connection.cursor() as cursor:
            cursor.execute(f"{text} LIMIT %s", [*(after[place] for place in places), size])
            found: list[Keys] = cursor.fetchall()
            return found

    def _written(self, order: tuple[str, ...], is_begun: bool) -> tuple[str, list[int]]:
        """The statement, and which of the keys each of its placeholders takes."""
        marks = [-place for place, _name in enumerate(order, start=1)]
        rows = beyond(self.queryset, marks, order) if is_begun else self.queryset
        names = names_of(order)
        text, values = rows.order_by(*order).values_list(*names).query.sql_with_params()
        return text, [marks.index(value) for value in values]
