"""The workbooks an operator takes away and hands back: rows to mend, and a sheet to fill in."""

from collections import Counter
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext

from blk_portal.sheets.cells import clean
from blk_portal.sheets.fillable import Cell, FillColumn, FillSheet, Guide, write_fillable
from trainings.faults import Code, StoredFault, stored_fault
from trainings.mending import ALWAYS_SHOWN, FIELDS, key_of, shown_cells
from trainings.models import Cohort, Participant, PendingRow
from trainings.roster_sheet.columns import MENDING_KEY, MENDING_NOTE, USUAL_HEADERS

# The reader of rosters takes a sheet of this name for a guide, so it stays Indonesian.
GUIDE_NAME = "Petunjuk"
SHEET_NAME = "Peserta"
WIDTHS = {
    "name": 28, "nik": 20, "sex": 6, "birth_place": 18, "birth_date": 15, "education": 14,
    "address": 30, "phone": 16, "disability": 14, "is_santri": 9, "result": 18, "attendance": 15,
    "pre_test": 11, "post_test": 11, "remark": 18,
}  # fmt: skip
CHOICES = {
    "sex": ("L", "P"),
    "disability": ("tidak ada", "fisik", "intelektual", "mental", "sensorik", "ganda"),
    "is_santri": ("ya", "tidak"),
    "result": ("lulus", "tidak lulus", "mengundurkan diri"),
}
RESULT_WORDS = dict(zip(Participant.Result.values, CHOICES["result"], strict=True))
TEMPLATE_FIELDS = (
    "name", "nik", "sex", "birth_place", "birth_date", "education", "address", "phone",
    "disability", "is_santri", "result", "attendance", "pre_test", "post_test",
)  # fmt: skip
# A cohort has some 16 seats; what a slip of the finger asks for is not prepared.
MOST_SEATS = 1000


def _column(name: str, cell: Cell = Cell.TEXT) -> FillColumn:
    hints = {
        "nik": gettext("16 digits as on the KTP or KK. Leave it empty if there is none yet."),
        "birth_date": gettext("Day, month, year, for example 12/03/1999."),
        "phone": gettext("For example 081234567890."),
        "attendance": gettext("Percent, for example 95, or days of days held: 19/20."),
    }
    return FillColumn(
        USUAL_HEADERS[name], WIDTHS[name], cell, CHOICES.get(name, ()), hints.get(name, "")
    )


def _about(cohort: Cohort) -> list[str]:
    """The lines that say whose roster a sheet is."""
    start, end = date_format(cohort.starts_on, "j F Y"), date_format(cohort.ends_on, "j F Y")
    return [
        cohort.institution.name,
        gettext("%(cohort)s, %(start)s to %(end)s")
        % {"cohort": cohort, "start": start, "end": end},
    ]


def mending_workbook(cohort: Cohort, waiting: Sequence[PendingRow]) -> bytes:
    """The rows to mend as they were written, each with what is wrong and how to mend it.

    It holds NIKs in full, as far as they were written: for the operator of the cohort only.
    """
    shown = [shown_cells(pending) for pending in waiting]
    names = [
        name for name in FIELDS if name in ALWAYS_SHOWN or any(name in cells for cells in shown)
    ]
    columns = [
        FillColumn("NO BARIS", 8, Cell.NUMBER),
        FillColumn(MENDING_NOTE, 44, Cell.NOTE),
        *map(_column, names),
        FillColumn(MENDING_KEY, 12, Cell.NOTE),
    ]
    rows, marks = [], dict[tuple[int, int], str]()
    for number, (pending, cells) in enumerate(zip(waiting, shown, strict=True)):
        faults = [stored_fault(kept) for kept in pending.faults]
        texts = [_sentence(fault, pending) for fault in faults]
        for fault, text in zip(faults, texts, strict=True):
            place = number, names.index(fault.field) + 2 if fault.field in names else 1
            marks[place] = "\n".join(filter(None, (marks.get(place), text)))
        rows.append(
            [
                pending.row, "\n".join(texts),
                *(cells.get(name, "") for name in names), key_of(pending),
            ]
        )  # fmt: skip
    title = [
        gettext("ROWS TO MEND"), *_about(cohort),
        gettext(
            "Mend the coloured cells, save the file and upload it on the page of the cohort. Leave"
            " the column %(key)s as it is."
        ) % {"key": MENDING_KEY},
    ]  # fmt: skip
    return write_fillable(FillSheet(SHEET_NAME, title, columns, rows, marks, frozen_columns=1))


