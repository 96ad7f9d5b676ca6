"""The broker only rings: without it a verification succeeds, and the figure follows later."""

import os
import shutil
import signal
import socket
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from blk_portal.progress import tasks
from blk_portal.progress.models import Actual, PendingRollup, RollupRun
from blk_portal.runtime import state
from blk_portal.runtime.servers import Valkey
from tests.e2e.programs import CELERY, WORKER, program, wait_for
from tests.factories.accounts import AreaReviewerFactory
from tests.factories.trainings import CohortReportFactory

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

# The figure is right within a minute of the broker's return.
PATIENCE = 60


@pytest.fixture
def broker(monkeypatch):
    """A Valkey of this test's own, which it may kill; programs started after it ring there."""
    base = Path(tempfile.mkdtemp(prefix="blk-broker-", dir="/tmp"))
    base.chmod(0o711)
    server = Valkey(base, base / "run", throwaway=True)
    for name, value in state.embedded_broker(base / "run").items():
        monkeypatch.setenv(name, value)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(base)


@pytest.fixture
def log(tmp_path) -> Path:
    return tmp_path / "programs.log"


@pytest.fixture
def web(broker, log, tmp_path):
    """A real web server with its worker and beat; the address it answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    options = ("blk_portal.wsgi", "--bind", host, "--worker-class", "gthread", "--threads", "2")
    beat = (*CELERY, "beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    with (
        program(*beat, log=log),
        program(*WORKER, log=log),
        program("gunicorn", "--no-control-socket", *options, log=log),
    ):
        wait_for(lambda: _answers(f"http://{host}/healthz"), patience=PATIENCE, log=log)
        yield f"http://{host}"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def reports(transactional_db):
    """Four submitted reports of three people each; nothing is owed yet."""
    first = CohortReportFactory(submitted=True, people=3)
    others = [
        CohortReportFactory(cohort__institution=first.cohort.institution, submitted=True, people=3)
        for _each in range(3)
    ]
    PendingRollup.objects.all().delete()
    return first, *others


def verify(web: str, report) -> None:
    """A reviewer of the office verifies over HTTP, with a session as a browser holds it."""
    client = Client()
    client.force_login(AreaReviewerFactory(office=report.cohort.institution.office))
    token, session = "a" * 32, client.cookies["sessionid"].value
    form = {"verb": "verify", "version": report.version, "csrfmiddlewaretoken": token}
    request = urllib.request.Request(
        web + reverse("trainings:report-review", args=[report.pk]),
        data=urllib.parse.urlencode(form).encode(),
        headers={"Cookie": f"sessionid={session}; csrftoken={token}"},
    )
    start = time.monotonic()
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
        assert answer.url.endswith("/laporan-masuk/")
    print(f"verified in {time.monotonic() - start:.2f} s")  # noqa: T201
    report.refresh_from_db()
    assert report.status == "verified"


def completed() -> int:
    cells = Actual.objects.filter(indicator="completed", province=None, office=None, breakdown="")
    return sum(cells.values_list("value", flat=True))


def stored_cells() -> list[tuple]:
    """Every cell with the mark of the transaction that wrote it last."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, value FROM progress_actual ORDER BY id")
        return cursor.fetchall()


def test_reviewer_verifies_while_the_broker_is_dead_or_hangs_and_the_figure_follows(
    broker, web, reports, log
):
    before, while_dead, after, while_it_hangs = reports
    # Web and worker are at work when the broker dies: it is their connections that break.
    verify(web, before)
    wait_for(lambda: completed() == 3, patience=PATIENCE, log=log)
    os.kill(broker.process.pid, signal.SIGKILL)
    broker.stop()

    verify(web, while_dead)
    assert log.read_text().count("reconciler will recount") == 1
    assert PendingRollup.objects.exists()
    assert completed() == 3

    broker.start()
    took = wait_for(lambda: completed() == 6, patience=PATIENCE, log=log)
    print(f"the figure was right {took:.1f} s after the broker's return")  # noqa: T201
    assert not PendingRollup.objects.exists()

    # A connection that was fine before is what hangs in life.
    verify(web, after)
    wait_for(lambda: completed() == 9, patience=PATIENCE, log=log)
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        verify(web, while_it_hangs)
        assert log.read_text().count("reconciler will recount") == 2
        assert PendingRollup.objects.count() == 1
        assert completed() == 9
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)


def test_worker_that_hears_the_same_bell_ten_times_counts_once(worker, reports):
    report, *_others = reports
    year = report.cohort.programme_year_id
    report.verify(by=AreaReviewerFactory(), version=report.version)
    for _delivery in range(10):
        tasks.recount.delay(year)
    wait_for(lambda: completed() == 3, patience=PATIENCE, log=worker)

    before, runs = stored_cells(), RollupRun.objects.count()
    PendingRollup.objects.create(
        programme_year_id=year, institution=report.cohort.institution, why="again"
    )
    for _delivery in range(2):
        tasks.recount.delay(year)
    wait_for(lambda: RollupRun.objects.count() > runs, patience=PATIENCE, log=worker)
    latest = RollupRun.objects.latest("id")
    assert (latest.taken, latest.differences) == (1, 0)
    assert stored_cells() == before
