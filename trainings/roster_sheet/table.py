"""From a sheet with a roster's header to its rows, each with its cells by field."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from blk_portal.sheets.cells import Value, column_letter, is_blank, text_of
from blk_portal.sheets.headers import Column, Header, find_headers
from blk_portal.sheets.workbook import Sheet
from trainings.roster_sheet.columns import RosterVocabulary
from trainings.roster_sheet.rows import RowKind, kind_of_row
from trainings.roster_sheet.values import sex_of_marks

KEYS = ("name", "nik", "sex", "birth", "birth_place", "birth_date")
JOINED = {"address": ", ", "phone": " / "}
MAX_MERGED_CELLS = 50_000
DATE_PIECES = ("birth_day", "birth_month", "birth_year")


@dataclass
class TableRow:
    """A row of the roster: its number on the sheet and its cells by field, not yet checked."""

    number: int
    cells: dict[str, str]
    kind: RowKind
    headers: dict[str, str]
    nik_value: Value = None
    # The cell of the NIK where it was read already and is sound.
    sound_nik: str = ""
    birth_value: Value = None
    written: dict[str, str] = field(default_factory=dict)
    clashes: list[str] = field(default_factory=list)
    first_column: str = "A"
    text: str = ""
    # In a workbook made of rows to mend: which of them this is.
    mending_key: str = ""


@dataclass
class Table:
    """A roster on one sheet."""

    sheet: Sheet
    headers: list[Header]
    rows: list[TableRow]

    @property
    def people(self) -> list[TableRow]:
        """Rows that have to be accepted or returned."""
        return [row for row in self.rows if row.kind in (RowKind.PERSON, RowKind.UNKNOWN)]

    @property
    def is_full(self) -> bool:
        """Whether the sheet has all the columns a participant needs."""
        columns = ColumnsOf(self.headers[0])
        return columns.has("sex", "sex_male") and columns.has("birth", "birth_date", "birth_year")


class ColumnsOf:
    """The columns of one header by the field they stand for."""

    def __init__(self, header: Header) -> None:
        self.by_field: dict[str, list[Column]] = defaultdict(list)
        for column in header.columns:
            if column.field:
                self.by_field[column.field].append(column)
        self._settle()
        self.labelled = {column.index for column in header.columns}
        self.headers = {name: self._label(name) for name in self.by_field}
        if self.has("birth"):
            for name in ("birth_place", "birth_date"):
                self.headers.setdefault(name, self.headers["birth"])
        if pieces := [self.headers[name] for name in DATE_PIECES if self.has(name)]:
            self.headers.setdefault("birth_date", _common(pieces))
        if self.has("days_attended"):
            self.headers.setdefault("attendance", self.headers["days_attended"])
        if self.has("sex_male", "sex_female"):
            both = [self.headers[name] for name in ("sex_male", "sex_female") if self.has(name)]
            self.headers.setdefault("sex", _common(both))

    def has(self, *fields: str) -> bool:
        return any(self.by_field.get(name) for name in fields)

    def take_off(self, name: str, texts: list[str]) -> str:
        """The text of a column that says nothing of the person, taken out of the row."""
        taken = ""
        for column in self.by_field.get(name, ()):
            if column.index < len(texts):
                taken, texts[column.index] = taken or texts[column.index], ""
        return taken

    def _settle(self) -> None:
        """Give weak headings their meaning from their neighbours."""
        for weak, strong in (("place_only", "birth_place"), ("date_only", "birth_date")):
            columns = self.by_field.pop(weak, [])
            if columns and not self.has("birth", strong):
                self.by_field[strong] = columns
        if (columns := self.by_field.pop("nik_like", [])) and not self.has("nik"):
            self.by_field["nik"] = columns
        if self.has("birth_month") and self.has("birth_date") and not self.has("birth_day"):
            self.by_field["birth_day"] = self.by_field.pop("birth_date")
        if self.has("birth_place") and not self.has("birth", "birth_date", *DATE_PIECES):
            self.by_field["birth"] = self.by_field.pop("birth_place")

    def _label(self, name: str) -> str:
        columns = self.by_field[name]
        return columns[0].label or column_letter(columns[0].index)


def _common(labels: Sequence[str]) -> str:
    """What the headings of neighbouring columns share, or all of them."""
    columns = zip(*(label.split() for label in labels), strict=False)
    shared = [words[0] for words in takewhile(lambda words: len(set(words)) == 1, columns)]
    return " ".join(shared) if shared else "/".join(dict.fromkeys(labels))


def tables_of(sheets: Sequence[Sheet], *, today: date) -> list[Table]:
    """The sheets that have a roster's header, with their rows."""
    tables = []
    for sheet in sheets:
        if headers := find_headers(sheet, RosterVocabulary):
            tables.append(table_under(sheet, headers, today=today))
    return tables


