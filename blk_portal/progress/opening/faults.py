"""The closed list of what can be wrong with a list of opening balances, each with its cure.

Documented for users in docs/opening-balance-import.md. What can be wrong with the cells that name
an institution is said as in lists of the register.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from blk_portal.sheets.errors import SheetRefused
from blk_portal.sheets.faults import CellFault
from institutions.register_faults import RegisterRefusal


class Code(StrEnum):
    """What can be wrong with a row; each of them refuses the row."""

    INSTITUTION_UNNAMED = "institution_unnamed"
    INSTITUTION_UNKNOWN = "institution_unknown"
    INSTITUTION_AMBIGUOUS = "institution_ambiguous"
    INSTITUTION_MERGED = "institution_merged"
    IDENTIFIERS_DIFFER = "identifiers_differ"
    NAME_DIFFERS = "name_differs"
    YEAR_MISSING = "year_missing"
    NUMBER_UNREADABLE = "number_unreadable"
    NUMBER_TOO_LARGE = "number_too_large"
    COMPLETED_MISSING = "completed_missing"
    LARGER_THAN_WHOLE = "larger_than_whole"
    SOURCE_MISSING = "source_missing"
    SOURCE_TOO_LONG = "source_too_long"
    ROW_REPEATED = "row_repeated"


_WRITE_CODE = _("Write the portal code of the institution, for example BLKK-0001.")

TEXTS = {
    Code.INSTITUTION_UNNAMED: (
        _("The row has neither portal code nor VIN, NSPP or NPSN; a name alone says too little."),
        _WRITE_CODE,
    ),
    Code.INSTITUTION_UNKNOWN: (
        _("No institution of the portal has this number."),
        _("Compare the number with the register, or take the institution in first."),
    ),
    Code.INSTITUTION_AMBIGUOUS: (_("Several institutions have this number."), _WRITE_CODE),
    Code.INSTITUTION_MERGED: (
        _("This entry was merged into another one."),
        _("Write the code of the entry that stays: %(code)s."),
    ),
    Code.IDENTIFIERS_DIFFER: (
        _("The numbers of the row belong to different institutions."),
        _("Keep the number that is right and empty the other cell."),
    ),
    Code.NAME_DIFFERS: (
        _("The number belongs to another institution: %(name)s."),
        _("Mend the number or the name, so that both mean the same institution."),
    ),
    Code.YEAR_MISSING: (
        _("The budget year is missing."), _("Write the budget year, for example 2021.")
    ),
    Code.NUMBER_UNREADABLE: (
        _("This is no whole number of participants."),
        _("Write digits only, for example 120."),
    ),
    Code.NUMBER_TOO_LARGE: (
        _("No institution trains so many participants in a budget year."),
        _("Compare the number with the paper; at most %(limit)s is taken."),
    ),
    Code.COMPLETED_MISSING: (
        _("The number of those who took part to the end is missing or 0."),
        _("Write the number in the column SELESAI, or remove the row."),
    ),
    Code.LARGER_THAN_WHOLE: (
        _("The number is larger than that of %(whole)s, of which it is a part."),
        _("Compare both numbers with the paper."),
    ),
    Code.SOURCE_MISSING: (
        _("The paper that the figures come from is not named."),
        _("Fill in the column SUMBER, or the source in the form."),
    ),
    Code.SOURCE_TOO_LONG: (
        _("The source has more than %(limit)s characters."),
        _("Write kind, number and date of the paper only."),
    ),
    Code.ROW_REPEATED: (
        _("The institution has stood in row %(first)s for the same budget year."),
        _("Add the figures of both rows up in one, if both are right."),
    ),
}  # fmt: skip

REFUSALS = {
    RegisterRefusal.NOT_A_REGISTER: (
        _("The file is no list of opening balances: no header with its columns was found."),
        _("Use a table with the headers KODE PORTAL, TAHUN ANGGARAN and SELESAI, or the empty"
          " list of this page."),
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
}  # fmt: skip


@dataclass(frozen=True)
class Fault(CellFault):
    """One thing wrong with one cell of a list of opening balances."""

    TEXTS = TEXTS
    code: Code

    @property
    def cure(self) -> str:
        """How it is mended; some cures name what is right."""
        return str(self.TEXTS[self.code][1]) % self.params


def refuse_balances(code: RegisterRefusal, **params: object) -> SheetRefused:
    """The exception for a readable file that is no list of opening balances."""
    message, cure = REFUSALS[code]
    return SheetRefused(code, str(message) % params, str(cure))
