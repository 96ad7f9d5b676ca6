"""The broker only rings: without it a verification succeeds, and the figure follows later."""

import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from blk_portal.celery import app
from blk_portal.progress.models import Actual, PendingRollup, RollupRun
from blk_portal.runtime import state
from blk_portal.runtime.servers import Valkey
from tests.e2e.conftest import celery_program
from tests.factories.accounts import AreaReviewerFactory
from tests.factories.trainings import CohortReportFactory

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

PATIENCE = 60


@pytest.fixture
def broker(monkeypatch):
    """A Valkey of this test's own, which it may kill, and the Celery app pointed at it."""
    base = Path(tempfile.mkdtemp(prefix="blk-broker-", dir="/tmp"))
    base.chmod(0o711)
    server = Valkey(base, base / "run", throwaway=True)
    address = state.embedded_broker(base / "run")["REDIS_URL"]
    before = app.conf.broker_url
    monkeypatch.setenv("REDIS_URL", address)
    server.start()
    _point_at(address)
    yield server
    server.stop()
    _point_at(before)
    shutil.rmtree(base)


def _point_at(address: str) -> None:
    app.conf.broker_url = app.conf.broker_write_url = app.conf.broker_read_url = address
    app.pool.force_close_all()
    app._pool = app.amqp._producer_pool = None


@pytest.fixture
def report():
    report = CohortReportFactory(submitted=True, people=3)
    PendingRollup.objects.all().delete()
    return report


@pytest.fixture
def reviewer_client(client, report):
    client.force_login(AreaReviewerFactory(office=report.cohort.institution.office))
    return client


def verify(client, report):
    report.refresh_from_db()
    return client.post(
        reverse("trainings:report-review", args=[report.pk]),
        {"verb": "verify", "comment": "", "version": report.version},
    )


def completed() -> int:
    cells = Actual.objects.filter(indicator="completed", province=None, office=None, breakdown="")
    return sum(cells.values_list("value", flat=True))


def test_reviewer_verifies_while_the_broker_is_dead_and_the_figure_follows(
    broker, report, reviewer_client, test_database_url, tmp_path
):
    programs = {"database_url": test_database_url, "log": tmp_path / "celery.log"}
    schedule = ("beat", "--schedule", str(tmp_path / "beat"), "--pidfile", "")
    with (
        celery_program("worker", "--concurrency", "1", "--loglevel", "INFO", **programs),
        celery_program(*schedule, **programs),
    ):
        os.kill(broker.process.pid, signal.SIGKILL)
        broker.stop()

        assert verify(reviewer_client, report).status_code == 302
        report.refresh_from_db()
        assert report.status == "verified"
        assert PendingRollup.objects.exists()
        assert completed() == 0

        broker.start()
        deadline = time.monotonic() + PATIENCE
        while completed() != 3 and time.monotonic() < deadline:
            time.sleep(0.5)
        assert completed() == 3, programs["log"].read_text()
        assert not PendingRollup.objects.exists()


def test_reviewer_verifies_while_the_broker_hangs(broker, report, reviewer_client):
    os.kill(broker.process.pid, signal.SIGSTOP)
    try:
        assert verify(reviewer_client, report).status_code == 302
    finally:
        os.kill(broker.process.pid, signal.SIGCONT)
    report.refresh_from_db()
    assert report.status == "verified"
    assert PendingRollup.objects.exists()


def test_worker_that_hears_the_same_bell_ten_times_counts_once(worker, report, reviewer_client):
    verify(reviewer_client, report)
    year = report.cohort.programme_year_id
    for _delivery in range(10):
        app.send_task("blk_portal.progress.tasks.recount", args=[year])
    deadline = time.monotonic() + PATIENCE
    while completed() != 3 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert completed() == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(value) FROM progress_actual")
        before = cursor.fetchone()
    runs = RollupRun.objects.count()
    app.send_task("blk_portal.progress.tasks.recount", args=[year])
    PendingRollup.objects.create(
        programme_year_id=year, institution=report.cohort.institution, why="again"
    )
    app.send_task("blk_portal.progress.tasks.recount", args=[year])
    while RollupRun.objects.count() == runs and time.monotonic() < deadline:
        time.sleep(0.2)
    latest = RollupRun.objects.order_by("-id").first()
    assert (latest.taken, latest.differences) == (1, 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(value) FROM progress_actual")
        assert cursor.fetchone() == before
