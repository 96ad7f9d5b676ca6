"""Rows told as the JSON that the database writes: long lists make neither a model instance nor a
dictionary of each row."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from django.db.models import QuerySet

from blk_portal.rest.arrays import AnyOf, array_of
from blk_portal.rest.prepared import OfKeys

# A row as JSON, as the database wrote it: a type of its own would copy each text once more.
Written: TypeAlias = str
Told: TypeAlias = dict[str, Any] | Written
Keys = tuple[Any, ...]


def opened(row: Told) -> dict[str, Any]:
    """The fields of a row."""
    fields: dict[str, Any] = json.loads(row) if isinstance(row, Written) else row
    return fields


def as_written(rows: dict[int, Written]) -> Mapping[int, Told]:
    """Nothing is left to be done."""
    return rows


@dataclass(frozen=True)
class Rows:
    """How the rows of a list are read; what comes of it is what the serializer describes.

    source: all rows, with what the columns reach over. columns: where each field is read from;
    `id` is the key. finish: what is done with rows by their keys before they are told.
    """

    source: Callable[[], QuerySet[Any]]
    columns: Mapping[str, str]
    finish: Callable[[dict[int, Written]], Mapping[int, Told]] = as_written

    def told(self, found: Sequence[Keys], size: int) -> tuple[list[Told], Keys]:
        """The rows with the first of these keys, and the keys of the last of them where there are
        more. found: keys that end with the id, one more than asked for.

        The rows are chosen first and joined after: with all joins at once the planner gives up
        looking for the order that starts from the few rows a person may see.
        """
        passed = found[:size]
        rows = self.of_keys(row[-1] for row in passed)
        told = [rows[row[-1]] for row in passed if row[-1] in rows]
        return told, passed[-1] if len(passed) < len(found) else ()

    def of_keys(self, keys: Iterable[int]) -> Mapping[int, Told]:
        """The rows with these keys, whoever may see them."""
        return self.finish(dict(self._statement.rows(keys)))

    @cached_property
    def _statement(self) -> OfKeys:
        """Written by Django once a process; row by row it gives the key and the JSON."""
        rows = self.source().order_by().filter(AnyOf("pk", [0]))
        statement, values = rows.values_list(*self.columns.values()).query.sql_with_params()
        assert values[-1] == array_of([0]), "the keys are the only condition on all rows"
        names = ", ".join(self.columns)
        told = f"SELECT told.id, row_to_json(told)::text FROM ({statement}) AS told ({names})"  # noqa: S608, names of our own
        return OfKeys(told, values[:-1])
