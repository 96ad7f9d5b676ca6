"""The several reports on a cohort: what is opened, when it is due, and which of them counts."""

from datetime import date

import pytest

from blk_portal.progress import news
from blk_portal.progress.audit import run_audit
from blk_portal.reporting.models import Obligation
from institutions.due import due_date
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ProgrammeYearFactory,
)
from trainings import counting
from trainings.models import Cohort, CohortCount, CohortReport, ReportKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


def test_planned_cohort_owes_five_reports_each_by_the_days_of_its_year():
    year = ProgrammeYearFactory(
        year=2023, opening_due_days=5, report_due_days=14, certification_due_days=80,
        placement_3_due_days=100, placement_6_due_days=190,
    )  # fmt: skip
    start, end = date(2023, 5, 8), date(2023, 6, 16)
    cohort = CohortFactory(programme_year=year, starts_on=start, ends_on=end, kinds=ReportKind)
    owed = Obligation.objects.filter(subject=f"cohort:{cohort.pk}", state="expected")
    assert dict(owed.values_list("kind", "due_on")) == {
        "cohort_opening": due_date(start, 5),
        "cohort_closing": due_date(end, 14),
        "cohort_certification": due_date(end, 80),
        "cohort_placement_3": due_date(end, 100),
        "cohort_placement_6": due_date(end, 190),
    }
    reports = cohort.reports.select_related("obligation")
    assert {report.kind for report in reports} == set(ReportKind.values)
    assert all(report.obligation.kind == f"cohort_{report.kind}" for report in reports)
    assert {report.status for report in reports} == {"draft"}


def test_list_of_cohorts_brings_the_closing_report_in_one_query(django_assert_num_queries):
    CohortFactory.create_batch(2, kinds=ReportKind)
    CohortReportFactory(cohort=CohortFactory(kinds=ReportKind), verified=True)
    with django_assert_num_queries(1):
        cohorts = list(Cohort.objects.for_lists())
        assert [cohort.closing.kind for cohort in cohorts] == ["closing"] * 3
    verified = Cohort.objects.for_lists().filter(closing__status="verified")
    assert verified.get().closing.status == "verified"
    assert Cohort.objects.get(pk=verified.get().pk).closing == verified.get().closing


def test_only_the_closing_report_counts_participations():
    cohort = CohortFactory(kinds=ReportKind)
    closing = CohortReportFactory(cohort=cohort, people=3, verified=True)
    rows = list(CohortCount.objects.values_list())
    reviewer = AreaReviewerFactory()
    for report in CohortReport.objects.exclude(pk=closing.pk):
        moves = {"status": "submitted", "submitted_by": OperatorFactory(), "version": 1}
        CohortReport.objects.filter(pk=report.pk).update(submitted_at=closing.submitted_at, **moves)
        report.refresh_from_db()
        report.verify(by=reviewer, version=1)
    assert CohortReport.objects.verified().count() == 5
    assert list(CohortCount.objects.values_list()) == rows
    assert counting.recount_year(cohort.programme_year_id, at=closing.verified_at) == 0
    assert not [one for one in run_audit() if one.breakdown == "report"]
