"""Many at the same moment on real connections: one receipt, one decision, and who was first."""

from functools import partial

import pytest

from blk_portal.progress import news
from blk_portal.reporting.models import Receipt
from blk_portal.reporting.refusals import Stale
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
)
from tests.reporting.concurrency import at_once
from trainings import planning
from trainings.models import CohortReport, ReportedRow, ReportKind
from trainings.planning import PlanRefused
from trainings.queue import candidates, verify_together

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, ROUNDS = 20, 5


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


def fresh(report) -> CohortReport:
    return CohortReport.objects.get(pk=report.pk)


def test_hundred_submits_of_one_report_give_one_receipt():
    report = CohortReportFactory(people=2)
    operator = OperatorFactory(institution=report.cohort.institution)
    results = []
    for _round in range(ROUNDS):
        calls = [partial(fresh(report).submit, by=operator, version=0) for _n in range(THREADS)]
        results += at_once(*calls)
    receipts = [result for result in results if isinstance(result, Receipt)]
    assert len(results) == THREADS * ROUNDS
    assert len(receipts) == 1
    assert {type(result) for result in results} == {Stale, Receipt}
    assert Receipt.objects.count() == 1
    assert fresh(report).version == 1
    assert ReportedRow.objects.count() == 2


def test_of_verify_and_return_one_wins_and_the_other_reads_who_and_when():
    report = CohortReportFactory(submitted=True)
    one, other = AreaReviewerFactory(name="Ratna"), AreaReviewerFactory(name="Budi")
    results = at_once(
        partial(fresh(report).verify, by=one, version=1),
        partial(fresh(report).send_back, by=other, version=1, comment="Mohon diperiksa."),
    )
    (stale,) = [result for result in results if isinstance(result, Stale)]
    first = report.transitions.first()
    assert report.transitions.count() == 2
    assert first.by.name in stale.message
    assert str(first.label) in stale.message
    assert "WIB" in stale.message


def test_of_two_officers_who_take_a_report_one_gets_it():
    report = CohortReportFactory(submitted=True)
    officers = [AreaReviewerFactory(name=f"Petugas {n}") for n in range(4)]
    results = at_once(*[partial(fresh(report).take, by=officer) for officer in officers])
    assert sum(result is None for result in results) == 1
    taken_by = fresh(report).officer
    assert all(taken_by.name in one.message for one in results if isinstance(one, Stale))


def test_two_officers_who_verify_the_same_reports_together_verify_each_once():
    reports = [CohortReportFactory(submitted=True) for _n in range(4)]
    versions = {report.pk: 1 for report in reports}
    officers = [AreaReviewerFactory(name=f"Petugas {n}") for n in range(2)]
    found = [candidates(CohortReport.objects.all(), versions, user=officer) for officer in officers]
    results = at_once(
        *[
            partial(verify_together, found[n], versions, by=officer)
            for n, officer in enumerate(officers)
        ]
    )
    done = [one for outcomes in results for one in outcomes if not one.refusals]
    assert sorted(one.report.pk for one in done) == sorted(versions)
    refused = [one for outcomes in results for one in outcomes if one.refusals]
    assert all("Petugas" in one.refusals[0] for one in refused)


def _waiting_opening(by) -> CohortReport:
    cohort = CohortFactory(kinds=ReportKind)
    ParticipantFactory(cohort=cohort)
    opening = cohort.reports.get(kind=ReportKind.OPENING)
    opening.submit(by=by, version=0)
    return opening


def test_of_a_cancelling_and_a_verification_the_late_one_reads_who_and_when():
    reviewer, operator = AreaReviewerFactory(name="Ratna"), OperatorFactory(name="Budi")
    for _n in range(4):
        opening = _waiting_opening(operator)
        cohort = opening.cohort
        verify = partial(fresh(opening).verify, by=reviewer, version=1)
        cancel = partial(planning.cancel, cohort, by=operator, reason="Instruktur sakit.")
        verified, cancelled = at_once(verify, cancel)
        assert cancelled is None
        log = [row.verb for row in opening.transitions.order_by("version")]
        if isinstance(verified, Stale):
            assert log == ["submit", "set_aside"]
            assert "Budi" in verified.message
            assert "WIB" in verified.message
        else:
            assert log == ["submit", "verify"]
        # The closing report keeps its cohort: here the one who cancels is always too late.
        report = CohortReportFactory(submitted=True)
        verify = partial(fresh(report).verify, by=reviewer, version=1)
        cancel = partial(planning.cancel, report.cohort, by=operator, reason="Instruktur sakit.")
        verified, refused = at_once(verify, cancel)
        assert fresh(report).status == "verified", verified
        assert isinstance(refused, PlanRefused)
        assert report.submitted_by.name in refused.message or "Ratna" in refused.message
        assert "WIB" in refused.message
