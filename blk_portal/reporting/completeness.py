"""How complete and how timely the reports of an area are: counts, with their denominators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from blk_portal.formats import ratio
from blk_portal.reporting.obligation import HANDED_IN, Obligation, ObligationState, due_by
from institutions.models import Institution

IS_HANDED_IN = Q(state__in=HANDED_IN)
COUNTS = {
    "expected": Count("pk"),
    "reported": Count("pk", filter=IS_HANDED_IN),
    "zeros": Count("pk", filter=Q(state=ObligationState.CONFIRMED_ZERO)),
    "in_time": Count("pk", filter=IS_HANDED_IN & Q(reported_on__lte=F("due_on"))),
}
SUMS = tuple(COUNTS)


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


def completeness(obligations: QuerySet[Obligation], *, on: date) -> Completeness:
    """Over all of these obligations that were due by the day; one question."""
    return Completeness(**obligations.filter(due_by(on)).order_by().aggregate(**COUNTS))


def by_area(
    obligations: QuerySet[Obligation], *, on: date, paths: Sequence[str]
) -> list[list[AreaCompleteness]]:
    """One table for each path to an area, all from two questions; the least complete area first.

    paths: the way from an institution to rows with `code` and `name`, such as "office".
    """
    # Counted by institution, of which there are few; the names of areas are joined to those.
    due = obligations.filter(due_by(on)).order_by()
    parts = list(due.values("institution").annotate(**COUNTS))
    columns = [f"{path}__{name}" for path in paths for name in ("code", "name")]
    places = Institution.objects.filter(pk__in=[part["institution"] for part in parts])
    named = {place["pk"]: place for place in places.order_by().values("pk", *columns)}
    return [_folded(parts, named, path) for path in paths]


def _folded(
    parts: Iterable[Mapping[str, Any]], named: Mapping[int, dict[str, Any]], path: str
) -> list[AreaCompleteness]:
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for part in parts:
        place = named[part["institution"]]
        key = (place[f"{path}__code"] or "", place[f"{path}__name"] or "")
        row = sums.setdefault(key, dict.fromkeys(SUMS, 0))
        for name in SUMS:
            row[name] += part[name]
    areas = [
        AreaCompleteness(code, name, Completeness(**row)) for (code, name), row in sums.items()
    ]
    return sorted(areas, key=lambda area: (area.figures.share or 0, area.name))
