"""The closed list of what can be wrong with a roster, each with its sentence and its cure.

Documented for users in docs/roster-codes.md. Codes of files that cannot be opened at all are in
`blk_portal.sheets.errors`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.sheets.errors import SheetRefused
from blk_portal.sheets.faults import CellFault


class RosterRefusal(StrEnum):
    """Reasons for which a readable file is refused as a roster."""

    NOT_A_ROSTER = "not_a_roster"
    SEVERAL_ROSTERS = "several_rosters"
    ROSTER_EMPTY = "roster_empty"
    TOO_MANY_ROWS = "too_many_rows"


class Code(StrEnum):
    """What can be wrong with a row; the warnings leave it accepted, all others reject it."""

    ROW_NOT_UNDERSTOOD = "row_not_understood"
    TWO_VALUES = "two_values"
    CONTROL_CHARACTERS = "control_characters"
    NAME_MISSING = "name_missing"
    NAME_WITHOUT_LETTERS = "name_without_letters"
    NAME_TOO_LONG = "name_too_long"
    NIK_SCIENTIFIC = "nik_scientific"
    NIK_DIGIT_LOST = "nik_digit_lost"
    NIK_LENGTH = "nik_length"
    NIK_CHARACTERS = "nik_characters"
    NIK_REGION = "nik_region"
    NIK_BIRTH_DATE = "nik_birth_date"
    NIK_SERIAL = "nik_serial"
    NIK_DUPLICATE = "nik_duplicate"
    SEX_MISSING = "sex_missing"
    SEX_UNKNOWN = "sex_unknown"
    SEX_BOTH = "sex_both"
    BIRTH_DATE_MISSING = "birth_date_missing"
    BIRTH_DATE_IMPOSSIBLE = "birth_date_impossible"
    BIRTH_DATE_MONTH_FIRST = "birth_date_month_first"
    BIRTH_DATE_INCOMPLETE = "birth_date_incomplete"
    BIRTH_DATE_UNREADABLE = "birth_date_unreadable"
    BIRTH_DATE_FUTURE = "birth_date_future"
    BIRTH_DATE_TOO_OLD = "birth_date_too_old"
    BIRTH_PLACE_TOO_LONG = "birth_place_too_long"
    EDUCATION_TOO_LONG = "education_too_long"
    ADDRESS_TOO_LONG = "address_too_long"
    DISABILITY_UNKNOWN = "disability_unknown"
    MATCH_AMBIGUOUS = "match_ambiguous"
    NIK_OF_ANOTHER = "nik_of_another"
    NIK_NUMERIC_CELL = "nik_numeric_cell"
    NIK_SUSPICIOUS = "nik_suspicious"
    NIK_BIRTH_DATE_DIFFERS = "nik_birth_date_differs"
    NIK_SEX_DIFFERS = "nik_sex_differs"
    PERSON_REPEATED = "person_repeated"
    BIRTH_YEAR_SHORT = "birth_year_short"
    BIRTH_DATE_SERIAL = "birth_date_serial"
    BIRTH_DATE_SWAPPED = "birth_date_swapped"
    BIRTH_DATE_AGE = "birth_date_age"
    PHONE_UNREADABLE = "phone_unreadable"
    SANTRI_UNKNOWN = "santri_unknown"
    RESULT_UNKNOWN = "result_unknown"
    ATTENDANCE_UNREADABLE = "attendance_unreadable"
    ATTENDANCE_DAYS = "attendance_days"
    ATTENDANCE_OVER = "attendance_over"
    ATTENDANCE_NEGATIVE = "attendance_negative"
    SCORE_UNREADABLE = "score_unreadable"
    SCORE_OUT_OF_RANGE = "score_out_of_range"
    ROW_SKIPPED = "row_skipped"
    SHEET_SKIPPED = "sheet_skipped"
    COLUMN_NOT_READ = "column_not_read"
    PERSON_TO_CHECK = "person_to_check"


WARNINGS = frozenset(
    {
        Code.NIK_NUMERIC_CELL, Code.NIK_SUSPICIOUS, Code.NIK_BIRTH_DATE_DIFFERS,
        Code.NIK_SEX_DIFFERS, Code.PERSON_REPEATED, Code.BIRTH_YEAR_SHORT, Code.BIRTH_DATE_SERIAL,
        Code.BIRTH_DATE_SWAPPED, Code.BIRTH_DATE_AGE, Code.PHONE_UNREADABLE, Code.SANTRI_UNKNOWN,
        Code.RESULT_UNKNOWN, Code.ATTENDANCE_UNREADABLE, Code.ATTENDANCE_DAYS,
        Code.ATTENDANCE_OVER, Code.ATTENDANCE_NEGATIVE, Code.SCORE_UNREADABLE,
        Code.SCORE_OUT_OF_RANGE, Code.ROW_SKIPPED, Code.SHEET_SKIPPED,
        Code.COLUMN_NOT_READ, Code.PERSON_TO_CHECK,
    }
)  # fmt: skip

_NIK_FROM_CARD = _("Type the 16 digits from the KTP or the family card (KK).")
_NIK_AS_TEXT = _(
    "Type the 16 digits again from the KTP or KK. In the worksheet, first set the NIK column to the"
    " format Text."
)
_DATE_FORM = _("Write day, month and year, for example 12 Maret 1999 or 12/03/1999.")
_DATE_FROM_CARD = _("Compare the birth date with the KTP or the certificate and type it again.")
_COMPARE = _("Compare the NIK with the KTP or KK, and mend whichever is wrong.")
_SHORTEN = _("Shorten the text.")
_PERCENT = _("Write the percent, for example 95, or the days attended of the days held: 19/20.")
_SCORE = _("Write the score as a number from 0 to 100, for example 85.")

TEXTS = {
    Code.ROW_NOT_UNDERSTOOD: (
        _("The row holds something but no participant can be read from it."),
        _("Fill in the row if it is a participant, or remove it from the worksheet."),
    ),
    Code.TWO_VALUES: (
        _("Two columns give different values."),
        _("Keep the right value and empty the other cell."),
    ),
    Code.CONTROL_CHARACTERS: (
        _("The cell holds signs that cannot be printed."),
        _("Type the content of the cell again."),
    ),
    Code.NAME_MISSING: (_("The name is missing."), _("Type the name as on the KTP or KK.")),
    Code.NAME_WITHOUT_LETTERS: (
        _("The name holds no letters."),
        _("Type the name as on the KTP or KK."),
    ),
    Code.NAME_TOO_LONG: (_("The name is longer than 150 characters."), _SHORTEN),
    Code.NIK_SCIENTIFIC: (
        _("The NIK has turned into scientific notation, its digits are lost."),
        _NIK_AS_TEXT,
    ),
    Code.NIK_DIGIT_LOST: (
        _("The NIK was stored as a number and its last digit has been lost."),
        _NIK_AS_TEXT,
    ),
    Code.NIK_LENGTH: (_("The NIK has %(count)s digits; it should have 16."), _NIK_FROM_CARD),
    Code.NIK_CHARACTERS: (_("The NIK holds signs other than digits."), _NIK_FROM_CARD),
    Code.NIK_REGION: (_("The area code at the start of the NIK does not exist."), _NIK_FROM_CARD),
    Code.NIK_BIRTH_DATE: (_("The birth date within the NIK is impossible."), _NIK_FROM_CARD),
    Code.NIK_SERIAL: (_("The serial number at the end of the NIK is 0000."), _NIK_FROM_CARD),
    Code.NIK_DUPLICATE: (
        _("The NIK is the same as in row %(first)s."),
        _("Remove the row if it is the same person; otherwise type the right NIK."),
    ),
    Code.SEX_MISSING: (_("The sex has not been filled in."), _("Choose male (L) or female (P).")),
    Code.SEX_UNKNOWN: (_("The sex cannot be read."), _("Write L for male or P for female.")),
    Code.SEX_BOTH: (
        _("Both sexes are marked."),
        _("Mark one column only: L for male or P for female."),
    ),
    Code.BIRTH_DATE_MISSING: (_("The birth date is missing."), _DATE_FORM),
    Code.BIRTH_DATE_IMPOSSIBLE: (_("The date %(date)s does not exist."), _DATE_FROM_CARD),
    Code.BIRTH_DATE_MONTH_FIRST: (
        _("The birth date seems to be written month first."),
        _("Write the day first, for example 25 Maret 1999 or 25/03/1999."),
    ),
    Code.BIRTH_DATE_INCOMPLETE: (_("The birth date is not complete."), _DATE_FORM),
    Code.BIRTH_DATE_UNREADABLE: (_("The birth date cannot be read."), _DATE_FORM),
    Code.BIRTH_DATE_FUTURE: (_("The birth date lies in the future."), _DATE_FROM_CARD),
    Code.BIRTH_DATE_TOO_OLD: (_("The birth date lies more than 100 years back."), _DATE_FROM_CARD),
    Code.BIRTH_PLACE_TOO_LONG: (_("The birth place is longer than 100 characters."), _SHORTEN),
    Code.EDUCATION_TOO_LONG: (_("The education is longer than 60 characters."), _SHORTEN),
    Code.ADDRESS_TOO_LONG: (_("The address is longer than 300 characters."), _SHORTEN),
    Code.DISABILITY_UNKNOWN: (
        _("The kind of disability cannot be read."),
        _("Write: tidak ada, fisik, intelektual, mental, sensorik or ganda."),
    ),
    Code.MATCH_AMBIGUOUS: (
        _("More than one participant of the cohort has this name and birth date."),
        _("Add the NIK, so that it is clear who is meant."),
    ),
    Code.NIK_OF_ANOTHER: (
        _("This NIK already belongs to another participant of the cohort."),
        _("Compare both with the KTP or KK and correct the NIK that is wrong."),
    ),
    Code.NIK_NUMERIC_CELL: (
        _("The NIK is stored as a number; its last digit may have been lost."),
        _("Compare the last digit with the KTP or KK. Set the NIK column to the format Text."),
    ),
    Code.NIK_SUSPICIOUS: (_("The NIK follows a pattern that looks invented."), _NIK_FROM_CARD),
    Code.NIK_BIRTH_DATE_DIFFERS: (
        _("The birth date within the NIK differs from the birth date column."),
        _COMPARE,
    ),
    Code.NIK_SEX_DIFFERS: (_("The sex within the NIK differs from the sex column."), _COMPARE),
    Code.PERSON_REPEATED: (
        _("Name and birth date are the same as in row %(first)s."),
        _("Remove the row if it is the same person."),
    ),
    Code.BIRTH_YEAR_SHORT: (
        _("The birth year has two digits and was read as %(year)s."),
        _("Write the year with four digits."),
    ),
    Code.BIRTH_DATE_SERIAL: (
        _("The birth date is stored as a number and was read as a date of the worksheet."),
        _("Compare the date with the KTP, and set the column to a date format."),
    ),
    Code.BIRTH_DATE_SWAPPED: (
        _("Day and month of the birth date may have been exchanged by the worksheet."),
        _("Compare day and month with the KTP or the certificate."),
    ),
    Code.BIRTH_DATE_AGE: (
        _("By the birth date the participant is %(age)s years old."),
        _DATE_FROM_CARD,
    ),
    Code.PHONE_UNREADABLE: (
        _("The telephone number cannot be read and was left out."),
        _("Type the number again, for example 081234567890."),
    ),
    Code.SANTRI_UNKNOWN: (
        _("Whether the participant is a santri cannot be read and was left out."),
        _("Write: ya or tidak."),
    ),
    Code.RESULT_UNKNOWN: (
        _("The result cannot be read and was left out."),
        _("Write: lulus, tidak lulus or mengundurkan diri."),
    ),
    Code.ATTENDANCE_UNREADABLE: (
        _("The attendance is not a number and was left out."),
        _PERCENT,
    ),
    Code.ATTENDANCE_DAYS: (
        _("The attendance counts days without saying of how many, and was left out."),
        _PERCENT,
    ),
    Code.ATTENDANCE_OVER: (
        _("The attendance is over 100 %% and was left out."),
        _PERCENT,
    ),
    Code.ATTENDANCE_NEGATIVE: (
        _("The attendance is below 0 and was left out."),
        _PERCENT,
    ),
    Code.SCORE_UNREADABLE: (
        _("The score of the test is not a number and was left out."),
        _SCORE,
    ),
    Code.SCORE_OUT_OF_RANGE: (
        _("The score of the test is below 0 or over 100 and was left out."),
        _SCORE,
    ),
    Code.ROW_SKIPPED: (
        _("The row was not read as a participant."),
        _("Fill in the row if it is a participant."),
    ),
    Code.SHEET_SKIPPED: (
        _("The sheet %(sheet)s also holds a roster and was not read."),
        _("Upload it as a file of its own if it belongs to this cohort."),
    ),
    Code.COLUMN_NOT_READ: (
        _("The column is not known and was not read."),
        _("Leave it if the portal does not need it; otherwise give it a usual heading."),
    ),
    # Stands for a person found in another cohort at the same time: says neither that nor where.
    Code.PERSON_TO_CHECK: (
        _("An officer needs to check the data of this participant."),
        _("There is nothing for you to do now; the officer answers with the report."),
    ),
}  # fmt: skip

# Over the rows of a warning whose sentence differs from row to row.
TITLES = {
    Code.PERSON_REPEATED: _("Name and birth date stand twice in the roster."),
    Code.BIRTH_YEAR_SHORT: _("The birth year has two digits."),
    Code.BIRTH_DATE_AGE: _("The age by the birth date is unusual."),
}

REFUSALS = {
    RosterRefusal.NOT_A_ROSTER: (
        _("The file is not a participant roster: no header with names was found."),
        _("Use a table with the headers NAMA, NIK, L/P, TEMPAT LAHIR and TANGGAL LAHIR."),
    ),
    RosterRefusal.SEVERAL_ROSTERS: (
        _("The file holds several rosters: %(sheets)s."),
        _("Save the sheet of this cohort as a file of its own and upload that file."),
    ),
    RosterRefusal.ROSTER_EMPTY: (
        _("There are no participants below the header."),
        _("Fill in the participants, save the file and upload it again."),
    ),
    RosterRefusal.TOO_MANY_ROWS: (
        _("The roster has more than %(limit)s rows."),
        _("Split the roster by cohort and upload each part on its own."),
    ),
}


MAX_WRITTEN = 200


@dataclass(frozen=True)
class Fault(CellFault):
    """One thing wrong with one cell of a roster, or with a whole row where no field is named."""

    TEXTS = TEXTS
    WARNINGS = WARNINGS
    code: Code


@dataclass(frozen=True)
class StoredFault:
    """A fault as it was kept, for showing: its sentences are in the language of the reader."""

    code: str
    field: str
    column: str
    message: str
    cure: str


def stored_fault(kept: Mapping[str, Any]) -> StoredFault:
    """A fault from what `Fault.to_store` kept.

    What was kept as a sentence, before codes were kept with their particulars, is shown as it is.
    """
    code, message, cure = kept["code"], kept.get("message"), kept.get("cure", "")
    if message is None:
        found = Fault(0, "", "", Code(code), kept["params"])
        message, cure = found.message, found.cure
    return StoredFault(code, kept["field"], kept["column"], message, cure)


def note_texts(kept: Sequence[dict[str, Any] | str]) -> list[str]:
    """The notes on a file, one sentence each; the columns that were not read share one.

    Notes of the time before codes were kept are sentences already.
    """
    texts = [note for note in kept if isinstance(note, str)]
    coded = [note for note in kept if not isinstance(note, str)]
    for note in coded:
        if note["code"] == Code.ROW_SKIPPED:
            text = gettext("Row %(row)s: %(text)s")
            texts.append(text % {"row": note["row"], "text": stored_fault(note).message})
        elif note["code"] != Code.COLUMN_NOT_READ:
            texts.append(stored_fault(note).message)
    if unread := [note["column"] for note in coded if note["code"] == Code.COLUMN_NOT_READ]:
        text = gettext("Columns the portal does not need: %(names)s.")
        texts.append(text % {"names": ", ".join(unread)})
    return texts


def fault(
    code: Code, *, row: int, column: str, field: str, written: str = "", **params: str | int
) -> Fault:
    """A fault of one cell, or of a whole row where no field is named."""
    return Fault(row, column, field, code, params, written[:MAX_WRITTEN])


def refuse_roster(code: RosterRefusal, **params: object) -> SheetRefused:
    """The exception for a file that is readable but no roster to take in."""
    message, cure = REFUSALS[code]
    return SheetRefused(code, str(message) % params, str(cure))
