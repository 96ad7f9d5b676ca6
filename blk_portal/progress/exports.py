"""The ledger of what institutions owe as a table."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.filters import ObligationFilter
from blk_portal.reporting.models import Obligation
from institutions.exporting import Column, Exportable, offer


def days_late(duty: Obligation, today: date) -> int:
    """Days since the due date of what is missing; 0 for all else."""
    return max((today - duty.due_on).days, 0) if duty.is_outstanding else 0


offer(
    Exportable(
        name="tunggakan",
        title=_("Reports owed"),
        rows=lambda user: Obligation.objects.visible_to(user).for_lists(),
        filters=ObligationFilter,
        columns=(
            Column(_("institution"), "institution.name"),
            Column(_("code"), "institution.code"),
            Column(_("province"), "institution.regency.province.name"),
            Column(_("regency or city"), "institution.regency.name"),
            Column(_("guided by"), "institution.office.name"),
            Column(_("budget year"), "programme_year.year"),
            Column(_("kind"), lambda row: row.label),
            Column(_("state"), lambda row: row.get_state_display()),
            Column(_("due on"), "due_on"),
            Column(_("first due date"), "original_due_on"),
            Column(_("handed in on"), "reported_on"),
            Column(_("days overdue"), lambda row: days_late(row, today_in_jakarta())),
            Column(_("contact person"), "institution.contact_name"),
            Column(_("phone of the contact"), "institution.contact_phone"),
        ),
        order=("due_on", "id"),
    )
)
