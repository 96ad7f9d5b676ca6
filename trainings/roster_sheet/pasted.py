"""A roster pasted as text: the cells of a spreadsheet, with a header or without one.

Without a header the columns are recognised by what they hold. Where that leaves a doubt, the
operator says which column is which before anything is stored.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from blk_portal.sheets.cells import clean, column_letter, is_blank, text_of
from blk_portal.sheets.delimited import read_delimited
from blk_portal.sheets.headers import Column, Header
from blk_portal.sheets.workbook import MAX_COLUMNS, MAX_ROWS, Sheet
from trainings.faults import RosterRefusal, refuse_roster
from trainings.roster_sheet.columns import USUAL_HEADERS
from trainings.roster_sheet.contents import fields_by_content
from trainings.roster_sheet.reader import read_table
from trainings.roster_sheet.readings import RosterReading
from trainings.roster_sheet.table import ColumnsOf, Table, table_under, tables_of

SHOWN_ROWS = 4
# One column for place and date together, beside those that a fault can name.
CHOICES = ("name", "nik", "sex", "birth", *(name for name in USUAL_HEADERS if name not in
           ("name", "nik", "sex", "remark")))  # fmt: skip
BIRTH_LABEL = "TEMPAT, TANGGAL LAHIR"
NEEDED = frozenset({"name", "sex"})
BORN = frozenset({"birth", "birth_date"})


@dataclass(frozen=True)
class ColumnChoice:
    """Which field each column holds, counted from 0, and how many rows on top are headings."""

    fields: Mapping[int, str]
    headings: int = 0


@dataclass(frozen=True)
class UnclearColumn:
    """A column to choose a field for: its letter, what is taken for likely, its first cells."""

    index: int
    letter: str
    likely: str
    cells: Sequence[str]


class ColumnsUnclear(Exception):
    """Nothing was stored: the operator has to say which column is which.

    headings: how many rows on top seem to be headings. lacks_name, twice: what is wrong with the
    choice that was made.
    """

    def __init__(
        self,
        columns: Sequence[UnclearColumn],
        headings: int,
        *,
        lacks_name: bool = False,
        twice: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.columns = columns
        self.headings = headings
        self.lacks_name = lacks_name
        self.twice = twice

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The first rows, across the columns."""
        return list(zip(*(column.cells for column in self.columns), strict=True))


def read_pasted(text: str, *, today: date, choice: ColumnChoice | None = None) -> RosterReading:
    """Read pasted cells by the rules of a roster file; rows are counted as they were pasted.

    Raises ColumnsUnclear where columns cannot be told with certainty and nobody has chosen them,
    SheetRefused where there is nothing to read.
    """
    rows, cut = read_delimited(text.encode(), MAX_ROWS, MAX_COLUMNS)
    sheet = Sheet(name="", rows=rows, cut=cut)
    if not any(not is_blank(clean(cell)) for row in rows for cell in row):
        raise refuse_roster(RosterRefusal.ROSTER_EMPTY)
    if choice is None:
        table = _table_with_header(sheet, today) or _table_without_header(sheet, today)
    else:
        _check_choice(sheet, choice)
        table = table_under(sheet, [_header(choice)], today=today)
    return read_table(table, today=today)


def _check_choice(sheet: Sheet, choice: ColumnChoice) -> None:
    counted = Counter(choice.fields.values())
    twice = [_label(0, name) for name, times in counted.items() if times > 1]
    if twice or "name" not in counted:
        raise ColumnsUnclear(
            _unclear(sheet, choice.fields), choice.headings, lacks_name="name" not in counted,
            twice=twice,
        )  # fmt: skip


def _table_with_header(sheet: Sheet, today: date) -> Table | None:
    """The roster below its own headings; unclear where these lack what every person needs."""
    tables = tables_of([sheet], today=today)
    if not tables:
        return None
    [table] = tables
    if table.is_full:
        return table
    header = table.headers[0]
    known = {
        column.index: "birth" if name == "birth" else name
        for name, columns in ColumnsOf(header).by_field.items()
        if name in CHOICES
        for column in columns[:1]
    }
    likely = fields_by_content(_columns(sheet, header.last + 1), today=today)
    taken = set(known.values())
    likely = {index: name for index, name in likely.items() if name not in taken} | known
    if _is_enough(likely):
        # A heading the portal does not know, over a column that can be nothing else.
        return table_under(sheet, [_header(ColumnChoice(likely, header.last + 1))], today=today)
    raise ColumnsUnclear(_unclear(sheet, likely), header.last + 1)


def _table_without_header(sheet: Sheet, today: date) -> Table:
    headings = 1 if _starts_with_heading(sheet, today) else 0
    columns = _columns(sheet, headings)
    likely = fields_by_content(columns, today=today)
    filled = {index for index, cells in columns.items() if cells}
    if headings or not _is_enough(likely) or filled - likely.keys():
        raise ColumnsUnclear(_unclear(sheet, likely), headings)
    return table_under(sheet, [_header(ColumnChoice(likely))], today=today)


def _is_enough(fields: Mapping[int, str]) -> bool:
    found = set(fields.values())
    return found >= NEEDED and bool(found & BORN)


def _columns(sheet: Sheet, start: int) -> dict[int, list[str]]:
    """The cells of each column from a row on, without those that say nothing."""
    width = max(map(len, sheet.rows), default=0)
    texts = [[text_of(value) for value in row] for row in sheet.rows[start:]]
    return {
        index: [row[index] for row in texts if index < len(row) and not is_blank(row[index])]
        for index in range(width)
    }


def _starts_with_heading(sheet: Sheet, today: date) -> bool:
    """Whether the first row holds words where all the others hold dates, marks or numbers."""
    below = fields_by_content(_columns(sheet, 1), today=today)
    first = _columns(Sheet(name="", rows=sheet.rows[:1]), 0)
    if any(any(char.isdigit() for char in text) for cells in first.values() for text in cells):
        return False
    telling = {index for index, name in below.items() if name in ("nik", "sex", *BORN, "phone")}
    with_text = [index for index in telling if first.get(index)]
    alone = fields_by_content({index: first[index] for index in with_text}, today=today)
    return bool(with_text) and not any(alone.get(index) == below[index] for index in with_text)


def _header(choice: ColumnChoice) -> Header:
    """A header as if it stood above the rows, in the portal's own words."""
    columns = tuple(
        Column(index, name if name != "number" else None, _label(index, name))
        for index, name in sorted(choice.fields.items())
        if name != "number"
    )
    return Header(choice.headings - 1, choice.headings - 1, columns)


def _label(index: int, name: str) -> str:
    if name == "birth":
        return BIRTH_LABEL
    return USUAL_HEADERS.get(name) or column_letter(index)


def _unclear(sheet: Sheet, likely: Mapping[int, str]) -> list[UnclearColumn]:
    shown = [[text_of(value) for value in row] for row in sheet.rows[:SHOWN_ROWS]]
    return [
        UnclearColumn(
            index, column_letter(index), likely.get(index, ""),
            [row[index] if index < len(row) else "" for row in shown],
        )
        for index, cells in _columns(sheet, 0).items()
        if cells
    ]  # fmt: skip
