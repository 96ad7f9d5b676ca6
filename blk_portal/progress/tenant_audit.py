"""The counting rules of tenants said a second time, from the rows of their quarters.

In another form than `incubators.tenant_counting` says them: by facts that are put side by side.
Read are all quarters of the incubators that report in the year: the first sale and the quarter
before may lie in an earlier one.
"""

# Facts are put together once: PostgreSQL expects few of them, and else gathers them anew for each
# report that it finds them a place for.
FACTS = """
WITH asked AS (
    SELECT DISTINCT r.incubator_id
    FROM incubators_incubationreport r
    JOIN reporting_obligation o ON o.id = r.obligation_id
    WHERE r.status = 'verified' AND o.programme_year_id = %(year)s
),
said AS (
    SELECT q.id, q.tenant_id, q.turnover, q.workers_male, q.workers_female, q.is_operating,
        r.id AS report_id, r.incubator_id, r.year * 4 + r.quarter AS turn,
        make_date(r.year, r.quarter * 3 - 2, 1) AS first,
        (make_date(r.year, r.quarter * 3 - 2, 1) + interval '3 months - 1 day')::date AS last,
        o.programme_year_id
    FROM incubators_incubationreport r
    JOIN reporting_obligation o ON o.id = r.obligation_id
    LEFT JOIN incubators_tenantquarter q ON q.report_id = r.id
    WHERE r.status = 'verified' AND r.incubator_id IN (SELECT incubator_id FROM asked)
),
told AS (
    SELECT DISTINCT report_id, incubator_id, turn, first, last, programme_year_id FROM said
    WHERE programme_year_id = %(year)s
),
newest AS (SELECT incubator_id, max(turn) AS turn FROM told GROUP BY 1),
shown AS (
    SELECT said.* FROM said
    WHERE id IS NOT NULL AND (incubator_id, turn) IN (SELECT incubator_id, turn FROM newest)
),
fact (report_id, tenant_id, indicator, cut, bucket, value) AS (
    SELECT DISTINCT ON (shown.report_id, shown.tenant_id)
        shown.report_id, shown.tenant_id, 'tenants_' || step.to_stage, '', '', 1
    FROM shown JOIN incubators_tenanttransition step
      ON step.tenant_id = shown.tenant_id AND step.happened_on <= shown.last
    ORDER BY shown.report_id, shown.tenant_id, step.happened_on DESC, step.id DESC
    ),
more (report_id, tenant_id, indicator, cut, bucket, value) AS MATERIALIZED (
    SELECT * FROM fact WHERE indicator IN
        ('tenants_before', 'tenants_incubation', 'tenants_after')
    UNION ALL
    SELECT DISTINCT told.report_id, t.id, 'tenants_graduated', '', '', 1
    FROM told JOIN incubators_tenant t ON t.incubator_id = told.incubator_id
    JOIN incubators_tenanttransition step ON step.tenant_id = t.id AND step.verb = 'graduate'
    WHERE step.happened_on >= told.first AND step.happened_on <= told.last
      AND t.entered_on <= told.last
    UNION ALL
    SELECT report_id, tenant_id, 'new_entrepreneurs', '', '', 1
    FROM (
        SELECT said.report_id, said.tenant_id,
            row_number() OVER (PARTITION BY said.tenant_id ORDER BY said.turn) AS place
        FROM said JOIN incubators_tenant t ON t.id = said.tenant_id
        WHERE said.turnover > 0
          AND EXISTS (SELECT FROM incubators_tenanttransition step WHERE step.tenant_id = t.id
                AND step.verb = 'admit' AND step.happened_on <= said.last)
          AND (NOT t.had_business OR EXISTS (SELECT FROM incubators_legality nib
                WHERE nib.tenant_id = t.id AND nib.kind = 'nib'
                  AND nib.issued_on > t.entered_on AND nib.issued_on <= said.last))
    ) AS sold WHERE place = 1
    UNION ALL
    SELECT shown.report_id, shown.tenant_id, 'jobs', cut.cut, cut.bucket, cut.value
    FROM shown CROSS JOIN LATERAL (VALUES ('', '', workers_male + workers_female),
        ('sex', 'L', workers_male), ('sex', 'P', workers_female)) AS cut (cut, bucket, value)
    UNION ALL
    SELECT report_id, tenant_id, 'tenant_turnover', '', '', turnover FROM said
    WHERE id IS NOT NULL AND programme_year_id = %(year)s
    UNION ALL
    SELECT now.report_id, now.tenant_id, v.indicator, '', '', v.value
    FROM said now JOIN said past ON past.tenant_id = now.tenant_id AND past.turn = now.turn - 1
    CROSS JOIN LATERAL (VALUES ('turnover_now', now.turnover), ('turnover_then', past.turnover)
    ) AS v (indicator, value)
    WHERE now.programme_year_id = %(year)s
    UNION ALL
    SELECT said.report_id, said.tenant_id, 'finance', cut.cut, cut.bucket, money.amount
    FROM said JOIN incubators_financereceived money ON money.tenant_quarter_id = said.id
    CROSS JOIN LATERAL (VALUES ('', ''), ('source', money.source)) AS cut (cut, bucket)
    WHERE said.programme_year_id = %(year)s
    UNION ALL
    SELECT told.report_id, t.id, v.indicator || month.n, '', '', 1
    FROM told
    JOIN incubators_tenant t ON t.incubator_id = told.incubator_id
    CROSS JOIN (VALUES (6), (12), (24)) AS month (n)
    LEFT JOIN said ON said.report_id = told.report_id AND said.tenant_id = t.id
    CROSS JOIN LATERAL (VALUES ('reached_', true), ('survived_', said.is_operating)
    ) AS v (indicator, holds)
    WHERE v.holds AND t.entered_on + make_interval(months => month.n) >= told.first
      AND t.entered_on + make_interval(months => month.n) <= told.last
),
placed AS (
    SELECT more.*, told.programme_year_id, i.name, reg.province_id, i.office_id,
        f.code AS field, i.host_type AS host
    FROM more
    JOIN told USING (report_id)
    JOIN incubators_incubator u ON u.id = told.incubator_id
    JOIN institutions_institution i ON i.id = u.institution_id
    JOIN institutions_regency reg ON reg.id = i.regency_id
    JOIN institutions_vocationalfield f ON f.id = i.field_id
    WHERE told.programme_year_id = %(year)s
)
"""

