"""Participations: lines from the count rows of verified reports, and from reports that are not.

What verified reports count is never asked of the participants again; only reports that do not
count are, each by its few rows.
"""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from blk_portal.formats import date_range
from blk_portal.privacy.models import note_reading
from blk_portal.progress.explaining import openings
from blk_portal.progress.explaining.family import Family, Named
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.tally import Place, Tallies, keyed, sums
from trainings.counting import AGED, TOLD_OF
from trainings.models import Cohort, Participant

FIELD = "(SELECT id FROM institutions_vocationalfield WHERE code = %(bucket)s)"
# How each breakdown limits count rows n, cohorts c and participants p; of ages see `_cut`.
CUTS: dict[str, tuple[str, str, str]] = {
    "field": (f"AND n.field_id = {FIELD}", f"AND c.field_id = {FIELD}", ""),
    "funding": ("AND n.funding = %(bucket)s", "AND c.funding = %(bucket)s", ""),
    "sex": ("AND n.sex = %(bucket)s", "", "AND p.sex = %(bucket)s"),
    "disability": ("AND n.disability = %(bucket)s", "", "AND p.disability = %(bucket)s"),
    "age": ("AND n.age_band = %(bucket)s", "", ""),
}
NO_CUT = ("", "", "")

# Why a closing report r of a cohort c does not count as a whole; empty where it does.
STATE = """CASE
    WHEN c.programme_year_id <> %(year)s THEN 'other_year'
    WHEN r.status = 'verified' THEN ''
    WHEN c.cancelled_at IS NOT NULL THEN 'cancelled'
    WHEN r.status = 'submitted' THEN 'not_verified'
    WHEN r.status = 'returned' THEN CASE WHEN EXISTS (
        SELECT FROM trainings_cohortcount past WHERE past.report_id = r.id)
        THEN 'reopened' ELSE 'returned' END
    WHEN r.submitted_at IS NOT NULL THEN 'taken_back'
    ELSE 'not_submitted' END"""

# Cohorts of the year whose closing report does not count, and those that were held in its calendar
# year and belong to another.
OPEN = f"""
SELECT c.institution_id, c.id, {STATE}, held.n, held.n
FROM trainings_cohort c
JOIN trainings_cohortreport r ON r.cohort_id = c.id AND r.kind = 'closing'
CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM trainings_participant p
    WHERE p.cohort_id = c.id {{people}}) AS held
WHERE c.institution_id IN (SELECT institution_id FROM place) {{cohorts}} AND {{which}}
"""  # noqa: S608, made of our own constants
OF_YEAR = "c.programme_year_id = %(year)s AND r.status <> 'verified'"
# The cohorts of a year were planned about together: from the first to the last of them an index by
# cohorts is read in one piece, and else of all years. By OFFSET they are looked for by their year.
SPAN = """WITH span AS MATERIALIZED (
    SELECT min(c.id) AS first, max(c.id) AS last
    FROM (SELECT id FROM trainings_cohort WHERE programme_year_id = %(year)s OFFSET 0) AS c)
"""
IN_SPAN = " AND r.cohort_id BETWEEN (SELECT first FROM span) AND (SELECT last FROM span)"
OF_OTHER_YEARS = """c.programme_year_id <> %(year)s AND c.cancelled_at IS NULL
  AND c.starts_on BETWEEN %(first)s AND %(last)s"""

# What holds of count rows n and is added up, by institution and unit.
LIVE = """{joined}
WHERE n.programme_year_id = %(year)s AND n.counted_to IS NULL
  AND n.institution_id IN (SELECT institution_id FROM place) {counts}
GROUP BY 1, 2"""
CLOSED = f"""
SELECT n.institution_id, {{unit}} AS unit_id,
    sum(n.enrolled) AS enrolled, sum(n.completed) AS completed,
    sum(n.passed) AS passed, sum(n.people) AS people, sum(n.without_nik) AS without_nik
FROM trainings_cohortcount n {LIVE}
"""  # noqa: S608, made of our own constants

COUNTED = f"""
SELECT n.institution_id, n.unit_id, v.reason, v.n, v.n
FROM ({CLOSED}) AS n
CROSS JOIN LATERAL (VALUES {{parts}}) AS v (reason, n)
WHERE v.n > 0
"""  # noqa: S608, made of our own constants
JOIN_REPORT = "JOIN trainings_cohortreport r ON r.id = n.report_id"

