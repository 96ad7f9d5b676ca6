"""What staff decide about a row whose institution cannot be told by what identifies it."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from institutions.importing.comparing import Comparer
from institutions.importing.stored import Scope, stored
from institutions.models import RegisterImportRow
from institutions.models.register_import import ImportRefused
from institutions.register_faults import Code
from institutions.register_sheet.checks import RegisterRow
from institutions.register_sheet.reference import Reference

NEW: Final = "baru"
REFUSE: Final = "tolak"
Outcome = RegisterImportRow.Outcome


@transaction.atomic
def decide(pk: int, decision: str, *, by: User) -> RegisterImportRow:
    """Settle what an undecided row means: the id of an institution alike, new, or refused.

    Raises ImportRefused when somebody has decided it already. Nothing is written to the register
    before the list is applied.
    """
    row = RegisterImportRow.objects.select_for_update(of=["self"]).get(pk=pk)
    if row.outcome != Outcome.UNDECIDED:
        raise ImportRefused(gettext("The row has been decided meanwhile."))
    row.decided_by, row.decided_at = by, timezone.now()
    if decision == REFUSE:
        row.refuse(Code.REFUSED_BY_STAFF)
    elif decision == NEW:
        row.outcome = Outcome.CREATED
    else:
        _take(row, int(decision), by)
    row.save()
    return row


def _take(row: RegisterImportRow, institution: int, by: User) -> None:
    if institution not in row.candidates:
        raise ImportRefused(gettext("This institution is not among those that are alike."))
    present = stored([institution])[institution]
    read = RegisterRow(row.number, dict(row.cells), dict(row.values))
    comparer = Comparer(Reference.load(), {}, Scope.of(by), today_in_jakarta())
    changes = comparer.changes(read, present)
    others = row.register_import.rows.filter(institution=institution)
    if first := others.values_list("number", flat=True).first():
        read.say(Code.ROW_REPEATED, "", {}, first=first)
    if read.faults:
        row.outcome, row.changes = Outcome.REFUSED, {}
        row.faults = [*row.faults, *(fault.to_store() for fault in read.faults)]
        return
    row.outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    row.institution_id, row.changes, row.basis = institution, changes, present.basis
    row.warnings = [*row.warnings, *(fault.to_store() for fault in read.warnings)]
