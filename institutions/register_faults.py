"""The closed list of what can be wrong with a list of institutions, each with its cure.

Documented for users in docs/register-import.md. Codes of files that cannot be opened at all are in
`blk_portal.sheets.errors`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from blk_portal.sheets.cells import printable
from blk_portal.sheets.errors import SheetRefused
from blk_portal.sheets.faults import CellFault

MAX_WRITTEN = 200


class RegisterRefusal(StrEnum):
    """Reasons for which a readable file is refused as a list of institutions."""

    NOT_A_REGISTER = "not_a_register"
    SEVERAL_REGISTERS = "several_registers"
    REGISTER_EMPTY = "register_empty"
    TOO_MANY_ROWS = "too_many_rows"


class Code(StrEnum):
    """What can be wrong with a row; the warnings leave it accepted, all others refuse it."""

    ROW_NOT_UNDERSTOOD = "row_not_understood"
    TWO_VALUES = "two_values"
    CONTROL_CHARACTERS = "control_characters"
    NIK_IN_TEXT = "nik_in_text"
    TEXT_TOO_LONG = "text_too_long"
    NAME_MISSING = "name_missing"
    NAME_WITHOUT_LETTERS = "name_without_letters"
    CODE_UNKNOWN = "code_unknown"
    VIN_CHARACTERS = "vin_characters"
    TAX_NUMBER_LENGTH = "tax_number_length"
    NSPP_LENGTH = "nspp_length"
    NPSN_LENGTH = "npsn_length"
    DIGITS_LOST = "digits_lost"
    HOST_TYPE_MISSING = "host_type_missing"
    HOST_TYPE_UNKNOWN = "host_type_unknown"
    OWNER_MISSING = "owner_missing"
    REGION_MISSING = "region_missing"
    REGION_UNKNOWN = "region_unknown"
    REGION_DIFFERS = "region_differs"
    REGION_AMBIGUOUS = "region_ambiguous"
    PROVINCE_UNKNOWN = "province_unknown"
    PROVINCE_DIFFERS = "province_differs"
    FIELD_MISSING = "field_missing"
    FIELD_UNKNOWN = "field_unknown"
    YEAR_MISSING = "year_missing"
    YEAR_UNKNOWN = "year_unknown"
    YEAR_DIFFERS = "year_differs"
    PKB_INCOMPLETE = "pkb_incomplete"
    PKB_DIFFERS = "pkb_differs"
    DATE_UNREADABLE = "date_unreadable"
    DATE_IN_FUTURE = "date_in_future"
    DATES_OUT_OF_ORDER = "dates_out_of_order"
    STATUS_UNKNOWN = "status_unknown"
    STATUS_BY_HAND = "status_by_hand"
    OFFICE_UNKNOWN = "office_unknown"
    ROW_REPEATED = "row_repeated"
    NAME_REPEATED = "name_repeated"
    IDENTIFIERS_DIFFER = "identifiers_differ"
    VIN_TAKEN = "vin_taken"
    NOT_YOUR_AREA = "not_your_area"
    REFUSED_BY_STAFF = "refused_by_staff"
    CHANGED_MEANWHILE = "changed_meanwhile"
    REGION_CODE_OLD = "region_code_old"
    PROVINCE_FORMER = "province_former"
    STATUS_UNPROVEN = "status_unproven"
    STATUS_BEHIND = "status_behind"
    PHONE_UNREADABLE = "phone_unreadable"
    ROW_SKIPPED = "row_skipped"
    COLUMN_NOT_READ = "column_not_read"


WARNINGS = frozenset(
    {
        Code.REGION_CODE_OLD, Code.PROVINCE_FORMER, Code.STATUS_UNPROVEN, Code.STATUS_BEHIND,
        Code.PHONE_UNREADABLE, Code.ROW_SKIPPED, Code.COLUMN_NOT_READ,
    }
)  # fmt: skip

_AS_TEXT = _("Type the number again; first set the column to the format Text.")
_AS_ON_PAPER = _("Compare the number with the paper and type it again.")
_DATE_FORM = _("Write day, month and year, for example 12 Maret 2022 or 12/03/2022.")
_MEND_REGION = _(
    "Write the Kemendagri code of the regency, for example 32.04, or mend the name. BPS codes are"
    " others."
)
_BY_HAND = _("Record the step on the page of the institution, with its date and its reason.")

TEXTS = {
    Code.ROW_NOT_UNDERSTOOD: (
        _("The row holds something but no institution can be read from it."),
        _("Fill in the name if it is an institution, or remove the row."),
    ),
    Code.TWO_VALUES: (
        _("Two columns give different values."),
        _("Keep the right value and empty the other cell."),
    ),
    Code.CONTROL_CHARACTERS: (
        _("The cell holds signs that cannot be printed."),
        _("Type the content of the cell again."),
    ),
    Code.NIK_IN_TEXT: (
        _("The cell holds a number that looks like a NIK."),
        _("Remove the NIK: the register keeps none."),
    ),
    Code.TEXT_TOO_LONG: (
        _("The text is longer than %(limit)s characters."),
        _("Shorten the text."),
    ),
    Code.NAME_MISSING: (
        _("The name of the institution is missing."),
        _("Write the name as in the PKB or the decree."),
    ),
    Code.NAME_WITHOUT_LETTERS: (
        _("The name holds no letters."),
        _("Write the name as in the PKB or the decree."),
    ),
    Code.CODE_UNKNOWN: (
        _("The portal has no institution with this code."),
        _("Compare the code with the portal, or leave the cell empty for a new institution."),
    ),
    Code.VIN_CHARACTERS: (
        _("A VIN has 4 to 20 capitals, digits, dots, dashes or slashes."),
        _AS_ON_PAPER,
    ),
    Code.TAX_NUMBER_LENGTH: (
        _("The NPWP has %(count)s digits; it should have 15 or 16."),
        _AS_ON_PAPER,
    ),
    Code.NSPP_LENGTH: (_("An NSPP has 12 digits."), _AS_ON_PAPER),
    Code.NPSN_LENGTH: (_("An NPSN has 8 digits or capitals."), _AS_ON_PAPER),
    Code.DIGITS_LOST: (
        _("The number has turned into scientific notation, its digits are lost."),
        _AS_TEXT,
    ),
    Code.HOST_TYPE_MISSING: (
        _("The kind of body is missing."),
        _("Write: pesantren, keagamaan, serikat pekerja or komunitas."),
    ),
    Code.HOST_TYPE_UNKNOWN: (
        _("The kind of body cannot be read."),
        _("Write: pesantren, keagamaan, serikat pekerja or komunitas."),
    ),
    Code.OWNER_MISSING: (
        _("The legal owner is missing."),
        _("Write the foundation or the body that signs the PKB."),
    ),
    Code.REGION_MISSING: (
        _("The regency or city is missing."),
        _("Write its name with Kabupaten or Kota, or its Kemendagri code."),
    ),
    Code.REGION_UNKNOWN: (_("No regency or city has this code or name."), _MEND_REGION),
    Code.REGION_DIFFERS: (
        _("The code means %(by_code)s, the name says %(by_name)s."),
        _MEND_REGION,
    ),
    Code.REGION_AMBIGUOUS: (
        _("The name fits several: %(names)s."),
        _("Write Kabupaten or Kota in front of the name, or give the Kemendagri code."),
    ),
    Code.PROVINCE_UNKNOWN: (_("No province has this name."), _("Write the name in full.")),
    Code.PROVINCE_DIFFERS: (
        _("%(regency)s lies in %(province)s."),
        _("Mend the province or the regency, whichever is wrong."),
    ),
    Code.FIELD_MISSING: (
        _("The vocational field is missing."),
        _("Write the name or the code of the field, for example Las or LAS."),
    ),
    Code.FIELD_UNKNOWN: (
        _("The portal does not know this vocational field."),
        _("Choose a field of the portal, or let the national administrator add the spelling."),
    ),
    Code.YEAR_MISSING: (
        _("The budget year (TA) is missing."),
        _("Write the year, for example 2022."),
    ),
    Code.YEAR_UNKNOWN: (
        _("The portal has no such budget year."),
        _("Write a budget year from 2017 on, for example 2022."),
    ),
    Code.YEAR_DIFFERS: (
        _("Papers of the institution already count in %(year)s."),
        _("Leave the budget year as it is, or let the national administrator correct it."),
    ),
    Code.PKB_INCOMPLETE: (
        _("A PKB needs both its number and its date."),
        _("Fill in the number and the date of the PKB, or empty both."),
    ),
    Code.PKB_DIFFERS: (
        _("The portal has the PKB %(number)s of %(day)s."),
        _("Compare both with the paper. A wrong PKB is corrected in the portal, not by upload."),
    ),
    Code.DATE_UNREADABLE: (_("The date cannot be read."), _DATE_FORM),
    Code.DATE_IN_FUTURE: (_("The date lies in the future."), _DATE_FORM),
    Code.DATES_OUT_OF_ORDER: (
        _("The date lies before the step that comes first."),
        _("Order: PKB, hand-over (BAST), first training. Compare with the papers."),
    ),
    Code.STATUS_UNKNOWN: (
        _("The status cannot be read."),
        _("Write: usulan, diverifikasi, ditetapkan, PKB, dibangun, operasional or lepas binaan."),
    ),
    Code.STATUS_BY_HAND: (
        _("This status needs a reason and cannot come by upload."),
        _BY_HAND,
    ),
    Code.OFFICE_UNKNOWN: (
        _("The portal has no such training office (UPTP)."),
        _("Write the name as in the portal, for example BPVP Surakarta."),
    ),
    Code.ROW_REPEATED: (
        _("Row %(first)s is about the same institution."),
        _("Keep one of the two rows."),
    ),
    Code.NAME_REPEATED: (
        _("Row %(first)s has the same name in the same regency, and nothing tells them apart."),
        _("Remove the row if it is the same; otherwise add VIN, NSPP, NPSN or PKB number to both."),
    ),
    Code.IDENTIFIERS_DIFFER: (
        _("%(one)s belongs to %(first)s, but %(other)s belongs to %(second)s."),
        _("Compare the numbers with the papers and keep those of one institution."),
    ),
    Code.VIN_TAKEN: (
        _("Another institution already has this VIN."),
        _AS_ON_PAPER,
    ),
    Code.NOT_YOUR_AREA: (
        _("The institution belongs to the area of another office."),
        _("Leave the row to that office or to the ministry."),
    ),
    Code.REFUSED_BY_STAFF: (
        _("The row was refused when it was decided."),
        _("Mend the row and upload it again if it is an institution after all."),
    ),
    Code.CHANGED_MEANWHILE: (
        _("The register has changed since the check, so the row was left out."),
        _("Upload the row again and look at the differences."),
    ),
    Code.REGION_CODE_OLD: (
        _("The code of the region is not in use; the name was taken: %(name)s."),
        _("Write the Kemendagri code that holds today."),
    ),
    Code.PROVINCE_FORMER: (
        _("%(regency)s has belonged to %(province)s since 2022; that was taken."),
        _("Write the province that holds today."),
    ),
    Code.STATUS_UNPROVEN: (
        _("The date of a step lacks; the institution is recorded as: %(status)s."),
        _("Add the columns TANGGAL PKB, TANGGAL BAST and TANGGAL OPERASIONAL."),
    ),
    Code.STATUS_BEHIND: (
        _("The portal is further on: %(status)s. The status was left as it is."),
        _BY_HAND,
    ),
    Code.PHONE_UNREADABLE: (
        _("The telephone number cannot be read and was left out."),
        _("Type the number again, for example 081234567890."),
    ),
    Code.ROW_SKIPPED: (
        _("The row was not read as an institution."),
        _("Fill in the row if it is an institution."),
    ),
    Code.COLUMN_NOT_READ: (
        _("The column is not known and was not read."),
        _("Leave it if the portal does not need it; otherwise give it a usual heading."),
    ),
}  # fmt: skip

REFUSALS = {
    RegisterRefusal.NOT_A_REGISTER: (
        _("The file is not a list of institutions: no header with their names was found."),
        _("Use a table with the headers NAMA LEMBAGA, KAB/KOTA, KEJURUAN and TAHUN ANGGARAN."),
    ),
    RegisterRefusal.SEVERAL_REGISTERS: (
        _("The file holds several lists: %(sheets)s."),
        _("Save each sheet as a file of its own and upload them one by one."),
    ),
    RegisterRefusal.REGISTER_EMPTY: (
        _("There are no institutions below the header."),
        _("Fill in the institutions, save the file and upload it again."),
    ),
    RegisterRefusal.TOO_MANY_ROWS: (
        _("The list has more than %(limit)s rows."),
        _("Split the list by province and upload each part on its own."),
    ),
}


@dataclass(frozen=True)
class Fault(CellFault):
    """One thing wrong with one cell of a list of institutions; no person's number stands in one,
    so what was written is kept as well."""

    TEXTS = TEXTS
    WARNINGS = WARNINGS
    code: Code

    def to_store(self) -> dict[str, Any]:
        return super().to_store() | {"written": printable(self.written)[:MAX_WRITTEN]}


def stored_fault(kept: Mapping[str, Any], row: int) -> Fault:
    """A fault from what `Fault.to_store` kept, of the row it was found in."""
    return Fault(
        row, kept["column"], kept["field"], Code(kept["code"]), kept["params"], kept["written"]
    )


def refuse_register(code: RegisterRefusal, **params: object) -> SheetRefused:
    """The exception for a file that is readable but no list of institutions to take in."""
    message, cure = REFUSALS[code]
    return SheetRefused(code, str(message) % params, str(cure))
