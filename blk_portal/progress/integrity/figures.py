"""Checks of what counts: reports, their count rows, persons, and opening balances."""

from django.utils.translation import gettext_lazy as _

from blk_portal.progress.integrity.check import MENDED_NIGHTLY, Check

COHORT = "trainings:cohort-detail"

COUNTED_UNVERIFIED = """
SELECT n.id, i.name, r.cohort_id
FROM trainings_cohortcount n
JOIN trainings_cohortreport r ON r.id = n.report_id
JOIN institutions_institution i ON i.id = n.institution_id
WHERE n.counted_to IS NULL AND (r.kind <> 'closing' OR r.status <> 'verified')
"""

VERIFIED_UNCOUNTED = """
SELECT r.id, i.name, c.id
FROM trainings_cohortreport r
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN institutions_institution i ON i.id = c.institution_id
WHERE r.kind = 'closing' AND r.status = 'verified'
  AND NOT EXISTS (SELECT FROM trainings_cohortcount n
    WHERE n.report_id = r.id AND n.counted_to IS NULL)
  AND EXISTS (SELECT FROM trainings_participant p WHERE p.cohort_id = c.id)
"""

# All rows of a report are written at one moment, so what holds together began together.
COUNTED_TWICE = """
SELECT r.id, i.name, r.cohort_id
FROM (
    SELECT report_id FROM trainings_cohortcount WHERE counted_to IS NULL GROUP BY report_id
    HAVING min(counted_from) <> max(counted_from)
    UNION
    SELECT report_id FROM trainings_outcomecount WHERE counted_to IS NULL GROUP BY report_id
    HAVING min(counted_from) <> max(counted_from)
    UNION
    SELECT report_id FROM trainings_cohortcount WHERE counted_to IS NULL
    GROUP BY report_id, sex, disability, age_band HAVING count(*) > 1
) n
JOIN trainings_cohortreport r ON r.id = n.report_id
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN institutions_institution i ON i.id = c.institution_id
"""

COUNTS_DIFFER = """
SELECT r.id, i.name, c.id
FROM (
    SELECT report_id, sum(enrolled) AS enrolled, sum(completed) AS completed,
        sum(passed) AS passed, sum(without_nik) AS without_nik
    FROM trainings_cohortcount WHERE counted_to IS NULL GROUP BY report_id
) n
JOIN trainings_cohortreport r
  ON r.id = n.report_id AND r.kind = 'closing' AND r.status = 'verified'
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN institutions_institution i ON i.id = c.institution_id
LEFT JOIN (
    SELECT cohort_id, count(*) AS enrolled,
        count(*) FILTER (WHERE result <> 'withdrawn') AS completed,
        count(*) FILTER (WHERE result = 'passed') AS passed,
        count(*) FILTER (WHERE result <> 'withdrawn' AND nik_index IS NULL) AS without_nik
    FROM trainings_participant GROUP BY cohort_id
) p ON p.cohort_id = c.id
WHERE (n.enrolled, n.completed, n.passed, n.without_nik) IS DISTINCT FROM (
    coalesce(p.enrolled, 0), coalesce(p.completed, 0), coalesce(p.passed, 0),
    coalesce(p.without_nik, 0))
"""

PEOPLE_DIFFER = """
SELECT r.id, i.name, c.id
FROM (
    SELECT report_id, sum(people) AS people FROM trainings_cohortcount
    WHERE counted_to IS NULL GROUP BY report_id
) n
FULL JOIN (
    SELECT report_id, count(*) AS people FROM trainings_countedperson GROUP BY report_id
) k USING (report_id)
JOIN trainings_cohortreport r ON r.id = report_id AND r.kind = 'closing' AND r.status = 'verified'
JOIN trainings_cohort c ON c.id = r.cohort_id
JOIN institutions_institution i ON i.id = c.institution_id
WHERE n.people IS NOT NULL AND n.people <> coalesce(k.people, 0)
"""

PERSON_TWICE = """
SELECT k.id, i.name, c.id
FROM (
    SELECT unnest(array_agg(id)) AS id FROM trainings_countedperson
    GROUP BY programme_year_id, nik_index HAVING count(*) > 1
) twice
JOIN trainings_countedperson k USING (id)
JOIN trainings_participant p ON p.id = k.participant_id
JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN institutions_institution i ON i.id = c.institution_id
"""

PERSON_VOID = """
SELECT k.id, i.name, c.id
FROM trainings_countedperson k
JOIN trainings_participant p ON p.id = k.participant_id
JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN trainings_cohortreport r ON r.id = k.report_id
JOIN institutions_institution i ON i.id = c.institution_id
WHERE r.kind <> 'closing' OR r.status <> 'verified' OR r.cohort_id <> c.id
   OR p.result = 'withdrawn' OR p.nik_index IS DISTINCT FROM k.nik_index
   OR c.programme_year_id <> k.programme_year_id
"""

