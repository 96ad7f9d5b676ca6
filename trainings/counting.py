"""From participant rows to count rows: what verification writes and reopening closes.

Every statement works on a set of reports, so one report and ten thousand take the same path.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

CLAIM_PEOPLE = """
INSERT INTO trainings_countedperson (programme_year_id, nik_index, participant_id, report_id)
SELECT DISTINCT ON (c.programme_year_id, p.nik_index)
       c.programme_year_id, p.nik_index, p.id, r.id
FROM trainings_cohortreport r
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN trainings_participant p ON p.cohort_id = c.id
WHERE r.id = ANY(%(reports)s) AND r.kind = 'closing' AND r.status = 'verified'
  AND p.nik_index IS NOT NULL AND p.result <> 'withdrawn'
ORDER BY c.programme_year_id, p.nik_index, r.verified_at, r.id, p.id
ON CONFLICT (programme_year_id, nik_index) DO NOTHING
RETURNING report_id
"""

RELEASE_PEOPLE = """
DELETE FROM trainings_countedperson WHERE report_id = ANY(%(reports)s)
RETURNING programme_year_id, nik_index
"""

SUCCESSORS = """
SELECT DISTINCT r.id
FROM unnest(%(years)s::bigint[], %(people)s::bytea[]) AS freed (programme_year_id, nik_index)
JOIN trainings_participant p ON p.nik_index = freed.nik_index AND p.result <> 'withdrawn'
JOIN trainings_cohort c ON c.id = p.cohort_id AND c.programme_year_id = freed.programme_year_id
JOIN trainings_cohortreport r ON r.cohort_id = c.id AND r.kind = 'closing'
WHERE r.status = 'verified'
"""

INSTITUTIONS_OF = """
SELECT DISTINCT c.institution_id
FROM trainings_cohortreport r JOIN trainings_cohort c ON c.id = r.cohort_id
WHERE r.id = ANY(%(reports)s)
"""

CLOSE_COUNTS = """
UPDATE trainings_cohortcount SET counted_to = %(at)s
WHERE report_id = ANY(%(reports)s) AND counted_to IS NULL
"""

# Of a participant p in a cohort c, after AGE.
AGE_BAND = """CASE WHEN age.years < 18 THEN 'u18' WHEN age.years < 25 THEN '18-24'
         WHEN age.years < 35 THEN '25-34' WHEN age.years < 45 THEN '35-44' ELSE '45+' END"""
# The same as conditions on the birth date: the age itself costs more than the rest of a question
# about thousands of participants.
AGED = {
    "u18": "p.birth_date > c.starts_on - interval '18 years'",
    **{
        f"{first}-{last}": f"p.birth_date <= c.starts_on - interval '{first} years' "
        f"AND p.birth_date > c.starts_on - interval '{last + 1} years'"
        for first, last in ((18, 24), (25, 34), (35, 44))
    },
    "45+": "p.birth_date <= c.starts_on - interval '45 years'",
}
KEY = f"""r.id AS report_id, c.programme_year_id, c.institution_id, c.field_id, c.funding,
    p.sex, p.disability, {AGE_BAND}"""
AGE = """
CROSS JOIN LATERAL (SELECT extract(year FROM age(c.starts_on, p.birth_date)) AS years) AS age"""

# The columns of count rows, each with what it counts. Nothing else says how participants become
# counts, and cells are sums of the indicators; only the audit says it again on its own.
PARTICIPATIONS = {
    "enrolled": "count(*)",
    "completed": "count(*) FILTER (WHERE p.result <> 'withdrawn')",
    "passed": "count(*) FILTER (WHERE p.result = 'passed')",
    "people": "count(person.id)",
}
# No indicator, but why participants are nobody's person.
OF_PARTICIPANTS = PARTICIPATIONS | {
    "without_nik": "count(*) FILTER (WHERE p.result <> 'withdrawn' AND p.nik_index IS NULL)",
}
OUTCOMES = {
    "certification_reported": "count(told.outcome) FILTER (WHERE r.kind = 'certification')",
    "certified":
        "count(*) FILTER (WHERE r.kind = 'certification' AND told.outcome = 'competent')",
    "placement_3_reported": "count(told.outcome) FILTER (WHERE r.kind = 'placement_3')",
    "employed_3": "count(*) FILTER (WHERE r.kind = 'placement_3' AND told.outcome = 'employed')",
    "self_employed_3":
        "count(*) FILTER (WHERE r.kind = 'placement_3' AND told.outcome = 'self_employed')",
    "placement_6_reported": "count(told.outcome) FILTER (WHERE r.kind = 'placement_6')",
    "employed_6": "count(*) FILTER (WHERE r.kind = 'placement_6' AND told.outcome = 'employed')",
    "self_employed_6":
        "count(*) FILTER (WHERE r.kind = 'placement_6' AND told.outcome = 'self_employed')",
}  # fmt: skip
LATER_KINDS = ("certification", "placement_3", "placement_6")
# No indicators either, but of how many who passed a verified report does not tell.
OF_PASSED = OUTCOMES | {
    f"{kind}_untold": f"count(*) FILTER (WHERE r.kind = '{kind}' AND told.outcome IS NULL)"
    for kind in LATER_KINDS
}
# What a report of one of these kinds tells of a participant p.
TOLD_OF = """
LEFT JOIN (
    SELECT participant_id, 'certification' AS kind, competency AS outcome
    FROM trainings_certification
    UNION ALL
    SELECT participant_id, 'placement_' || wave, outcome FROM trainings_placement
) AS told ON told.participant_id = p.id AND told.kind = {report}.kind"""

COUNTS = f"""
SELECT {KEY}, {", ".join(OF_PARTICIPANTS.values())}
FROM trainings_cohortreport r
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN trainings_participant p ON p.cohort_id = c.id{AGE}
LEFT JOIN trainings_countedperson person ON person.participant_id = p.id
WHERE r.id = ANY(%(reports)s) AND r.kind = 'closing' AND r.status = 'verified'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608, made of our own constants

