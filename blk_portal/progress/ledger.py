"""Where reporting lags and where the figures move, by province: for those who lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Subquery, Sum

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.reporting.completeness import (
    PROVINCES,
    REGENCIES,
    SUMS,
    Completeness,
    by_area,
)
from blk_portal.reporting.models import Obligation
from institutions.models import Institution, ProgrammeYear, Province, Regency, TrainingOffice
from trainings.models import CohortCount, CohortReport

# Movements are read over this time, up to the latest verification of the year.
SPAN = timedelta(days=30)


# From an obligation to its area.
PATHS: dict[type, str] = {
    Province: "institution__regency__province",
    Regency: "institution__regency",
    TrainingOffice: "institution__office",
}


@dataclass(frozen=True)
class Lag:
    """How many reports of a province were due, and how many of them have not been sent."""

    code: str
    name: str
    due: int
    overdue: int

    @property
    def share(self) -> float:
        return self.overdue / self.due


@dataclass(frozen=True)
class Movement:
    """How many participations verification added in a province within the span."""

    code: str
    name: str
    added: int


def lags(year: ProgrammeYear, user: User, *, on: date) -> list[Lag]:
    """The provinces with a report that was due by that day, most overdue ones first."""
    owed = Obligation.objects.visible_to(user).filter(programme_year=year)
    (areas,) = by_area(owed, on=on, areas=[PROVINCES])
    rows = [Lag(one.code, one.name, one.figures.expected, one.figures.missing) for one in areas]
    return sorted(rows, key=lambda lag: (-lag.overdue, lag.name))


def reporting_of(
    area: Province | TrainingOffice | Regency, year: ProgrammeYear, user: Visitor, *, on: date
) -> dict[str, object]:
    """How complete and timely an area's reports of a year are, and those of its regencies.

    Over the institutions that the person sees.
    """
    place = {PATHS[type(area)]: area}
    own = Obligation.objects.visible_to(user).filter(programme_year=year, **place)
    (regencies,) = by_area(own, on=on, areas=[REGENCIES])
    sums = (sum(getattr(row.figures, name) for row in regencies) for name in SUMS)
    return {"reporting": Completeness(*sums), "reporting_of_regencies": regencies}


def waiting(year: ProgrammeYear, user: User) -> int:
    """How many reports of the year await verification, also for those who open no training."""
    visible = Institution.objects.visible_to(user)
    reports = CohortReport.objects.awaiting().filter(cohort__institution__in=visible)
    return reports.filter(cohort__programme_year=year).count()


def movements(
    year: ProgrammeYear, provinces: Iterable[Province]
) -> tuple[datetime | None, list[Movement]]:
    """The latest verification of the year, and what each province gained in the time before it."""
    live = CohortCount.objects.filter(programme_year=year, counted_to=None)
    latest = live.order_by("-counted_from").values("counted_from")[:1]
    rows = (
        live.annotate(latest=Subquery(latest))
        .filter(counted_from__gt=F("latest") - SPAN, completed__gt=0)
        .order_by()
        .values("latest", province=F("institution__regency__province"))
        .annotate(added=Sum("completed"))
    )
    found = list(rows)
    added = {row["province"]: row["added"] for row in found}
    moved = [Movement(one.code, one.name, added[one.pk]) for one in provinces if one.pk in added]
    moved.sort(key=lambda movement: (-movement.added, movement.name))
    return (found[0]["latest"] if found else None), moved