PERSON_LACKING = """
SELECT p.id, i.name, c.id
FROM trainings_participant p
JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN trainings_cohortreport r
  ON r.cohort_id = c.id AND r.kind = 'closing' AND r.status = 'verified'
JOIN institutions_institution i ON i.id = c.institution_id
WHERE p.nik_index IS NOT NULL AND p.result <> 'withdrawn'
  AND NOT EXISTS (SELECT FROM trainings_countedperson k
    WHERE k.nik_index = p.nik_index AND k.programme_year_id = c.programme_year_id)
"""

OUTCOME_VOID = """
SELECT n.id, i.name, r.cohort_id
FROM trainings_outcomecount n
JOIN trainings_cohortreport r ON r.id = n.report_id
JOIN institutions_institution i ON i.id = n.institution_id
LEFT JOIN trainings_cohortreport closing
  ON closing.cohort_id = r.cohort_id AND closing.kind = 'closing'
WHERE n.counted_to IS NULL
  AND (r.status <> 'verified' OR closing.status IS DISTINCT FROM 'verified')
"""

# Of an institution and a year one balance holds at a time; a merger may bring two together.
OPENING_TWICE = """
SELECT b.id, i.name, b.id
FROM progress_openingbalance b
JOIN progress_openingbalance other
  ON other.programme_year_id = b.programme_year_id AND other.institution_id = b.institution_id
  AND other.id <> b.id
  AND tstzrange(other.counted_from, other.counted_to) && tstzrange(b.counted_from, b.counted_to)
JOIN institutions_institution i ON i.id = b.institution_id
WHERE b.counted_from IS NOT NULL AND other.counted_from IS NOT NULL
"""

FIGURES = (
    Check(
        "counted-unverified",
        name=_("Counted without a verified report"),
        why=_("These participants stand in the figures though nobody has verified their report."),
        remedy=MENDED_NIGHTLY,
        rows=COUNTED_UNVERIFIED,
        address=COHORT,
    ),
    Check(
        "verified-uncounted",
        name=_("Verified and not counted"),
        why=_("The report is verified, yet its participants are missing from every figure."),
        remedy=MENDED_NIGHTLY,
        rows=VERIFIED_UNCOUNTED,
        address=COHORT,
    ),
    Check(
        "counted-twice",
        name=_("One report counted twice"),
        why=_("Two sets of count rows of one report hold at once, so its participants count more"
              " than once."),
        remedy=MENDED_NIGHTLY,
        rows=COUNTED_TWICE,
        address=COHORT,
    ),
    Check(
        "counts-differ",
        name=_("Count rows unlike the participants"),
        why=_("The count rows say other numbers than the participants of the training."),
        remedy=MENDED_NIGHTLY,
        rows=COUNTS_DIFFER,
        address=COHORT,
    ),
    Check(
        "people-differ",
        name=_("Count rows unlike the counted persons"),
        why=_("The number of different persons in the figures is not that of the persons counted."),
        remedy=MENDED_NIGHTLY,
        rows=PEOPLE_DIFFER,
        address=COHORT,
    ),
    Check(
        "person-twice",
        name=_("A person counted twice in a budget year"),
        why=_("A person counts once in a budget year, however many trainings the person attends."),
        remedy=MENDED_NIGHTLY,
        rows=PERSON_TWICE,
        address=COHORT,
    ),
    Check(
        "person-void",
        name=_("A person counted where nothing is verified"),
        why=_("The person counts at a training that does not count: not verified, withdrawn, or"
              " with another NIK or budget year."),
        remedy=MENDED_NIGHTLY,
        rows=PERSON_VOID,
        address=COHORT,
    ),
    Check(
        "person-lacking",
        name=_("A person counted nowhere"),
        why=_("The person has a NIK and a verified training, yet is in no figure of persons."),
        remedy=MENDED_NIGHTLY,
        rows=PERSON_LACKING,
        address=COHORT,
    ),
    Check(
        "outcome-void",
        name=_("Outcomes counted without a verified report"),
        why=_("Certification or placement stands in the figures though its report, or the closing"
              " report it rests on, is not verified."),
        remedy=MENDED_NIGHTLY,
        rows=OUTCOME_VOID,
        address=COHORT,
    ),
    Check(
        "opening-twice",
        name=_("Two opening balances at one time"),
        why=_("On some days two opening balances of one institution and budget year hold together,"
              " so figures of those days count them both."),
        remedy=_("Two entries of the register were merged that both had one: tell it in the note"
                 " of the next publication, since past days are not changed."),
        rows=OPENING_TWICE,
        address="admin:progress_openingbalance_change",
    ),
)  # fmt: skip
