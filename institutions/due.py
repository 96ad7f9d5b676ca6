"""When something is due: some days or working days after its occasion, never on a free day."""

from datetime import date, timedelta

from lokal.holidays import HOLIDAY_YEARS, is_working_day

SATURDAY = 5


def is_free(day: date) -> bool:
    """Weekends; and national holidays and joint leave, in the years whose decree is at hand."""
    if day.year in HOLIDAY_YEARS:
        return not is_working_day(day)
    return day.weekday() >= SATURDAY


def due_date(occasion: date, days: int) -> date:
    """The first working day at least `days` after the occasion."""
    due = occasion + timedelta(days=days)
    while is_free(due):
        due += timedelta(days=1)
    return due


def working_days_after(occasion: date, days: int) -> date:
    """The day on which so many working days have passed since the occasion."""
    due = occasion
    while days:
        due += timedelta(days=1)
        days -= not is_free(due)
    return due