def table_under(sheet: Sheet, headers: list[Header], *, today: date) -> Table:
    """The rows of a sheet below the headers that were found on it, or are known otherwise."""
    return Table(sheet, headers, list(_rows(sheet, headers, today)))


def _rows(sheet: Sheet, headers: Sequence[Header], today: date) -> Iterator[TableRow]:
    signed = False
    for position, header in enumerate(headers):
        is_last = position + 1 == len(headers)
        end = len(sheet.rows) if is_last else headers[position + 1].first
        columns = ColumnsOf(header)
        names = {column.index for column in columns.by_field["name"]}
        followers, filled = _merged(sheet, range(header.last + 1, end), names)
        signed = False
        segment: list[TableRow] = []
        for index in range(header.last + 1, end):
            values = _values(sheet.rows[index], filled.get(index, {}))
            if index in followers and segment and _take_in(segment[-1], columns, values):
                continue
            row = _row(values, index + 1, columns, signed=signed, today=today)
            signed = signed or row.kind is RowKind.SIGNATURE
            segment.append(row)
        yield from _settled(segment, is_last=is_last)


def _settled(segment: list[TableRow], *, is_last: bool) -> list[TableRow]:
    """Drop what is no person; loose text is page furniture only right above the next header."""
    kept = [
        row for row in segment
        if row.kind not in (RowKind.EMPTY, RowKind.NUMBERING, RowKind.TOTAL, RowKind.SIGNATURE)
    ]  # fmt: skip
    if not is_last:
        while kept and kept[-1].kind in (RowKind.LOOSE, RowKind.SECTION):
            kept.pop()
    for row in kept:
        if row.kind is RowKind.LOOSE:
            row.kind = RowKind.PERSON if row.cells.get("name") else RowKind.UNKNOWN
    return kept


def _merged(
    sheet: Sheet, rows: range, names: set[int]
) -> tuple[set[int], dict[int, dict[int, Value]]]:
    """Rows that belong to the person above, and the values of cells merged over several rows."""
    followers: set[int] = set()
    filled: dict[int, dict[int, Value]] = {}
    left = MAX_MERGED_CELLS
    for merge in (merge for row in rows for merge in sheet.merges_from.get(row, ())):
        below = range(merge.top + 1, min(merge.bottom + 1, rows.stop))
        left -= len(below)
        if left < 0:
            break
        if merge.left in names:
            followers.update(below)
            continue
        value = _at(sheet.rows[merge.top], merge.left)
        for row in below if value is not None else ():
            filled.setdefault(row, {})[merge.left] = value
    return followers, filled


def _values(row: Sequence[Value], merged: dict[int, Value]) -> list[Value]:
    """The row with the values of cells merged from above; a row without any of its own is empty."""
    values = list(row)
    if not any(text_of(value) for value in values):
        return values
    for column, value in merged.items():
        values.extend([None] * (column + 1 - len(values)))
        if values[column] in (None, ""):
            values[column] = value
    return values


def _take_in(leader: TableRow, columns: ColumnsOf, values: Sequence[Value]) -> bool:
    """Add the further lines of a person's row (merged over several) to its first line."""
    for name, of_field in columns.by_field.items():
        text = " ".join(filter(None, (text_of(_at(values, column.index)) for column in of_field)))
        if not text or name in ("name", "number"):
            continue
        if not leader.cells.get(name):
            leader.cells[name] = text
        elif name in ("address", "phone", "remark", "education"):
            leader.cells[name] = f"{leader.cells[name]} {text}"
        elif leader.cells[name] != text:
            return False
    return True


