"""The audit: count again from the participant rows, and name every cell that differs.

It says the counting rules a second time, on its own and in another form, and compares both ways:
cells that are wrong, cells that are missing, and cells that no row stands behind. The count rows of
verified reports are compared likewise, since the next recount would carry their faults into cells.
"""

import time
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import rollup
from blk_portal.progress.indicators import TENANT_INDICATORS
from blk_portal.progress.models import PendingRollup, RollupRun
from blk_portal.progress.tenant_audit import TENANT_CELLS, TENANT_COUNT_ROWS
from incubators import expiry, tenant_counting
from institutions.models import ProgrammeYear
from trainings import counting

ROW = """
WITH row AS (
    SELECT r.id AS report_id, c.id AS cohort_id, p.id AS participant_id,
        c.institution_id, f.code AS field, c.funding, p.sex, p.disability,
        CASE WHEN p.birth_date > c.starts_on - interval '18 years' THEN 'u18'
             WHEN p.birth_date > c.starts_on - interval '25 years' THEN '18-24'
             WHEN p.birth_date > c.starts_on - interval '35 years' THEN '25-34'
             WHEN p.birth_date > c.starts_on - interval '45 years' THEN '35-44'
             ELSE '45+' END AS age,
        p.result,
        p.nik_index IS NOT NULL AND p.result <> 'withdrawn' AND row_number() OVER (
            PARTITION BY p.nik_index, p.result = 'withdrawn' ORDER BY r.verified_at, r.id, p.id
        ) = 1 AS is_person,
        p.nik_index IS NULL AND p.result <> 'withdrawn' AS lacks_nik
    FROM trainings_participant p
    JOIN trainings_cohort c ON c.id = p.cohort_id
    JOIN trainings_cohortreport r ON r.cohort_id = c.id
    JOIN institutions_vocationalfield f ON f.id = c.field_id
    WHERE c.programme_year_id = %(year)s AND r.kind = 'closing' AND r.status = 'verified'
),
said (participant_id, kind, outcome) AS MATERIALIZED (
    SELECT participant_id, 'certification', competency FROM trainings_certification
    UNION ALL
    SELECT participant_id, 'placement_' || wave, outcome FROM trainings_placement
),
later AS MATERIALIZED (
    SELECT id, cohort_id, kind FROM trainings_cohortreport
    WHERE status = 'verified' AND kind NOT IN ('opening', 'closing')
)
"""

# A fact counts whole and by each breakdown, in the nation, its province and its office. What is cut
# is added up before it is spread over areas, and in integers: a year has thousands of such facts.
EACH_CUT = """
    CROSS JOIN LATERAL (VALUES ('', ''), ('field', f.field), ('funding', f.funding),
        ('sex', f.sex), ('disability', f.disability), ('age', f.age), ('host', f.host)
    ) AS cut (breakdown, bucket)
    WHERE cut.bucket IS NOT NULL
"""
EACH_AREA = """
    CROSS JOIN LATERAL (VALUES (NULL::bigint, NULL::bigint, true), (f.province_id, NULL, true),
        (NULL, f.office_id, f.office_id IS NOT NULL)) AS area (province_id, office_id, holds)
    WHERE area.holds
"""

# What is told of those who passed, by a kind of report, as its indicators.
EACH_OUTCOME = """
    CROSS JOIN LATERAL (VALUES {} (kind || '_reported', reported), ('certified', competent),
        ('employed_' || right(kind, 1), employed),
        ('self_employed_' || right(kind, 1), self_employed)) AS v (indicator, value)
    WHERE value > 0
"""

