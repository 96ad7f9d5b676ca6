"""The monthly tables of the ministry (DASKIN): frozen after each month, corrected by number.

A training stands in the month in which it ended; certification and placement, which come months
later, in that in which their report was verified. What is verified or reopened after the freeze
comes with the next correction of that month; a frozen table itself is never changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate, TruncMonth
from django.utils import timezone

from blk_portal.accounts.models import User
from blk_portal.formats import WESTERN_TIME
from institutions.copying import copy_rows
from institutions.models import Province
from trainings.models import (
    Certification,
    CohortCount,
    CohortReport,
    FrozenFigure,
    MonthlyFreeze,
    Participant,
    Placement,
    ReportKind,
)
from trainings.month import Month

Key = tuple[int, int, int, int, str, str, str, str]
Rows = dict[Key, int]
KEY = (
    "programme_year_id", "institution_id", "province_id", "field_id", "sex", "disability",
    "outcome", "detail",
)  # fmt: skip
Table = MonthlyFreeze.Table
PASSED, FAILED = FrozenFigure.Outcome.PASSED, FrozenFigure.Outcome.FAILED
PROVINCE_OF_INSTITUTION = "participant__cohort__institution__regency__province"
# Readers go on; who wants to freeze as well waits, and then finds the work done.
ONE_AT_A_TIME = "LOCK TABLE trainings_monthlyfreeze IN SHARE ROW EXCLUSIVE MODE"


def live_rows(table: str, first: date, last: date) -> dict[date, Rows]:
    """What verified reports say now of these months, by month; each is named by its first day."""
    end = Month.of(last).after.first
    if table == Table.TRAINING:
        return _trained(first, end)
    if table == Table.CERTIFICATION:
        rows = Certification.objects.annotate(
            outcome=F("competency"), detail=F("body"), place=F(PROVINCE_OF_INSTITUTION)
        )
        return _reported(rows, ReportKind.CERTIFICATION, first, end)
    kind = ReportKind(table)
    wave = Placement.Wave.THREE if kind == ReportKind.PLACEMENT_3 else Placement.Wave.SIX
    domicile = Province.objects.filter(code=OuterRef("domicile")).values("pk")
    placed = Placement.objects.filter(wave=wave).annotate(
        detail=F("section"), place=Coalesce(Subquery(domicile), F(PROVINCE_OF_INSTITUTION))
    )
    return _reported(placed, kind, first, end)


def _trained(first: date, end: date) -> dict[date, Rows]:
    ended = F("report__cohort__ends_on")
    counted = (
        CohortCount.objects.filter(
            counted_to=None, report__cohort__ends_on__gte=first, report__cohort__ends_on__lt=end
        )
        .order_by()
        .values_list(
            TruncMonth(ended), "programme_year", "institution", "institution__regency__province",
            "field", "sex", "disability",
        )
        .annotate(Sum("passed"), Sum("completed"))
    )  # fmt: skip
    found: dict[date, Rows] = defaultdict(dict)
    for month, *place, passed, completed in counted:
        for outcome, count in ((PASSED, passed), (FAILED, completed - passed)):
            if count:
                found[month][*place, outcome, ""] = count
    return found


def _reported(rows: QuerySet[Any], kind: ReportKind, first: date, end: date) -> dict[date, Rows]:
    """Of rows about participants, those whose report of a kind was verified in these months.

    They count by the rule of the figures: of those who passed by a verified closing report.
    """
    closing = CohortReport.objects.closing().verified()
    passed = rows.filter(
        participant__result=Participant.Result.PASSED,
        participant__cohort__in=closing.values("cohort"),
    )
    reports = CohortReport.objects.verified().filter(
        cohort=OuterRef("participant__cohort"), kind=kind
    )
    counted = (
        passed.annotate(verified_at=Subquery(reports.values("verified_at")))
        .annotate(day=TruncDate("verified_at", tzinfo=WESTERN_TIME))
        .filter(day__gte=first, day__lt=end)
        .order_by()
        .values_list(
            TruncMonth("day"), "participant__cohort__programme_year",
            "participant__cohort__institution", "place", "participant__cohort__field",
            "participant__sex", "participant__disability", "outcome", "detail",
        )
        .annotate(Count("pk"))
    )  # fmt: skip
    found: dict[date, Rows] = defaultdict(dict)
    for month, *key, count in counted:
        found[month][tuple(key)] = count
    return found


def frozen_rows(table: str, months: Iterable[date]) -> dict[date, Rows]:
    """What the last freeze of each of these months says."""
    found: dict[date, Rows] = defaultdict(dict)
    rows = FrozenFigure.objects.of_months(table, months)
    for month, *key, count in rows.values_list("freeze__month", *KEY, "count"):
        found[month][tuple(key)] = count
    return found


@transaction.atomic
def freeze_until(last: date, *, by: User | None = None) -> list[MonthlyFreeze]:
    """Freeze every month up to `last` that is not frozen yet, and correct those that differ.

    last: the first day of a month. Returns what was written, the earliest month first; a second
    call at the same moment waits and writes nothing twice.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    return [
        freeze
        for table in Table
        for year in _years_until(last)
        for freeze in _freeze_year(table, year, last, by=by)
    ]


def _freeze_year(table: str, year: int, last: date, *, by: User | None) -> Iterator[MonthlyFreeze]:
    """What is to be written of one table in one calendar year."""
    months = [month for month in _months(year) if month <= last]
    last_words = MonthlyFreeze.objects.current().filter(table=table, month__in=months)
    current = {freeze.month: freeze for freeze in last_words}
    live, frozen = live_rows(table, months[0], months[-1]), frozen_rows(table, current)
    for month in months:
        before = current.get(month)
        if before is None or live[month] != frozen[month]:
            yield _write(table, month, live[month], before, by=by)


def _years_until(last: date) -> Iterator[int]:
    """The calendar years from the first training that ended, or was ever frozen, to `last`."""
    ends = CohortCount.objects.aggregate(first=Min("report__cohort__ends_on"))["first"]
    frozen = MonthlyFreeze.objects.aggregate(first=Min("month"))["first"]
    first = min((day for day in (ends, frozen) if day), default=None)
    if first is not None:
        yield from range(first.year, last.year + 1)


def _months(year: int) -> list[date]:
    return [date(year, month, 1) for month in range(1, 13)]


def _write(
    table: str,
    month: date,
    rows: Mapping[Key, int],
    before: MonthlyFreeze | None,
    *,
    by: User | None,
) -> MonthlyFreeze:
    now = timezone.now()
    if before is not None:
        before.superseded_at = now
        before.save(update_fields=["superseded_at"])
    freeze = MonthlyFreeze.objects.create(
        table=table, month=month, number=before.number + 1 if before else 1, frozen_at=now,
        frozen_by=by,
    )  # fmt: skip
    copy_rows(
        FrozenFigure,
        (
            FrozenFigure(freeze=freeze, count=count, **dict(zip(KEY, key, strict=True)))
            for key, count in rows.items()
        ),
    )
    return freeze


def frozen_totals() -> dict[int, int]:
    """Budget year (primary key) -> participations in the tables as they were last frozen."""
    rows = FrozenFigure.objects.current().filter(freeze__table=Table.TRAINING).order_by()
    return dict(rows.values_list("programme_year").annotate(Sum("count")))
