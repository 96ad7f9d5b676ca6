"""From tenants and their quarters to count rows: what verification writes and reopening closes.

Each incubator is counted as a whole, since a verified quarter changes what the others count: which
is the newest of its budget year, which is compared with which, in which somebody became a new
entrepreneur. Rows that stay the same stay untouched.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from incubators.signals import tenants_recounted

KEY = "report_id, tenant_id, programme_year_id"
FIGURES = """before, incubation, after, graduated, entrepreneurs, workers_male,
    workers_female, turnover, turnover_now, turnover_then, kur, tkm, csr, own, other, reached_6,
    survived_6, reached_12, survived_12, reached_24, survived_24"""

# The one place that says how quarters become counts. The audit says it again on its own.
COUNTS = """
WITH quarter AS (
    SELECT r.id, r.incubator_id, o.programme_year_id, o.period_from, o.period_to,
        o.period_to = max(o.period_to) OVER (
            PARTITION BY r.incubator_id, o.programme_year_id) AS is_newest
    FROM incubators_incubationreport r JOIN reporting_obligation o ON o.id = r.obligation_id
    WHERE r.incubator_id = ANY(%(incubators)s) AND r.status = 'verified'
      AND r.verified_at <= %(at)s
),
renewed AS (
    SELECT t.id AS tenant_id,
        CASE WHEN NOT t.had_business THEN admit.happened_on
             WHEN nib.issued_on > t.entered_on THEN greatest(admit.happened_on, nib.issued_on)
        END AS since
    FROM incubators_tenant t
    JOIN incubators_tenanttransition admit ON admit.tenant_id = t.id AND admit.verb = 'admit'
    LEFT JOIN incubators_legality nib ON nib.tenant_id = t.id AND nib.kind = 'nib'
    WHERE t.incubator_id = ANY(%(incubators)s)
),
entrepreneur AS (
    SELECT renewed.tenant_id, min(quarter.period_to) AS day
    FROM renewed
    JOIN incubators_tenantquarter q ON q.tenant_id = renewed.tenant_id AND q.turnover > 0
    JOIN quarter ON quarter.id = q.report_id AND quarter.period_to >= renewed.since
    GROUP BY 1
),
money AS (
    SELECT f.tenant_quarter_id,
        coalesce(sum(f.amount) FILTER (WHERE f.source = 'kur'), 0) AS kur,
        coalesce(sum(f.amount) FILTER (WHERE f.source = 'tkm'), 0) AS tkm,
        coalesce(sum(f.amount) FILTER (WHERE f.source = 'csr'), 0) AS csr,
        coalesce(sum(f.amount) FILTER (WHERE f.source = 'own'), 0) AS own,
        coalesce(sum(f.amount) FILTER (WHERE f.source = 'other'), 0) AS other
    FROM incubators_financereceived f
    JOIN incubators_tenantquarter q ON q.id = f.tenant_quarter_id
    JOIN quarter ON quarter.id = q.report_id
    GROUP BY 1
)
SELECT r.id AS report_id, t.id AS tenant_id, r.programme_year_id,
    (is_shown AND told.stage = 'before')::int AS before,
    (is_shown AND told.stage = 'incubation')::int AS incubation,
    (is_shown AND told.stage = 'after')::int AS after,
    is_graduated::int AS graduated,
    coalesce(e.day = r.period_to, false)::int AS entrepreneurs,
    CASE WHEN is_shown THEN q.workers_male ELSE 0 END AS workers_male,
    CASE WHEN is_shown THEN q.workers_female ELSE 0 END AS workers_female,
    coalesce(q.turnover, 0)::bigint AS turnover,
    CASE WHEN past.id IS NOT NULL THEN coalesce(q.turnover, 0) ELSE 0 END::bigint AS turnover_now,
    CASE WHEN q.id IS NOT NULL THEN coalesce(past.turnover, 0) ELSE 0 END::bigint AS turnover_then,
    coalesce(m.kur, 0)::bigint AS kur, coalesce(m.tkm, 0)::bigint AS tkm,
    coalesce(m.csr, 0)::bigint AS csr, coalesce(m.own, 0)::bigint AS own,
    coalesce(m.other, 0)::bigint AS other,
    (after_6)::int AS reached_6, (after_6 AND is_alive)::int AS survived_6,
    (after_12)::int AS reached_12, (after_12 AND is_alive)::int AS survived_12,
    (after_24)::int AS reached_24, (after_24 AND is_alive)::int AS survived_24