KEY_COLUMNS = """report_id, programme_year_id, institution_id, field_id, funding,
    sex, disability, age_band"""
COLUMNS = ", ".join([KEY_COLUMNS, *OF_PARTICIPANTS])

WRITE_COUNTS = f"""
INSERT INTO trainings_cohortcount ({COLUMNS}, counted_from)
SELECT count.*, %(at)s FROM ({COUNTS}) AS count
"""  # noqa: S608, made of our own constants

# Reports whose live count rows are not what their participants say, either way round.
DIFFERING = f"""
WITH live AS (
    SELECT {COLUMNS} FROM trainings_cohortcount
    WHERE report_id = ANY(%(reports)s) AND counted_to IS NULL
), counted ({COLUMNS}) AS ({COUNTS})
SELECT report_id FROM (SELECT * FROM live EXCEPT SELECT * FROM counted) AS surplus
UNION
SELECT report_id FROM (SELECT * FROM counted EXCEPT SELECT * FROM live) AS lacking
"""  # noqa: S608, made of our own constants

# The reports that tell what became of those who passed, and rest on one of these: on a closing
# report all of its cohort do.
RESTING = """
    SELECT r.id FROM trainings_cohortreport given
    JOIN trainings_cohortreport r ON r.cohort_id = given.cohort_id
    WHERE given.id = ANY(%(reports)s) AND (r.id = given.id OR given.kind = 'closing')
"""

CLOSE_OUTCOMES = f"""
UPDATE trainings_outcomecount SET counted_to = %(at)s
WHERE report_id IN ({RESTING}) AND counted_to IS NULL
"""  # noqa: S608, made of our own constants

# Who passed is said by the closing report: while it is open again, nothing that rests on it counts.
COUNTED_OUTCOMES = f"""
SELECT {KEY}, {", ".join(OF_PASSED.values())}
FROM trainings_cohortreport r
JOIN trainings_cohortreport closing
  ON closing.cohort_id = r.cohort_id AND closing.kind = 'closing' AND closing.status = 'verified'
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN trainings_participant p ON p.cohort_id = c.id AND p.result = 'passed'
{TOLD_OF.format(report="r")}{AGE}
WHERE r.id IN ({RESTING}) AND r.status = 'verified' AND r.kind IN {LATER_KINDS}
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
"""  # noqa: S608, made of our own constants

OUTCOME_COLUMNS = ", ".join([KEY_COLUMNS, *OF_PASSED])