# The rows of each report once, for its count rows and for the cells of its places.
CELLS_AND_COUNT_ROWS = f""",
counted AS MATERIALIZED (
    SELECT report_id, institution_id, field, funding, sex, disability, age, count(*) AS enrolled,
        count(*) FILTER (WHERE result IN ('passed', 'failed')) AS completed,
        count(*) FILTER (WHERE result = 'passed') AS passed,
        count(*) FILTER (WHERE is_person) AS people,
        count(*) FILTER (WHERE lacks_nik) AS without_nik
    FROM row
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
told AS MATERIALIZED (
    SELECT later.id AS report_id, later.kind, row.institution_id, row.field, row.funding, row.sex,
        row.disability, row.age, count(said.outcome) AS reported,
        count(*) FILTER (WHERE said.outcome IS NULL) AS untold,
        count(*) FILTER (WHERE said.outcome = 'competent') AS competent,
        count(*) FILTER (WHERE said.outcome = 'employed') AS employed,
        count(*) FILTER (WHERE said.outcome = 'self_employed') AS self_employed
    FROM row
    JOIN later USING (cohort_id)
    LEFT JOIN said ON said.participant_id = row.participant_id AND said.kind = later.kind
    WHERE row.result = 'passed'
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),
outcome AS (
    SELECT report_id, institution_id, field, funding, sex, disability, age, indicator, value
    FROM told
    {EACH_OUTCOME.format("(kind || '_untold', untold),")}
),
stored AS (
    SELECT n.report_id, n.institution_id, f.code AS field, n.funding, n.sex, n.disability,
        n.age_band AS age, sum(n.enrolled) AS enrolled, sum(n.completed) AS completed,
        sum(n.passed) AS passed, sum(n.people) AS people, sum(n.without_nik) AS without_nik
    FROM trainings_cohortcount n
    JOIN institutions_vocationalfield f ON f.id = n.field_id
    WHERE n.programme_year_id = %(year)s AND n.counted_to IS NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
stored_outcome AS (
    SELECT n.report_id, n.institution_id, f.code AS field, n.funding, n.sex, n.disability,
        n.age_band AS age, v.indicator, sum(v.n) AS value
    FROM trainings_outcomecount n
    JOIN institutions_vocationalfield f ON f.id = n.field_id
    CROSS JOIN LATERAL (VALUES ('certification_reported', n.certification_reported),
        ('certified', n.certified), ('placement_3_reported', n.placement_3_reported),
        ('employed_3', n.employed_3), ('self_employed_3', n.self_employed_3),
        ('placement_6_reported', n.placement_6_reported), ('employed_6', n.employed_6),
        ('self_employed_6', n.self_employed_6),
        ('certification_untold', n.certification_untold),
        ('placement_3_untold', n.placement_3_untold),
        ('placement_6_untold', n.placement_6_untold)) AS v (indicator, n)
    WHERE n.programme_year_id = %(year)s AND n.counted_to IS NULL AND v.n > 0
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
),
asked AS (
    SELECT c.id FROM incubators_criterion c
    WHERE c.valid_from <= %(today)s AND (c.valid_to IS NULL OR c.valid_to >= %(today)s)
),
stands AS (
    SELECT e.incubator_id AS id
    FROM incubators_evidence e JOIN asked ON asked.id = e.criterion_id
    WHERE greatest(e.valid_from, e.verified_on) <= %(today)s AND e.verified_on IS NOT NULL
      AND coalesce(e.valid_to, 'infinity') >= %(today)s
      AND coalesce(e.withdrawn_on, 'infinity') > %(today)s
    GROUP BY e.incubator_id
    HAVING count(DISTINCT e.criterion_id) = (SELECT count(*) FROM asked)
),
place AS (
    SELECT i.id, reg.province_id, i.office_id, f.code AS field, i.host_type AS host
    FROM institutions_institution i
    JOIN institutions_regency reg ON reg.id = i.regency_id
    JOIN institutions_vocationalfield f ON f.id = i.field_id
),
reported AS (
    SELECT institution_id, sum(enrolled) AS enrolled, sum(completed) AS completed,
        sum(passed) AS passed
    FROM counted GROUP BY 1
),
proved AS (
    SELECT institution_id, sum(reported) AS certification_reported, sum(competent) AS certified
    FROM told WHERE kind = 'certification' GROUP BY 1
),
legacy AS (
    SELECT p.province_id, p.office_id, p.host, v.indicator, sum(v.said) AS said, max(v.told) AS told
    FROM progress_openingbalance b
    JOIN place p ON p.id = b.institution_id
    LEFT JOIN reported r USING (institution_id)
    LEFT JOIN proved o USING (institution_id)
    CROSS JOIN LATERAL (VALUES ('enrolled', b.enrolled, r.enrolled),
        ('completed', b.completed, r.completed), ('passed', b.passed, r.passed),
        ('certification_reported', b.certification_reported, o.certification_reported),
        ('certified', b.certified, o.certified)) AS v (indicator, said, told)
    WHERE b.programme_year_id = %(year)s AND b.approved_by_id IS NOT NULL AND b.ended_by_id IS NULL
    GROUP BY b.institution_id, 1, 2, 3, 4
),
lacking (indicator, province_id, office_id, host, n) AS (
    SELECT indicator, province_id, office_id, host, sum(said - coalesce(told, 0))
    FROM legacy WHERE said > coalesce(told, 0)
    GROUP BY 1, 2, 3, 4
),
participation AS MATERIALIZED (
    SELECT p.province_id, p.office_id, c.field, c.funding, c.sex, c.disability, c.age, p.host,
        sum(c.enrolled)::integer AS enrolled, sum(c.completed)::integer AS completed,
        sum(c.passed)::integer AS passed, sum(c.people)::integer AS people
    FROM counted c JOIN place p ON p.id = c.institution_id
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    UNION ALL
    SELECT province_id, office_id, 'opening', 'opening', 'opening', 'opening', 'opening', host,
        (sum(n) FILTER (WHERE indicator = 'enrolled'))::integer,
        (sum(n) FILTER (WHERE indicator = 'completed'))::integer,
        (sum(n) FILTER (WHERE indicator = 'passed'))::integer, 0
    FROM lacking GROUP BY province_id, office_id, host
),
fact (indicator, province_id, office_id, field, funding, sex, disability, age, host, n) AS (
    SELECT indicator, province_id, office_id, field, funding, sex, disability, age, host, value
    FROM (
        SELECT t.kind, p.province_id, p.office_id, t.field, t.funding, t.sex, t.disability, t.age,
            p.host, sum(t.reported)::integer AS reported, sum(t.competent)::integer AS competent,
            sum(t.employed)::integer AS employed, sum(t.self_employed)::integer AS self_employed
        FROM told t JOIN place p ON p.id = t.institution_id
        GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    ) AS placed
    {EACH_OUTCOME.format("")}
    UNION ALL
    SELECT indicator, province_id, office_id, 'opening', 'opening', 'opening', 'opening',
        'opening', host, n
    FROM lacking WHERE indicator IN ('certification_reported', 'certified')
    UNION ALL
    SELECT 'institutions_' || m.kind, p.province_id, p.office_id, p.field, NULL, NULL, NULL, NULL,
        p.host, 1
    FROM institutions_milestone m JOIN place p ON p.id = m.institution_id
    WHERE m.programme_year_id = %(year)s AND m.withdrawn_at IS NULL
      AND m.kind IN ('pkb', 'built', 'operational')
    UNION ALL
    SELECT 'incubators_' || reached.name, p.province_id, p.office_id, p.field, NULL, NULL, NULL,
        NULL, p.host, 1
    FROM incubators_incubator u
    JOIN incubators_selectionround s ON s.id = u.round_id
    JOIN place p ON p.id = u.institution_id
    JOIN (VALUES ('candidates', -1, false), ('selected', 1, false), ('validated', 2, false),
        ('mentored', 3, false), ('established', 4, true), ('independent', 5, true)
    ) AS reached (name, rank, has_to_stand)
      ON coalesce(array_position(
         ARRAY['selected', 'validated', 'mentored', 'established', 'independent'], u.stage::text),
         0) >= reached.rank AND (NOT reached.has_to_stand OR u.id IN (SELECT id FROM stands))
    WHERE s.programme_year_id = %(year)s
    UNION ALL
    SELECT 'incubators_struck_off', p.province_id, p.office_id, p.field, NULL, NULL, NULL, NULL,
        p.host, 1
    FROM incubators_incubator u
    JOIN incubators_selectionround s ON s.id = u.round_id
    JOIN place p ON p.id = u.institution_id
    WHERE s.programme_year_id = %(year)s AND 'strike_off' = (
        SELECT t.verb FROM incubators_incubatortransition t
        WHERE t.incubator_id = u.id AND t.withdrawn_at IS NULL
        ORDER BY t.recorded_at DESC, t.id DESC LIMIT 1)
),
cell (indicator, province_id, office_id, breakdown, bucket, value) AS (
    SELECT f.indicator, area.province_id, area.office_id, f.breakdown, f.bucket, sum(f.n)
    FROM (
        SELECT f.indicator, f.province_id, f.office_id, cut.breakdown, cut.bucket,
            sum(f.n)::bigint AS n
        FROM fact f
        {EACH_CUT}
        GROUP BY 1, 2, 3, 4, 5
    ) f
    {EACH_AREA}
    GROUP BY 1, 2, 3, 4, 5
    UNION ALL
    SELECT v.indicator, g.province_id, g.office_id, g.breakdown, g.bucket, v.value
    FROM (
        SELECT area.province_id, area.office_id, f.breakdown, f.bucket,
            sum(f.enrolled) AS enrolled, sum(f.completed) AS completed, sum(f.passed) AS passed,
            sum(f.people) AS people
        FROM (
            SELECT f.province_id, f.office_id, cut.breakdown, cut.bucket,
                sum(f.enrolled)::integer AS enrolled, sum(f.completed)::integer AS completed,
                sum(f.passed)::integer AS passed, sum(f.people)::integer AS people
            FROM participation f
            {EACH_CUT}
            GROUP BY 1, 2, 3, 4
        ) f
        {EACH_AREA}
        GROUP BY 1, 2, 3, 4
    ) g
    CROSS JOIN LATERAL (VALUES ('enrolled', g.enrolled), ('completed', g.completed),
        ('passed', g.passed), ('people', g.people)) AS v (indicator, value)
    WHERE v.value > 0
),
differing (report_id, indicator, area, breakdown, bucket, stored, counted) AS (
    SELECT 0, coalesce(cell.indicator, a.indicator),
        coalesce(province.name, office.name, ''),
        coalesce(cell.breakdown, a.breakdown), coalesce(cell.bucket, a.bucket),
        a.value, cell.value
    FROM cell
    FULL JOIN (SELECT * FROM progress_actual WHERE programme_year_id = %(year)s
        AND indicator <> ALL(%(tenant_indicators)s)) a
      ON a.indicator = cell.indicator AND a.breakdown = cell.breakdown AND a.bucket = cell.bucket
     AND coalesce(a.province_id, 0) = coalesce(cell.province_id, 0)
     AND coalesce(a.office_id, 0) = coalesce(cell.office_id, 0)
    LEFT JOIN institutions_province province
      ON province.id = coalesce(cell.province_id, a.province_id)
    LEFT JOIN institutions_trainingoffice office
      ON office.id = coalesce(cell.office_id, a.office_id)
    WHERE a.value IS DISTINCT FROM cell.value
    UNION ALL
    SELECT report_id, v.indicator, i.name, 'report',
        concat_ws('/', report_id, sex, disability, age), v.stored, v.counted
    FROM counted
    FULL JOIN stored USING (report_id, institution_id, field, funding, sex, disability, age)
    CROSS JOIN LATERAL (VALUES ('enrolled', stored.enrolled, counted.enrolled),
        ('completed', stored.completed, counted.completed),
        ('passed', stored.passed, counted.passed), ('people', stored.people, counted.people),
        ('without_nik', stored.without_nik, counted.without_nik)
    ) AS v (indicator, stored, counted)
    JOIN institutions_institution i ON i.id = institution_id
    WHERE v.stored IS DISTINCT FROM v.counted
    UNION ALL
    SELECT report_id, indicator, i.name, 'report', concat_ws('/', report_id, sex, disability, age),
        stored_outcome.value, outcome.value
    FROM outcome
    FULL JOIN stored_outcome
        USING (report_id, institution_id, field, funding, sex, disability, age, indicator)
    JOIN institutions_institution i ON i.id = institution_id
    WHERE stored_outcome.value IS DISTINCT FROM outcome.value
)
SELECT indicator, area, breakdown, bucket, stored::bigint, counted::bigint FROM differing
ORDER BY report_id, area, indicator, breakdown, bucket
"""  # noqa: S608, made of our own constants


