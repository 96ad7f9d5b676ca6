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
from django.test import Client
from django.urls import reverse

from blk_portal.celery import app
from blk_portal.progress.models import Actual, PendingRollup, RollupRun
from blk_portal.runtime import state
from blk_portal.runtime.servers import Valkey
from tests.e2e.conftest import CELERY, program
from tests.factories.accounts import AreaReviewerFactory
from tests.factories.trainings import CohortReportFactory

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PATIENCE = 60
RECOUNT = "blk_portal.progress.tasks.recount"


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
def programs(test_database_url, tmp_path) -> dict:
    return {"database_url": test_database_url, "log": tmp_path / "programs.log"}


@pytest.fixture
def web(broker, programs):
    """A real web server; the address it answers at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    options = ("blk_portal.wsgi", "--bind", host, "--worker-class", "gthread", "--threads", "2")
    with program("gunicorn", "--no-control-socket", *options, **programs):
        _until(lambda: _answers(f"http://{host}/healthz"), programs["log"])
        yield f"http://{host}"


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _until(condition, log) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)


@pytest.fixture
def report():
    report = CohortReportFactory(submitted=True, people=3)
    PendingRollup.objects.all().delete()
    return report


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
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
        assert answer.url.endswith("/laporan-masuk/")
    report.refresh_from_db()
    assert report.status == "verified"


def completed() -> int:
    cells = Actual.objects.filter(indicator="completed", province=None, office=None, breakdown="")
    return sum(cells.values_list("value", flat=True))


def test_reviewer_verifies_while_the_broker_is_dead_and_the_figure_follows(
    broker, web, report, programs, tmp_path
):
    schedule = ("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    with (
        program(*CELERY, "worker", "--concurrency", "1", **programs),
        program(*CELERY, *schedule, **programs),
    ):
        os.kill(broker.process.pid, signal.SIGKILL)
        broker.stop()

        verify(web, report)
        assert PendingRollup.objects.exists()
        assert completed() == 0

        broker.start()
        _until(lambda: completed() == 3, programs["log"])
        assert not PendingRollup.objects.exists()


def test_reviewer_verifies_while_the_broker_hangs(broker, web, report):
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        verify(web, report)
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)
    assert PendingRollup.objects.exists()


def test_worker_that_hears_the_same_bell_ten_times_counts_once(worker, report, tmp_path):
    log = tmp_path / "worker.log"
    report.verify(by=AreaReviewerFactory(), version=report.version)
    year = report.cohort.programme_year_id
    for _delivery in range(10):
        app.send_task(RECOUNT, args=[year])
    _until(lambda: completed() == 3, log)

    runs = RollupRun.objects.count()
    PendingRollup.objects.create(
        programme_year_id=year, institution=report.cohort.institution, why="again"
    )
    app.send_task(RECOUNT, args=[year])
    _until(lambda: RollupRun.objects.count() > runs, log)
    latest = RollupRun.objects.order_by("-id").first()
    assert (latest.taken, latest.differences) == (1, 0)
    assert completed() == 3
