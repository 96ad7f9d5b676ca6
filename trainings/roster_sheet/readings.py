"""What reading a roster yields: people, faults, and the cells of the rows to be mended."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from trainings.faults import Code, Fault

FILE_NOTES = frozenset({Code.ROW_SKIPPED, Code.SHEET_SKIPPED, Code.COLUMN_NOT_READ})


@dataclass(frozen=True)
class RosterRow:
    """One participant as read from a roster; what the sheet lacks is empty, a NIK None."""

    row: int
    name: str
    nik: str | None
    sex: str
    birth_place: str
    birth_date: date
    education: str = ""
    phone: str = ""
    address: str = ""
    disability: str = ""
    is_santri: bool | None = None
    result: str | None = None
    attendance: int | None = None
    pre_test: int | None = None
    post_test: int | None = None


@dataclass(frozen=True)
class RowCheck:
    """The outcome for one row: a participant, or everything that keeps it from being one."""

    person: RosterRow | None
    faults: list[Fault]
    warnings: list[Fault]


@dataclass(frozen=True)
class MendedRow:
    """A row of a workbook that the portal made of rows to mend: which row, and its cells now."""

    key: str
    cells: dict[str, str]


@dataclass(frozen=True)
class RosterReading:
    """A whole roster: every row of it is among the accepted or the rejected."""

    accepted: list[RosterRow] = field(default_factory=list)
    rejected: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    # By row: the cells as written, by field, as `check_row` takes them.
    rejected_cells: dict[int, dict[str, str]] = field(default_factory=dict)
    # The headers as found, by field.
    headers: dict[str, str] = field(default_factory=dict)
    sheet: str = ""
    # By row, beside what became of it: the rows that answer rows to mend.
    mended: dict[int, MendedRow] = field(default_factory=dict)

    @property
    def notes(self) -> list[Fault]:
        """What was noticed about the file itself and is about no participant in it."""
        return [warning for warning in self.warnings if warning.code in FILE_NOTES]

    @property
    def people_warnings(self) -> list[Fault]:
        """The warnings about accepted participants."""
        return [warning for warning in self.warnings if warning.code not in FILE_NOTES]

    def without(self, rows: Collection[int]) -> Self:
        """The reading without some of its rows."""
        return replace(
            self,
            accepted=[person for person in self.accepted if person.row not in rows],
            rejected=[found for found in self.rejected if found.row not in rows],
            warnings=[
                *self.notes, *(found for found in self.people_warnings if found.row not in rows)
            ],
            rejected_cells={
                row: cells for row, cells in self.rejected_cells.items() if row not in rows
            },
        )  # fmt: skip
