"""The statements that turn counted rows into cells, and put cells into the table of actuals.

What is counted is the same on every day; {counted}, {known}, {stage}, {listed} and {institutions}
say which rows held at the moment that is asked for. TODAY asks for those that hold now; `past` asks
about moments that are over.
"""

from collections.abc import Iterable

from blk_portal.progress.opening.counting import OPENING_CELLS
from blk_portal.progress.tenant_cells import TENANT_CELLS
from trainings.counting import OUTCOMES, PARTICIPATIONS


def _sums(table: str, columns: Iterable[str]) -> str:
    return ", ".join(f"sum({table}.{name}) AS {name}" for name in columns)


def _values(columns: Iterable[str]) -> str:
    """Each column as an indicator of its own."""
    return ", ".join(f"('{name}', g.{name})" for name in columns)


# One breakdown at a time, for each area. Nation cells are the sums of province cells.
PARTICIPATION_CELLS = f"""
SELECT g.area_id, v.indicator, g.breakdown, g.bucket, v.value
FROM (
    SELECT place.area_id,
        CASE WHEN grouping(f.code) = 0 THEN 'field'
             WHEN grouping(c.funding) = 0 THEN 'funding'
             WHEN grouping(c.sex) = 0 THEN 'sex'
             WHEN grouping(c.disability) = 0 THEN 'disability'
             WHEN grouping(c.age_band) = 0 THEN 'age'
             WHEN grouping(place.host_type) = 0 THEN 'host' ELSE '' END AS breakdown,
        coalesce(f.code, c.funding, c.sex, c.disability, c.age_band, place.host_type, '') AS bucket,
        {_sums("c", PARTICIPATIONS)}
    FROM trainings_cohortcount c
    JOIN place ON place.institution_id = c.institution_id
    JOIN institutions_vocationalfield f ON f.id = c.field_id
    WHERE c.programme_year_id = %(year)s AND {{counted}}
    GROUP BY GROUPING SETS (
        (place.area_id), (place.area_id, f.code), (place.area_id, c.funding),
        (place.area_id, c.sex), (place.area_id, c.disability), (place.area_id, c.age_band),
        (place.area_id, place.host_type))
) g
CROSS JOIN LATERAL (VALUES {_values(PARTICIPATIONS)}) AS v (indicator, value)
"""  # noqa: S608, made of our own constants

# What became of those who passed, likewise; an indicator is a column of its count rows. Each cohort
# has them for several reports, so they are summed over the institutions of an area first.
OUTCOME_CELLS = f"""
SELECT g.area_id, v.indicator, g.breakdown, g.bucket, v.value
FROM (
    SELECT c.area_id,
        CASE WHEN grouping(f.code) = 0 THEN 'field'
             WHEN grouping(c.funding) = 0 THEN 'funding'
             WHEN grouping(c.sex) = 0 THEN 'sex'
             WHEN grouping(c.disability) = 0 THEN 'disability'
             WHEN grouping(c.age_band) = 0 THEN 'age'
             WHEN grouping(c.host_type) = 0 THEN 'host' ELSE '' END AS breakdown,
        coalesce(f.code, c.funding, c.sex, c.disability, c.age_band, c.host_type, '') AS bucket,
        {_sums("c", OUTCOMES)}
    FROM (
        SELECT place.area_id, place.host_type, n.field_id, n.funding, n.sex, n.disability,
            n.age_band,
            {_sums("n", OUTCOMES)}
        FROM trainings_outcomecount n
        JOIN place ON place.institution_id = n.institution_id
        WHERE n.programme_year_id = %(year)s AND {{counted}}
        GROUP BY 1, 2, 3, 4, 5, 6, 7
    ) c
    JOIN institutions_vocationalfield f ON f.id = c.field_id
    GROUP BY GROUPING SETS (
        (c.area_id), (c.area_id, f.code), (c.area_id, c.funding), (c.area_id, c.sex),
        (c.area_id, c.disability), (c.area_id, c.age_band), (c.area_id, c.host_type))
) g
CROSS JOIN LATERAL (VALUES {_values(OUTCOMES)}) AS v (indicator, value)
"""  # noqa: S608, made of our own constants

INSTITUTION_CELLS = """
SELECT place.area_id,
    'institutions_' || m.kind,
    CASE WHEN grouping(f.code) = 0 THEN 'field'
         WHEN grouping(place.host_type) = 0 THEN 'host' ELSE '' END,
    coalesce(f.code, place.host_type, ''),
    count(*)
FROM institutions_milestone m
JOIN place ON place.institution_id = m.institution_id
JOIN institutions_vocationalfield f ON f.id = place.field_id
WHERE m.programme_year_id = %(year)s AND {known}
    AND m.kind IN ('pkb', 'built', 'operational')
GROUP BY GROUPING SETS ((place.area_id, m.kind), (place.area_id, m.kind, f.code),
    (place.area_id, m.kind, place.host_type))
"""

