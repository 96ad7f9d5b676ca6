"""The monthly tables of the ministry (DASKIN): frozen after each month, corrected by number.

A training stands in the month in which it ended. What is verified or reopened after the freeze
comes with the next correction of that month; a frozen table itself is never changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db import connection, transaction
from django.db.models import F, Min, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from blk_portal.accounts.models import User
from trainings.models import CohortCount, FrozenFigure, MonthlyFreeze
from trainings.month import Month

Key = tuple[int, int, int, int, str, str, str]
Rows = dict[Key, int]
KEY = (
    "programme_year_id", "institution_id", "province_id", "field_id", "sex", "disability",
    "outcome",
)  # fmt: skip
TRAINING = MonthlyFreeze.Table.TRAINING
PASSED, FAILED = FrozenFigure.Outcome.PASSED, FrozenFigure.Outcome.FAILED
# Readers go on; who wants to freeze as well waits, and then finds the work done.
ONE_AT_A_TIME = "LOCK TABLE trainings_monthlyfreeze IN SHARE ROW EXCLUSIVE MODE"


def live_rows(first: date, last: date) -> dict[date, Rows]:
    """What verified closing reports say now of trainings that ended in these months, by month."""
    ended = F("report__cohort__ends_on")
    counted = (
        CohortCount.objects.filter(
            counted_to=None,
            report__cohort__ends_on__gte=first,
            report__cohort__ends_on__lt=Month.of(last).after.first,
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
                found[month][*place, outcome] = count
    return found


def frozen_rows(months: Iterable[date]) -> dict[date, Rows]:
    """What the last freeze of each of these months says."""
    found: dict[date, Rows] = defaultdict(dict)
    rows = FrozenFigure.objects.of_months(TRAINING, months)
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
    last_words = MonthlyFreeze.objects.current().filter(table=TRAINING)
    current = {freeze.month: freeze for freeze in last_words}
    written = []
    for year in _years_until(last):
        months = [month for month in _months(year) if month <= last]
        live, frozen = live_rows(months[0], months[-1]), frozen_rows(current.keys() & set(months))
        for month in months:
            before = current.get(month)
            if before is None or live[month] != frozen[month]:
                written.append(_write(month, live[month], before, by=by))
    return written


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
    month: date, rows: Mapping[Key, int], before: MonthlyFreeze | None, *, by: User | None
) -> MonthlyFreeze:
    now = timezone.now()
    if before is not None:
        before.superseded_at = now
        before.save(update_fields=["superseded_at"])
    freeze = MonthlyFreeze.objects.create(
        table=TRAINING, month=month, number=before.number + 1 if before else 1, frozen_at=now,
        frozen_by=by,
    )  # fmt: skip
    FrozenFigure.objects.bulk_create(
        [
            FrozenFigure(freeze=freeze, count=count, **dict(zip(KEY, key, strict=True)))
            for key, count in rows.items()
        ],
        batch_size=2_000,
    )
    return freeze


def frozen_totals() -> dict[int, int]:
    """Budget year (primary key) -> participations in the tables as they were last frozen."""
    rows = FrozenFigure.objects.current().filter(freeze__table=TRAINING).order_by()
    return dict(rows.values_list("programme_year").annotate(Sum("count")))
