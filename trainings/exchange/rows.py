"""The rows of a roster as JSON, read by the checks that a file meets."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from trainings.roster_sheet import RosterReading, read_people
from trainings.roster_sheet.rows import RowKind
from trainings.roster_sheet.table import TableRow

SANTRI = {True: "ya", False: "tidak"}
Row = Mapping[str, Any]


def read_rows(
    rows: Sequence[Row], unfit: Mapping[int, Collection[str]], *, today: date
) -> RosterReading:
    """Read the rows as a roster file is read; rows are counted from 1.

    unfit: by row, the fields that have another shape. That is told already: they are passed over.
    """
    people = [
        _table_row(number, row, unfit.get(number, ()))
        for number, row in enumerate(rows, start=1)
        if isinstance(row, dict)
    ]
    return read_people(people, RosterReading(), today=today)


def _table_row(number: int, row: Row, unfit: Collection[str]) -> TableRow:
    cells = {name: _text(name, value) for name, value in row.items() if name not in unfit}
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
