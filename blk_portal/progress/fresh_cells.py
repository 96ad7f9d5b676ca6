"""Cells that are counted when they are asked for, of any kind of area: nothing is stored of them.

The statement is that of the roll-up. Without more it counts what holds now; `past` says which rows
held at a moment that is over.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from blk_portal.progress.cells import FRESH_AREA_CELLS, PLACES, TODAY
from blk_portal.progress.rollup import STAGES_COUNTED
from institutions.models import ProgrammeYear

# By which column an institution belongs to an area of each kind.
PROVINCE, OFFICE, REGENCY = "r.province_id", "i.office_id", "r.id"
READ_CELLS = """
SELECT area_id, indicator, breakdown, bucket, value::bigint
FROM (WITH {fresh} SELECT * FROM fresh) AS cell WHERE value > 0
"""


def count(
    year: ProgrammeYear,
    kind: str,
    areas: Iterable[int],
    *,
    rows: Mapping[str, str] = TODAY,
    **values: Any,
) -> list[tuple[Any, ...]]:
    """Area (primary key), indicator, breakdown, bucket and value, of a budget year.

    rows: conditions on the rows that count. values: what those conditions ask for.
    """
    places = PLACES.format(area=kind, **rows)
    statement = READ_CELLS.format(fresh=FRESH_AREA_CELLS.format(places=places, **rows))
    with connection.cursor() as cursor:
        cursor.execute(
            statement, {"year": year.pk, "areas": list(areas), **STAGES_COUNTED, **values}
        )
        cells: list[tuple[Any, ...]] = cursor.fetchall()
    return cells
