"""Figures of regencies and cities: no cells are stored of them, so they are counted when asked.

What is verified counts here at once, in the cells of the province within the minute.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from blk_portal.progress import fresh_cells
from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.figures import AreaRow
from blk_portal.progress.past import count_at, end_of
from institutions.models import ProgrammeYear, Province, Regency


@dataclass(frozen=True)
class RegencyRow(AreaRow):
    """A regency or city with its figures."""

    regency: Regency


def figures_of(year: ProgrammeYear, regency: Regency, day: date | None = None) -> AreaFigures:
    """The figures of one regency or city in a budget year, with every breakdown.

    day: of the end of that day, as known then.
    """
    figures = AreaFigures()
    for _area, *cell in _count(year, [regency.pk], day):
        figures.put(*cell)
    return figures


def rows_of(year: ProgrammeYear, province: Province, day: date | None = None) -> list[RegencyRow]:
    """The regencies and cities of a province side by side; together they are the province.

    One that was replaced by another stays in the list while institutions are kept under it.
    day: of the end of that day, as known then.
    """
    regencies = {regency.pk: regency for regency in province.regencies.order_by("code")}
    values: dict[int, dict[str, int]] = {}
    for area, indicator, breakdown, _bucket, value in _count(year, regencies, day):
        if not breakdown:
            values.setdefault(area, {})[indicator] = value
    return [
        RegencyRow(values.get(pk, {}), regency)
        for pk, regency in regencies.items()
        if regency.valid_to is None or pk in values
    ]


def _count(
    year: ProgrammeYear, regencies: Iterable[int], day: date | None
) -> list[tuple[Any, ...]]:
    if day is None:
        return fresh_cells.count(year, fresh_cells.REGENCY, regencies)
    return count_at(end_of(day), year, fresh_cells.REGENCY, regencies)