def _at(values: Sequence[Value], index: int) -> Value:
    return values[index] if index < len(values) else None


def _row(
    values: Sequence[Value], number: int, columns: ColumnsOf, *, signed: bool, today: date
) -> TableRow:
    texts = [text_of(value) for value in values]
    key = columns.take_off("mending_key", texts)
    columns.take_off("mending_note", texts)
    cells: dict[str, str] = {}
    clashes: list[str] = []
    for name, of_field in columns.by_field.items():
        text, clash = _text(name, [c for c in of_field if c.index < len(texts)], texts)
        cells[name] = text
        if clash:
            clashes.append(name)
    row = TableRow(number, cells, RowKind.PERSON, columns.headers, clashes=clashes, mending_key=key)
    for name in ("mending_key", "mending_note"):
        cells.pop(name, None)
    serial = cells.pop("number", "")
    row.written = {name: text for name, text in cells.items() if text}
    _join_sex(row)
    _join_birth(row, columns, texts)
    row.nik_value = _raw(values, columns.by_field.get("nik", ()))
    row.birth_value = _raw(
        values, columns.by_field.get("birth_date", ()) or columns.by_field.get("birth", ())
    )
    if not key:
        row.kind = kind_of_row(texts, serial, row.cells, signed=signed, today=today)
    row.text = " | ".join(filter(None, texts))[:200]
    row.first_column = column_letter(next((i for i, text in enumerate(texts) if text), 0))
    return row


def _raw(values: Sequence[Value], columns: Sequence[Column]) -> Value:
    return next((value for c in columns if (value := _at(values, c.index)) not in (None, "")), None)


def _text(name: str, columns: Sequence[Column], texts: Sequence[str]) -> tuple[str, bool]:
    """The text of a field that may have several columns, and whether they contradict."""
    if len(columns) == 1:
        return texts[columns[0].index], False
    found = {column: texts[column.index] for column in columns if not is_blank(texts[column.index])}
    different = list(dict.fromkeys(found.values()))
    if len(different) < 2:
        return (different or [""])[0], False
    if name in JOINED:
        return JOINED[name].join(different), False
    if len({column.label for column in found}) == 1 and name != "nik":
        return (", " if name == "birth" else " ").join(different), False
    longest = max(different, key=len)
    if name == "name" and all(text.casefold() in longest.casefold() for text in different):
        return longest, False
    return different[0], name in KEYS


def _join_sex(row: TableRow) -> None:
    male, female = row.cells.pop("sex_male", None), row.cells.pop("sex_female", None)
    if (male is None and female is None) or not is_blank(row.cells.get("sex", "")):
        return
    row.cells["sex"] = sex_of_marks(male or "", female or "")
    row.written["sex"] = " ".join(filter(None, (male, female)))


def _join_birth(row: TableRow, columns: ColumnsOf, texts: Sequence[str]) -> None:
    """Bring the birth columns, one to four of them, into place and date."""
    cells = row.cells
    pieces = [cells.pop(name, "") for name in DATE_PIECES]
    if any(pieces) and is_blank(cells.get("birth_date", "")):
        cells["birth_date"] = row.written["birth_date"] = " ".join(filter(None, pieces))
    together = cells.pop("birth", None)
    if together is None:
        return
    beside = columns.by_field["birth"][-1].index + 1
    if (
        beside not in columns.labelled
        and beside < len(texts)
        and not any(map(str.isdigit, together))
    ):
        # A heading over two columns whose second has no heading of its own.
        together = ", ".join(filter(None, (together, texts[beside])))
    if is_blank(cells.get("birth_date", "")):
        cells["birth_date"] = together
    elif is_blank(cells.get("birth_place", "")):
        cells["birth_place"] = together
    row.written["birth_date"] = together
