"""The lists of tenants and mentors as tables: tenants without owners, mentors without contacts."""

from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from incubators.mentor_filters import MentorFilter, sessions_of
from incubators.models import Mentor, MentorQuerySet, Tenant
from incubators.tenant_filters import TenantFilter, for_lists
from institutions.exporting import Column, Exportable, offer
from institutions.kbli import division_name


def _mentors(user: User) -> MentorQuerySet:
    """With the hours of all years; only the page sums those of one."""
    sessions = sessions_of(user, "")
    return Mentor.objects.visible_to(user).select_related("partner").with_hours(sessions)


def _line_of_business(tenant: Tenant) -> str:
    return division_name(tenant.division)


offer(
    Exportable(
        name="tenant",
        title=_("Tenants"),
        rows=for_lists,
        filters=TenantFilter,
        columns=(
            Column(_("business"), "business"),
            Column(_("incubator"), "incubator.institution.name"),
            Column(_("code"), "incubator.institution.code"),
            Column(_("province"), "incubator.institution.regency.province.name"),
            Column(_("regency or city"), "incubator.institution.regency.name"),
            Column(_("budget year"), "incubator.round.programme_year.year"),
            Column(_("line of business (KBLI)"), _line_of_business),
            Column(_("KBLI code of five digits"), "kbli"),
            Column(_("entered on"), "entered_on"),
            Column(_("stage"), lambda row: row.get_stage_display()),
            Column(_("in this stage since"), "stage_since"),
            Column(_("turnover before it entered"), "baseline_turnover"),
            Column(_("turnover of the latest verified quarter"), "latest_turnover"),
            Column(_("workers of the latest verified quarter"), "latest_workers"),
        ),
        order=("business", "id"),
    )
)
offer(
    Exportable(
        name="pendamping",
        title=_("Mentors"),
        rows=_mentors,
        filters=MentorFilter,
        columns=(
            Column(_("mentor"), "name"),
            Column(_("comes from"), "partner.name"),
            Column(_("expertise"), "expertise"),
            Column(_("mentors from"), "active_from"),
            Column(_("mentors until"), "active_to"),
            Column(_("hours of all years"), "hours_held"),
            Column(_("sessions of all years"), "sessions_held"),
        ),
        order=("name", "id"),
    )
)