INCUBATOR_CELLS = """
SELECT g.area_id, v.indicator, g.breakdown, g.bucket, v.value
FROM (
    SELECT place.area_id,
        CASE WHEN grouping(f.code) = 0 THEN 'field'
             WHEN grouping(place.host_type) = 0 THEN 'host' ELSE '' END AS breakdown,
        coalesce(f.code, place.host_type, '') AS bucket,
        count(*) AS candidates,
        count(*) FILTER (WHERE u.stage = ANY(%(selected)s)) AS selected,
        count(*) FILTER (WHERE u.stage = ANY(%(validated)s)) AS validated,
        count(*) FILTER (WHERE u.stage = ANY(%(mentored)s)) AS mentored,
        count(*) FILTER (WHERE u.stage = ANY(%(established)s) AND held.is_granted) AS established,
        count(*) FILTER (WHERE u.stage = 'independent' AND held.is_granted) AS independent,
        count(*) FILTER (WHERE u.stage = 'struck_off') AS struck_off
    FROM incubators_incubator i
    CROSS JOIN LATERAL (SELECT {stage} AS stage) AS u
    LEFT JOIN LATERAL (
        SELECT c.is_granted FROM incubators_standingchange c
        WHERE c.incubator_id = i.id AND {known}
        ORDER BY c.day DESC LIMIT 1) held ON true
    JOIN incubators_selectionround s ON s.id = i.round_id
    JOIN place ON place.institution_id = i.institution_id
    JOIN institutions_vocationalfield f ON f.id = place.field_id
    WHERE s.programme_year_id = %(year)s AND {listed}
    GROUP BY GROUPING SETS ((place.area_id), (place.area_id, f.code),
        (place.area_id, place.host_type))
) g
CROSS JOIN LATERAL (VALUES ('incubators_candidates', g.candidates),
    ('incubators_selected', g.selected), ('incubators_validated', g.validated),
    ('incubators_mentored', g.mentored), ('incubators_established', g.established),
    ('incubators_independent', g.independent),
    ('incubators_struck_off', g.struck_off)) AS v (indicator, value)
"""

# Which institutions lie in the areas that are asked for. {area} is the column of their place.
PLACES = """
SELECT i.id AS institution_id, i.host_type, i.field_id, {area} AS area_id
FROM {institutions} i JOIN institutions_regency r ON r.id = i.regency_id
WHERE {area} = ANY(%(areas)s)
"""

# Which rows hold now; columns of these names are in one table of each statement only.
TODAY = {
    "counted": "counted_to IS NULL",
    "known": "withdrawn_at IS NULL",
    "stage": "i.stage",
    "listed": "true",
    "institutions": "institutions_institution",
}

FRESH_AREA_CELLS = f"""
place AS MATERIALIZED ({{places}}),
fresh (area_id, indicator, breakdown, bucket, value) AS MATERIALIZED (
    SELECT area_id, indicator, breakdown, bucket, sum(value)
    FROM (
        {PARTICIPATION_CELLS} UNION ALL {OUTCOME_CELLS} UNION ALL {OPENING_CELLS}
        UNION ALL {INSTITUTION_CELLS} UNION ALL {INCUBATOR_CELLS} UNION ALL {TENANT_CELLS}
    ) AS cell (area_id, indicator, breakdown, bucket, value)
    GROUP BY area_id, indicator, breakdown, bucket
)
"""  # noqa: S608, made of our own constants

FRESH_NATION_CELLS = """
fresh (area_id, indicator, breakdown, bucket, value) AS MATERIALIZED (
    SELECT 0, indicator, breakdown, bucket, sum(value)
    FROM progress_actual
    WHERE programme_year_id = %(year)s AND province_id IS NOT NULL
    GROUP BY indicator, breakdown, bucket
)
"""

# Writes only cells that differ and removes those that are no more; {scope} is the condition of the
# cells that are recounted. The area of a cell is a province's number, an office's below zero, or 0
# for the nation.
STORE_CELLS = """
WITH {fresh},
differing AS MATERIALIZED (
    SELECT stored.id, f.area_id, f.indicator, f.breakdown, f.bucket, f.value
    FROM (
        SELECT a.id, a.indicator, a.breakdown, a.bucket, a.value,
            coalesce(a.province_id, -a.office_id, 0) AS area
        FROM progress_actual a
        WHERE a.programme_year_id = %(year)s AND {scope}
    ) stored
    FULL JOIN (SELECT * FROM fresh WHERE value > 0) f
        ON f.indicator = stored.indicator AND f.breakdown = stored.breakdown
        AND f.bucket = stored.bucket AND f.area_id = stored.area
    WHERE f.value IS DISTINCT FROM stored.value
),
gone AS (
    DELETE FROM progress_actual a USING differing d
    WHERE a.id = d.id AND d.value IS NULL
    RETURNING 1
),
put AS (
    INSERT INTO progress_actual
        (programme_year_id, province_id, office_id, indicator, breakdown, bucket, value)
    SELECT %(year)s, CASE WHEN d.area_id > 0 THEN d.area_id END,
        CASE WHEN d.area_id < 0 THEN -d.area_id END, d.indicator, d.breakdown, d.bucket, d.value
    FROM differing d
    WHERE d.value IS NOT NULL
    ON CONFLICT (programme_year_id, province_id, office_id, indicator, breakdown, bucket)
    DO UPDATE SET value = EXCLUDED.value
    RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put)
"""

# Provinces and offices in one pass: an institution has a place in either.
STORE_AREAS = STORE_CELLS.format(
    fresh=FRESH_AREA_CELLS.format(
        places=f"""
        {PLACES.format(area="r.province_id", **TODAY)}
        UNION ALL
        {PLACES.format(area="-i.office_id", **TODAY)}
        """,
        **TODAY,
    ),
    scope="coalesce(a.province_id, -a.office_id) = ANY(%(areas)s)",
)
STORE_NATION = STORE_CELLS.format(
    fresh=FRESH_NATION_CELLS,
    scope="a.province_id IS NULL AND a.office_id IS NULL",
)
