"""The rows to mend as a grid: all of a row's cells side by side, the bad ones with their cure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from blk_portal.privacy.nik import mask_nik
from trainings.faults import StoredFault, stored_fault
from trainings.mending import shown_cells
from trainings.models import PendingRow
from trainings.models.participant import FIELD_CHOICES
from trainings.roster_sheet.columns import USUAL_HEADERS
from trainings.roster_sheet.values import read_sex

# As many as an old phone can hold; the others come up once these are mended.
MOST_ROWS = 60
ALWAYS_SHOWN = ("name", "nik", "sex", "birth_place", "birth_date")
IF_WRITTEN = ("education", "address")
# Shown where something is wrong with them only: nobody reads them over a shoulder otherwise.
IF_FAULTY = ("phone", "disability", "is_santri", "result")
HIDDEN = frozenset({"nik", "phone"})


@dataclass(frozen=True)
class Cell:
    """One cell of the grid; a hidden one is masked and stays as it is."""

    field: str
    label: str
    text: str
    faults: Sequence[StoredFault]
    choices: Sequence[tuple[str, object]]
    masked: str = ""

    @property
    def chosen(self) -> str:
        """Which choice the text stands for."""
        return str(read_sex(self.text)) if self.field == "sex" else self.text


@dataclass(frozen=True)
class Line:
    """One row to mend with the cells of the grid's columns."""

    pending: PendingRow
    name: str
    cells: Sequence[Cell]
    # What is wrong with the row as a whole, in none of its cells.
    faults: Sequence[StoredFault]


@dataclass(frozen=True)
class Grid:
    """The rows to mend, with the columns that at least one of them needs."""

    columns: Sequence[str]
    lines: Sequence[Line]
    waiting: int

    @property
    def left_out(self) -> int:
        """How many rows wait beyond those shown."""
        return self.waiting - len(self.lines)


def grid_of(waiting: Sequence[PendingRow], typed: Mapping[str, str]) -> Grid:
    """The first rows that wait; `typed` is a draft of the same grid, by the names of its fields."""
    shown = [(pending, shown_cells(pending), _by_field(pending)) for pending in waiting[:MOST_ROWS]]
    written = {name for _row, cells, _faults in shown for name, text in cells.items() if text}
    faulty = {name for _row, _cells, faults in shown for name in faults}
    fields = [
        *ALWAYS_SHOWN,
        *(name for name in IF_WRITTEN if name in written | faulty),
        *(name for name in IF_FAULTY if name in faulty),
    ]
    lines = [
        Line(
            pending=pending,
            name=cells.get("name", ""),
            cells=[_cell(pending, name, cells, faults.get(name, ()), typed) for name in fields],
            faults=[found for name in faults.keys() - fields for found in faults[name]],
        )
        for pending, cells, faults in shown
    ]
    return Grid([USUAL_HEADERS[name] for name in fields], lines, len(waiting))


def _by_field(pending: PendingRow) -> dict[str, list[StoredFault]]:
    faults: dict[str, list[StoredFault]] = {}
    for kept in pending.faults:
        found = stored_fault(kept)
        faults.setdefault(found.field, []).append(found)
    return faults


def _cell(
    pending: PendingRow,
    name: str,
    cells: Mapping[str, str],
    faults: Iterable[StoredFault],
    typed: Mapping[str, str],
) -> Cell:
    found = list(faults)
    text = typed.get(f"{pending.pk}-{name}", cells.get(name, ""))
    masked = _masked(name, text) if name in HIDDEN and not found else ""
    choices = FIELD_CHOICES.get(name, [])
    return Cell(name, USUAL_HEADERS[name], "" if masked else text, found, choices, masked)


def _masked(name: str, text: str) -> str:
    digits = "".join(filter(str.isdigit, text))
    return mask_nik(digits) if name == "nik" and digits else "–"
