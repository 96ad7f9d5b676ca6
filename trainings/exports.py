"""Trainings, their money and the monthly tables of the ministry as tables; without names."""

from functools import partial
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from institutions.exporting import Column, Exportable, offer
from trainings.filters import AidFilter, CohortFilter, FrozenFilter
from trainings.models import Cohort, CohortReport, ExternalId, FrozenFigure, TrainingAid

# How the ministry's tables number the kinds of institutions that train.
BLK_KOMUNITAS = 7


def _id_of(cohort: Any, *, system: str) -> str:
    return next((row.value for row in cohort.known_ids if row.system == system), "")


offer(
    Exportable(
        name="pelatihan",
        title=_("Trainings"),
        rows=lambda user: (
            # As plain lists: a manager for each of thousands of rows takes longer than the rest.
            Cohort.objects.visible_to(user)
            .for_lists()
            .prefetch_related(Prefetch("external_ids", to_attr="known_ids"))
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
            Column(_("method"), "method", Cohort.Method),
            Column(_("funding source"), "funding", Cohort.Funding),
            Column(_("seats"), "seats"),
            Column(_("planned cost in rupiah"), "cost_planned"),
            *[
                Column(system.label, partial(_id_of, system=system.value))
                for system in ExternalId.System
            ],
            Column(_("Cancelled"), "cancelled_because"),
            Column(_("Report"), "closing.status", CohortReport.Status),
        ),
        order=("-starts_on", "-id"),
        is_open_to=lambda user: user.spec.sees_cohorts,
        shared=(
            "institution__regency__province",
            "institution__office",
            "programme",
            "field",
            "programme_year",
        ),
        joined=("closing",),
    )
)
offer(
    Exportable(
        name="lpj-bantuan-pelatihan",
        title=_("LPJ of training aid"),
        rows=lambda user: TrainingAid.objects.visible_to(user).for_lists(),
        filters=AidFilter,
        columns=(
            Column(_("code"), "cohort.institution.code"),
            Column(_("institution"), "cohort.institution.name"),
            Column(_("province"), "cohort.institution.regency.province.name"),
            Column(_("regency or city"), "cohort.institution.regency.name"),
            Column(_("guided by"), "cohort.institution.office.name"),
            Column(_("budget year"), "cohort.programme_year.year"),
            Column(_("programme"), "cohort.programme.name"),
            Column(_("batch number"), "cohort.batch"),
            Column(_("funding source"), lambda row: row.cohort.get_funding_display()),
            Column(_("amount in rupiah"), "amount"),
            Column(_("received on"), "received_on"),
            Column(_("number of the proof"), "number"),
            Column(_("Due date of the LPJ"), "lpj_due_on"),
            Column(_("Days overdue"), lambda row: row.days_overdue(today_in_jakarta())),
            Column(_("LPJ filed on"), "filed_on"),
            Column(_("contact person"), "cohort.institution.contact_name"),
            Column(_("phone of the contact"), "cohort.institution.contact_phone"),
        ),
        order=("lpj_due_on", "id"),
        is_open_to=lambda user: user.spec.sees_money,
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
            Column(_("province (placement: where they live)"), "province.name"),
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
