"""Checks of what keeps the portal running: the roll-up, its cells, the outbox, the keys."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from blk_portal.privacy import keys, sealing
from blk_portal.privacy.models import KeyFingerprint
from blk_portal.progress.integrity.check import MENDED_NIGHTLY, Check, Row
from trainings.counting import PARTICIPATIONS

GIVEN_UP = """
SELECT p.id, concat_ws(', ', y.year, i.name), p.id
FROM progress_pendingrollup p
JOIN institutions_programmeyear y ON y.id = p.programme_year_id
LEFT JOIN institutions_institution i ON i.id = p.institution_id
WHERE p.attempts >= %(most_attempts)s
"""

BEHIND = """
SELECT y.id, y.year::text, NULL
FROM institutions_programmeyear y
JOIN (
    SELECT programme_year_id, max(at) AS at
    FROM (
        SELECT programme_year_id, greatest(counted_from, counted_to) AS at
        FROM trainings_cohortcount
        UNION ALL
        SELECT programme_year_id, greatest(counted_from, counted_to)
        FROM progress_openingbalance WHERE counted_from IS NOT NULL
    ) moved GROUP BY 1
) counted ON counted.programme_year_id = y.id
LEFT JOIN (
    SELECT programme_year_id, max(finished_at) AS at FROM progress_rolluprun GROUP BY 1
) run ON run.programme_year_id = y.id
WHERE counted.at > coalesce(run.at, '-infinity')
  AND NOT EXISTS (SELECT FROM progress_pendingrollup p WHERE p.programme_year_id = y.id)
UNION ALL
SELECT y.id, y.year::text, NULL
FROM institutions_programmeyear y
WHERE EXISTS (SELECT FROM progress_pendingrollup p
    WHERE p.programme_year_id = y.id AND p.attempts < %(most_attempts)s
      AND p.noted_at < now() - interval '15 minutes')
"""

# A year that owes a recount differs rightly. The nightly audit compares every cell; this compares
# the nation with count rows and opening balances, and with the sum of its provinces.
CELLS = f"""
WITH cell AS (
    SELECT * FROM progress_actual a
    WHERE NOT EXISTS (SELECT FROM progress_pendingrollup p
        WHERE p.programme_year_id = a.programme_year_id)
),
reported AS (
    SELECT programme_year_id, institution_id, sum(enrolled) AS enrolled,
        sum(completed) AS completed, sum(passed) AS passed, sum(people) AS people
    FROM trainings_cohortcount WHERE counted_to IS NULL GROUP BY 1, 2
),
counted AS (
    SELECT n.programme_year_id, v.indicator, v.value
    FROM (
        SELECT coalesce(r.programme_year_id, b.programme_year_id) AS programme_year_id,
            sum(greatest(r.enrolled, b.enrolled)) AS enrolled,
            sum(greatest(r.completed, b.completed)) AS completed,
            sum(greatest(r.passed, b.passed)) AS passed, sum(r.people) AS people
        FROM reported r
        FULL JOIN (SELECT * FROM progress_openingbalance
            WHERE counted_from IS NOT NULL AND counted_to IS NULL) b
        ON b.programme_year_id = r.programme_year_id AND b.institution_id = r.institution_id
        GROUP BY 1
    ) n
    CROSS JOIN LATERAL (VALUES {", ".join(f"('{one}', n.{one})" for one in PARTICIPATIONS)})
        AS v (indicator, value)
    WHERE v.value > 0
    UNION ALL
    SELECT programme_year_id, 'institutions_' || kind, count(*)
    FROM institutions_milestone
    WHERE withdrawn_at IS NULL AND kind IN ('pkb', 'built', 'operational')
    GROUP BY 1, 2
),
nation AS (
    SELECT * FROM cell WHERE province_id IS NULL AND office_id IS NULL
),
wrong AS (
    SELECT nation.id, indicator, programme_year_id
    FROM (SELECT * FROM counted c WHERE NOT EXISTS (SELECT FROM progress_pendingrollup p
        WHERE p.programme_year_id = c.programme_year_id)) counted
    FULL JOIN (SELECT * FROM nation WHERE breakdown = '' AND indicator IN (
        {", ".join(f"'{one}'" for one in PARTICIPATIONS)},
        'institutions_pkb', 'institutions_built', 'institutions_operational')
    ) nation USING (programme_year_id, indicator)
    WHERE counted.value IS DISTINCT FROM nation.value
    UNION
    SELECT nation.id, indicator, programme_year_id
    FROM nation
    FULL JOIN (
        SELECT programme_year_id, indicator, breakdown, bucket, sum(value) AS value
        FROM cell WHERE province_id IS NOT NULL GROUP BY 1, 2, 3, 4
    ) province USING (programme_year_id, indicator, breakdown, bucket)
    WHERE nation.value IS DISTINCT FROM province.value
)
SELECT wrong.id, concat(indicator, ', ', y.year), wrong.id
FROM wrong JOIN institutions_programmeyear y ON y.id = programme_year_id
"""  # noqa: S608, made of our own constants

MAIL = """
SELECT n.id, i.name, n.id
FROM reporting_notice n
JOIN institutions_institution i ON i.id = n.institution_id
WHERE n.state = 'stopped'
   OR (n.state = 'waiting' AND n.next_attempt_at < now() - interval '1 hour')
