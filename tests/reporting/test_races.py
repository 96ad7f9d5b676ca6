"""Two people at the same moment: exactly one verb wins, and the other is told so (A13, A15)."""

from datetime import date
from functools import partial

import pytest

from blk_portal.progress import news, rollup
from blk_portal.progress.models import Actual, PendingRollup
from blk_portal.reporting.models import Receipt
from blk_portal.reporting.refusals import Stale
from tests.factories import AreaReviewerFactory, CohortReportFactory, OperatorFactory
from tests.reporting.concurrency import at_once
from trainings.flag_answers import answer_flags
from trainings.models import CohortCount, CohortReport, CohortReportFlag, CountedPerson

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


def call(report, verb, **options):
    """A verb on an object of its own, as another request would read it."""
    return partial(getattr(CohortReport.objects.get(pk=report.pk), verb), **options)


def winners(results):
    lost = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, Stale) for error in lost), lost
    return len(results) - len(lost)


def test_two_reviewers_verify_and_return_at_once_and_one_wins():
    first, second = AreaReviewerFactory(name="Ani"), AreaReviewerFactory(name="Budi")
    reports = [CohortReportFactory(submitted=True) for _n in range(6)]
    PendingRollup.objects.all().delete()
    outcomes = set()
    for report in reports:
        verify = call(report, "verify", by=first, version=1)
        send_back = call(report, "send_back", by=second, version=1, comment="Perbaiki.")
        results = at_once(verify, send_back)
        assert winners(results) == 1
        report.refresh_from_db()
        outcomes.add(report.status)
        assert report.version == 2
        winner = report.transitions.get(version=2)
        (refusal,) = [result for result in results if isinstance(result, Stale)]
        assert winner.by.name in str(refusal)
        counted = sum(CohortCount.objects.filter(report=report).values_list("completed", flat=True))
        assert counted == (2 if report.status == "verified" else 0)
        assert report.transitions.count() == 2
    assert outcomes <= {"verified", "returned"}
    verified = CohortReport.objects.verified().count()
    assert PendingRollup.objects.count() == verified
    rollup.settle(reports[0].cohort.programme_year_id)
    national = Actual.objects.filter(
        province=None, office=None, breakdown="", indicator="completed"
    )
    assert sum(cell.value for cell in national) == 2 * verified


def test_two_reviewers_return_with_flags_at_once_and_only_the_winners_are_kept():
    reviewers = AreaReviewerFactory(), AreaReviewerFactory()
    for report in [CohortReportFactory(submitted=True) for _n in range(6)]:
        person = report.cohort.participants.first()
        calls = [
            call(
                report, "send_back", by=by, version=1,
                flags=[report.flag(person, field="nik", note=str(by.pk))],
            )
            for by in reviewers
        ]  # fmt: skip
        assert winners(at_once(*calls)) == 1
        flag = CohortReportFlag.objects.get(transition__report=report)
        assert flag.note == str(flag.transition.by_id)


def test_operator_answers_while_the_report_is_sent_and_the_answer_is_in_or_refused():
    for report in [CohortReportFactory(flagged=True) for _n in range(4)]:
        person, operator = report.cohort.participants.first(), OperatorFactory()
        answers = {flag.pk: "Sesuai." for flag in CohortReportFlag.objects.all()}
        answer_flags(report, {}, answers, by=operator, today=date(2022, 10, 1))
        mend = partial(
            answer_flags, report, {person.pk: {"result": "failed"}}, {}, by=operator,
            today=date(2022, 10, 1),
        )  # fmt: skip
        sent, mended = at_once(call(report, "submit", by=operator, version=2), mend)
        assert isinstance(sent, Receipt)
        person.refresh_from_db()
        assert (person.result == "failed") == (mended == {})
        assert mended == {} or isinstance(mended, Stale)
        report.refresh_from_db()
        assert sent.digest == report.content_digest()


def test_eight_double_clicks_submit_once():
    report = CohortReportFactory()
    operator = OperatorFactory(institution=report.cohort.institution)
    results = at_once(*[call(report, "submit", by=operator, version=0) for _n in range(8)])
    assert winners(results) == 1
    assert Receipt.objects.count() == 1
    assert report.transitions.count() == 1
    report.refresh_from_db()
    assert (report.status, report.version) == ("submitted", 1)


def test_operator_withdraws_while_a_reviewer_verifies_and_one_wins():
    report = CohortReportFactory(submitted=True)
    withdraw = call(report, "withdraw", by=report.submitted_by, version=1)
    verify = call(report, "verify", by=AreaReviewerFactory(), version=1)
    assert winners(at_once(withdraw, verify)) == 1
    report.refresh_from_db()
    assert CohortCount.objects.exists() == (report.status == "verified")


def test_two_reports_with_one_person_verified_at_once_count_the_person_once():
    reports = [CohortReportFactory(people=1) for _n in range(4)]
    person = reports[0].cohort.participants.get()
    nik = person._open_nik()
    for report in reports[1:]:
        other = report.cohort.participants.get()
        other.set_nik(nik)
        other.save()
    for report in reports:
        report.submit(by=OperatorFactory(institution=report.cohort.institution), version=0)
    reviewers = AreaReviewerFactory.create_batch(4)
    results = at_once(
        *[
            call(report, "verify", by=by, version=1)
            for report, by in zip(reports, reviewers, strict=True)
        ]
    )
    assert winners(results) == 4
    holder = CountedPerson.objects.get()
    assert holder.report == CohortReport.objects.verified().order_by("verified_at").first()
    assert sorted(CohortCount.objects.values_list("people", flat=True)) == [0, 0, 0, 1]
