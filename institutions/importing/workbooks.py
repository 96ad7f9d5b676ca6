"""The workbooks of imports: refused rows to mend and upload again, and an empty list to fill in."""

from collections.abc import Sequence

from django.utils.translation import gettext

from blk_portal.sheets.fillable import Cell, FillColumn, FillSheet, Guide, write_fillable
from institutions.models import RegisterImport, RegisterImportRow, VocationalField
from institutions.register_faults import Fault
from institutions.register_sheet.columns import NOTE_HEADER, ROW_HEADER, USUAL_HEADERS

SHEET_NAME, GUIDE_NAME = "Lembaga", "Petunjuk"
# Longer than anybody mends by hand; whoever has more mends the list itself.
MOST_ROWS = 5_000
EMPTY_ROWS = 200
WIDTHS = {"name": 34, "owner": 30, "address": 34, "regency": 22, "province": 20, "pkb_number": 22}
CHOICES = {
    "host_type": ("pesantren", "keagamaan", "serikat pekerja", "komunitas"),
    "status": ("usulan", "diverifikasi", "ditetapkan", "PKB", "dibangun", "operasional"),
}


def _column(name: str) -> FillColumn:
    return FillColumn(USUAL_HEADERS[name], WIDTHS.get(name, 16), choices=CHOICES.get(name, ()))


def mending_workbook(kept: RegisterImport, rows: Sequence[RegisterImportRow]) -> bytes:
    """Refused rows as they were written, each with what is wrong and how to mend it."""
    names = [
        name for name in USUAL_HEADERS
        if name in ("name", "regency", "field", "year") or any(name in row.cells for row in rows)
    ]  # fmt: skip
    columns = [
        FillColumn(ROW_HEADER, 8, Cell.NUMBER),
        FillColumn(NOTE_HEADER, 44, Cell.NOTE),
        *map(_column, names),
    ]
    lines, marks = [], dict[tuple[int, int], str]()
    for number, row in enumerate(rows):
        faults = row.found_faults
        for fault in faults:
            place = number, names.index(fault.field) + 2 if fault.field in names else 1
            marks[place] = "\n".join(filter(None, (marks.get(place), _sentence(fault))))
        note = "\n".join(map(_sentence, faults))
        lines.append([row.number, note, *(row.cells.get(name, "") for name in names)])
    title = [
        gettext("ROWS TO MEND"),
        kept.name,
        gettext("Mend the coloured cells, save the file and upload it as a list of its own."),
    ]
    return write_fillable(FillSheet(SHEET_NAME, title, columns, lines, marks, frozen_columns=1))


def _sentence(fault: Fault) -> str:
    header = USUAL_HEADERS.get(fault.field, "")
    text = f"{fault.message} {fault.cure}"
    return f"{header}: {text}" if header else text


def empty_workbook() -> bytes:
    """A list to fill in, with the headings that the portal knows best."""
    columns = [
        FillColumn(column.header, column.width, choices=column.choices)
        for column in map(_column, USUAL_HEADERS)
    ]
    lines: list[list[object]] = [[None] * len(columns)] * EMPTY_ROWS
    title = [gettext("LIST OF INSTITUTIONS (BLK Komunitas)")]
    fields = ", ".join(f"{field.name} ({field.code})" for field in VocationalField.objects.all())
    guide = [
        gettext("How to fill in the list"),
        gettext("1. Write one institution in each row."),
        gettext(
            "2. An institution of the portal is found by its code, VIN, PKB number and budget year,"
            " NSPP or NPSN. Never by its name alone."
        ),
        gettext("3. An empty cell leaves what the portal has as it is."),
        gettext(
            "4. A new institution needs name, legal owner, kind of body, regency, vocational field"
            " and budget year."
        ),
        gettext("5. Write the Kemendagri code of the regency, for example 32.04; not that of BPS."),
        gettext("6. Vocational fields: %(fields)s.") % {"fields": fields},
    ]
    return write_fillable(FillSheet(SHEET_NAME, title, columns, lines), Guide(GUIDE_NAME, guide))
