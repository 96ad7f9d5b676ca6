"""The closed list of what can be wrong with a quarter of a tenant, each with its cure.

One list for the form, for pasted rows and for files.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from blk_portal.sheets.faults import CellFault, CodedFault, Params


class Code(StrEnum):
    """What can be wrong; the warnings are explained, all others keep the row out."""

    TENANT_UNKNOWN = "tenant_unknown"
    TENANT_TWICE = "tenant_twice"
    TENANT_TYPED = "tenant_typed"
    TENANT_AMBIGUOUS = "tenant_ambiguous"
    CODE_UNKNOWN = "code_unknown"
    CODE_OTHER = "code_other"
    TENANT_NOT_THEN = "tenant_not_then"
    TENANT_MISSING = "tenant_missing"
    QUARTER_OTHER = "quarter_other"
    QUARTER_NOT_OVER = "quarter_not_over"
    FIGURE_MISSING = "figure_missing"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_TOO_LARGE = "amount_too_large"
    WORKERS_UNREADABLE = "workers_unreadable"
    WORKERS_NEGATIVE = "workers_negative"
    WORKERS_TOO_MANY = "workers_too_many"
    OPERATING_UNKNOWN = "operating_unknown"
    GIVER_MISSING = "giver_missing"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_WITH_NIK = "text_with_nik"
    TURNOVER_JUMP = "turnover_jump"
    TURNOVER_FALL = "turnover_fall"
    WORKERS_JUMP = "workers_jump"
    FINANCE_HIGH = "finance_high"


WARNINGS = frozenset({Code.TURNOVER_JUMP, Code.TURNOVER_FALL, Code.WORKERS_JUMP, Code.FINANCE_HIGH})
_AMOUNT = _("Write rupiah, for example 1.250.000 or 2,5 juta.")
_EXPLAIN = _("Correct it, or say why it is so.")

TEXTS = {
    Code.TENANT_UNKNOWN: (
        _("No tenant of this incubator is called so."),
        _("Write the name as in the list of tenants, or enter the tenant first."),
    ),
    Code.TENANT_TWICE: (
        _("This tenant stands in row %(first)s already."),
        _("Leave one of the rows out."),
    ),
    Code.TENANT_TYPED: (
        _("You filled in this tenant on the page with something else, which is what was stored."),
        _("Take the row in once more if it is what holds; else leave it out."),
    ),
    Code.TENANT_AMBIGUOUS: (
        _("Several tenants of this incubator are called so."),
        _("Write the code of the tenant as well; it stands in the sheet to download."),
    ),
    Code.CODE_UNKNOWN: (
        _("No tenant of this incubator has this code."),
        _("Copy the code from the sheet to download, or leave it empty and write the name."),
    ),
    Code.CODE_OTHER: (
        _("The code is that of %(business)s."),
        _("Correct the code or the name: they are of two tenants."),
    ),
    Code.TENANT_NOT_THEN: (
        _("This tenant was not in the incubator in that quarter."),
        _("Leave the row out."),
    ),
    Code.TENANT_MISSING: (
        _("Nothing is reported of this tenant."),
        _("Fill in its quarter, or say why it is missing."),
    ),
    Code.QUARTER_OTHER: (
        _("The row is of another quarter."),
        _("Enter it in the report of that quarter."),
    ),
    Code.QUARTER_NOT_OVER: (
        _("The quarter is not over."),
        _("Send the report after its last day."),
    ),
    Code.FIGURE_MISSING: (
        _("The figure is missing."),
        _("Write it; where there was nothing, write 0."),
    ),
    Code.AMOUNT_UNREADABLE: (_("The amount cannot be read."), _AMOUNT),
    Code.AMOUNT_NEGATIVE: (_("The amount is negative."), _("Write an amount from 0.")),
    Code.AMOUNT_TOO_LARGE: (_("The amount is larger than 1,000 trillion rupiah."), _AMOUNT),
    Code.WORKERS_UNREADABLE: (
        _("The number of workers cannot be read."),
        _("Write a whole number, for example 3."),
    ),
    Code.WORKERS_NEGATIVE: (
        _("The number of workers is negative."),
        _("Write a number from 0."),
    ),
    Code.WORKERS_TOO_MANY: (
        _("The number of workers is larger than 100,000."),
        _("Write the workers of this business only."),
    ),
    Code.OPERATING_UNKNOWN: (
        _("Whether the business still runs cannot be read."),
        _("Write “ya” or “tidak”."),
    ),
    Code.GIVER_MISSING: (
        _("Who gave the money is missing."),
        _("Write the bank, or who gave it."),
    ),
    Code.TEXT_TOO_LONG: (_("The text is too long."), _("Shorten the text.")),
    Code.TEXT_WITH_NIK: (_("The text holds a NIK."), _("Leave the NIK out.")),
    Code.TURNOVER_JUMP: (
        _("Turnover is more than %(times)s times that of the quarter before (%(then)s)."),
        _EXPLAIN,
    ),
    Code.TURNOVER_FALL: (
        _("Turnover is less than a third of that of the quarter before (%(then)s)."),
        _EXPLAIN,
    ),
    Code.WORKERS_JUMP: (
        _("Workers are now %(now)s, in the quarter before %(then)s."),
        _EXPLAIN,
    ),
    Code.FINANCE_HIGH: (
        _("The finance received is more than %(times)s times the turnover."),
        _EXPLAIN,
    ),
}


@dataclass(frozen=True)
class RowFault(CellFault):
    """One thing wrong with one cell of a pasted or uploaded table."""

    TEXTS = TEXTS
    WARNINGS = WARNINGS


@dataclass(frozen=True)
class Finding(CodedFault):
    """One thing that the checks found about a tenant of the report, or about the whole report."""

    TEXTS = TEXTS
    WARNINGS = WARNINGS
    code: Code
    params: Params

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"
