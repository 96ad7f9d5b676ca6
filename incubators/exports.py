"""The lists of incubators and of their evidence as tables."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from incubators.filters import EvidenceFilter, IncubatorFilter
from incubators.models import Evidence, Incubator
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
            Column(_("rank"), "rank"),
            Column(_("score"), "score"),
            Column(_("place on the reserve list"), "reserve_position"),
            Column(
                _("standing in force"),
                lambda row: gettext("yes") if row.in_force else gettext("no"),
            ),
        ),
        order=("institution__name", "id"),
    )
)
offer(
    Exportable(
        name="bukti-inkubator",
        title=_("Evidence of incubators"),
        rows=lambda user: Evidence.objects.visible_to(user).for_lists(),
        filters=EvidenceFilter,
        is_open_to=lambda user: user.spec.sees_papers,
        columns=(
            Column(_("institution"), "incubator.institution.name"),
            Column(_("code"), "incubator.institution.code"),
            Column(_("province"), "incubator.institution.regency.province.name"),
            Column(_("budget year"), "incubator.round.programme_year.year"),
            Column(_("criterion"), "criterion.name"),
            Column(_("legal basis"), "criterion.legal_basis"),
            Column(_("state"), lambda row: row.get_state_display()),
            Column(_("valid from"), "valid_from"),
            Column(_("valid until"), "valid_to"),
            Column(_("verified on"), "verified_on"),
            Column(_("decided by"), "decided_by.name"),
            Column(_("reason of refusal"), "refused_because"),
            Column(_("withdrawn on"), "withdrawn_on"),
            Column(_("reason of withdrawal"), "withdrawn_because"),
        ),
        order=("-submitted_at", "-id"),
    )
)
