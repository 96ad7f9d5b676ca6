"""A roster taken in: what an operator waits for, and what storing costs beside a plain COPY.

Runs by itself, without the nation: `make bench ARGS="-k roster"`.
"""

import copy
import datetime
import time

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from institutions import copying
from tests.benchmarks.measure import Line, median_of_pairs, seconds
from tests.benchmarks.rosters import measure_rosters
from tests.factories import CohortFactory, OperatorFactory
from tests.factories.trainings import synthetic_nik
from trainings import roster
from trainings.models import Participant
from trainings.roster_sheet import read_pasted

MANY, USUAL = 5_000, 16
TODAY = datetime.date(2022, 10, 1)
HEADER = "NO\tNAMA\tNIK\tL/P\tTEMPAT LAHIR\tTANGGAL LAHIR\tPENDIDIKAN\tALAMAT\tNO HP"
# Limits of the ministry's order: seconds, and how many times a plain COPY.
MOST_USUAL, MOST_MANY, MOST_COPIES = 0.3, 5.0, 2.5


def text_of(rows: int) -> str:
    lines = [HEADER]
    for n in range(rows):
        born = datetime.date(1980, 1, 1) + datetime.timedelta(days=n % 9_000)
        sex = "LP"[n % 2]
        nik = synthetic_nik(n, born=born, sex=sex)
        name = f"Peserta {chr(65 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}"
        lines.append(f"{n + 1}\t{name}\t'{nik}\t{sex}\tBandung\t{born:%d/%m/%Y}\tSMA\tKp. Contoh\t"
                     "084000000000")  # fmt: skip
    return "\n".join(lines)


class Undo(Exception):
    """Takes back what a run has stored."""


def taken_back(work) -> None:
    try:
        with transaction.atomic():
            work()
            raise Undo
    except Undo:
        pass


def say_line(say, line: Line, *, most: float, of: float) -> None:
    say(f"{line}{'  !' if of > most else ''}")


@pytest.mark.timeout(0)
@pytest.mark.django_db
class BenchRoster:
    def bench_reading(self, say):
        for line in measure_rosters():
            say(line)

    def bench_storing(self, say):
        cohort = CohortFactory(seats=MANY)
        operator = OperatorFactory(institution=cohort.institution)
        self._usual(say, operator, cohort)
        text = text_of(MANY)

        def whole() -> None:
            reading = read_pasted(text, today=TODAY)
            roster.store_upload(cohort, reading, filename="", by=operator, today=TODAY)

        taken = seconds(lambda: taken_back(whole), runs=3)
        line = Line(f"{MANY:,} pasted rows read, checked and stored", taken, 0)
        say_line(say, line, most=MOST_MANY, of=taken)
        reading = read_pasted(text, today=TODAY)

        def store() -> None:
            roster.store_upload(cohort, reading, filename="", by=operator, today=TODAY)

        with transaction.atomic():
            store()
            stored = list(Participant.objects.filter(cohort=cohort))
            transaction.set_rollback(True)
        other = CohortFactory(seats=MANY)
        for person in stored:
            person.pk, person.cohort = None, other

        def plain() -> None:
            copying.write(Participant, [copy.copy(person) for person in stored])

        pair = median_of_pairs(lambda: taken_back(store), lambda: taken_back(plain), runs=5)
        line = Line(f"{MANY:,} rows stored, beside a plain COPY of the same rows", *pair)
        say_line(say, line, most=MOST_COPIES, of=line.ratio)
        with transaction.atomic():
            store()
            taken = seconds(store, runs=3)
            say(Line(f"the same {MANY:,} rows stored again: all unchanged", taken, 0))
            transaction.set_rollback(True)

    def _usual(self, say, operator, cohort) -> None:
        client = Client()
        client.force_login(operator)
        path = reverse("trainings:roster-paste", args=[cohort.pk])
        text = text_of(USUAL)

        def save() -> None:
            start = time.perf_counter()
            assert client.post(path, {"text": text}).status_code == 302
            times.append(time.perf_counter() - start)

        times: list[float] = []
        for _run in range(5):
            taken_back(save)
        taken = sorted(times)[len(times) // 2]
        line = Line(f"a roster of {USUAL} rows pasted and saved, the whole request", taken, 0)
        say_line(say, line, most=MOST_USUAL, of=taken)
