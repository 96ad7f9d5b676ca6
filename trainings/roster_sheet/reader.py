"""Read a whole roster: choose the sheet, judge its columns, check each row, find doubles."""

import math
from collections.abc import Iterator, Sequence
from datetime import date

from blk_portal.formats import number
from blk_portal.privacy.nik import NotANik, read_nik
from blk_portal.sheets.cells import plain
from blk_portal.sheets.headers import Header
from blk_portal.sheets.workbook import Source, read_sheets
from trainings.faults import Code, Fault, RosterRefusal, fault, refuse_roster
from trainings.roster_sheet.attendance import judge_attendance
from trainings.roster_sheet.checks import BIRTH_SWAPPED, NIK_NUMERIC, TWO_VALUES, check_row
from trainings.roster_sheet.columns import header_words
from trainings.roster_sheet.dates import read_birth
from trainings.roster_sheet.readings import MendedRow, RosterReading, RosterRow, RowCheck
from trainings.roster_sheet.rows import RowKind
from trainings.roster_sheet.table import Table, TableRow, tables_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_ROWS = 5_000
# Beyond 2**53 a worksheet's number cannot hold every whole number.
EXACT_UP_TO = 2**53
# How seldom chance alone may end so many NIKs in 0 before the column counts as damaged.
CHANCE_IN_NUMBERS, CHANCE_IN_TEXT = 0.01, 0.0001
GUIDE_WORDS = _words("""
    petunjuk instruksi panduan contoh cara pedoman referensi readme info bantuan
    keterangan penjelasan pengisian example sample format template
    """)
FEW_EXAMPLES = 5


def read_roster(source: Source, filename: str = "", *, today: date) -> RosterReading:
    """Read a roster of participants from a spreadsheet file.

    Every row of the table ends among the accepted or, with all its faults, the rejected. Raises
    SheetRefused for a file that cannot be read as one roster.
    """
    table, warnings = _chosen(tables_of(read_sheets(source, filename), today=today))
    return read_table(table, warnings, today=today)


def read_table(table: Table, warnings: Sequence[Fault] = (), *, today: date) -> RosterReading:
    """Check every row of one roster, and the NIKs and dates of its columns as a whole."""
    people = table.people
    if not people and not table.rows:
        raise refuse_roster(RosterRefusal.ROSTER_EMPTY)
    if table.sheet.cut or len(people) > MAX_ROWS:
        raise refuse_roster(RosterRefusal.TOO_MANY_ROWS, limit=number(MAX_ROWS))
    _judge_dates(people, today)
    judge_attendance(people)
    reading = RosterReading(
        warnings=[*warnings, *_unread_columns(table.headers[0])],
        headers=table.rows[0].headers,
        sheet=table.sheet.name,
    )
    for row in table.rows:
        if row.kind in (RowKind.EXAMPLE, RowKind.SECTION):
            reading.warnings.append(_about_row(Code.ROW_SKIPPED, row))
    return read_people(people, reading, today=today)


def read_people(
    people: Sequence[TableRow], reading: RosterReading, *, today: date
) -> RosterReading:
    """Check the rows of people, wherever they come from, and add to the reading what became of
    each: its cells, the NIKs beside each other, and who stands there twice."""
    _judge_niks(people, today)
    checks = {row.number: _check(row, today) for row in people}
    doubles = {one.row: one for one in _doubles(people, checks, today)}
    for row in people:
        check, double = checks[row.number], doubles.get(row.number)
        faults = check.faults + ([double] if double and not double.is_warning else [])
        warned = check.warnings + ([double] if double and double.is_warning else [])
        reading.warnings.extend(warned)
        if faults or check.person is None:
            reading.rejected.extend(faults)
            reading.rejected_cells[row.number] = row.cells
        else:
            reading.accepted.append(check.person)
        if row.mending_key:
            reading.mended[row.number] = MendedRow(row.mending_key, row.cells)
    return reading


def _chosen(tables: Sequence[Table]) -> tuple[Table, list[Fault]]:
    """The one sheet to read: filled, visible, no guide, complete; others of its kind are named.

    Several equally good sheets are refused: a cohort has one roster, and which it is only the
    operator knows.
    """
    if not tables:
        raise refuse_roster(RosterRefusal.NOT_A_ROSTER)
    pool = [table for table in tables if table.people] or list(tables[:1])
    filled = pool
    for test in (
        lambda table: not table.sheet.hidden,
        lambda table: not _is_guide(table),
        lambda table: table.is_full,
    ):
        pool = [table for table in pool if test(table)] or pool
    if len(pool) > 1:
        names = ", ".join(table.sheet.name for table in pool)
        raise refuse_roster(RosterRefusal.SEVERAL_ROSTERS, sheets=names)
    left_out = [
        table for table in filled
        if table is not pool[0] and not (_is_guide(table) and len(table.people) <= FEW_EXAMPLES)
    ]  # fmt: skip
    return pool[0], [
        fault(
            Code.SHEET_SKIPPED, row=table.headers[0].first + 1, column=table.people[0].first_column,
            field="", sheet=table.sheet.name,
        )
        for table in left_out
    ]  # fmt: skip


def _unread_columns(header: Header) -> list[Fault]:
    """The columns that mean nothing to the portal, or whose heading it does not know."""
    return [
        fault(Code.COLUMN_NOT_READ, row=header.last + 1, column=column.label, field="")
        for column in header.columns
        if not column.field
    ]