def _sentence(fault: StoredFault, pending: PendingRow) -> str:
    """What is wrong and how to mend it; with the value where the cell itself is left empty."""
    header = USUAL_HEADERS.get(fault.field, "")
    text = f"{header}: {fault.message} {fault.cure}" if header else f"{fault.message} {fault.cure}"
    if fault.code != Code.TWO_VALUES:
        return text
    written = pending.open_cells().get(fault.field, "")
    return f"{text} {gettext('Written:')} {written}"


def template_workbook(cohort: Cohort, participants: Sequence[Participant]) -> bytes:
    """A sheet made for the cohort: a row for each seat, those who are stored already filled in.

    NIKs are not written into it: a row without one is matched by name and birth date and leaves the
    stored NIK as it is. Namesakes born on the same day can be told apart by their NIK only, so they
    are left out.
    """
    persons = Counter((person.name_key, person.birth_date) for person in participants)
    listed = [one for one in participants if persons[one.name_key, one.birth_date] == 1]
    columns = [
        FillColumn("NO", 5, Cell.NUMBER),
        *(
            _column(name, Cell.DATE if name == "birth_date" else Cell.TEXT)
            for name in TEMPLATE_FIELDS
        ),
    ]
    rows: list[list[object]] = [
        [number, *_known(person)] for number, person in enumerate(listed, 1)
    ]
    count = max(min(cohort.seats, MOST_SEATS), len(listed))
    rows += [[number, *[None] * len(TEMPLATE_FIELDS)] for number in range(len(rows) + 1, count + 1)]
    remarks = {
        (number, 1 + TEMPLATE_FIELDS.index(name)): text
        for number, person in enumerate(listed)
        for name, text in _remarks(person).items()
    }
    title = [gettext("PARTICIPANTS OF THE TRAINING"), *_about(cohort)]
    sheet = FillSheet(SHEET_NAME, title, columns, rows, remarks=remarks, frozen_columns=2)
    return write_fillable(sheet, Guide(GUIDE_NAME, _guide_lines(bool(listed))))


def _known(person: Participant) -> list[object]:
    """The cells of a stored participant, in the order of the sheet."""
    known = {
        "name": clean(person.name),
        "sex": person.sex,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date,
        "result": RESULT_WORDS.get(person.result, ""),
    }
    tested = {name: getattr(person, name) for name in ("attendance", "pre_test", "post_test")}
    known |= {name: str(value) for name, value in tested.items() if value is not None}
    return [known.get(name) for name in TEMPLATE_FIELDS]


def _remarks(person: Participant) -> dict[str, str]:
    """What is said beside the cells of a stored participant, by field: doubts, and the own NIK."""
    texts: dict[str, list[str]] = {}
    if person.masked_nik:
        text = gettext("Stored: %(nik)s. Leave the cell empty unless it has to be corrected.")
        texts["nik"] = [text % {"nik": person.masked_nik}]
    for warning in map(stored_fault, person.warnings):
        if warning.field in TEMPLATE_FIELDS:
            texts.setdefault(warning.field, []).append(f"{warning.message} {warning.cure}")
    return {name: "\n".join(lines) for name, lines in texts.items()}


def _guide_lines(has_people: bool) -> list[str]:
    lines = [
        gettext("How to fill in the sheet"),
        gettext("1. Write one participant in each row. Rows may be added or left empty."),
        gettext("2. Name, sex (L or P) and birth date are needed; all else may follow later."),
        gettext("3. Write the NIK as 16 digits. The column is set to text, so no digit is lost."),
        gettext("4. Write birth dates as day, month, year, for example 12/03/1999."),
        gettext("5. Leave the headings as they are and upload the file on the page of the cohort."),
    ]
    if has_people:
        lines.append(
            gettext(
                "6. Participants who are stored already are filled in. Their NIK is not written"
                " here for safety; an empty cell leaves what is stored as it is."
            )
        )
    return lines
