"""Reading a list of opening balances: each row is an entry, or all that is wrong with it is named.

Cells that name an institution and a year are read as in lists of the register.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from typing import NamedTuple

from blk_portal.formats import number
from blk_portal.progress.opening.balances import COLUMNS
from blk_portal.progress.opening.columns import IDENTIFIERS, USUAL_HEADERS, BalanceVocabulary
from blk_portal.progress.opening.faults import Code, Fault, refuse_balances
from blk_portal.sheets.archive import MEGABYTE
from blk_portal.sheets.cells import plain
from blk_portal.sheets.faults import CellFault
from blk_portal.sheets.workbook import Limits
from institutions.importing.matching import Asked, Match, are_alike, hits_of, match, name_key
from institutions.models import Institution
from institutions.register_sheet import Reference
from institutions.register_sheet.checks import RegisterRow
from institutions.register_sheet.reader import read_list

MAX_ROWS = 5_000
LIMITS = Limits(size=5 * MEGABYTE, unpacked=50 * MEGABYTE, rows=MAX_ROWS + 200)
PIECE = 1_000
# More than the largest training centre of the state trains in a year.
MOST = 20_000
LONGEST_SOURCE = 200
DIGITS = re.compile(r"[0-9]{1,3}(?:[., ][0-9]{3})+|[0-9]{1,9}")


class Entry(NamedTuple):
    """What a row says: the institution and the budget year (primary keys), figures in the order of
    COLUMNS, and the paper."""

    institution: int
    year: int
    figures: tuple[int, ...]
    source: str


@dataclass(frozen=True)
class Read:
    """A list that was read: its entries, and the faults of the rows that were left out."""

    entries: list[Entry]
    faults: list[CellFault]
    notes: list[CellFault]


def read_balances(data: bytes, filename: str, *, source: str, today: date) -> Read:
    """Read a whole list; `source` is the paper of rows that name none. Raises SheetRefused."""
    sheet = read_list(
        data, filename, today=today, vocabulary=BalanceVocabulary(), refuse=refuse_balances,
        limits=LIMITS, most=MAX_ROWS,
    )  # fmt: skip
    reader = _Reader(sheet.headers, source)
    entries = list(reader.read(sheet.rows(Reference.load())))
    return Read(entries, reader.faults, list(sheet.notes))


class _Reader:
    """Turns checked rows into entries and collects what is wrong with the others."""

    def __init__(self, headers: Mapping[str, str], source: str) -> None:
        self.headers, self.source = headers, source
        self.faults: list[CellFault] = []
        self.seen: dict[tuple[int, int], int] = {}

    def read(self, rows: Iterable[RegisterRow]) -> Iterator[Entry]:
        rows = iter(rows)
        while piece := list(islice(rows, PIECE)):
            keys = {
                row.number: {name: row.values[name] for name in IDENTIFIERS if name in row.values}
                for row in piece
            }
            hits = hits_of([Asked(row.number, keys[row.number], None, "") for row in piece])
            matches = {row.number: match(hits.get(row.number, {})) for row in piece}
            meant = {pk for found in matches.values() for pk in found.ids}
            known = Institution.objects.select_related("merged_into").in_bulk(meant)
            for row in piece:
                if entry := self._entry(row, keys[row.number], matches[row.number], known):
                    yield entry

    def _entry(
        self,
        row: RegisterRow,
        keys: Mapping[str, str],
        found: Match,
        known: Mapping[int, Institution],
    ) -> Entry | None:
        before = len(self.faults)
        self.faults += row.faults
        institution = self._institution(row, keys, found, known)
        year = row.values.get("year")
        if year is None and not row.cells.get("year"):
            self._say(row, Code.YEAR_MISSING, "year")
        figures = self._figures(row)
        source = row.cells.get("source", "") or self.source
        if not source:
            self._say(row, Code.SOURCE_MISSING, "source")
        elif len(source) > LONGEST_SOURCE:
            self._say(row, Code.SOURCE_TOO_LONG, "source", limit=LONGEST_SOURCE)
        if len(self.faults) > before or institution is None or year is None:
            return None
        first = self.seen.setdefault((institution.pk, year), row.number)
        if first != row.number:
            self._say(row, Code.ROW_REPEATED, "code", first=first)
            return None
        return Entry(institution.pk, year, figures, source)

    def _say(self, row: RegisterRow, code: Code, name: str, /, **params: str | int) -> None:
        column = self.headers.get(name) or USUAL_HEADERS[name]
        self.faults.append(Fault(row.number, column, name, code, params, row.cells.get(name, "")))

    def _institution(
        self,
        row: RegisterRow,
        keys: Mapping[str, str],
        found: Match,
        known: Mapping[int, Institution],
    ) -> Institution | None:
        """The one that the numbers of the row mean, and its name does not contradict."""
        place = next(iter(keys), "code")
        if found.clash:
            self._say(row, Code.IDENTIFIERS_DIFFER, found.clash[1][0])
        elif not keys:
            if not any(row.cells.get(name) for name in IDENTIFIERS):
                self._say(row, Code.INSTITUTION_UNNAMED, "code")
        elif not found.ids:
            self._say(row, Code.INSTITUTION_UNKNOWN, place)
        elif len(found.ids) > 1:
            self._say(row, Code.INSTITUTION_AMBIGUOUS, place)
        else:
            return self._unless_contradicted(row, place, known[min(found.ids)])
        return None

    def _unless_contradicted(
        self, row: RegisterRow, place: str, institution: Institution
    ) -> Institution | None:
        if institution.merged_into is not None:
            self._say(row, Code.INSTITUTION_MERGED, place, code=institution.merged_into.code)
            return None
        written = row.values.get("name", "")
        if written and not are_alike(name_key(written), name_key(institution.name)):
            self._say(row, Code.NAME_DIFFERS, "name", name=institution.name)
            return None
        return institution

    def _figures(self, row: RegisterRow) -> tuple[int, ...]:
        """The numbers in the order of COLUMNS; each is at most the one before it."""
        read = {name: self._number(row, name) for name in COLUMNS}
        if read["completed"] == 0:
            self._say(row, Code.COMPLETED_MISSING, "completed")
        if not row.cells.get("enrolled"):
            read["enrolled"] = read["completed"]
        # Of those whose certification is known the paper names at least those who have one.
        if not row.cells.get("certification_reported"):
            read["certification_reported"] = read["certified"]
        figures = {name: value for name, value in read.items() if value is not None}
        if len(figures) < len(COLUMNS):
            return ()
        for whole, part in pairwise(COLUMNS):
            if figures[part] > figures[whole]:
                told = part if row.cells.get(part) else COLUMNS[COLUMNS.index(part) + 1]
                self._say(row, Code.LARGER_THAN_WHOLE, told, whole=USUAL_HEADERS[whole])
        return tuple(figures[name] for name in COLUMNS)

    def _number(self, row: RegisterRow, name: str) -> int | None:
        """The number of a cell, 0 for an empty one; None with a fault for what is no number."""
        text = plain(row.cells.get(name, "")).strip()
        if not text:
            return 0
        if not DIGITS.fullmatch(text):
            self._say(row, Code.NUMBER_UNREADABLE, name)
            return None
        value = int(re.sub(r"\D", "", text))
        if value > MOST:
            self._say(row, Code.NUMBER_TOO_LARGE, name, limit=number(MOST))
            return None
        return value
