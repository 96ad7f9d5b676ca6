"""The roll-up, the audit and the loading of the nation, each beside the least it can cost."""

import io
import time
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection, transaction

from blk_portal.progress import audit, rollup
from blk_portal.progress.demo.extent import FIRST_FULL_YEAR
from institutions.models import Document, Institution, ProgrammeYear
from tests.benchmarks import raw
from tests.benchmarks.measure import Line, median_of_pairs, seconds
from tests.benchmarks.repeating import multiply_papers, repeat_year
from trainings.models import Participant


def measure_loading(institutions: int) -> Line:
    """seed_demo --full from an empty database, beside COPY of the finished participants alone."""
    start = time.perf_counter()
    call_command("seed_demo", full=True, institutions=institutions, verbosity=0)
    taken = time.perf_counter() - start
    number = Participant.objects.count()
    copied = seconds(_copy_participants, runs=1)
    name = f"seed_demo: {institutions:,} institutions, {number:,} participants"
    return Line(name, taken, copied, rows=number, runs=1)


def measure_repeating(years: int, papers: int) -> Line:
    """The year again in those that follow it, and papers, beside COPY of one year's participants.

    What the sample itself can make up year by year, the database repeats in a minute.
    """
    copied = seconds(_copy_participants, runs=1)
    start = time.perf_counter()
    repeat_year(FIRST_FULL_YEAR, years=years)
    multiply_papers(papers)
    taken = time.perf_counter() - start
    number = Participant.objects.count()
    name = (
        f"repeated in {years} years: {number:,} participants, {Document.objects.count():,} papers"
    )
    return Line(name, taken, copied, rows=number, runs=1)


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


def measure_figures() -> Iterator[Line]:
    year = ProgrammeYear.objects.get(year=FIRST_FULL_YEAR)
    place = Institution.objects.exclude(office=None).values("regency__province", "office")[0]
    province, office = place["regency__province"], place["office"]
    people = Participant.objects.filter(cohort__programme_year=year).count()
    yield Line(
        "recount after one verified report",
        *median_of_pairs(
            lambda: _recount(year.pk, province, office),
            lambda: raw.recount(year.pk, province=province, office=office),
        ),
        rows=people, most=1.5,
    )  # fmt: skip
    yield Line(
        "recount of a whole budget year",
        *median_of_pairs(lambda: rollup.rebuild_year(year.pk), lambda: raw.recount(year.pk)),
        rows=people, most=1.5,
    )  # fmt: skip
    years = list(ProgrammeYear.objects.values_list("pk", flat=True))
    yield Line(
        f"full rebuild of {len(years)} budget years",
        *median_of_pairs(rollup.rebuild, lambda: [raw.recount(pk) for pk in years], runs=3),
        rows=Participant.objects.count(), runs=3, most=1.5,
    )  # fmt: skip
    yield Line(
        "audit of a budget year, beside one count of its rows",
        *median_of_pairs(
            lambda: audit.audit_year(year), lambda: raw.count_rows(year.pk), runs=3
        ),
        rows=people, runs=3, most=2,
    )  # fmt: skip


@transaction.atomic
def _recount(year: int, province: int, office: int) -> None:
    rollup.recount(year, provinces=[province], offices=[office])
