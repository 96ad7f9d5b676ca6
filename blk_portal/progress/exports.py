"""The ledger of what institutions owe, and the stored figures, as tables."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from blk_portal.progress.api import actuals_visible_to, opening_in
from blk_portal.progress.breakdowns import part_label
from blk_portal.progress.filters import AREA_CHOICES, NATION, OFFICE, PROVINCE, ActualFilter
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import Actual, Breakdown
from blk_portal.reporting.filters import ObligationFilter
from blk_portal.reporting.models import Obligation
from institutions.exporting import Column, Exportable, offer

# The latest year first, then from the nation to the offices, each as the portal tells it.
FIGURES_IN_ORDER = (
    "-programme_year__year", "kind_of_area", "province__code", "office__name", "indicator_rank",
    "breakdown_rank", "bucket", "id",
)  # fmt: skip


def days_late(duty: Obligation, today: date) -> int:
    """Days since the due date of what is missing; 0 for all else."""
    return max((today - duty.due_on).days, 0) if duty.is_outstanding else 0


class TakenAwayFilter(ActualFilter):
    """As of the interface, but of today and on its map: all else is read there."""

    peta = as_of = group_by = None


def _figures(user: User) -> QuerySet[Actual]:
    cells = actuals_visible_to(user).annotate(opening_balance=opening_in(Actual.objects.all()))
    ranked = cells.alias(
        kind_of_area=Case(
            When(province__isnull=False, then=1), When(office__isnull=False, then=2), default=0
        ),
        indicator_rank=_rank("indicator", INDICATORS),
        breakdown_rank=_rank("breakdown", Breakdown.values),
    )
    return ranked.select_related("programme_year", "province", "office")


def _rank(name: str, values: Iterable[str]) -> Case:
    """The place of a column's value among values that have an order of their own."""
    places = (When(**{name: value}, then=Value(at)) for at, value in enumerate(values))
    return Case(*places, output_field=IntegerField())


def _kind_of_area(cell: Actual) -> object:
    kind = PROVINCE if cell.province_id else OFFICE if cell.office_id else NATION
    return dict(AREA_CHOICES)[kind]


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
            Column(_("state"), "state", Obligation.State),
            Column(_("due on"), "due_on"),
            Column(_("first due date"), "original_due_on"),
            Column(_("handed in on"), "reported_on"),
            Column(_("days overdue"), lambda row: days_late(row, today_in_jakarta())),
            Column(_("contact person"), "institution.contact_name"),
            Column(_("phone of the contact"), "institution.contact_phone"),
        ),
        order=("due_on", "id"),
        shared=("institution__regency__province", "institution__office", "programme_year"),
    )
)
offer(
    Exportable(
        name="capaian",
        title=_("Actual figures"),
        rows=_figures,
        filters=TakenAwayFilter,
        columns=(
            Column(_("budget year"), "programme_year.year"),
            Column(_("indicator"), "indicator_label"),
            Column(_("Kind of area"), _kind_of_area),
            Column(_("province"), "province.name"),
            Column(_("training office (UPTP)"), "office.name"),
            Column(_("Broken down by"), lambda row: row.get_breakdown_display()),
            Column(_("part"), lambda cell: part_label(cell.breakdown, cell.bucket)),
            Column(_("value"), "value"),
            Column(_("Opening balance in it"), "opening_balance"),
        ),
        order=FIGURES_IN_ORDER,
    )
)
