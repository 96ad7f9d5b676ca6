"""A draft as another system writes it: a long roster in one request, with all checks.

Runs by itself, without the nation: `make bench ARGS="-k drafts"`.
"""

import datetime
import json
import time
from itertools import count

import pytest
from django.test import Client

from tests.benchmarks.bench_roster import say_line, taken_back
from tests.benchmarks.measure import Line
from tests.factories import CohortFactory, OperatorFactory
from tests.factories.trainings import synthetic_nik
from trainings.exchange.plan import plan_of
from trainings.models import Cohort

MANY = 10_000
# Limit of the ministry's order, in seconds.
MOST = 6.0
KEYS = (f"pengukuran-{n:06}" for n in count())


def people(n: int) -> list[dict]:
    found = []
    for number in range(n):
        born = datetime.date(1980, 1, 1) + datetime.timedelta(days=number % 9_000)
        sex = "LP"[number % 2]
        letters = [chr(97 + number // 26**place % 26) for place in range(3)]
        found.append(
            {
                "external_id": f"peserta-{number}", "name": f"Peserta {''.join(letters).title()}",
                "nik": synthetic_nik(number, born=born, sex=sex), "sex": sex,
                "birth_place": "Bandung", "birth_date": born.isoformat(), "education": "SMA",
                "address": "Kp. Contoh", "phone": "084000000000", "disability": "none",
                "result": "passed", "attendance": 95, "pre_test": 60, "post_test": 85,
            }
        )  # fmt: skip
    return found


@pytest.mark.timeout(0)
@pytest.mark.django_db
class BenchDrafts:
    def bench_a_long_roster(self, say):
        cohort = CohortFactory()
        client = Client()
        client.force_login(OperatorFactory(institution=cohort.institution))
        plan = plan_of(Cohort.objects.for_plan().get(pk=cohort.pk)) | {"batch": 9_999}
        del plan["hours"]
        body = json.dumps({"plan": plan, "participants": people(MANY)}, default=str)
        times = []

        def write() -> None:
            headers = {"idempotency-key": next(KEYS)}
            start = time.perf_counter()
            answer = client.post(
                "/api/v1/cohort-drafts/", body, "application/json", headers=headers
            )
            times.append(time.perf_counter() - start)
            assert answer.status_code == 201, answer.content[:500]
            assert answer.json()["roster"]["created"] == MANY

        for _run in range(3):
            taken_back(write)
        taken = sorted(times)[1]
        line = Line(f"a draft with {MANY:,} participants written by another system", taken, 0)
        say_line(say, line, most=MOST, of=taken)
