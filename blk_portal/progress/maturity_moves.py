"""What moved the classes of institutions on which day, added up by area in one statement."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from django.db import connection

from blk_portal.rest.arrays import array_of
from institutions.lifecycle import MilestoneKind
from institutions.maturity import Maturity
from institutions.models import Province, TrainingOffice

# From the highest class to the lowest, as the pages show them.
CLASSES: Final = tuple(reversed(Maturity))
PAPERS: Final = (MilestoneKind.LICENCE, MilestoneKind.ACCREDITATION)
WHOLE: Final = "whole"

# An institution counts from the day of its agreement: what it was before, it is from then on.
MOVES: Final = """
SELECT * FROM (WITH agreed AS MATERIALIZED (
    SELECT m.institution_id, r.province_id, i.office_id, min(m.happened_on) AS since,
        (%(is_all)s OR m.institution_id = ANY(%(own)s::bigint[]))
        AND (%(province)s::bigint IS NULL OR r.province_id = %(province)s)
        AND (%(office)s::bigint IS NULL OR i.office_id IS NOT DISTINCT FROM %(office)s) AS is_own
    FROM institutions_milestone m
    JOIN institutions_institution i ON i.id = m.institution_id
    JOIN institutions_regency r ON r.id = i.regency_id
    WHERE m.kind = %(agreement)s AND m.withdrawn_at IS NULL
    GROUP BY m.institution_id, r.province_id, i.office_id
), assessed AS (
    SELECT institution_id, assessed_on AS day, maturity, lag(maturity) OVER (
        PARTITION BY institution_id ORDER BY assessed_on, id
    ) AS before
    FROM institutions_assessment WHERE withdrawn_at IS NULL AND finalised_at IS NOT NULL
), held AS (
    SELECT institution_id, since AS day, %(whole)s AS key, 1 AS change FROM agreed
    UNION ALL SELECT institution_id, day, maturity, 1 FROM assessed
    UNION ALL SELECT institution_id, day, before, -1 FROM assessed WHERE before IS NOT NULL
    UNION ALL
    SELECT institution_id, min(happened_on), kind, 1 FROM institutions_milestone
    WHERE kind = ANY(%(papers)s) AND withdrawn_at IS NULL GROUP BY institution_id, kind
), placed AS (
    SELECT a.province_id, a.office_id, a.is_own, held.key,
        width_bucket(greatest(a.since, held.day) - 1, %(ends)s::date[]) AS at,
        sum(held.change) AS change
    FROM agreed a JOIN held USING (institution_id)
    WHERE greatest(a.since, held.day) <= %(last)s GROUP BY 1, 2, 3, 4, 5
)
SELECT CASE WHEN grouping(at) = 0 THEN '' WHEN grouping(province_id) = 0 THEN 'province'
        ELSE 'office' END,
    coalesce(province_id, office_id), is_own, key, at, sum(change)::int
FROM placed
GROUP BY GROUPING SETS ((is_own, key, at), (is_own, key, province_id), (is_own, key, office_id))
) AS moved
"""


class Move(NamedTuple):
    """How many institutions came to count in something, less those that ceased to.

    kind: "" for the nation, with `at`, the place of the first day that knows of it; "province" or
    "office" for an `area` (primary key; None: without an office), over all days. is_own: of the
    reader's own institutions. key: the whole, a class, or a paper; who is of no class is not
    assessed.
    """

    kind: str
    area: int | None
    is_own: bool
    key: str
    at: int | None
    change: int


def moves_until(
    ends: Sequence[date],
    *,
    own: Sequence[int] | None,
    area: Province | TrainingOffice | None = None,
) -> list[Move]:
    """All moves of institutions under a standing agreement (PKB) up to the last of some days.

    ends: the days in their order. own: the reader's own institutions (primary keys), None for all.
    area: where the reader's own are looked for.
    """
    is_province = isinstance(area, Province)
    with connection.cursor() as cursor:
        cursor.execute(MOVES, {
            "is_all": own is None, "own": array_of(own or ()), "ends": list(ends), "last": ends[-1],
            "province": area.pk if area and is_province else None,
            "office": area.pk if area and not is_province else None,
            "agreement": MilestoneKind.PKB, "papers": list(PAPERS),
            "whole": WHOLE,
        })  # fmt: skip
        return [Move(*row) for row in cursor.fetchall()]
