"""When something is due: some days or working days after its occasion, never on a free day."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

from lokal.holidays import HOLIDAY_YEARS, is_working_day

SATURDAY = 5


def is_free(day: date) -> bool:
    """Weekends; and national holidays and joint leave, in the years whose decree is at hand."""
    if day.year in HOLIDAY_YEARS:
        return not is_working_day(day)
    return day.weekday() >= SATURDAY


def due_date(occasion: date, days: int, *, closed: Collection[date] = ()) -> date:
    """The first working day at least `days` after the occasion; `closed` are free days as well."""
    due = occasion + timedelta(days=days)
    while is_free(due) or due in closed:
        due += timedelta(days=1)
    return due


def working_days_after(occasion: date, days: int, *, closed: Collection[date] = ()) -> date:
    """The day on which so many working days have passed; `closed` are free days as well."""
    due = occasion
    while days:
        due += timedelta(days=1)
        days -= not (is_free(due) or due in closed)
    return due


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))
