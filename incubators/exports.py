"""The list of incubators as a table."""

from django.utils.translation import gettext_lazy as _

from incubators.filters import IncubatorFilter
from incubators.models import Incubator
from institutions.exporting import Column, Exportable, offer

offer(
    Exportable(
        name="inkubator",
        title=_("Incubators"),
        rows=lambda user: Incubator.objects.visible_to(user).select_related(
            "institution__regency__province", "institution__office", "round__programme_year"
        ),
        filters=IncubatorFilter,
        columns=(
            Column(_("institution"), "institution.name"),
            Column(_("code"), "institution.code"),
            Column(_("province"), "institution.regency.province.name"),
            Column(_("regency or city"), "institution.regency.name"),
            Column(_("guided by"), "institution.office.name"),
            Column(_("budget year"), "round.programme_year.year"),
            Column(_("stage"), lambda row: row.get_stage_display()),
        ),
        order=("institution__name", "id"),
    )
)
