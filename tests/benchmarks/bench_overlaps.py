"""A roster of 5,000 rows beside 2.3 million participants: read, stored, and compared with all.

BENCH_PEOPLE sets how many participants there are besides.
"""

import os
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.benchmarks.measure import Line, median_of_pairs
from tests.benchmarks.rosters import ROWS, TODAY, roster_file
from tests.factories import CohortFactory, OperatorFactory
from trainings import roster
from trainings.models import Cohort, Overlap, Participant
from trainings.overlaps import check_rosters
from trainings.roster_sheet import read_roster

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "2300000"))
SEATS, INSTITUTIONS = 16, 100
MOST_SECONDS = 5
KNOWN = ROWS // 10

COHORTS = """
INSERT INTO trainings_cohort (institution_id, programme_id, programme_year_id, field_id, batch,
    starts_on, ends_on, hours, method, funding, seats, cancelled_because)
SELECT %(institution)s, %(programme)s, %(year)s, %(field)s, n,
    date '2022-01-03' + n %% 300, date '2022-01-03' + n %% 300 + 30, 160, 'offline', 'apbn', 16, ''
FROM generate_series(1, %(each)s) AS n
"""
# Serial numbers stand in for NIKs: each is somebody else. Only here, for what other benchmarks have
# left may be cancelled.
OTHERS = """
INSERT INTO trainings_participant (uid, cohort_id, name, name_key, sex, birth_place, birth_date,
    education, address, phone, disability, result, warnings, late_reason, nik_index, nik_sealed)
SELECT gen_random_uuid(), cohort.id, 'Peserta', 'peserta', 'L', '', date '2001-05-17', '', '', '',
    'none', 'passed', '[]', '', sha256(int8send(cohort.id * 16 + seat)), decode('00', 'hex')
FROM trainings_cohort cohort, generate_series(1, 16) AS seat
WHERE cohort.institution_id = ANY(%(institutions)s)
"""
# Some of the roster take part elsewhere on the same days.
TWINS = """
UPDATE trainings_participant other SET nik_index = mine.nik_index
FROM (SELECT nik_index, row_number() OVER (ORDER BY id) AS n FROM trainings_participant
      WHERE cohort_id = %(mine)s ORDER BY id LIMIT %(known)s) AS mine,
     (SELECT id, row_number() OVER (ORDER BY id) AS n FROM trainings_participant
      WHERE nik_index IS NOT NULL AND cohort_id IN (
        SELECT id FROM trainings_cohort WHERE institution_id = ANY(%(institutions)s)
        AND starts_on <= '2022-08-31' AND ends_on >= '2022-08-01')
      ORDER BY id LIMIT %(known)s) AS chosen
WHERE other.id = chosen.id AND mine.n = chosen.n
"""
LOOK_UP = """
SELECT count(*) FROM trainings_participant mine
JOIN trainings_participant other ON other.nik_index = mine.nik_index AND other.id <> mine.id
WHERE mine.cohort_id = %s
"""


@pytest.mark.timeout(0)
class BenchOverlaps:
    def bench_overlap(self, transactional_db, say):
        cohort = CohortFactory(seats=ROWS)
        with connection.cursor() as cursor:
            institutions = fill(cursor)
        say(f"{Participant.objects.count():,} participants of others")
        say(stored(cohort))
        with connection.cursor() as cursor:
            values = {"mine": cohort.pk, "institutions": institutions, "known": KNOWN}
            cursor.execute(TWINS, values)
            cursor.execute("ANALYZE")
            line = compared(cohort, cursor)
        say(line)
        assert line.queries == 2


def fill(cursor) -> list[int]:
    """Cohorts full of people; returns the keys of the institutions that hold them."""
    institutions = []
    for _number in range(INSTITUTIONS):
        first = CohortFactory(batch=32_000)
        values = {
            "institution": first.institution_id, "programme": first.programme_id,
            "year": first.programme_year_id, "field": first.field_id,
            "each": PEOPLE // SEATS // INSTITUTIONS,
        }  # fmt: skip
        cursor.execute(COHORTS, values)
        institutions.append(first.institution_id)
    cursor.execute(OTHERS, {"institutions": institutions})
    cursor.execute("ANALYZE")
    return institutions


def stored(cohort: Cohort) -> Line:
    """From the file to rows that are stored and compared, beside the reading of the file alone."""
    data, by = roster_file(), OperatorFactory(institution=cohort.institution)
    start = time.perf_counter()
    reading = read_roster(data, "peserta.xlsx", today=TODAY)
    read = time.perf_counter() - start
    with CaptureQueriesContext(connection) as asked:
        roster.store_upload(cohort, reading, filename="peserta.xlsx", by=by, today=TODAY)
    taken = time.perf_counter() - start
    number = cohort.participants.count()
    note = "" if taken < MOST_SECONDS else "!"
    return Line(f"{number:,} rows read, stored and compared", taken, read, len(asked), note)


def compared(cohort: Cohort, cursor) -> Line:
    """The comparison with everybody, beside the bare look-up by the keyed index."""

    def compare() -> None:
        with transaction.atomic():
            check_rosters([cohort.pk], at=timezone.now())
            assert Overlap.objects.of_cohort(cohort).count() == KNOWN
            transaction.set_rollback(True)

    with CaptureQueriesContext(connection) as asked:
        check_rosters([cohort.pk], at=timezone.now())
    Overlap.objects.of_cohort(cohort).delete()
    taken, raw = median_of_pairs(compare, lambda: cursor.execute(LOOK_UP, [cohort.pk]))
    return Line(f"overlap: {ROWS:,} rows against {PEOPLE:,} people", taken, raw, len(asked))
