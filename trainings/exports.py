"""The lists of trainings as tables, and the monthly tables of the ministry; without names."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from institutions.exporting import Column, Exportable, offer
from trainings.filters import CohortFilter, FrozenFilter
from trainings.models import Cohort, ExternalId, FrozenFigure

# How the ministry's tables number the kinds of institutions that train.
BLK_KOMUNITAS = 7


def _id_of(cohort: Cohort, *, system: str) -> str:
    ids = {row.system: row.value for row in cohort.external_ids.all()}
    return ids.get(system, "")


offer(
    Exportable(
        name="pelatihan",
        title=_("Trainings"),
        rows=lambda user: (
            Cohort.objects.visible_to(user).for_lists().prefetch_related("external_ids")
        ),
        filters=CohortFilter,
        columns=(
            Column(_("institution"), "institution.name"),
            Column(_("code"), "institution.code"),
            Column(_("province"), "institution.regency.province.name"),
            Column(_("regency or city"), "institution.regency.name"),
            Column(_("guided by"), "institution.office.name"),
            Column(_("programme"), "programme.name"),
            Column(_("vocational field"), "field.name"),
            Column(_("budget year"), "programme_year.year"),
            Column(_("batch number"), "batch"),
            Column(_("starts on"), "starts_on"),
            Column(_("ends on"), "ends_on"),
            Column(_("training hours (JP)"), "hours"),
            Column(_("method"), lambda row: row.get_method_display()),
            Column(_("funding source"), lambda row: row.get_funding_display()),
            Column(_("seats"), "seats"),
            Column(_("planned cost in rupiah"), "cost_planned"),
            *[
                Column(system.label, partial(_id_of, system=system.value))
                for system in ExternalId.System
            ],
            Column(_("Cancelled"), lambda row: row.cancelled_because),
            Column(_("Report"), lambda row: row.closing.get_status_display()),
        ),
        order=("-starts_on", "-id"),
        is_open_to=lambda user: user.spec.sees_cohorts,
    )
)
offer(
    Exportable(
        name="daskin",
        title=_("Monthly tables (DASKIN)"),
        rows=lambda user: FrozenFigure.objects.visible_to(user).for_lists(),
        filters=FrozenFilter,
        columns=(
            Column(_("year"), "freeze.month.year"),
            Column(_("month"), "freeze.month.month"),
            Column(_("organiser"), "institution.name"),
            Column(_("code"), "institution.code"),
            Column(_("type of institution"), lambda row: BLK_KOMUNITAS),
            Column(_("sex"), lambda row: row.get_sex_display()),
            Column(_("disability"), lambda row: row.get_disability_display()),
            Column(_("province"), "province.name"),
            Column(_("vocational field"), "field.name"),
            Column(_("result"), lambda row: row.get_outcome_display()),
            Column(_("LSP or line of business"), "detail_label"),
            Column(_("count"), "count"),
            Column(_("table"), lambda row: row.freeze.get_table_display()),
            Column(_("budget year"), "programme_year.year"),
            Column(_("number of the freeze"), "freeze.number"),
            Column(_("frozen at"), "freeze.frozen_at"),
        ),
        order=("freeze__month", "id"),
        is_open_to=lambda user: user.spec.looks_over_areas,
    )
)
