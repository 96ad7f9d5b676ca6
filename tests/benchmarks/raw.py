"""The same work in the fewest statements we know how to write: what the portal is held against.

Written on their own, from the tables; nothing of the portal's statements is used.
"""

from collections.abc import Iterable

from django.db import connection, transaction

BREAKDOWNS = {
    "field": "f.code", "funding": "c.funding", "sex": "c.sex", "disability": "c.disability",
    "age": "c.age_band", "host": "c.host_type",
}  # fmt: skip
COUNTED = {
    "trainings_cohortcount": ("enrolled", "completed", "passed", "people"),
    "trainings_outcomecount": (
        "certification_reported", "certified", "placement_3_reported", "employed_3",
        "self_employed_3", "placement_6_reported", "employed_6", "self_employed_6",
    ),
}  # fmt: skip
AREAS = ("c.province_id", "c.office_id", "")


def _sets() -> str:
    """Nation, provinces and offices, each whole and by each breakdown."""
    parts = ("", *BREAKDOWNS.values())
    return ", ".join(
        f"({', '.join(filter(None, (area, part)))})" for area in AREAS for part in parts
    )


def _cells(table: str, columns: Iterable[str]) -> str:
    whens = " ".join(
        f"WHEN grouping({column}) = 0 THEN '{name}'" for name, column in BREAKDOWNS.items()
    )
    sums = ", ".join(f"sum({name}) AS {name}" for name in columns)
    values = ", ".join(f"('{name}', g.{name})" for name in columns)
    return f"""
    SELECT g.province_id, g.office_id, v.indicator, g.breakdown, g.bucket, v.value
    FROM (
        SELECT c.province_id, c.office_id, grouping(c.office_id) AS no_office,
            CASE {whens} ELSE '' END AS breakdown,
            coalesce({", ".join(BREAKDOWNS.values())}, '') AS bucket,
            {", ".join(f"sum(c.{name}) AS {name}" for name in columns)}
        FROM (
            SELECT p.province_id, p.office_id, p.host_type, n.field_id, n.funding, n.sex,
                n.disability, n.age_band, {sums}
            FROM {table} n JOIN place p ON p.id = n.institution_id
            WHERE n.programme_year_id = %(year)s AND n.counted_to IS NULL
            GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
        ) c
        JOIN institutions_vocationalfield f ON f.id = c.field_id
        GROUP BY GROUPING SETS ({_sets()})
    ) g
    CROSS JOIN LATERAL (VALUES {values}) AS v (indicator, value)
    WHERE v.value > 0 AND NOT (g.no_office = 0 AND g.office_id IS NULL)
    """


def _institutions() -> str:
    """Those that reached a milestone within the year, whole, by field and by kind of host."""
    sets = ", ".join(
        f"({', '.join(filter(None, (area, part, 'm.kind')))})"
        for area in ("p.province_id", "p.office_id", "")
        for part in ("", "f.code", "p.host_type")
    )
    return f"""
    SELECT p.province_id, p.office_id, 'institutions_' || m.kind,
        CASE WHEN grouping(f.code) = 0 THEN 'field'
             WHEN grouping(p.host_type) = 0 THEN 'host' ELSE '' END,
        coalesce(f.code, p.host_type, ''), count(*)
    FROM institutions_milestone m JOIN place p ON p.id = m.institution_id
    JOIN institutions_vocationalfield f ON f.id = p.field_id
    WHERE m.programme_year_id = %(year)s AND m.withdrawn_at IS NULL
        AND m.kind IN ('pkb', 'built', 'operational')
    GROUP BY GROUPING SETS ({sets})
    HAVING NOT (grouping(p.office_id) = 0 AND p.office_id IS NULL)
    """


RECOUNT = f"""
WITH place AS MATERIALIZED (
    SELECT i.id, i.host_type, i.field_id, i.office_id, r.province_id
    FROM institutions_institution i JOIN institutions_regency r ON r.id = i.regency_id
    WHERE %(province)s::bigint IS NULL
       OR r.province_id = %(province)s OR i.office_id = %(office)s
)
MERGE INTO progress_actual a
USING (
    {" UNION ALL ".join([*(_cells(*part) for part in COUNTED.items()), _institutions()])}
) AS fresh (province_id, office_id, indicator, breakdown, bucket, value)
ON a.programme_year_id = %(year)s AND a.indicator = fresh.indicator
   AND a.breakdown = fresh.breakdown AND a.bucket = fresh.bucket
   AND coalesce(a.province_id, 0) = coalesce(fresh.province_id, 0)
   AND coalesce(a.office_id, 0) = coalesce(fresh.office_id, 0)
WHEN MATCHED AND a.value <> fresh.value THEN UPDATE SET value = fresh.value
WHEN NOT MATCHED THEN INSERT
    (programme_year_id, province_id, office_id, indicator, breakdown, bucket, value)
    VALUES (%(year)s, fresh.province_id, fresh.office_id, fresh.indicator, fresh.breakdown,
        fresh.bucket, fresh.value)
"""

# One count of the participant rows themselves, by everything a cell is broken down by.
FROM_ROWS = """
SELECT r.province_id, i.office_id, i.host_type, c.field_id, c.funding, p.sex, p.disability,
    date_part('year', age(c.starts_on, p.birth_date))::int / 10,
    count(*), count(*) FILTER (WHERE p.result <> 'withdrawn'),
    count(*) FILTER (WHERE p.result = 'passed'), count(DISTINCT p.nik_index)
FROM trainings_participant p
JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN trainings_cohortreport report ON report.cohort_id = c.id
JOIN institutions_institution i ON i.id = c.institution_id
JOIN institutions_regency r ON r.id = i.regency_id
WHERE c.programme_year_id = %(year)s AND report.kind = 'closing' AND report.status = 'verified'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""


@transaction.atomic
def recount(year: int, *, province: int | None = None, office: int | None = None) -> None:
    """A budget year, or what a report of one province and office touches; taken back."""
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, {"year": year, "province": province, "office": office})
    transaction.set_rollback(True)


def count_rows(year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(FROM_ROWS, {"year": year})
        cursor.fetchall()
