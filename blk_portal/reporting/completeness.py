"""How complete and how timely the reports of an area are: counts, with their denominators."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from blk_portal.formats import ratio
from blk_portal.reporting.obligation import HANDED_IN, Obligation, ObligationState, due_by
from institutions.models import Regency, TrainingOffice

IS_HANDED_IN = Q(state__in=HANDED_IN)
COUNTS = {
    "expected": Count("state"),
    "reported": Count("state", filter=IS_HANDED_IN),
    "zeros": Count("state", filter=Q(state=ObligationState.CONFIRMED_ZERO)),
    "in_time": Count("state", filter=IS_HANDED_IN & Q(reported_on__lte=F("due_on"))),
}
SUMS = tuple(COUNTS)
NOTHING = [0] * len(SUMS)
REGENCY, OFFICE = "regency", "office"


@dataclass(frozen=True)
class Completeness:
    """Of what was due by a day: how much is handed in, and how much of that in time.

    Each count is a part of the one before it, so neither share leaves 0 to 100 %. A confirmed zero
    is handed in; what is not expected is left out; what is not due yet is not asked for.
    """

    expected: int = 0
    reported: int = 0
    zeros: int = 0
    in_time: int = 0

    @property
    def missing(self) -> int:
        return self.expected - self.reported

    @property
    def share(self) -> Decimal | None:
        """Handed in of expected; unknown where nothing was due."""
        return ratio(self.reported, self.expected)

    @property
    def share_in_time(self) -> Decimal | None:
        """In time of handed in; unknown where nothing was handed in."""
        return ratio(self.in_time, self.reported)


@dataclass(frozen=True)
class AreaCompleteness:
    """One area of a table: its code and name, and how complete its reports are."""

    code: str
    name: str
    figures: Completeness


@dataclass(frozen=True)
class Area:
    """A kind of area: by what of an institution it is found, and where its code and name stand."""

    by: str
    places: QuerySet[Any]
    columns: tuple[str, str] = ("code", "name")


PROVINCES = Area(REGENCY, Regency.objects.all(), ("province__code", "province__name"))
REGENCIES = Area(REGENCY, Regency.objects.all())
OFFICES = Area(OFFICE, TrainingOffice.objects.all())


def completeness(obligations: QuerySet[Obligation], *, on: date) -> Completeness:
    """Over all of these obligations that were due by the day; one question."""
    return Completeness(**obligations.filter(due_by(on)).order_by().aggregate(**COUNTS))


def by_area(
    obligations: QuerySet[Obligation], *, on: date, areas: Sequence[Area]
) -> list[list[AreaCompleteness]]:
    """One table for each kind of area, all from one count; the least complete area first."""
    # Counted by regency and office, of which there are few pairs; the rest is adding up.
    due = obligations.filter(due_by(on)).order_by()
    places = due.values_list(f"institution__{REGENCY}", f"institution__{OFFICE}")
    parts = list(places.annotate(**COUNTS))
    return [_folded(parts, area) for area in areas]


def _folded(parts: Iterable[tuple[Any, ...]], area: Area) -> list[AreaCompleteness]:
    places = {pk: place for pk, *place in area.places.values_list("pk", *area.columns)}
    sums: dict[tuple[str, str], list[int]] = {}
    for regency, office, *counts in parts:
        code, name = places.get(office if area.by == OFFICE else regency, ("", ""))
        row = sums.get((code, name), NOTHING)
        sums[code, name] = [whole + part for whole, part in zip(row, counts, strict=True)]
    rows = [AreaCompleteness(*place, Completeness(*row)) for place, row in sums.items()]
    return sorted(rows, key=lambda row: (row.figures.share or 0, row.name))