def _is_guide(table: Table) -> bool:
    return bool(GUIDE_WORDS & set(header_words(table.sheet.name)))


def _judge_niks(people: Sequence[TableRow], today: date) -> None:
    """Mark NIKs from numeric cells, and those whose last digit the column shows to be lost."""
    numbers: list[TableRow] = []
    texts: list[TableRow] = []
    for row in people:
        value = row.nik_value
        if isinstance(value, int | float) and not isinstance(value, bool):
            if len(row.cells.get("nik", "")) == 16:
                numbers.append(row)
        elif value:
            try:
                nik, as_number = read_nik(plain(row.cells["nik"]), today=today)
            except NotANik:
                continue
            row.cells["nik"] = row.sound_nik = nik
            (numbers if as_number else texts).append(row)
    for row in numbers:
        row.cells[NIK_NUMERIC] = row.cells["nik"]
    for rows, chance in ((numbers, CHANCE_IN_NUMBERS), (texts, CHANCE_IN_TEXT)):
        ending = [row for row in rows if row.cells["nik"].endswith("0")]
        if ending and _chance_of(len(ending), len(rows)) <= chance * (1 + 1e-9):
            for row in ending:
                _forget_last_digit(row)
    for row in numbers:
        if row.cells["nik"].isdigit() and int(row.cells["nik"]) > EXACT_UP_TO:
            _forget_last_digit(row)


def _forget_last_digit(row: TableRow) -> None:
    """Leave the lost digit open, so that nobody takes the 0 for what it was."""
    row.written["nik"] = row.cells["nik"]
    row.cells["nik"] = row.cells["nik"][:15] + "?"
    row.cells.pop(NIK_NUMERIC, None)


def _chance_of(zeros: int, count: int) -> float:
    """How likely so many of so many sound NIKs, or more, end in 0."""
    if zeros * 10 <= count:
        return 1.0

    def exactly(k: int) -> float:
        ways = math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1)
        return math.exp(ways + k * math.log(0.1) + (count - k) * math.log(0.9))

    return sum(exactly(k) for k in range(zeros, count + 1))


def _judge_dates(people: Sequence[TableRow], today: date) -> None:
    """Mark dates that a worksheet in another language may have turned round.

    It makes a date of 12/03/1999 by reading the month first and leaves 25/03/1999 as text: so a
    column whose date cells never pass day 12 while its written dates always do.
    """
    cells = [row for row in people if isinstance(row.birth_value, date)]
    in_cells = [row.birth_value for row in people if isinstance(row.birth_value, date)]
    written = [
        row.cells["birth_date"] for row in people
        if isinstance(row.birth_value, str) and row.birth_value.count("/") == 2
    ]  # fmt: skip
    days = [born.day for text in written if (born := read_birth(text, today=today).day)]
    if len(cells) < 2 or not days or min(days) <= 12 or any(read.day > 12 for read in in_cells):
        return
    for row in cells:
        row.cells[BIRTH_SWAPPED] = row.cells["birth_date"]


def _check(row: TableRow, today: date) -> RowCheck:
    if row.kind is RowKind.UNKNOWN:
        return RowCheck(None, [_about_row(Code.ROW_NOT_UNDERSTOOD, row)], [])
    _split_birth(row, today)
    if row.clashes:
        row.cells[TWO_VALUES] = " ".join(row.clashes)
    return check_row(
        row.cells, row=row.number, today=today, headers=row.headers, written=row.written,
        sound_nik=row.sound_nik,
    )  # fmt: skip


def _split_birth(row: TableRow, today: date) -> None:
    """Give the place its own cell where one column holds both, so that either can be mended."""
    if row.cells.get("birth_place") or not row.cells.get("birth_date"):
        return
    birth = read_birth(row.cells["birth_date"], today=today)
    if birth.place:
        row.cells["birth_place"], row.cells["birth_date"] = birth.place, birth.written_date


def _about_row(code: Code, row: TableRow) -> Fault:
    return fault(code, row=row.number, column=row.first_column, field="", written=row.text)


def _doubles(
    people: Sequence[TableRow], checks: dict[int, RowCheck], today: date
) -> Iterator[Fault]:
    """The same NIK again (a fault), or the same name and birth date again (a warning)."""
    by_nik: dict[str, int] = {}
    by_person: dict[tuple[str, date], int] = {}
    for row in people:
        person, number = checks[row.number].person, row.number
        nik = person.nik if person else _sound_nik(row, today)
        first = by_nik.setdefault(nik, number) if nik else number
        if first != number:
            yield fault(
                Code.NIK_DUPLICATE, row=number, column=row.headers.get("nik", "NIK"), field="nik",
                written=row.written.get("nik", ""), first=first,
            )  # fmt: skip
        elif person:
            first = by_person.setdefault(_key(person), number)
            if first != number:
                yield fault(
                    Code.PERSON_REPEATED, row=number, column=row.headers.get("name", "NAMA"),
                    field="name", written=person.name, first=first,
                )  # fmt: skip


def _sound_nik(row: TableRow, today: date) -> str | None:
    try:
        return read_nik(plain(row.cells.get("nik", "")), today=today)[0]
    except NotANik:
        return None


def _key(person: RosterRow) -> tuple[str, date]:
    return "".join(filter(str.isalnum, person.name.casefold())), person.birth_date
