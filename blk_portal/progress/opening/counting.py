"""How opening balances count: by what they exceed the verified reports, institution by institution.

A balance and the reports of the same institution and budget year tell of the same trainings. So the
larger of the two counts, figure by figure: the reports in full, and of the balance what is left.
"""

from collections.abc import Iterable

from django.db import connection

from blk_portal.progress.opening.balances import COLUMNS
from trainings.counting import PARTICIPATIONS

# The part of a breakdown in which a balance counts: its paper does not tell participants apart.
BUCKET = "opening"
# Whose papers do not say; the host type is a fact of the institution and is known.
UNTOLD = ("field", "funding", "sex", "disability", "age")
FROM_CLOSING = tuple(name for name in COLUMNS if name in PARTICIPATIONS)
FROM_LATER = tuple(name for name in COLUMNS if name not in PARTICIPATIONS)


def _told(name: str) -> str:
    """What verified reports say of a figure, see LEFT."""
    return f"coalesce({'closing' if name in FROM_CLOSING else 'later'}.{name}, 0)"


def _sums(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"sum({alias}.{name}) AS {name}" for name in names)


_REPORTED = """
LEFT JOIN LATERAL (
    SELECT {sums} FROM {table} n
    WHERE n.programme_year_id = %(year)s AND n.institution_id = said.institution_id
      AND {{counted}}) {alias} ON true"""

# Of each institution what its balance says, `said_...`, and what is left of it beside the reports.
# {counted} says which rows held, {inside} which institutions are asked for.
LEFT = f"""
SELECT said.institution_id,
    {", ".join(f"said.{name} AS said_{name}" for name in COLUMNS)},
    {", ".join(f"greatest(said.{name} - {_told(name)}, 0) AS {name}" for name in COLUMNS)}
FROM (
    SELECT b.institution_id, {_sums("b", COLUMNS)}
    FROM progress_openingbalance b
    WHERE b.programme_year_id = %(year)s AND b.counted_from IS NOT NULL AND {{counted}}
      AND b.institution_id {{inside}}
    GROUP BY b.institution_id
) said
{_REPORTED.format(sums=_sums("n", FROM_CLOSING), table="trainings_cohortcount", alias="closing")}
{_REPORTED.format(sums=_sums("n", FROM_LATER), table="trainings_outcomecount", alias="later")}
"""  # noqa: S608, made of our own constants
IN_PLACE = "IN (SELECT institution_id FROM place)"

_CUTS = ", ".join(f"('{breakdown}', '{BUCKET}')" for breakdown in UNTOLD)
# As the cells of participations, to be added to them.
OPENING_CELLS = f"""
SELECT g.area_id, v.indicator, g.breakdown, g.bucket, v.value
FROM (
    SELECT place.area_id, cut.breakdown, cut.bucket, {_sums("o", COLUMNS)}
    FROM ({LEFT.replace("{inside}", IN_PLACE)}) o
    JOIN place ON place.institution_id = o.institution_id
    CROSS JOIN LATERAL (VALUES ('', ''), ('host', place.host_type), {_CUTS}) AS cut
        (breakdown, bucket)
    GROUP BY 1, 2, 3
) g
CROSS JOIN LATERAL (VALUES {", ".join(f"('{name}', g.{name})" for name in COLUMNS)})
    AS v (indicator, value)
"""  # noqa: S608, made of our own constants

# What is left today of the balances of some institutions, for lists.
LEFT_NOW = LEFT.format(counted="counted_to IS NULL", inside="= ANY(%(institutions)s)")


def left_of(year: int, institutions: Iterable[int]) -> dict[int, dict[str, int]]:
    """Institution (primary key) -> what still counts of its balance of a year, by indicator."""
    names = ", ".join(f"o.{name}::bigint" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT o.institution_id, {names} FROM ({LEFT_NOW}) o",  # noqa: S608, ours
            {"year": year, "institutions": list(institutions)},
        )
        return {pk: dict(zip(COLUMNS, values, strict=True)) for pk, *values in cursor.fetchall()}
