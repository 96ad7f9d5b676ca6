"""Find the header of a table: below letterheads, over one to four rows, more than once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from blk_portal.sheets.cells import Value, clean, printable
from blk_portal.sheets.workbook import Sheet

MAX_HEADER_ROWS = 4
MAX_HEADER_TEXT = 120
# The field of the column of serial numbers, in every vocabulary.
NUMBER = "number"


class Vocabulary(Protocol):
    """What a domain knows of its headers."""

    def field_of(self, parts: tuple[str, ...]) -> str | None:
        """The field that a header names; parts are the cells from the top down."""

    def names_the_subject(self, text: str) -> bool:
        """Whether a cell heads the column every such table must have."""

    def is_header_row(self, texts: Sequence[str]) -> bool:
        """Whether a row holds nothing but words of headers."""

    def is_table(self, fields: set[str]) -> bool:
        """Whether the fields found are enough to call it such a table."""


@dataclass(frozen=True)
class Column:
    """A column of the table: its field (None if unknown) and its header as found."""

    index: int
    field: str | None
    label: str


@dataclass(frozen=True)
class Header:
    """The header rows of one table, counted from 0, and its columns from left to right."""

    first: int
    last: int
    columns: tuple[Column, ...]

    @property
    def fields(self) -> set[str]:
        return {column.field for column in self.columns if column.field}

    def numbers(self, row: Sequence[Value]) -> bool:
        """Whether a row has a serial number in its column: then it is one of the table's rows."""
        found = [row[at.index] for at in self.columns
                 if at.field == NUMBER and at.index < len(row)]  # fmt: skip
        return any(
            isinstance(value, int | float) or str(value).strip(" .()").isdecimal()
            for value in found
        )


def find_headers(sheet: Sheet, vocabulary: Vocabulary) -> list[Header]:
    """All headers of a sheet from the top down; a header repeated at a page break comes again."""
    headers: list[Header] = []
    for number, row in enumerate(sheet.rows):
        if headers and (number <= headers[-1].last or headers[-1].numbers(row)):
            continue
        if not any(
            isinstance(value, str) and len(value) < MAX_HEADER_TEXT
            and vocabulary.names_the_subject(value)
            for value in row
        ):  # fmt: skip
            continue
        floor = headers[-1].last + 1 if headers else 0
        if header := _header_around(sheet, number, floor, vocabulary):
            headers.append(header)
    return headers


def _header_around(sheet: Sheet, number: int, floor: int, vocabulary: Vocabulary) -> Header | None:
    """The best header that contains a row: most fields, then fewest rows."""
    last = number
    while (
        last + 1 < len(sheet.rows)
        and last + 1 - number < MAX_HEADER_ROWS
        and (texts := _texts(sheet.rows[last + 1]))
        and vocabulary.is_header_row(texts)
    ):
        last += 1
    best: Header | None = None
    for first in range(number, max(floor, number - MAX_HEADER_ROWS + 1) - 1, -1):
        if first < number and not _texts(sheet.rows[first]):
            break
        header = _header(sheet, first, last, vocabulary)
        if best is None or len(header.fields) > len(best.fields):
            best = header
    return best if best and vocabulary.is_table(best.fields) else None


def _texts(row: Sequence[Value]) -> list[str]:
    return [
        text
        for value in row
        if (text := clean(value) if isinstance(value, str) else str(value or ""))
    ]


def _header(sheet: Sheet, first: int, last: int, vocabulary: Vocabulary) -> Header:
    grid = _filled(sheet, first, last)
    columns = []
    for index in range(max((len(row) for row in grid), default=0)):
        parts: list[str] = []
        for row in grid:
            text = row[index] if index < len(row) else ""
            if text and text not in parts[-1:]:
                parts.append(text)
        if parts:
            field = vocabulary.field_of(tuple(parts))
            columns.append(Column(index, field, " ".join(parts)))
    return Header(first, last, tuple(columns))


def _filled(sheet: Sheet, first: int, last: int) -> list[list[str]]:
    """Header rows with each heading written over every column it spans."""
    width = min(max((len(row) for row in sheet.rows[first : last + 1]), default=0) + 8, 200)
    grid = []
    for row in sheet.rows[first : last + 1]:
        texts = [printable(clean(v))[:MAX_HEADER_TEXT] if isinstance(v, str) else "" for v in row]
        grid.append(texts + [""] * (width - len(texts)))
    spanned: set[tuple[int, int]] = set()
    for number, top in enumerate(grid):
        for merge in sheet.merges_from.get(first + number, ()):
            for column in range(merge.left, min(merge.right + 1, width)):
                top[column] = top[merge.left]
                spanned.add((number, column))
    for number, (above, below) in enumerate(pairwise(grid)):
        for column in range(1, width):
            # Without merged ranges a heading spans on while the row below has sub-headings.
            if (
                not above[column] and below[column] and above[column - 1] and below[column - 1]
                and (number, column) not in spanned and (number, column - 1) not in spanned
            ):  # fmt: skip
                above[column] = above[column - 1]
    return grid
