"""The integrity checks: each planted fault is found by exactly one, the clean sample by none."""

import json
from io import StringIO

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse

from blk_portal.progress import rollup, tasks
from blk_portal.progress.desk import desk_of
from blk_portal.progress.integrity import check, running
from blk_portal.progress.integrity.catalogue import CHECKS
from blk_portal.progress.integrity.check import Check
from blk_portal.progress.models import CheckResult, CheckRun
from institutions import orphans
from institutions.models.document import documents_storage
from tests.factories import NationalAdminFactory
from tests.progress.planted import FAULTS, mail_stuck, round_overfull, sql

SIZE = 60


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker):
    """One sample for all tests of this module; each plants its fault in a savepoint of its own."""
    with django_db_blocker.unblock(), override_settings(DEMO_MODE=True), transaction.atomic():
        call_command("seed_demo", institutions=SIZE, verbosity=0)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        orphans.sweep()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def _sample(sample, db):
    """The sample, with the test's own savepoint around what it changes."""


pytestmark = pytest.mark.usefixtures("_sample")


def found():
    """The checks that find something now, with what they find."""
    findings = {code: running.search(one) for code, one in CHECKS.items()}
    return {code: finding for code, finding in findings.items() if finding.found}


def test_clean_sample_finds_nothing():
    assert found() == {}


def test_every_check_has_its_fault():
    assert list(FAULTS) == list(CHECKS)


@pytest.mark.parametrize("code", FAULTS)
def test_planted_fault_is_found_by_exactly_its_check(code):
    plant, is_counted = FAULTS[code]
    # What the portal itself would refuse: its triggers and foreign keys look away.
    sql("SET LOCAL session_replication_role = replica")
    try:
        plant()
        if is_counted:
            rollup.rebuild()
        findings = found()
        assert set(findings) == {code}
        first = findings[code].sample[0]
        assert first.label
        if CHECKS[code].address and first.target:
            assert CHECKS[code].link(first.target).startswith("/")
    finally:
        documents_storage().delete("2022/10/tanpa-baris")


def rows(n):
    return f"SELECT n, 'baris ' || n, NULL FROM generate_series(1, {n}) AS n"


def checks(monkeypatch, **asked):
    """Only these checks, each with its statement."""
    few = {code: Check(code, code, "Mengapa.", "Obat.", rows=told) for code, told in asked.items()}
    for module in (running, tasks.running):
        monkeypatch.setattr(module, "CHECKS", few)


def run():
    return running.run_through(CheckRun.objects.start(by=None))


def test_national_admin_reads_how_many_and_the_first_twenty(monkeypatch):
    monkeypatch.setattr(running, "MOST", 50)
    checks(monkeypatch, many=rows(51), few=rows(21))
    few, many = run().results.order_by("code")
    assert (many.found, many.is_capped, len(many.sample)) == (50, True, check.SHOWN)
    assert (few.found, few.is_capped) == (21, False)
    assert few.sample[0] == {"id": 1, "label": "baris 1", "target": None}


def test_failing_check_keeps_its_error_and_stops_no_other(monkeypatch):
    def broken():
        raise TimeoutError

    checks(monkeypatch, first="SELECT 1/0, '', NULL", second=broken, third=rows(1))
    first, second, third = run().results.order_by("pk")
    assert first.error.startswith("DataError: division by zero")
    assert second.error.startswith("TimeoutError")
    assert (third.found, third.error) == (1, "")
    assert set(CheckResult.objects.of_last_run().told()) == {first, second, third}


def test_finding_keeps_its_first_moment_until_a_sound_run(monkeypatch):
    moments = []
    for n in (1, 2, 0, 1):
        checks(monkeypatch, one=rows(n))
        moments.append(run().results.get())
    first, second, sound, again = moments
    assert first.since == second.since == first.started_at
    assert sound.since is None
    assert again.since == again.started_at


def test_worker_goes_on_after_a_turn_and_leaves_out_what_ended_its_process(monkeypatch):
    def killed():
        raise SoftTimeLimitExceeded

    rung = []
    monkeypatch.setattr(tasks.go_on_checking, "delay", lambda: rung.append(1))
    checks(monkeypatch, first=rows(0), second=killed, third=rows(0))
    asked = CheckRun.objects.start(by=None)
    with pytest.raises(SoftTimeLimitExceeded):
        running.turn()
    assert not CheckRun.objects.finished().exists()
    monkeypatch.setattr(running, "SECONDS_A_TURN", -1)
    monkeypatch.setattr(running.turn, "__kwdefaults__", {"seconds": -1})
    tasks.go_on_checking()
    assert rung == [1]
    monkeypatch.setattr(running.turn, "__kwdefaults__", {"seconds": 30})
    tasks.go_on_checking()
    assert rung == [1]
    results = list(asked.results.order_by("pk").values_list("code", "error"))
    assert results == [("first", ""), ("second", "interrupted"), ("third", "")]


def command():
    out = StringIO()
    try:
        call_command("check_integrity", stdout=out)
    except SystemExit as stop:
        return stop.code, json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


def test_command_prints_json_and_ends_with_one_on_any_finding():
    code, told = command()
    assert code == 0
    assert [one["code"] for one in told["checks"]] == list(CHECKS)
    mail_stuck()
    code, told = command()
    assert code == 1
    [one] = [one for one in told["checks"] if one["found"]]
    assert (one["code"], one["found"], len(one["sample"])) == ("mail-stuck", 1, 1)


def test_national_admin_starts_a_run_and_reads_what_it_found(client, monkeypatch):
    rung = []
    monkeypatch.setattr(tasks.go_on_checking, "delay", lambda: rung.append(1))
    admin = NationalAdminFactory()
    client.force_login(admin)
    page = reverse("progress:integrity")
    assert client.get(page).context["last"] is None
    for _click in range(2):
        assert client.post(reverse("progress:integrity-start")).url == page
    assert CheckRun.objects.get().asked_by == admin
    under_way = client.get(page)
    assert (under_way.context["running"], under_way.context["percent"]) == (
        CheckRun.objects.get(), 0,
    )  # fmt: skip
    assert "HX-Refresh" not in client.get(reverse("progress:integrity-progress"))
    sql("SET LOCAL session_replication_role = replica")
    round_overfull()
    sql("SET LOCAL session_replication_role = origin")
    monkeypatch.setitem(
        running.CHECKS, "tenant-void", Check("tenant-void", "", "", "", "SELECT tiada")
    )
    running.run_through(CheckRun.objects.get())
    assert client.get(reverse("progress:integrity-progress"))["HX-Refresh"] == "true"
    answer = client.get(page)
    text = answer.content.decode()
    assert answer.context["count"] == 2
    assert str(CHECKS["round-overfull"].remedy) in text
    assert reverse("incubators:round-detail", args=[2022]) in text
    assert "ProgrammingError" in text
    [line] = [line for line in desk_of(admin) if line.queue.key == "integrity"]
    assert (line.count, line.days, line.url) == (2, 0, page)
