"""The statement that turns counted quarters of tenants into cells."""

# One breakdown at a time, in the shape of those in `cells`. Jobs are broken down by sex and finance
# by its source, each over the whole; everything over host and field of the institution.
TENANT_CELLS = """
SELECT g.area_id, v.indicator,
    CASE WHEN v.own <> '' THEN v.own ELSE g.breakdown END,
    CASE WHEN v.own <> '' THEN v.bucket ELSE g.bucket END, v.value
FROM (
    SELECT place.area_id,
        CASE WHEN grouping(f.code) = 0 THEN 'field'
             WHEN grouping(place.host_type) = 0 THEN 'host' ELSE '' END AS breakdown,
        coalesce(f.code, place.host_type, '') AS bucket,
        sum(n.before) AS before, sum(n.incubation) AS incubation, sum(n.after) AS after,
        sum(n.graduated) AS graduated, sum(n.entrepreneurs) AS entrepreneurs,
        sum(n.workers_male) AS male, sum(n.workers_female) AS female,
        sum(n.turnover) AS turnover, sum(n.turnover_now) AS turnover_now,
        sum(n.turnover_then) AS turnover_then,
        sum(n.kur) AS kur, sum(n.tkm) AS tkm, sum(n.csr) AS csr, sum(n.own) AS own,
        sum(n.other) AS other,
        sum(n.reached_6) AS reached_6, sum(n.survived_6) AS survived_6,
        sum(n.reached_12) AS reached_12, sum(n.survived_12) AS survived_12,
        sum(n.reached_24) AS reached_24, sum(n.survived_24) AS survived_24
    FROM incubators_tenantcount n
    JOIN incubators_incubationreport r ON r.id = n.report_id
    JOIN incubators_incubator u ON u.id = r.incubator_id
    JOIN place ON place.institution_id = u.institution_id
    JOIN institutions_vocationalfield f ON f.id = place.field_id
    WHERE n.programme_year_id = %(year)s AND {counted}
    GROUP BY GROUPING SETS ((place.area_id), (place.area_id, f.code),
        (place.area_id, place.host_type))
) g
CROSS JOIN LATERAL (VALUES
    ('tenants_before', '', '', g.before), ('tenants_incubation', '', '', g.incubation),
    ('tenants_after', '', '', g.after), ('tenants_graduated', '', '', g.graduated),
    ('new_entrepreneurs', '', '', g.entrepreneurs), ('jobs', '', '', g.male + g.female),
    ('jobs', 'sex', 'L', g.male), ('jobs', 'sex', 'P', g.female),
    ('tenant_turnover', '', '', g.turnover), ('turnover_now', '', '', g.turnover_now),
    ('turnover_then', '', '', g.turnover_then),
    ('finance', '', '', g.kur + g.tkm + g.csr + g.own + g.other),
    ('finance', 'source', 'kur', g.kur), ('finance', 'source', 'tkm', g.tkm),
    ('finance', 'source', 'csr', g.csr), ('finance', 'source', 'own', g.own),
    ('finance', 'source', 'other', g.other),
    ('reached_6', '', '', g.reached_6), ('survived_6', '', '', g.survived_6),
    ('reached_12', '', '', g.reached_12), ('survived_12', '', '', g.survived_12),
    ('reached_24', '', '', g.reached_24), ('survived_24', '', '', g.survived_24)
) AS v (indicator, own, bucket, value)
WHERE v.own = '' OR g.breakdown = ''
"""
