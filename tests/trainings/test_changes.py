"""What a reviewer sees of the difference between two submissions, and what is kept for it."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    ParticipantFactory,
    UserFactory,
    synthetic_nik,
)
from trainings.changes import comparisons
from trainings.models import CohortReport, Participant, ReportedRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return CohortReportFactory(submitted=True, people=4)


@pytest.fixture
def reviewer(report):
    return AreaReviewerFactory(office=report.cohort.institution.office)


def send_again(report, reviewer):
    report.submit(by=report.submitted_by, version=report.version)


def compared(report, reviewer):
    fresh = CohortReport.objects.visible_to(reviewer).with_log().get(pk=report.pk)
    return comparisons(fresh, reviewer)


def test_submission_keeps_one_row_a_participant_and_no_nik(report):
    rows = ReportedRow.objects.filter(submission__report=report)
    people = list(report.cohort.participants.all())
    assert [row.uid for row in rows] == [person.uid for person in people]
    first = rows[0]
    assert first.values["result"] == "passed"
    kept = str({name: getattr(first, name) for name in ("name", "nik_digest", "values")})
    assert people[0].as_cells()["nik"] not in kept
    assert first.nik_digest != bytes(people[0].nik_index).hex()


def test_first_submission_is_compared_with_nothing(report, reviewer):
    assert compared(report, reviewer) == []


def test_reviewer_sees_added_removed_and_changed_rows_with_before_and_after(report, reviewer):
    gone, changed, renumbered, same = report.cohort.participants.all()
    report.send_back(by=reviewer, version=1, comment="Mohon diperiksa.")
    gone.delete()
    changed.result, changed.birth_date = "failed", date(2000, 1, 2)
    changed.set_nik(synthetic_nik(800, born=changed.birth_date, sex=changed.sex))
    changed.save()
    Participant.objects.filter(pk=renumbered.pk).update(roster_row=99)
    new = ParticipantFactory(cohort=report.cohort, name="Orang Baru")
    send_again(report, reviewer)
    (comparison,) = compared(report, reviewer)
    assert [change.name for change in comparison.added] == [new.name]
    assert [change.name for change in comparison.removed] == [gone.name]
    (difference,) = comparison.changed
    assert difference.name == changed.name
    cells = {cell.label: (cell.before, cell.after) for cell in difference.cells}
    assert cells == {
        "NIK": ("terisi", "NIK lain"),
        "Tanggal lahir": ("17 Mei 2001", "2 Januari 2000"),
        "Hasil": ("Lulus", "Tidak lulus"),
    }
    assert comparison.same == 2


def test_reviewer_reads_that_nothing_changed(report, reviewer):
    report.send_back(by=reviewer, version=1, comment="Mohon diperiksa.")
    send_again(report, reviewer)
    (comparison,) = compared(report, reviewer)
    assert not comparison.changes
    client = Client()
    client.force_login(reviewer)
    page = client.get(reverse("trainings:report-review", args=[report.pk])).content.decode()
    assert "Tidak ada yang berubah" in page
    assert "Pengajuan ke-2" in re.sub(r"\s+", " ", page)


def test_reviewer_compares_with_the_submission_before_and_with_what_was_verified(report, reviewer):
    first = report.cohort.participants.first()
    report.verify(by=reviewer, version=1)
    report.reopen(by=reviewer, version=2, comment="Ada ralat.")
    first.result = "failed"
    first.save()
    send_again(report, reviewer)
    (only,) = compared(report, reviewer)
    assert only.title == "Berubah sejak diverifikasi"
    report.send_back(by=reviewer, version=4, comment="Mohon diperiksa.")
    send_again(report, reviewer)
    before, verified = compared(report, reviewer)
    assert (before.changes, len(verified.changed)) == ([], 1)


def test_erased_participant_leaves_a_row_without_a_person(report, reviewer):
    first, second, *_rest = report.cohort.participants.all()
    report.send_back(by=reviewer, version=1, comment="Mohon diperiksa.")
    first.delete()
    assert ReportedRow.objects.filter(uid=first.uid).get().name == first.name
    second.result = "failed"
    second.save()
    send_again(report, reviewer)
    assert ReportedRow.objects.erase([first.uid, second.uid]) == 3
    (comparison,) = compared(report, reviewer)
    assert comparison.forgotten == 2
    assert not comparison.changes
    kept = ReportedRow.objects.filter(uid__in=[first.uid, second.uid])
    assert set(kept.values_list("name", "birth_date", "nik_digest", "participant")) == {
        ("", None, "", None)
    }


def test_rows_as_handed_in_are_seen_by_those_who_see_the_participants(report, reviewer):
    assert ReportedRow.objects.visible_to(reviewer).count() == 4
    assert ReportedRow.objects.visible_to(report.submitted_by).count() == 4
    for stranger in (AreaReviewerFactory(), UserFactory(role=Role.LEADERSHIP)):
        assert not ReportedRow.objects.visible_to(stranger).exists()


def test_page_of_a_second_submission_asks_little(report, reviewer, django_assert_max_num_queries):
    report.send_back(by=reviewer, version=1, comment="Mohon diperiksa.")
    send_again(report, reviewer)
    client = Client()
    client.force_login(reviewer)
    client.get(reverse("trainings:report-review", args=[report.pk]))
    with django_assert_max_num_queries(12):
        client.get(reverse("trainings:report-review", args=[report.pk]))
