"""A roster beside everybody else's: the same person in two places at once, the same roster twice.

One of the few places that look past a person's area (`visible_to`): what is found is told to staff
only. Each statement works on a set of cohorts and takes as many queries for one row as for 5,000.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

# A roster is like an earlier one when they share so much of the longer of the two.
LIKE_FROM_PERCENT = 80

# What no longer holds is closed, and opened again if it comes back; decisions stay with their pair.
FIND = """
WITH found AS (
    SELECT DISTINCT least(mine.id, theirs.id) AS first_id, greatest(mine.id, theirs.id) AS second_id
    FROM trainings_participant mine
    JOIN trainings_cohort here ON here.id = mine.cohort_id
    JOIN trainings_participant theirs
        ON theirs.nik_index = mine.nik_index AND theirs.cohort_id <> mine.cohort_id
    JOIN trainings_cohort there ON there.id = theirs.cohort_id
        AND there.starts_on <= here.ends_on AND there.ends_on >= here.starts_on
        AND there.cancelled_at IS NULL
    WHERE mine.cohort_id = ANY(%(cohorts)s) AND here.cancelled_at IS NULL
      AND mine.result <> 'withdrawn' AND theirs.result <> 'withdrawn'
), gone AS (
    UPDATE trainings_overlap pair SET ended_at = %(at)s
    WHERE pair.ended_at IS NULL
      AND (pair.first_cohort_id = ANY(%(cohorts)s) OR pair.second_cohort_id = ANY(%(cohorts)s))
      AND NOT EXISTS (
        SELECT FROM found
        WHERE found.first_id = pair.first_id AND found.second_id = pair.second_id
      )
)
INSERT INTO trainings_overlap
    (first_id, second_id, first_cohort_id, second_cohort_id, found_at, verdict)
SELECT found.first_id, found.second_id, one.cohort_id, two.cohort_id, %(at)s, ''
FROM found
JOIN trainings_participant one ON one.id = found.first_id
JOIN trainings_participant two ON two.id = found.second_id
ORDER BY found.first_id, found.second_id
ON CONFLICT (first_id, second_id) DO UPDATE SET ended_at = NULL
WHERE trainings_overlap.ended_at IS NOT NULL
"""

COMPARE = """
WITH mine AS (
    SELECT here.id AS cohort_id, here.institution_id, here.starts_on,
        count(p.id) AS people, count(p.nik_index) AS with_nik
    FROM trainings_cohort here
    LEFT JOIN trainings_participant p ON p.cohort_id = here.id
    WHERE here.id = ANY(%(cohorts)s)
    GROUP BY here.id
), likeness AS (
    SELECT mine.cohort_id, earlier.id AS earlier_id, count(*) AS shared,
        mine.people, (
            SELECT count(*) FROM trainings_participant p WHERE p.cohort_id = earlier.id
        ) AS like_people
    FROM mine
    JOIN trainings_participant p ON p.cohort_id = mine.cohort_id
    JOIN trainings_participant before
        ON before.nik_index = p.nik_index AND before.cohort_id <> p.cohort_id
    JOIN trainings_cohort earlier ON earlier.id = before.cohort_id
        AND earlier.institution_id = mine.institution_id
        AND (earlier.starts_on, earlier.id) < (mine.starts_on, mine.cohort_id)
        AND earlier.cancelled_at IS NULL
    GROUP BY mine.cohort_id, mine.people, earlier.id
), likest AS (
    SELECT DISTINCT ON (cohort_id) cohort_id, earlier_id, shared, like_people
    FROM likeness WHERE shared * 100 >= greatest(people, like_people) * %(percent)s
    ORDER BY cohort_id, shared DESC, earlier_id DESC
)
INSERT INTO trainings_rostercheck
    (cohort_id, checked_at, people, without_nik, like_cohort_id, shared, like_people)
SELECT mine.cohort_id, %(at)s, mine.people, mine.people - mine.with_nik,
    likest.earlier_id, coalesce(likest.shared, 0), coalesce(likest.like_people, 0)
FROM mine LEFT JOIN likest ON likest.cohort_id = mine.cohort_id
ON CONFLICT (cohort_id) DO UPDATE SET checked_at = excluded.checked_at, people = excluded.people,
    without_nik = excluded.without_nik, like_cohort_id = excluded.like_cohort_id,
    shared = excluded.shared, like_people = excluded.like_people
"""


def check_rosters(cohorts: Sequence[int], *, at: datetime) -> None:
    """Look for the people of these cohorts in all others, and note what was found.

    Runs in the caller's transaction whenever a roster, a result or a date may have changed, and
    once more when a report is handed in.
    """
    values: dict[str, Any] = {"cohorts": list(cohorts), "at": at, "percent": LIKE_FROM_PERCENT}
    with connection.cursor() as cursor:
        cursor.execute(FIND, values)
        cursor.execute(COMPARE, values)