WITHDREW = "('withdrew', n.enrolled - n.completed)"
NOT_PASSED = "('not_passed', n.completed - n.passed)"
PARTS: dict[str, str] = {
    "enrolled": "('', n.enrolled)",
    "completed": f"('', n.completed), {WITHDREW}",
    "passed": f"('', n.passed), {WITHDREW}, {NOT_PASSED}",
    "people": f"('', n.people), {WITHDREW}, ('no_nik', n.without_nik), "
    "('elsewhere', n.completed - n.people - n.without_nik)",
}
# The same of one participant p, in one order.
PERSON: dict[str, str] = {
    "enrolled": "''",
    "completed": "CASE WHEN p.result = 'withdrawn' THEN 'withdrew' ELSE '' END",
    "passed": "CASE WHEN p.result = 'withdrawn' THEN 'withdrew' "
    "WHEN p.result <> 'passed' THEN 'not_passed' ELSE '' END",
    "people": "CASE WHEN p.result = 'withdrawn' THEN 'withdrew' WHEN person.id IS NOT NULL THEN '' "
    "WHEN p.nik_index IS NULL THEN 'no_nik' ELSE 'elsewhere' END",
}

# Of the reports that rest on closing ones: their kind, and the outcome that an indicator asks for.
LATER: dict[str, tuple[str, str]] = {
    "certification_reported": ("certification", ""),
    "certified": ("certification", "competent"),
    "placement_3_reported": ("placement_3", ""),
    "employed_3": ("placement_3", "employed"),
    "self_employed_3": ("placement_3", "self_employed"),
    "placement_6_reported": ("placement_6", ""),
    "employed_6": ("placement_6", "employed"),
    "self_employed_6": ("placement_6", "self_employed"),
}
# Of whom is told, and of whom not, stands in count rows. Of the later reports only those are looked
# at that wait, found from the cohorts of the place; for the rest of those who passed none was
# handed in.
TOLD = f"""
SELECT n.institution_id, n.unit_id, v.reason, v.n, v.n
FROM ({CLOSED}) AS n
LEFT JOIN (
    SELECT n.institution_id, {{unit}} AS unit_id,
        sum(n.{{kind}}_reported) AS base, sum(n.{{column}}) AS part,
        sum(n.{{kind}}_untold) AS untold
    FROM trainings_outcomecount n {LIVE}
) AS told USING (institution_id, unit_id)
LEFT JOIN (
    SELECT n.institution_id, {{unit}} AS unit_id,
        sum(n.passed) FILTER (WHERE late.status = 'submitted') AS submitted,
        sum(n.passed) FILTER (WHERE late.status = 'returned') AS returned
    FROM trainings_cohort c
    JOIN trainings_cohortreport late
      ON late.cohort_id = c.id AND late.kind = %(kind)s AND late.status IN ('submitted', 'returned')
    JOIN trainings_cohortreport closing ON closing.cohort_id = c.id AND closing.kind = 'closing'
    JOIN trainings_cohortcount n ON n.report_id = closing.id AND c.programme_year_id = %(year)s
     AND c.institution_id IN (SELECT institution_id FROM place) {LIVE}
) AS waiting USING (institution_id, unit_id)
CROSS JOIN LATERAL (
    SELECT coalesce(told.base, 0) AS base, coalesce(told.part, 0) AS part,
        coalesce(told.untold, 0) AS untold, coalesce(waiting.submitted, 0) AS submitted,
        coalesce(waiting.returned, 0) AS returned) AS later
CROSS JOIN LATERAL (VALUES ('', later.part), {WITHDREW}, {NOT_PASSED},
    ('other_outcome', later.base - later.part), ('untold', later.untold),
    ('result_not_verified', later.submitted), ('result_returned', later.returned),
    ('result_not_submitted',
     n.passed - later.base - later.untold - later.submitted - later.returned)) AS v (reason, n)
WHERE v.n > 0
"""  # noqa: S608, made of our own constants
PERSON_TOLD = """CASE WHEN p.result = 'withdrawn' THEN 'withdrew'
    WHEN p.result <> 'passed' THEN 'not_passed'
    WHEN late.status = 'submitted' THEN 'result_not_verified'
    WHEN late.status = 'returned' THEN 'result_returned'
    WHEN late.status IS DISTINCT FROM 'verified' THEN 'result_not_submitted'
    WHEN told.outcome IS NULL THEN 'untold'
    WHEN %(outcome)s NOT IN ('', told.outcome) THEN 'other_outcome' ELSE '' END"""
