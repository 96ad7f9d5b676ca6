"""When a report is due: some days after its occasion, on the next working day."""

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
