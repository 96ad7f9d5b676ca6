"""Figures of regencies and cities: no cells are stored of them, so they are counted when asked.

What is verified counts here at once, in the cells of the province within the minute.
"""

from dataclasses import dataclass

from blk_portal.progress import fresh_cells
from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.figures import AreaRow
from institutions.models import ProgrammeYear, Province, Regency


@dataclass(frozen=True)
class RegencyRow(AreaRow):
    """A regency or city with its figures."""

    regency: Regency


def figures_of(year: ProgrammeYear, regency: Regency) -> AreaFigures:
    """The figures of one regency or city in a budget year, with every breakdown."""
    figures = AreaFigures()
    for _area, *cell in fresh_cells.count(year, fresh_cells.REGENCY, [regency.pk]):
        figures.put(*cell)
    return figures


def rows_of(year: ProgrammeYear, province: Province) -> list[RegencyRow]:
    """The regencies and cities of a province side by side; together they are the province.

    One that was replaced by another stays in the list while institutions are kept under it.
    """
    regencies = {regency.pk: regency for regency in province.regencies.order_by("code")}
    values: dict[int, dict[str, int]] = {}
    cells = fresh_cells.count(year, fresh_cells.REGENCY, regencies)
    for area, indicator, breakdown, _bucket, value in cells:
        if not breakdown:
            values.setdefault(area, {})[indicator] = value
    return [
        RegencyRow(values.get(pk, {}), regency)
        for pk, regency in regencies.items()
        if regency.valid_to is None or pk in values
    ]
