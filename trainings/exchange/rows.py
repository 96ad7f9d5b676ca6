"""The rows of a roster as JSON, read by the checks that a file meets."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from blk_portal.rest.shapes import Misfit
from trainings.roster_sheet import RosterReading, read_people
from trainings.roster_sheet.checks import is_no_nik
from trainings.roster_sheet.rows import RowKind
from trainings.roster_sheet.table import TableRow

SANTRI = {True: "ya", False: "tidak"}
# What an operator can mend who reads it; the rest is for the system to mend.
READABLE = frozenset({"missing", "not_a_date", "unknown_code", "out_of_range", "too_long"})
Row = Mapping[str, Any]


def read_rows(rows: Sequence[Row], unfit: Sequence[Misfit], *, today: date) -> RosterReading:
    """Read the rows as a roster file is read; rows are counted from 1.

    unfit: the places that have another shape; those that cannot be read as a cell are passed over.
    """
    unreadable = {one.path[1:3] for one in unfit if one.code not in READABLE}
    people = [
        _table_row(number, row, unreadable)
        for number, row in enumerate(rows, start=1)
        if isinstance(row, dict)
    ]
    return read_people(people, RosterReading(), today=today)


def placeholders(rows: Sequence[Row]) -> Iterator[Misfit]:
    """NIK that a file may leave out by a sign; another system has null for that."""
    for number, row in enumerate(rows, start=1):
        nik = row.get("nik") if isinstance(row, dict) else None
        if isinstance(nik, str) and nik.strip() and is_no_nik(nik):
            yield Misfit(("participants", number, "nik"), "placeholder", nik)


def _table_row(number: int, row: Row, unreadable: Container[tuple[str | int, ...]]) -> TableRow:
    cells = {
        name: _text(name, value) for name, value in row.items() if (number, name) not in unreadable
    }
    cells.pop("external_id", None)
    return TableRow(
        number, cells, RowKind.PERSON, {}, nik_value=cells.get("nik"), written=dict(cells)
    )


def _text(name: str, value: Any) -> str:
    """A value as it would stand in a file."""
    if value is None:
        return ""
    if name == "is_santri":
        return SANTRI[value]
    if name == "attendance":
        # A plain number may be days in a file; here it is always percent.
        return f"{value}%"
    return str(value)


def names_of(content: object) -> dict[int, str | None]:
    """What the other system calls the rows of a draft, by row."""
    rows = content.get("participants") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        return {}
    found = {}
    for number, row in enumerate(rows, start=1):
        name = row.get("external_id") if isinstance(row, dict) else None
        found[number] = name if isinstance(name, str) and name.isprintable() else None
    return found
