"""The roll-up, the audit and the loading of the nation, each beside the least it can cost."""

import io
import time
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection, transaction

from blk_portal.progress import audit, rollup
from blk_portal.progress.demo.extent import FIRST_FULL_YEAR
from institutions.models import Document, ProgrammeYear, Province
from tests.benchmarks.measure import Line, median_of_pairs, seconds
from tests.benchmarks.repeating import multiply_papers, repeat_year
from trainings.models import Participant

ONE_SUM = """
SELECT institution_id, sum(enrolled), sum(completed), sum(passed), sum(people)
FROM trainings_cohortcount WHERE programme_year_id = %s AND counted_to IS NULL GROUP BY 1
"""
ONE_PASS = """
SELECT c.institution_id, p.result, count(*) FROM trainings_participant p
JOIN trainings_cohort c ON c.id = p.cohort_id WHERE c.programme_year_id = %s GROUP BY 1, 2
"""


def measure_loading(institutions: int) -> Line:
    """seed_demo --full from an empty database, beside COPY of the finished participants alone."""
    start = time.perf_counter()
    call_command("seed_demo", full=True, institutions=institutions, verbosity=0)
    taken = time.perf_counter() - start
    number = Participant.objects.count()
    raw = seconds(_copy_participants, runs=1)
    return Line(f"seed_demo: {institutions:,} institutions, {number:,} participants", taken, raw)


def measure_repeating(years: int, papers: int) -> Line:
    """The year again in those that follow it, and papers, beside COPY of one year's participants.

    What the sample itself can make up year by year, the database repeats in a minute.
    """
    raw = seconds(_copy_participants, runs=1)
    start = time.perf_counter()
    repeat_year(FIRST_FULL_YEAR, years=years)
    multiply_papers(papers)
    taken = time.perf_counter() - start
    number = Participant.objects.count()
    name = (
        f"repeated in {years} years: {number:,} participants, {Document.objects.count():,} papers"
    )
    return Line(name, taken, raw)


def _copy_participants() -> None:
    """The same rows out and in again, with their indexes, and taken back."""
    table = Participant._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        rows = io.BytesIO()
        cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
        cursor.execute(f"CREATE TEMP TABLE copied (LIKE {table} INCLUDING ALL) ON COMMIT DROP")
        rows.seek(0)
        cursor.copy_expert("COPY copied FROM STDIN", rows)
        transaction.set_rollback(True)


def _ask(sql: str, year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [year])
        cursor.fetchall()


def measure_figures() -> Iterator[Line]:
    year = ProgrammeYear.objects.get(year=FIRST_FULL_YEAR)
    provinces = list(Province.objects.values_list("pk", flat=True))
    yield Line(
        "recount of a whole budget year, beside one sum of its count rows",
        *median_of_pairs(lambda: rollup.rebuild_year(year.pk), lambda: _ask(ONE_SUM, year.pk)),
    )
    yield Line(
        "recount of one province, beside the same sum",
        *median_of_pairs(lambda: _recount(year.pk, provinces[:1]), lambda: _ask(ONE_SUM, year.pk)),
    )
    yield Line(
        "audit of a budget year, beside one pass over its participants",
        *median_of_pairs(lambda: audit.audit_year(year), lambda: _ask(ONE_PASS, year.pk), runs=3),
    )


@transaction.atomic
def _recount(year: int, provinces: list[int]) -> None:
    rollup.recount(year, provinces=provinces, offices=[])