TENANT_CELLS = f"""{FACTS},
cell AS (
    SELECT p.indicator, area.province_id, area.office_id, cut.breakdown, cut.bucket,
        sum(p.value) AS value
    FROM placed p
    CROSS JOIN LATERAL (VALUES (NULL::bigint, NULL::bigint, true), (p.province_id, NULL, true),
        (NULL, p.office_id, p.office_id IS NOT NULL)) AS area (province_id, office_id, holds)
    CROSS JOIN LATERAL (VALUES (p.cut, p.bucket, true), ('field', p.field, p.cut = ''),
        ('host', p.host, p.cut = '')) AS cut (breakdown, bucket, holds)
    WHERE area.holds AND cut.holds
    GROUP BY 1, 2, 3, 4, 5
    HAVING sum(p.value) > 0
)
SELECT coalesce(cell.indicator, a.indicator), coalesce(province.name, office.name, ''),
    coalesce(cell.breakdown, a.breakdown), coalesce(cell.bucket, a.bucket), a.value, cell.value
FROM cell
FULL JOIN (SELECT * FROM progress_actual WHERE programme_year_id = %(year)s
    AND indicator = ANY(%(tenant_indicators)s)) a
  ON a.indicator = cell.indicator AND a.breakdown = cell.breakdown AND a.bucket = cell.bucket
 AND coalesce(a.province_id, 0) = coalesce(cell.province_id, 0)
 AND coalesce(a.office_id, 0) = coalesce(cell.office_id, 0)
LEFT JOIN institutions_province province
  ON province.id = coalesce(cell.province_id, a.province_id)
LEFT JOIN institutions_trainingoffice office ON office.id = coalesce(cell.office_id, a.office_id)
WHERE a.value IS DISTINCT FROM cell.value
ORDER BY 2, 1, 3, 4
"""  # noqa: S608, made of our own constants

# Likewise each count row: whose it is, and every figure in it.
TENANT_COUNT_ROWS = f"""{FACTS},
counted AS (
    SELECT report_id, tenant_id, indicator, cut, bucket, sum(value) AS value
    FROM placed GROUP BY 1, 2, 3, 4, 5 HAVING sum(value) > 0
),
stored AS (
    SELECT n.report_id, n.tenant_id, v.indicator, v.cut, v.bucket, v.value::numeric AS value
    FROM incubators_tenantcount n
    CROSS JOIN LATERAL (VALUES ('tenants_before', '', '', n.before),
        ('tenants_incubation', '', '', n.incubation), ('tenants_after', '', '', n.after),
        ('tenants_graduated', '', '', n.graduated),
        ('new_entrepreneurs', '', '', n.entrepreneurs),
        ('jobs', '', '', n.workers_male + n.workers_female), ('jobs', 'sex', 'L', n.workers_male),
        ('jobs', 'sex', 'P', n.workers_female), ('tenant_turnover', '', '', n.turnover),
        ('turnover_now', '', '', n.turnover_now), ('turnover_then', '', '', n.turnover_then),
        ('finance', '', '', n.kur + n.tkm + n.csr + n.own + n.other),
        ('finance', 'source', 'kur', n.kur), ('finance', 'source', 'tkm', n.tkm),
        ('finance', 'source', 'csr', n.csr), ('finance', 'source', 'own', n.own),
        ('finance', 'source', 'other', n.other),
        ('reached_6', '', '', n.reached_6), ('survived_6', '', '', n.survived_6),
        ('reached_12', '', '', n.reached_12), ('survived_12', '', '', n.survived_12),
        ('reached_24', '', '', n.reached_24), ('survived_24', '', '', n.survived_24)
    ) AS v (indicator, cut, bucket, value)
    WHERE n.programme_year_id = %(year)s AND n.counted_to IS NULL AND v.value > 0
)
SELECT indicator, t.business, 'tenant', concat_ws('/', report_id, tenant_id, cut, bucket),
    stored.value, counted.value
FROM counted FULL JOIN stored USING (report_id, tenant_id, indicator, cut, bucket)
JOIN incubators_tenant t ON t.id = tenant_id
WHERE stored.value IS DISTINCT FROM counted.value
ORDER BY report_id, tenant_id, 1
"""  # noqa: S608, made of our own constants
