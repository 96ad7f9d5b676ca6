"""A merge while somebody files, verifies or merges too: nothing is left behind or miscounted."""

from functools import partial

import pytest

from blk_portal.progress import news, rollup
from blk_portal.progress.audit import audit_year
from institutions.merging import MergeRefused, merge
from institutions.models import Institution
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
)
from tests.reporting.concurrency import at_once
from trainings.models import Cohort, CohortCount, CohortReport

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


def pair() -> tuple[Institution, Institution]:
    """One that goes and one that stays, under different offices and in different provinces."""
    gone = InstitutionFactory()
    # Both may report, and no agreement stands against the merge.
    Institution.objects.filter(pk=gone.pk).update(status="operational")
    gone.refresh_from_db()
    return gone, InstitutionFactory(operational=True)


def merging(gone: Institution, kept: Institution, admin):
    fresh = [Institution.objects.get(pk=row.pk) for row in (gone, kept)]
    return partial(merge, *fresh, by=admin, reason="Terdaftar dua kali.")


def test_verification_at_the_same_moment_counts_where_the_institution_stays():
    admin, reviewer = NationalAdminFactory(), AreaReviewerFactory()
    for _round in range(5):
        gone, kept = pair()
        report = CohortReportFactory(cohort__institution=gone, submitted=True)
        read = CohortReport.objects.select_related("cohort", "obligation__institution")
        verify = partial(read.get(pk=report.pk).verify, by=reviewer, version=1)
        results = at_once(verify, merging(gone, kept, admin))
        assert not [result for result in results if isinstance(result, Exception)]
        report.refresh_from_db()
        assert report.obligation.institution == kept
        assert Cohort.objects.get(pk=report.cohort_id).institution == kept
        counts = CohortCount.objects.filter(report=report)
        assert set(counts.values_list("institution", flat=True)) == {kept.pk}
    year = report.obligation.programme_year
    rollup.settle(year.pk)
    assert audit_year(year) == []


def test_submission_at_the_same_moment_arrives_at_the_one_that_stays():
    admin = NationalAdminFactory()
    for _round in range(3):
        gone, kept = pair()
        report = CohortReportFactory(cohort__institution=gone, people=1)
        operator = OperatorFactory(institution=gone)
        submit = partial(
            CohortReport.objects.get(pk=report.pk).submit, by=operator, version=report.version
        )
        results = at_once(submit, merging(gone, kept, admin))
        assert not [result for result in results if isinstance(result, Exception)]
        report.refresh_from_db()
        assert report.status == "submitted"
        assert CohortReport.objects.visible_to(operator).get() == report
        assert report.obligation.institution == kept


def test_two_who_merge_both_ways_leave_one_that_stays():
    admin = NationalAdminFactory()
    for _round in range(3):
        first, second = InstitutionFactory(), InstitutionFactory()
        results = at_once(merging(first, second, admin), merging(second, first, admin))
        assert len([one for one in results if isinstance(one, MergeRefused)]) == 1
        rows = Institution.objects.filter(pk__in=[first.pk, second.pk])
        assert sorted(rows.values_list("status", flat=True)) == ["merged", "proposed"]
