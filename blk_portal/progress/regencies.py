"""Figures of regencies and cities: no cells are stored of them, so they are counted when asked.

The statement is that of the roll-up, for the regencies of one province: what is verified counts
here at once, in the cells of the province within the minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.cells import FRESH_AREA_CELLS, TODAY
from blk_portal.progress.figures import AreaRow
from blk_portal.progress.past import READ_CELLS
from blk_portal.progress.rollup import STAGES_COUNTED
from institutions.models import ProgrammeYear, Province, Regency

OF_REGENCIES = READ_CELLS.format(fresh=FRESH_AREA_CELLS.format(area="r.id", **TODAY))


@dataclass(frozen=True)
class RegencyRow(AreaRow):
    """A regency or city with its figures."""

    regency: Regency


def figures_of(year: ProgrammeYear, regency: Regency) -> AreaFigures:
    """The figures of one regency or city in a budget year, with every breakdown."""
    figures = AreaFigures()
    for _area, *cell in _counted(year, [regency.pk]):
        figures.put(*cell)
    return figures


def rows_of(year: ProgrammeYear, province: Province) -> list[RegencyRow]:
    """The regencies and cities of a province side by side; together they are the province.

    One that was replaced by another stays in the list while institutions are kept under it.
    """
    regencies = {regency.pk: regency for regency in province.regencies.order_by("code")}
    values: dict[int, dict[str, int]] = {}
    for area, indicator, breakdown, _bucket, value in _counted(year, list(regencies)):
        if not breakdown:
            values.setdefault(area, {})[indicator] = value
    return [
        RegencyRow(values.get(pk, {}), regency)
        for pk, regency in regencies.items()
        if regency.valid_to is None or pk in values
    ]


def _counted(year: ProgrammeYear, regencies: Sequence[int]) -> list[tuple[Any, ...]]:
    """Rows of regency (primary key), indicator, breakdown, bucket and value."""
    with connection.cursor() as cursor:
        cursor.execute(OF_REGENCIES, {"year": year.pk, "areas": list(regencies), **STAGES_COUNTED})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
