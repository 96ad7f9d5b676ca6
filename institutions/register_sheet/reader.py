"""Read a whole list of institutions: choose the sheet, know its columns, check each row."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from blk_portal.formats import number
from blk_portal.sheets.archive import MEGABYTE
from blk_portal.sheets.cells import Value, column_letter, is_blank, text_of
from blk_portal.sheets.errors import SheetRefused
from blk_portal.sheets.headers import Header, Vocabulary, find_headers
from blk_portal.sheets.workbook import Limits, Sheet, Source, read_sheets
from institutions.register_faults import Code, Fault, RegisterRefusal, refuse_register
from institutions.register_sheet.checks import IDENTIFIERS, RegisterRow, RowChecker
from institutions.register_sheet.columns import RegisterVocabulary
from institutions.register_sheet.reference import Reference

MAX_ROWS = 40_000
LIMITS = Limits(size=20 * MEGABYTE, unpacked=200 * MEGABYTE, rows=MAX_ROWS + 200)
# The header stands among the first rows: below letterheads, above tens of thousands of rows.
HEADER_ROWS = 60
# Cells merged downwards hold for each row, but for what names one institution.
NOT_FILLED_DOWN = frozenset((*IDENTIFIERS, "name", "number", "ignored"))
UNHEEDED = frozenset(("number", "ignored"))
NAMING = frozenset(("name", *IDENTIFIERS))
NUMBERING = re.compile(r"\(?(\d{1,2})\)?")
TOTAL = re.compile(r"\s*(jumlah|total|sub ?total|grand total)\b", re.IGNORECASE)
GUIDES = re.compile(r"petunjuk|panduan|contoh|referensi|keterangan|guide", re.IGNORECASE)
MAX_NOTES = 200


@dataclass
class RegisterSheet:
    """A list that was opened: how many rows it may hold, and its rows, read as they are asked for.

    notes: columns and rows that were left out; complete when the rows have been read.
    """

    sheet: Sheet
    header: Header
    today: date
    notes: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.columns: dict[str, list[int]] = {}
        self.headers: dict[str, str] = {}
        for column in self.header.columns:
            if column.field is None:
                if column.label:
                    self._note(Code.COLUMN_NOT_READ, self.header.last + 1, column.label)
                continue
            self.columns.setdefault(column.field, []).append(column.index)
            self.headers.setdefault(column.field, column.label or column_letter(column.index))
        self._labels = {column.label for column in self.header.columns} - {""}

    @property
    def size(self) -> int:
        """How many rows stand below the header, those without an institution included."""
        return len(self.sheet.rows) - self.header.last - 1

    def _note(self, code: Code, row: int, column: str, written: str = "") -> None:
        if len(self.notes) < MAX_NOTES:
            self.notes.append(Fault(row, column, "", code, {}, written))

    def rows(self, known: Reference) -> Iterator[RegisterRow]:
        """Every row that holds anything, checked; page furniture is left out and noted."""
        filled = self._filled_down()
        for index in range(self.header.last + 1, len(self.sheet.rows)):
            texts = [text_of(value) for value in self.sheet.rows[index]]
            if not any(texts) or _is_numbering(texts) or self._is_header(texts):
                continue
            for column, value in filled.get(index, {}).items():
                if column < len(texts) and not texts[column]:
                    texts[column] = value
            row = self._row(index + 1, texts)
            if row is None:
                self._note(Code.ROW_SKIPPED, index + 1, "A", " | ".join(filter(None, texts))[:100])
                continue
            RowChecker(row, known, self.headers, self.today).check()
            yield row

    def _row(self, number: int, texts: Sequence[str]) -> RegisterRow | None:
        row = RegisterRow(number, {})
        for name, indexes in self.columns.items():
            if name in UNHEEDED:
                continue
            found = [texts[i] for i in indexes if i < len(texts) and not is_blank(texts[i])]
            if not found:
                continue
            row.cells[name] = found[0]
            if len(found) > 1 and len(different := dict.fromkeys(found)) > 1:
                row.cells[name] = " / ".join(different)
                row.say(Code.TWO_VALUES, name, self.headers)
        first = next(filter(None, texts))
        if not row.cells or (TOTAL.match(first) and len(row.cells) < 3):
            return None
        if NAMING.isdisjoint(row.cells):
            code = Code.NAME_MISSING if len(row.cells) > 2 else Code.ROW_NOT_UNDERSTOOD
            row.say(code, "name", self.headers)
        return row

    def _is_header(self, texts: Sequence[str]) -> bool:
        """The header again, at a page break."""
        return sum(map(self._labels.__contains__, texts)) > 2

    def _filled_down(self) -> dict[int, dict[int, str]]:
        filled: dict[int, dict[int, str]] = {}
        columns = {
            index for name, of_field in self.columns.items() if name not in NOT_FILLED_DOWN
            for index in of_field
        }  # fmt: skip
        for merge in self.sheet.merges:
            if merge.left not in columns or merge.top >= len(self.sheet.rows):
                continue
            top = self.sheet.rows[merge.top]
            value = text_of(top[merge.left]) if merge.left < len(top) else ""
            for row in range(merge.top + 1, merge.bottom + 1):
                filled.setdefault(row, {})[merge.left] = value
        return filled


def _is_numbering(texts: Sequence[str]) -> bool:
    """The row (1) (2) (3) below a header."""
    found: list[int] = []
    for text in filter(None, texts):
        match = NUMBERING.fullmatch(text)
        if match is None:
            return False
        found.append(int(match[1]))
    return len(found) > 2 and all(a + 1 == b for a, b in pairwise(found))


def read_register(source: Source, filename: str = "", *, today: date) -> RegisterSheet:
    """Open a list of institutions. Raises SheetRefused for a file that is none."""
    return read_list(
        source, filename, today=today, vocabulary=RegisterVocabulary(), refuse=refuse_register
    )


def read_list(
    source: Source,
    filename: str,
    *,
    today: date,
    vocabulary: Vocabulary,
    refuse: Callable[..., SheetRefused],
    limits: Limits = LIMITS,
    most: int = MAX_ROWS,
) -> RegisterSheet:
    """Open a list whose rows name institutions as those of the register do.

    vocabulary: its headers. refuse: makes the refusal of a RegisterRefusal in the words of the
    list. most: how many rows it may have. Raises SheetRefused.
    """
    sheets = read_sheets(source, filename, limits)
    found = [
        (sheet, headers[0])
        for sheet in sheets
        if (headers := find_headers(_head_of(sheet), vocabulary))
    ]
    if not found:
        raise refuse(RegisterRefusal.NOT_A_REGISTER)
    filled = [(s, h) for s, h in found if any(map(_holds_anything, s.rows[h.last + 1 :]))]
    if not filled:
        raise refuse(RegisterRefusal.REGISTER_EMPTY)
    pool = filled
    for is_meant in (lambda sheet: not sheet.hidden, lambda sheet: not GUIDES.search(sheet.name)):
        pool = [(s, h) for s, h in pool if is_meant(s)] or pool
    if len(pool) > 1:
        names = ", ".join(sheet.name for sheet, _header in pool)
        raise refuse(RegisterRefusal.SEVERAL_REGISTERS, sheets=names)
    [(sheet, header)] = pool
    register = RegisterSheet(sheet, header, today)
    if sheet.cut or register.size > most:
        raise refuse(RegisterRefusal.TOO_MANY_ROWS, limit=number(most))
    return register


def _head_of(sheet: Sheet) -> Sheet:
    head = [merge for merge in sheet.merges if merge.top < HEADER_ROWS]
    return Sheet(sheet.name, sheet.rows[:HEADER_ROWS], sheet.hidden, sheet.cut, head)


def _holds_anything(row: Sequence[Value]) -> bool:
    return any(value is not None and not is_blank(text_of(value)) for value in row)