WRITE_OUTCOMES = f"""
INSERT INTO trainings_outcomecount ({OUTCOME_COLUMNS}, counted_from)
SELECT count.*, %(at)s FROM ({COUNTED_OUTCOMES}) AS count
"""  # noqa: S608, made of our own constants

# As DIFFERING, of the reports that rest on closing reports.
DIFFERING_OUTCOMES = f"""
WITH live AS (
    SELECT {OUTCOME_COLUMNS} FROM trainings_outcomecount
    WHERE report_id IN ({RESTING}) AND counted_to IS NULL
), counted ({OUTCOME_COLUMNS}) AS ({COUNTED_OUTCOMES})
SELECT report_id FROM (SELECT * FROM live EXCEPT SELECT * FROM counted) AS surplus
UNION
SELECT report_id FROM (SELECT * FROM counted EXCEPT SELECT * FROM live) AS lacking
"""  # noqa: S608, made of our own constants

REPORTS_OF_YEAR = """
SELECT r.id FROM trainings_cohortreport r JOIN trainings_cohort c ON c.id = r.cohort_id
WHERE c.programme_year_id = %(year)s AND r.kind = 'closing'
"""


# Reopenings and verifications of the year wait, or a person handed over meanwhile would be lost.
LOCK_YEAR = "SELECT FROM institutions_programmeyear WHERE id = %(year)s FOR NO KEY UPDATE"


def _recount(cursor: CursorWrapper, reports: Sequence[int], at: datetime) -> None:
    values: dict[str, Any] = {"reports": list(reports), "at": at}
    cursor.execute(CLOSE_COUNTS, values)
    cursor.execute(WRITE_COUNTS, values)


def _recount_outcomes(cursor: CursorWrapper, reports: Sequence[int], at: datetime) -> None:
    values: dict[str, Any] = {"reports": list(reports), "at": at}
    cursor.execute(CLOSE_OUTCOMES, values)
    cursor.execute(WRITE_OUTCOMES, values)


def count_reports(reports: Sequence[int], *, at: datetime) -> None:
    """Claim the persons of verified reports and write their count rows, live from `at`.

    Of whatever kind: with a closing report comes what rests on it and is verified already.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_PEOPLE, {"reports": list(reports)})
        _recount(cursor, reports, at)
        _recount_outcomes(cursor, reports, at)


def uncount_reports(reports: Sequence[int], *, at: datetime) -> list[int]:
    """Close the count rows of reopened reports and hand their persons to the next verified report.

    Returns the institutions whose figures the handing over changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_COUNTS, {"reports": list(reports), "at": at})
        cursor.execute(CLOSE_OUTCOMES, {"reports": list(reports), "at": at})
        cursor.execute(RELEASE_PEOPLE, {"reports": list(reports)})
        freed = cursor.fetchall()
        if not freed:
            return []
        years, people = zip(*freed, strict=True)
        cursor.execute(SUCCESSORS, {"years": list(years), "people": list(people)})
        cursor.execute(CLAIM_PEOPLE, {"reports": [report for (report,) in cursor.fetchall()]})
        gained = sorted({report for (report,) in cursor.fetchall()})
        _recount(cursor, gained, at)
        cursor.execute(INSTITUTIONS_OF, {"reports": gained})
        return [institution for (institution,) in cursor.fetchall()]


def recount_year(year: int, *, at: datetime) -> int:
    """Settle anew who counts where in a budget year and rewrite the count rows that differ.

    For the repair after an audit, in the caller's transaction; returns how many reports were
    rewritten.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_YEAR, {"year": year})
        cursor.execute(REPORTS_OF_YEAR, {"year": year})
        reports = [report for (report,) in cursor.fetchall()]
        cursor.execute(
            "DELETE FROM trainings_countedperson WHERE programme_year_id = %(year)s", {"year": year}
        )
        cursor.execute(CLAIM_PEOPLE, {"reports": reports})
        cursor.execute(DIFFERING, {"reports": reports})
        differing = [report for (report,) in cursor.fetchall()]
        _recount(cursor, differing, at)
        cursor.execute(DIFFERING_OUTCOMES, {"reports": reports})
        differing_outcomes = [report for (report,) in cursor.fetchall()]
        _recount_outcomes(cursor, differing_outcomes, at)
        return len(differing) + len(differing_outcomes)
