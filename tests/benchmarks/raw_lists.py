"""Lists of the interface in one hand-written statement each, which makes the JSON itself."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

COHORTS = """
SELECT coalesce(json_agg(told ORDER BY told.starts_on DESC, told.id DESC), '[]')::text FROM (
    SELECT c.id, i.code AS institution, i.name AS institution_name, p.name AS programme,
        y.year AS programme_year, f.code AS field, c.batch, c.starts_on, c.ends_on, c.hours,
        c.method, c.funding, c.seats, r.status AS report_status,
        json_build_object('skillhub', s.value, 'proglat', g.value) AS external_ids,
        c.cancelled_at IS NOT NULL AS is_cancelled
    FROM (
        SELECT * FROM trainings_cohort WHERE true {area} {after}
        ORDER BY starts_on DESC, id DESC LIMIT 100
    ) c
    JOIN institutions_institution i ON i.id = c.institution_id
    JOIN trainings_programme p ON p.id = c.programme_id
    JOIN institutions_programmeyear y ON y.id = c.programme_year_id
    JOIN institutions_vocationalfield f ON f.id = c.field_id
    LEFT JOIN trainings_cohortreport r ON r.cohort_id = c.id AND r.kind = 'closing'
    LEFT JOIN trainings_externalid s ON s.cohort_id = c.id AND s.system = 'skillhub'
    LEFT JOIN trainings_externalid g ON g.cohort_id = c.id AND g.system = 'proglat'
) told
"""
PARTICIPANTS = """
SELECT coalesce(json_agg(told ORDER BY told.cohort, told.id), '[]')::text FROM (
    SELECT p.id, p.cohort_id AS cohort, i.code AS institution, p.sex, p.disability, p.is_santri,
        p.result, p.attendance, p.pre_test, p.post_test, t.competency, t.body AS certified_by,
        a.outcome AS placement_3, a.section AS section_3, a.domicile AS domicile_3,
        b.outcome AS placement_6, b.section AS section_6, b.domicile AS domicile_6,
        CASE WHEN age.years < 18 THEN 'u18' WHEN age.years < 25 THEN '18-24'
             WHEN age.years < 35 THEN '25-34' WHEN age.years < 45 THEN '35-44' ELSE '45+'
        END AS age_band,
        p.erased_at IS NOT NULL AS is_erased, NULL AS identity
    FROM (
        SELECT p.* FROM trainings_cohort c JOIN trainings_participant p ON p.cohort_id = c.id
        WHERE p.restricted_at IS NULL {area} {after} ORDER BY p.cohort_id, p.id LIMIT 100
    ) p
    JOIN trainings_cohort c ON c.id = p.cohort_id
    JOIN institutions_institution i ON i.id = c.institution_id
    LEFT JOIN trainings_certification t ON t.participant_id = p.id
    LEFT JOIN trainings_placement a ON a.participant_id = p.id AND a.wave = 3
    LEFT JOIN trainings_placement b ON b.participant_id = p.id AND b.wave = 6
    CROSS JOIN LATERAL (SELECT extract(year FROM age(c.starts_on, p.birth_date)) AS years) AS age
) told
"""


def cohorts(area: Sequence[int] | None, after: Sequence[Any] | None) -> bytes:
    """A hundred cohorts as JSON. area: the institutions to keep to. after: the keys before."""
    return _read(COHORTS, "(starts_on, id) < (%s, %s)", "institution_id", area, after)


def participants(area: Sequence[int] | None, after: Sequence[Any] | None) -> bytes:
    """A hundred participants as JSON, as above."""
    after_keys = "c.id >= %s AND p.cohort_id >= %s AND (p.cohort_id, p.id) > (%s, %s)"
    keys = None if after is None else (after[0], after[0], *after)
    return _read(PARTICIPANTS, after_keys, "c.institution_id", area, keys)


def _read(
    statement: str, condition: str, column: str,
    area: Sequence[int] | None, after: Sequence[Any] | None,
) -> bytes:  # fmt: skip
    text = statement.format(
        area="" if area is None else f"AND {column} = ANY(%s)",
        after="" if after is None else f"AND {condition}",
    )
    values = [*([] if area is None else [list(area)]), *(after or ())]
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        (told,) = cursor.fetchone()
    return told.encode()


def cursor(keys: Sequence[Any]) -> str:
    """Where a page begins, as an address says it."""
    written = json.dumps(list(keys), cls=DjangoJSONEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")