JOIN_TOLD = f"""
LEFT JOIN trainings_cohortreport late ON late.cohort_id = c.id AND late.kind = %(kind)s
{TOLD_OF.format(report="late")}"""
JOIN_PERSON = "LEFT JOIN trainings_countedperson person ON person.participant_id = p.id"

ROWS = f"""
SELECT p.id, CASE WHEN whole.reason <> '' THEN whole.reason ELSE {{person}} END, 1, 1
FROM trainings_participant p
JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN trainings_cohortreport r ON r.cohort_id = c.id AND r.kind = 'closing'
CROSS JOIN LATERAL (SELECT {STATE} AS reason) AS whole
{{joined}}
WHERE c.id = %(cohort)s {{cohorts}} {{people}}
"""  # noqa: S608, made of our own constants


class Reports(Family):
    """What closing reports and the reports that rest on them count."""

    units, rows = "report", "participant"
    institution_cuts = frozenset({"host"})

    def cuts(self, code: str) -> frozenset[str]:
        return self.institution_cuts | CUTS.keys()

    def tallies(self, question: Question, place: Place, *, by_unit: bool) -> Tallies:
        code = question.indicator.code
        counts, cohorts, people = _cut(question)
        near = IN_SPAN if question.is_of_nation and not by_unit else ""
        # Cohorts are told apart only where they are asked for.
        unit, joined = ("r.cohort_id", JOIN_REPORT) if by_unit else ("0::bigint", "")
        rows = {"unit": unit, "joined": joined, "counts": counts}
        if code in LATER:
            lines = TOLD.format(kind=LATER[code][0], column=code, **rows)
        else:
            lines = COUNTED.format(parts=PARTS[code], **rows)
        for which in (OF_YEAR + near, OF_OTHER_YEARS):
            lines += "UNION ALL" + OPEN.format(cohorts=cohorts, people=people, which=which)
        if openings.are_in(question):
            lines += "UNION ALL" + openings.LINES.format(column=code)
        if near:
            lines = SPAN + lines
        return sums(lines, _values(question), place, by_unit=by_unit)

    def named(self, question: Question, units: Collection[int]) -> dict[int, Named]:
        cohorts = Cohort.objects.visible_to(question.user).for_lists().filter(pk__in=units)
        return openings.named(question, units) | {
            cohort.pk: Named(
                row=cohort,
                label=cohort,
                detail=f"{date_range(cohort.starts_on, cohort.ends_on)}, "
                f"{cohort.get_funding_display()}",
                url=reverse("trainings:cohort-detail", args=[cohort.pk]),
                state=cohort.closing.status,
            )
            for cohort in cohorts
        }

    def row_tallies(self, question: Question) -> Tallies:
        code = question.indicator.code
        _counts, cohorts, people = _cut(question)
        person, joined = PERSON_TOLD, JOIN_TOLD
        if code not in LATER:
            person, joined = PERSON[code], JOIN_PERSON
        statement = ROWS.format(person=person, joined=joined, cohorts=cohorts, people=people)
        assert question.cohort is not None, "rows are asked of one cohort"
        return keyed(statement, _values(question) | {"cohort": question.cohort.pk})

    def named_rows(self, question: Question, rows: Collection[int]) -> dict[int, Named]:
        people = Participant.objects.visible_to(question.user).filter(pk__in=rows)
        found = {
            person.pk: Named(
                row=person,
                label=person.name,
                detail=f"{person.get_sex_display()}, {person.get_result_display() or '–'}",
            )
            for person in people
        }
        if found and question.user.is_authenticated and question.cohort is not None:
            note_reading(question.user, f"trainings.cohort:{question.cohort.pk}")
        return found


def _cut(question: Question) -> tuple[str, str, str]:
    """The limits of the part that is asked about; opening balances have no participants."""
    counts, cohorts, people = CUTS.get(question.breakdown, NO_CUT)
    if question.breakdown == "age":
        people = f"AND {AGED.get(question.bucket, 'false')}"
    return counts, cohorts, people


def _values(question: Question) -> dict[str, Any]:
    kind, outcome = LATER.get(question.indicator.code, ("", ""))
    year = question.year.year
    return {
        "year": question.year.pk,
        "bucket": question.bucket,
        "kind": kind,
        "outcome": outcome,
        "first": f"{year}-01-01",
        "last": f"{year}-12-31",
    }