class Unsettled(Exception):
    """Budget years whose recounts did not come to rest; `years` are calendar numbers."""

    @property
    def years(self) -> tuple[int, ...]:
        return self.args


@dataclass(frozen=True)
class Difference:
    """One cell whose stored value is not what the rows say; None stands for no such cell.

    For a count row of a report the area is the institution, and the bucket says which row.
    """

    year: int
    area: str
    indicator: str
    breakdown: str
    bucket: str
    stored: int | None
    counted: int | None

    def __str__(self) -> str:
        cut = f"{self.breakdown}={self.bucket}" if self.breakdown else "-"
        return (
            f"TA {self.year} | {self.area or 'nasional'} | {self.indicator} | {cut}"
            f" | tersimpan {self.stored or 0} | menurut baris {self.counted or 0}"
        )


def _compare(year: ProgrammeYear) -> list[Difference] | None:
    """Compare in one snapshot; None while a recount is owed, since its cells differ rightly."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not connection.savepoint_ids:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        owed = PendingRollup.objects.filter(
            programme_year=year, attempts__lt=rollup.MAX_ATTEMPTS
        ).exists()
        if owed:
            return None
        found = []
        values: dict[str, Any] = {
            "year": year.pk, "today": today_in_jakarta(),
            "tenant_indicators": list(TENANT_INDICATORS),
        }  # fmt: skip
        # Enough for the rows of a year to be counted without files.
        cursor.execute("SET LOCAL work_mem = '64MB'")
        for statement in (ROW + CELLS_AND_COUNT_ROWS, TENANT_CELLS, TENANT_COUNT_ROWS):
            cursor.execute(statement, values)
            found += [
                Difference(year.year, area, indicator, breakdown, bucket, stored, counted)
                for indicator, area, breakdown, bucket, stored, counted in cursor.fetchall()
            ]
        return found


def audit_year(year: ProgrammeYear, *, patience: int = 20) -> list[Difference]:
    """Every cell and count row of a budget year that differs, after settling what is owed.

    Raises Unsettled when changes arrive faster than they can be settled.
    """
    for _attempt in range(patience):
        if (differences := _compare(year)) is not None:
            return differences
        if rollup.settle(year.pk) is None:
            time.sleep(0.25)
    raise Unsettled(year.year)


def run_audit(*, repair: bool = False) -> list[Difference]:
    """Audit every budget year and stamp the badge; with `repair`, recount what differs.

    A year that does not settle keeps its old badge and does not hold up the others; Unsettled names
    such years at the end.
    """
    # A day that began since the last run may owe standings, as rows may owe a recount.
    expiry.catch_up(on=today_in_jakarta())
    found: list[Difference] = []
    unsettled: list[int] = []
    for year in ProgrammeYear.objects.all():
        started_at = timezone.now()
        try:
            differences = audit_year(year)
        except Unsettled as still:
            unsettled += still.years
            continue
        if differences and repair:
            with transaction.atomic():
                counting.recount_year(year.pk, at=timezone.now())
                tenant_counting.recount_year(year.pk, at=timezone.now())
                rollup.rebuild_year(year.pk)
        RollupRun.objects.create(
            programme_year=year, kind=RollupRun.Kind.AUDIT, started_at=started_at,
            finished_at=timezone.now(), differences=len(differences),
            repaired=bool(differences and repair),
        )  # fmt: skip
        found += differences
    if unsettled:
        raise Unsettled(*unsettled)
    return found
