"""Figures of a past day, as they were known at its end.

The statements are those of the present figures, asked for the rows that held at a moment: count
rows by their span, milestones and steps of incubators by when they were recorded and withdrawn,
places by what the database kept of them. What is recorded later about that day does not change it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.core.cache import cache

from blk_portal.formats import WESTERN_TIME, in_jakarta
from blk_portal.progress import fresh_cells
from blk_portal.progress.breakdowns import AreaFigures
from institutions.models import ProgrammeYear, Province, TrainingOffice

COUNTED = "counted_from <= %(at)s AND (counted_to IS NULL OR counted_to > %(at)s)"
KNOWN = "recorded_at <= %(at)s AND (withdrawn_at IS NULL OR withdrawn_at > %(at)s)"
# Before its first step an incubator was where that step found it.
STAGE = f"""coalesce(
        (SELECT t.to_stage FROM incubators_incubatortransition t
         WHERE t.incubator_id = i.id AND {KNOWN} ORDER BY t.recorded_at DESC, t.id DESC LIMIT 1),
        (SELECT t.from_stage FROM incubators_incubatortransition t
         WHERE t.incubator_id = i.id ORDER BY t.recorded_at, t.id LIMIT 1),
        i.stage)"""  # noqa: S608, made of our own constants
# The first place that was left after the moment is the one that held; else today's does.
INSTITUTIONS = """(
        SELECT now.id, place.regency_id, place.office_id, place.host_type, place.field_id
        FROM institutions_institution now
        CROSS JOIN LATERAL (
            SELECT b.regency_id, b.office_id, b.host_type, b.field_id, b.left_at
            FROM progress_placebefore b
            WHERE b.institution_id = now.id AND b.left_at > %(at)s
            UNION ALL
            SELECT now.regency_id, now.office_id, now.host_type, now.field_id, 'infinity'
            ORDER BY left_at LIMIT 1
        ) AS place
    )"""
THEN = {
    "counted": COUNTED,
    "known": KNOWN,
    "stage": STAGE,
    "listed": "i.listed_on <= %(day)s",
    "institutions": INSTITUTIONS,
}

# No BLK Komunitas is older, and moments before the calendar's first years cannot be written.
FIRST_YEAR = 2017
HELD_SECONDS = 600


class PastCell(NamedTuple):
    """One figure of a past moment; the nation has neither province nor office (primary keys)."""

    province: int | None
    office: int | None
    indicator: str
    breakdown: str
    bucket: str
    value: int


def end_of(day: date) -> datetime:
    """The moment at which a day is over in Jakarta."""
    return datetime.combine(day + timedelta(days=1), time(), WESTERN_TIME)


def last_day_of(at: datetime) -> date:
    """The last day of which a moment knows something: at midnight it is the one that ended."""
    return in_jakarta(at - timedelta(microseconds=1)).date()


@dataclass(frozen=True)
class PastFigures:
    """The cells of a budget year at a past moment."""

    cells: Sequence[PastCell]

    def of(
        self, *, province: Province | None = None, office: TrainingOffice | None = None
    ) -> AreaFigures:
        """The figures of the nation, or of one province or office."""
        place = (province and province.pk, office and office.pk)
        figures = AreaFigures()
        for cell in self.cells:
            if (cell.province, cell.office) == place:
                figures.put(cell.indicator, cell.breakdown, cell.bucket, cell.value)
        return figures

    def by_province(self) -> dict[int, dict[str, int]]:
        """Province (primary key) -> its figures by indicator, not broken down."""
        found: dict[int, dict[str, int]] = {}
        for cell in self.cells:
            if cell.province and not cell.breakdown:
                found.setdefault(cell.province, {})[cell.indicator] = cell.value
        return found

    def by_office(self) -> dict[int, dict[str, int]]:
        """Office (primary key) -> its figures by indicator, not broken down."""
        found: dict[int, dict[str, int]] = {}
        for cell in self.cells:
            if cell.office and not cell.breakdown:
                found.setdefault(cell.office, {})[cell.indicator] = cell.value
        return found


def figures_at(year: ProgrammeYear, at: datetime, *, offices: bool = True) -> PastFigures:
    """Every cell of a budget year as known at a moment: nation, provinces, and offices if asked."""
    provinces = count_at(at, year, fresh_cells.PROVINCE, _keys(Province))
    nation: dict[tuple[str, str, str], int] = {}
    for _area, *key, value in provinces:
        indicator, breakdown, bucket = key
        nation[indicator, breakdown, bucket] = nation.get((indicator, breakdown, bucket), 0) + value
    cells = [PastCell(None, None, *key, value) for key, value in nation.items()]
    cells += [PastCell(area, None, *rest) for area, *rest in provinces]
    if offices:
        rows = count_at(at, year, fresh_cells.OFFICE, _keys(TrainingOffice))
        cells += [PastCell(None, area, *rest) for area, *rest in rows]
    return PastFigures(cells)


def figures_on(year: ProgrammeYear, day: date) -> PastFigures:
    """The figures at the end of a day that is over, for pages that ask again and again.

    They are held for some minutes, since what was known then does not change.
    """
    key = f"past-figures:{year.pk}:{day}"
    rows = cache.get(key)
    if rows is None:
        found = figures_at(year, end_of(day))
        cache.set(key, [tuple(cell) for cell in found.cells], HELD_SECONDS)
        return found
    return PastFigures([PastCell(*row) for row in rows])


def count_at(
    at: datetime, year: ProgrammeYear, kind: str, areas: Iterable[int]
) -> list[tuple[Any, ...]]:
    """The cells of these areas as known at a moment, as `fresh_cells.count` gives them."""
    return fresh_cells.count(year, kind, areas, rows=THEN, at=at, day=last_day_of(at))


def _keys(areas: type[Province | TrainingOffice]) -> list[int]:
    return list(areas._default_manager.values_list("pk", flat=True))
