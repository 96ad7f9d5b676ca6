"""Rows read as plain values: the long lists are told without a model instance for each row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from blk_portal.rest.arrays import AnyOf
from blk_portal.rest.prepared import rows_of_keys

Told = dict[str, Any]
Keys = tuple[Any, ...]
Statement = tuple[str, tuple[Any, ...]]


def as_read(rows: list[Told]) -> None:
    """Nothing is left to be done."""


@dataclass(frozen=True)
class Rows:
    """How the rows of a list are read; what comes of it is what the serializer describes.

    source: all rows, with what the columns reach over. columns: where each field is read from.
    beside: what `finish` makes the other fields of, and takes out of the rows.
    """

    source: Callable[[], QuerySet[Any]]
    columns: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=dict)
    finish: Callable[[list[Told]], None] = as_read
    written: list[Statement] = field(default_factory=list, init=False, compare=False, repr=False)

    def read(
        self, chosen: QuerySet[Any], *, order: tuple[str, ...], size: int | None = None
    ) -> tuple[list[Told], Keys]:
        """The first rows in an order, and the keys of the last of them where there are more.

        The rows are chosen first and joined after: with all joins at once the planner gives up
        looking for the order that starts from the few rows a person may see.
        """
        names = [*self.columns, *self.beside]
        keys = [name.removeprefix("-") for name in order]
        ordered = chosen.order_by(*order).values_list("pk", *keys)
        found = list(ordered if size is None else ordered[: size + 1])
        passed = found[:size]
        read = rows_of_keys(*self._statement, [row[0] for row in passed])
        rows = {row[0]: dict(zip(names, row[1:], strict=True)) for row in read}
        told = [rows[row[0]] for row in passed if row[0] in rows]
        self.finish(told)
        return told, passed[-1][1:] if len(passed) < len(found) else ()

    @property
    def _statement(self) -> Statement:
        """What reads the rows of some keys, and its values. Written by Django once a process."""
        if not self.written:
            rows = self.source().order_by().filter(AnyOf("pk", [0]))
            columns = rows.values_list("pk", *self.columns.values(), *self.beside.values())
            statement, values = columns.query.sql_with_params()
            assert values[-1] == [0], "the keys are the only condition on all rows"
            self.written.append((statement, values[:-1]))
        return self.written[0]
