"""The monthly tables of the ministry (DASKIN): what was frozen, and how it fits the roll-up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import number, today_in_jakarta
from blk_portal.progress import figures
from institutions.models import ProgrammeYear
from trainings import freezing
from trainings.models import FrozenFigure, FrozenFigureQuerySet, MonthlyFreeze, Participant
from trainings.month import Month

Sex, Table = Participant.Sex, MonthlyFreeze.Table


@dataclass
class Line:
    """One line of a table: a province or a field, and its counts by sex and outcome."""

    name: str
    outcomes: Sequence[str]
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    @property
    def cells(self) -> list[int]:
        """Of each outcome, then men, women, and together."""
        values = [*self.outcomes, Sex.MALE, Sex.FEMALE]
        parts = [
            sum(count for key, count in self.counts.items() if value in key) for value in values
        ]
        return [*parts, sum(self.counts.values())]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Fit:
    """A budget year: what its frozen tables sum up to, and what the roll-up says now.

    opening: the opening balances in the roll-up. They have no month, so no table holds them.
    """

    year: ProgrammeYear
    frozen: int
    opening: int
    rolled_up: int

    @property
    def difference(self) -> int:
        """Verified or reopened since the freeze, or in a month that is not frozen yet."""
        return self.rolled_up - self.opening - self.frozen


def _ensure_open(request: SignedInRequest) -> None:
    if not request.user.spec.looks_over_areas:
        raise PermissionDenied(gettext("The monthly tables are for the ministry and the regions."))


@require_safe
def monthly_tables(request: SignedInRequest) -> HttpResponse:
    """The months of a calendar year as they were last frozen, and whether they fit the roll-up."""
    _ensure_open(request)
    table = _table(request)
    handed_over = MonthlyFreeze.objects.visible_to(request.user).filter(table=table)
    years = [str(day.year) for day in handed_over.dates("month", "year", "DESC")]
    year = request.GET.get("tahun", years[0] if years else "")
    if years and year not in years:
        raise Http404
    freezes = (
        list(handed_over.current().filter(month__year=year).order_by("month")) if years else []
    )
    visible = FrozenFigure.objects.visible_to(request.user).filter(freeze__in=freezes).order_by()
    totals = dict(visible.values_list("freeze").annotate(Sum("count")))
    is_whole = request.user.spec.reach == Reach.NATION
    fits = _fits() if is_whole and table == Table.TRAINING else []
    context = {
        "table": table,
        "tables": Table.choices,
        "query": f"tabel={table}",
        "year": year,
        "years": years,
        "rows": [(freeze, totals.get(freeze.pk, 0)) for freeze in freezes],
        "total": sum(totals.values()),
        "fits": fits,
        "differs": any(fit.difference for fit in fits),
        "may_freeze": request.user.has_perm("trainings.freeze_months"),
        "is_whole": is_whole,
    }
    return render(request, "progress/monthly_tables.html", context)


def _fits() -> list[Fit]:
    """For each budget year with frozen rows, both sums; the latest year first."""
    frozen = freezing.frozen_totals()
    rolled_up = figures.nation_totals("completed", frozen)
    years = ProgrammeYear.objects.filter(pk__in=frozen).order_by("-year")
    found = []
    for year in years:
        whole, opening = rolled_up.get(year.pk, (0, 0))
        found.append(Fit(year, frozen[year.pk], opening, whole))
    return found


@require_safe
def monthly_table(request: SignedInRequest, month: str) -> HttpResponse:
    """One month: by province and by field, with every number that was handed over."""
    _ensure_open(request)
    table = _table(request)
    handed_over = MonthlyFreeze.objects.visible_to(request.user).filter(table=table)
    numbers = list(handed_over.filter(month=_month(month)).select_related("frozen_by"))
    asked = request.GET.get("nomor", "")
    chosen = [freeze for freeze in numbers if not asked or str(freeze.number) == asked]
    if not chosen:
        raise Http404
    visible = FrozenFigure.objects.visible_to(request.user).filter(freeze__in=numbers)
    sums = dict(visible.order_by().values_list("freeze").annotate(Sum("count")))
    rows = visible.filter(freeze=chosen[0])
    outcomes = FrozenFigure.OUTCOMES_OF[table]
    provinces = _lines(rows, "province", outcomes.values)
    context = {
        "freeze": chosen[0],
        "history": [
            (freeze, sums.get(freeze.pk, 0), _change(freeze, before, sums))
            for freeze, before in zip(numbers, [*numbers[1:], None], strict=True)
        ],
        "provinces": provinces,
        "fields": _lines(rows, "field", outcomes.values),
        "heads": [*outcomes.labels, gettext("Men"), gettext("Women"), gettext("Together")],
        "sum": _sum(provinces, outcomes.values),
        "query": f"tabel={table}&bulan={chosen[0].slug}&nomor={chosen[0].number}",
    }
    return render(request, "progress/monthly_table.html", context)


def _table(request: SignedInRequest) -> str:
    """The table that is asked for, else that of the trainings."""
    table = request.GET.get("tabel", Table.TRAINING)
    if table not in Table.values:
        raise Http404
    return table


def _month(text: str) -> date:
    month = Month.read(text)
    if month is None:
        raise Http404
    return month.first


def _change(
    freeze: MonthlyFreeze, before: MonthlyFreeze | None, sums: dict[int, int]
) -> int | None:
    return None if before is None else sums.get(freeze.pk, 0) - sums.get(before.pk, 0)


def _lines(rows: FrozenFigureQuerySet, what: str, outcomes: Sequence[str]) -> list[Line]:
    """One line for each province or field, by name."""
    name = f"{what}__name"
    counted = rows.order_by(name).values_list("sex", "outcome", name).annotate(Sum("count"))
    lines: dict[str, Line] = {}
    for sex, outcome, name, count in counted:
        lines.setdefault(name, Line(name, outcomes)).counts[sex, outcome] = count
    return list(lines.values())


def _sum(lines: Sequence[Line], outcomes: Sequence[str]) -> Line:
    whole = Line(gettext("Together"), outcomes)
    for line in lines:
        for cell, count in line.counts.items():
            whole.counts[cell] = whole.counts.get(cell, 0) + count
    return whole


@require_POST
@permission_required("trainings.freeze_months", raise_exception=True)
def monthly_freeze(request: SignedInRequest) -> HttpResponse:
    """Freeze what is due now, and correct what differs, instead of waiting for the tenth."""
    last = Month.of(today_in_jakarta()).before.first
    written = len(freezing.freeze_until(last, by=request.user))
    text = ngettext(
        "%(n)s month was frozen or corrected.", "%(n)s months were frozen or corrected.", written
    )
    if not written:
        text = gettext("Nothing differs from what is frozen.")
    messages.success(request, text % {"n": number(written)})
    return redirect("progress:monthly-tables")
