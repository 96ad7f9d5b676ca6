"""Which reporting period a training belongs to, and what its being planned says of that period."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from blk_portal.reporting.obligation import Obligation
from institutions.models import ProgrammeYear

if TYPE_CHECKING:
    from trainings.models import Cohort

KIND = Obligation.Kind.TRAINING_PERIOD


def in_period(year: ProgrammeYear, first: date, last: date, path: str = "") -> Q:
    """Trainings of the budget year that end in the period; those that run beyond the calendar year
    belong to its first or last period."""
    condition = Q(**{f"{path}programme_year": year})
    if first != year.in_year(date.min):
        condition &= Q(**{f"{path}ends_on__gte": first})
    if last != year.in_year(date.max):
        condition &= Q(**{f"{path}ends_on__lte": last})
    return condition


def periods_of(cohort: "Cohort") -> QuerySet[Obligation]:
    """What its institution owes for the period of a training; none where it is not open yet."""
    day = cohort.programme_year.in_year(cohort.ends_on)
    return Obligation.objects.filter(
        institution=cohort.institution_id, kind=KIND, programme_year=cohort.programme_year_id,
        period_from__lte=day, period_to__gte=day,
    )  # fmt: skip


def overtake_zeros(cohort: "Cohort") -> None:
    """A training is planned: a zero confirmed for its period no longer holds, and says why.

    Locks the period in any state, so that a zero confirmed at this moment waits and is refused.
    """
    for obligation in periods_of(cohort):
        obligation.overtake_zero(why=str(cohort)[:300])