"""

NIK_HALF = """
SELECT p.id, i.name, c.id
FROM trainings_participant p
JOIN trainings_cohort c ON c.id = p.cohort_id
JOIN institutions_institution i ON i.id = c.institution_id
WHERE (p.nik_index IS NULL) <> (p.nik_sealed IS NULL)
  AND NOT (p.nik_sealed IS NULL AND p.erased_at IS NOT NULL)
UNION ALL
SELECT t.id, i.name, NULL
FROM incubators_tenant t
JOIN incubators_incubator u ON u.id = t.incubator_id
JOIN institutions_institution i ON i.id = u.institution_id
WHERE (t.nik_index IS NULL) <> (t.nik_sealed IS NULL)
"""


def foreign_keys() -> Iterator[Row]:
    """The fingerprints to which no key of the environment fits, though data were written so."""
    present = {
        KeyFingerprint.Purpose.ENCRYPTION: keys.encryption_keys(),
        KeyFingerprint.Purpose.INDEX: keys.index_keys(),
    }
    for noted in KeyFingerprint.objects.all():
        key = present[KeyFingerprint.Purpose(noted.purpose)].get(noted.version)
        is_index = noted.purpose == KeyFingerprint.Purpose.INDEX
        if key is None:
            is_wrong = is_index or sealing.is_used(noted.version)
        else:
            is_wrong = keys.fingerprint(key) != noted.fingerprint
        if is_wrong:
            yield Row(noted.pk, f"{noted.purpose} {noted.version}")


MACHINERY = (
    Check(
        "rollup-given-up",
        name=_("A recount was given up"),
        why=_("A recount failed five times; the figures of that place stay old until it is done."),
        remedy=_("Have technical staff read the log of the worker, mend the cause and rebuild."),
        rows=GIVEN_UP,
        address="admin:progress_pendingrollup_change",
    ),
    Check(
        "rollup-behind",
        name=_("Figures older than their reports"),
        why=_("Reports were verified or reopened after the last recount of the budget year, and no"
              " recount is under way."),
        remedy=MENDED_NIGHTLY,
        rows=BEHIND,
    ),
    Check(
        "cells-differ",
        name=_("National figures unlike the count rows"),
        why=_("The dashboard shows another number than the verified reports and opening balances"
              " together, or than its provinces."),
        remedy=MENDED_NIGHTLY,
        rows=CELLS,
        address="admin:progress_actual_change",
    ),
    Check(
        "mail-stuck",
        name=_("E-mails that do not go out"),
        why=_("Somebody was not told of a returned report or a due date."),
        remedy=_("Correct the address or the mail server, then have the notice mailed again."),
        rows=MAIL,
        address="admin:reporting_notice_change",
    ),
    Check(
        "nik-half",
        name=_("Half a NIK"),
        why=_("Only the encrypted NIK or only its index is kept: it cannot be read, or not found."),
        remedy=_("Have the operator enter the NIK again; it is sealed and indexed together."),
        rows=NIK_HALF,
        address="trainings:cohort-detail",
    ),
    Check(
        "key-foreign",
        name=_("A key unlike its fingerprint"),
        why=_("The NIK were written with another key than the portal has now: none can be read."),
        remedy=_("Have technical staff put the right key back before anything is written."),
        rows=foreign_keys,
    ),
)  # fmt: skip
