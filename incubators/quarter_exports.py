"""The list of quarterly reports as a table: where each stands, and what it says in sums."""

from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import as_date
from incubators.models import FinanceReceived, IncubationReport, TenantQuarter
from incubators.quarter_filters import QuarterFilter
from institutions.exporting import Column, Exportable, offer

SUMMED = ("turnover", "workers_male", "workers_female")


def _reports(user: User) -> QuerySet[IncubationReport]:
    """With the sums of what was sent; a draft says nothing yet."""
    visible = TenantQuarter.objects.visible_to(user).exclude(report__status="draft")
    own = visible.filter(report=OuterRef("pk")).order_by().values("report")
    sums = {f"sum_{name}": Subquery(own.annotate(n=Sum(name)).values("n")) for name in SUMMED}
    money = FinanceReceived.objects.visible_to(user).exclude(tenant_quarter__report__status="draft")
    given = money.filter(tenant_quarter__report=OuterRef("pk")).order_by()
    finance = given.values("tenant_quarter__report").annotate(n=Sum("amount")).values("n")
    rows = IncubationReport.objects.visible_to(user).for_lists()
    return rows.annotate(
        **sums, sum_finance=Subquery(finance, output_field=BigIntegerField())
    )  # fmt: skip


def _finance(row: Any) -> int | None:
    """Nothing received is a zero where tenants are reported."""
    return row.sum_finance or (None if row.sum_turnover is None else 0)


def _day(moment: datetime | None) -> date | None:
    return as_date(moment) if moment else None


offer(
    Exportable(
        name="laporan-inkubasi",
        title=_("Quarterly reports of incubators"),
        rows=_reports,
        filters=QuarterFilter,
        columns=(
            Column(_("quarter"), lambda row: str(row.period)),
            Column(_("institution"), "incubator.institution.name"),
            Column(_("code"), "incubator.institution.code"),
            Column(_("province"), "incubator.institution.regency.province.name"),
            Column(_("regency or city"), "incubator.institution.regency.name"),
            Column(_("guided by"), "incubator.institution.office.name"),
            Column(_("status"), lambda row: row.get_status_display()),
            Column(_("due on"), "obligation.due_on"),
            Column(_("submitted at"), lambda row: _day(row.submitted_at)),
            Column(_("verified at"), lambda row: _day(row.verified_at)),
            Column(_("turnover"), "sum_turnover"),
            Column(_("male workers"), "sum_workers_male"),
            Column(_("female workers"), "sum_workers_female"),
            Column(_("finance received"), _finance),
        ),
        order=("-year", "-quarter", "-id"),
    )
)
