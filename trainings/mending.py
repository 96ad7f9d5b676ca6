"""Rows to mend that go out in a workbook and come back in it: what they show, what is new."""

import re
from collections.abc import Mapping

from blk_portal.sheets.cells import clean
from trainings.models import Cohort, PendingRow
from trainings.roster_sheet import RosterReading
from trainings.roster_sheet.checks import BIRTH_SWAPPED, NIK_NUMERIC, TWO_VALUES

# In the order of the workbook.
FIELDS = (
    "name", "nik", "sex", "birth_place", "birth_date", "education", "address", "phone",
    "disability", "is_santri", "result", "attendance", "pre_test", "post_test", "remark",
)  # fmt: skip
ALWAYS_SHOWN = FIELDS[:5]
KEY = re.compile(r"B([0-9]{1,18})", re.IGNORECASE)
# Values as the portal keeps them, in the words of a roster.
WORDS = {
    "disability": {"none": "tidak ada"},
    "is_santri": {"True": "ya", "False": "tidak"},
    "result": {"tidak_lulus": "tidak lulus", "mengundurkan_diri": "mengundurkan diri"},
}


def key_of(pending: PendingRow) -> str:
    """What marks a row of the workbook as this row to mend."""
    return f"B{pending.pk}"


def shown_cells(pending: PendingRow) -> dict[str, str]:
    """The cells of a row to mend as its workbook shows them.

    Where two columns gave different values, the cell is left empty: only what is typed into it
    says which of them holds.
    """
    cells = pending.open_cells()
    unsettled = cells.get(TWO_VALUES, "").split()
    return {
        name: "" if name in unsettled else clean(WORDS.get(name, {}).get(text, text))
        for name in FIELDS
        if (text := cells.get(name, "")) or name in ALWAYS_SHOWN
    }


def answers(pending: PendingRow, cells: Mapping[str, str]) -> dict[str, str]:
    """What the cells of a mended row say anew; a column that was taken out says nothing."""
    shown = shown_cells(pending)
    typed = {
        name: cells[name] for name in FIELDS if name in cells and cells[name] != shown.get(name, "")
    }
    noticed = (NIK_NUMERIC, BIRTH_SWAPPED, TWO_VALUES)
    return typed | {mark: cells[mark] for mark in noticed if cells.get(mark)}


def answered_rows(cohort: Cohort, reading: RosterReading) -> dict[int, PendingRow]:
    """The rows to mend of this cohort that a file answers, by the row of the file.

    A mark of another cohort's workbook, or of a row that waits no more, means nothing here; of a
    row that was copied only the first counts.
    """
    numbers: dict[int, int] = {}
    for row, mended in sorted(reading.mended.items()):
        if found := KEY.fullmatch(mended.key):
            numbers.setdefault(int(found[1]), row)
    waiting = PendingRow.objects.select_for_update().filter(cohort=cohort, pk__in=numbers)
    return {numbers[pending.pk]: pending for pending in waiting}