FROM quarter r
JOIN incubators_tenant t ON t.incubator_id = r.incubator_id AND t.entered_on <= r.period_to
LEFT JOIN incubators_tenantquarter q ON q.report_id = r.id AND q.tenant_id = t.id
LEFT JOIN money m ON m.tenant_quarter_id = q.id
LEFT JOIN entrepreneur e ON e.tenant_id = t.id
LEFT JOIN quarter earlier
  ON earlier.incubator_id = r.incubator_id AND earlier.period_to = r.period_from - 1
LEFT JOIN incubators_tenantquarter past ON past.report_id = earlier.id AND past.tenant_id = t.id
CROSS JOIN LATERAL (
    SELECT r.is_newest AND q.id IS NOT NULL AS is_shown,
        coalesce(q.is_operating, false) AS is_alive,
        (t.entered_on + interval '6 months')::date BETWEEN r.period_from AND r.period_to AS after_6,
        (t.entered_on + interval '12 months')::date BETWEEN r.period_from AND r.period_to
            AS after_12,
        (t.entered_on + interval '24 months')::date BETWEEN r.period_from AND r.period_to
            AS after_24,
        coalesce((SELECT to_stage FROM incubators_tenanttransition step
         WHERE step.tenant_id = t.id AND step.happened_on <= r.period_to
         ORDER BY step.happened_on DESC, step.id DESC LIMIT 1), '') AS stage,
        EXISTS (SELECT FROM incubators_tenanttransition step
         WHERE step.tenant_id = t.id AND step.verb = 'graduate'
           AND step.happened_on BETWEEN r.period_from AND r.period_to) AS is_graduated
) AS told
WHERE q.id IS NOT NULL OR is_graduated OR after_6 OR after_12 OR after_24
"""

LIVE = f"""
SELECT {KEY}, {FIGURES} FROM incubators_tenantcount
WHERE counted_to IS NULL AND report_id IN (
    SELECT id FROM incubators_incubationreport WHERE incubator_id = ANY(%(incubators)s))
"""  # noqa: S608, made of our own constants

CLOSE = f"""
UPDATE incubators_tenantcount n SET counted_to = %(at)s
FROM (({LIVE}) EXCEPT ({COUNTS})) AS gone
WHERE n.counted_to IS NULL AND n.report_id = gone.report_id AND n.tenant_id = gone.tenant_id
RETURNING n.programme_year_id
"""  # noqa: S608, made of our own constants

WRITE = f"""
INSERT INTO incubators_tenantcount ({KEY}, {FIGURES}, counted_from)
SELECT {KEY}, {FIGURES}, %(at)s FROM (({COUNTS}) EXCEPT ({LIVE})) AS fresh
RETURNING programme_year_id
"""  # noqa: S608, made of our own constants


# Verifications and steps of tenants wait, and the rows are those of one moment.
LOCK_REPORTERS = """
SELECT u.id FROM incubators_incubator u
WHERE EXISTS (
    SELECT FROM incubators_incubationreport r JOIN reporting_obligation o ON o.id = r.obligation_id
    WHERE r.incubator_id = u.id AND o.programme_year_id = %(year)s)
ORDER BY u.id FOR NO KEY UPDATE
"""


def count(incubators: Sequence[int], *, at: datetime) -> set[int]:
    """Write the count rows that have changed; returns the budget years (primary keys) they touch.

    In the caller's transaction, which holds the incubators. at: the moment from which they count;
    what was verified later is left out, so that a past can be told moment by moment.
    """
    values: dict[str, Any] = {"incubators": list(incubators), "at": at}
    years: set[int] = set()
    with connection.cursor() as cursor:
        for statement in (CLOSE, WRITE):
            cursor.execute(statement, values)
            years |= {year for (year,) in cursor.fetchall()}
    return years


def recount_year(year: int, *, at: datetime) -> int:
    """Write the count rows of each incubator that reports in a budget year anew where they differ.

    For the repair after an audit, in the caller's transaction; returns how many years it touched.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_REPORTERS, {"year": year})
        incubators = [incubator for (incubator,) in cursor.fetchall()]
    return len(count(incubators, at=at))


def recount(incubator: int, institution: int, *, at: datetime) -> None:
    """Count one incubator anew and tell which budget years have changed."""
    if years := count([incubator], at=at):
        tenants_recounted.send(None, institution=institution, years=years)
