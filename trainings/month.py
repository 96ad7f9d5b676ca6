"""The trainings of one month, day by day."""

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

from trainings.models import Cohort
from trainings.models.cohort import CohortQuerySet

WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
FIRST_YEAR, LAST_YEAR = 2015, 2100
# More help nobody on one page: filters make them fewer.
MOST_SHOWN = 200
DAYS_OF_WEEK = 7


@dataclass
class Day:
    """A day of the month: what begins on it, what ends, and how many trainings run."""

    on: date
    starting: list[Cohort] = field(default_factory=list)
    ending: list[Cohort] = field(default_factory=list)
    running: int = 0


@dataclass(frozen=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def read(cls, text: str) -> "Month | None":
        """The month that is written as 2022-11; None for anything else."""
        found = WRITTEN.fullmatch(text)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            return None
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month":
        return Month.of(self.last + timedelta(days=1))

    @property
    def blanks(self) -> range:
        """The places of the first week before the month begins; weeks begin on Monday."""
        return range(self.first.weekday())


@dataclass(frozen=True)
class MonthOfTrainings:
    """What runs in a month. Where there is more than is shown, the days count only what is."""

    month: Month
    days: list[Day]
    earlier: list[Cohort]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return not self.earlier and not any(day.starting for day in self.days)


def month_of(cohorts: CohortQuerySet, month: Month) -> MonthOfTrainings:
    """The trainings of the month among these cohorts; reads only those that it shows."""
    running = cohorts.running(first=month.first, last=month.last)
    # Chosen first and joined after, as in keyset_page.
    chosen = list(
        running.order_by("starts_on", "pk").values_list("pk", flat=True)[: MOST_SHOWN + 1]
    )
    shown = chosen[:MOST_SHOWN]
    rows = list(cohorts.filter(pk__in=shown).order_by("starts_on", "pk")) if shown else []
    days = [Day(month.first + timedelta(days=place)) for place in range(month.last.day)]
    for row in rows:
        begins, ends = max(row.starts_on, month.first), min(row.ends_on, month.last)
        if row.starts_on >= month.first:
            days[begins.day - 1].starting.append(row)
        if row.ends_on <= month.last:
            days[ends.day - 1].ending.append(row)
        if not row.is_cancelled:
            for day in days[begins.day - 1 : ends.day]:
                day.running += 1
    earlier = [row for row in rows if row.starts_on < month.first]
    return MonthOfTrainings(month, days, earlier, is_cut=len(chosen) > MOST_SHOWN)
