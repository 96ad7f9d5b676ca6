"""The list of overdue reports as a table."""

from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.filters import ObligationFilter
from blk_portal.reporting.models import Obligation
from institutions.exporting import Column, Exportable, offer

offer(
    Exportable(
        name="tunggakan",
        title=_("Overdue reports"),
        rows=lambda user: (
            Obligation.objects.visible_to(user).overdue(on=today_in_jakarta()).for_lists()
        ),
        filters=ObligationFilter,
        columns=(
            Column(_("institution"), "institution.name"),
            Column(_("code"), "institution.code"),
            Column(_("province"), "institution.regency.province.name"),
            Column(_("regency or city"), "institution.regency.name"),
            Column(_("guided by"), "institution.office.name"),
            Column(_("budget year"), "programme_year.year"),
            Column(_("kind"), lambda row: row.get_kind_display()),
            Column(_("due on"), "due_on"),
        ),
        order=("due_on", "id"),
    )
)
