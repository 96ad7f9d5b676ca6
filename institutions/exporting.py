"""Any filtered list as a table to take away: the rows and filters of its page, and no others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Choices, QuerySet
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from blk_portal.sheets.export import write_csv, write_xlsx
from institutions.filters import StrictFilterSet
from institutions.keyset import CURSOR

# As many are written while somebody waits; more are written by a worker.
AT_ONCE = 5_000
# What many rows share is read once for so many of them.
ROWS_A_READ = 10_000
# After so many it is told how far a long list is.
ROWS_A_NOTE = 2_500
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@dataclass(frozen=True)
class Column:
    """A heading, and the path or the function that gives its cell; paths may meet nothing.

    choices: the kinds of what a path leads to, which tell their labels.
    """

    header: object
    value: str | Callable[[Any], object]
    choices: type[Choices] | None = None

    def reader(self) -> Callable[[Any], object]:
        """What gives the cell of each row of a table, in the language of now."""
        if callable(self.value):
            return self.value
        path = attrgetter(self.value)
        labels = {key: str(label) for key, label in self.choices.choices} if self.choices else {}

        def read(row: Any) -> object:
            try:
                found = path(row)
            except AttributeError:
                return None
            return labels.get(found, found) if labels else found

        return read


@dataclass(frozen=True)
class Exportable:
    """A list that can be taken away: its rows for a person, its filters, its columns.

    order: as of the page; the last name is unique. is_open_to: who has the page of the list.
    shared: relations to rows that many rows of a long list have in common. joined: those that each
    row has of its own. Where they are given they take the place of what the page joins.
    """

    name: str
    title: object
    rows: Callable[[User], QuerySet[Any]]
    filters: type[StrictFilterSet]
    columns: Sequence[Column]
    order: tuple[str, ...]
    is_open_to: Callable[[User], bool] = lambda user: True
    shared: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()

    def found(self, user: User, query: str) -> QuerySet[Any]:
        """The rows that the person's filters ask for. Raises BadRequest for unknown filters."""
        asked = QueryDict(query)
        filters = self.filters(asked, queryset=self.rows(user))
        unknown = set(asked) - set(filters.form.fields) - {CURSOR}
        if unknown or filters.form.errors:
            raise BadRequest(gettext("A filter of the list cannot be read."))
        rows: QuerySet[Any] = filters.qs
        return rows.order_by(*self.order)

    def table(
        self, rows: QuerySet[Any], form: str, note: Callable[[int], None] | None = None
    ) -> bytes:
        """The file: text that people typed is never calculated.

        note: is told from time to time how many rows are written.
        """
        headers = [capfirst(str(column.header)) for column in self.columns]
        cells = self._cells(rows)
        if note:
            cells = _noted(cells, note)
        if form == "csv":
            return write_csv(headers, cells)
        return write_xlsx(headers, cells, sheet=str(self.title), spills=True)

    def _cells(self, rows: QuerySet[Any]) -> Iterator[list[object]]:
        if self.shared:
            rows = rows.select_related(None).prefetch_related(*self.shared)
            rows = rows.select_related(*self.joined) if self.joined else rows
        readers = [column.reader() for column in self.columns]
        for row in rows.iterator(chunk_size=ROWS_A_READ):
            yield [read(row) for read in readers]


def _noted(cells: Iterator[list[object]], note: Callable[[int], None]) -> Iterator[list[object]]:
    """The same rows; `note` is told of them as they are taken."""
    for number, row in enumerate(cells):
        if number % ROWS_A_NOTE == 0:
            note(number)
        yield row


EXPORTABLE: dict[str, Exportable] = {}


def offer(kind: Exportable) -> None:
    """Make a list one that can be taken away; each room offers its own when the portal starts."""
    EXPORTABLE[kind.name] = kind


def may_export(user: User, kind: Exportable) -> bool:
    """Whether the person has the page of the list; a partner system has none."""
    return user.spec.reach != Reach.NOTHING and kind.is_open_to(user)
