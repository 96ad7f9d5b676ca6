"""The reviewers' queue: who looks after what, and verifying several reports together."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blk_portal.reporting.refusals import Incomplete, Stale
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    NationalAdminFactory,
    OperatorFactory,
    OverlapFactory,
    TrainingOfficeFactory,
)
from trainings.models import CohortReport, WarningExplanation
from trainings.models.flag import REPORT
from trainings.models.officer import officers_for
from trainings.queue import MOST_AT_ONCE

pytestmark = pytest.mark.django_db
QUEUE = reverse("trainings:review-list")
TOGETHER = reverse("trainings:verify-several")
SUSPICIOUS = {"code": "nik_suspicious", "field": "nik", "column": "NIK", "params": {}}


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def report():
    return CohortReportFactory(submitted=True)


@pytest.fixture
def officer(report):
    return AreaReviewerFactory(office=report.cohort.institution.office, name="Ratna (contoh)")


@pytest.fixture
def colleague(report):
    return AreaReviewerFactory(office=report.cohort.institution.office, name="Budi (contoh)")


class TestOfficer:
    def test_officer_takes_a_report_and_the_next_one_reads_who_has_it(
        self, report, officer, colleague
    ):
        report.take(by=officer)
        late = CohortReport.objects.get(pk=report.pk)
        with pytest.raises(Stale, match="Ratna"):
            late.take(by=colleague)
        report.refresh_from_db()
        assert (report.officer, report.assigned_by) == (officer, officer)

    def test_officer_hands_a_report_over_and_back_to_the_queue(self, report, officer, colleague):
        report.take(by=officer)
        report.hand_over(by=officer, to=colleague, seen=officer)
        assert CohortReport.objects.taken_by(colleague).get() == report
        with pytest.raises(Stale, match="Budi"):
            report.hand_over(by=officer, to=None, seen=officer)
        report.hand_over(by=colleague, to=None, seen=colleague)
        assert CohortReport.objects.untaken().get() == report

    def test_report_is_handed_only_to_who_may_review_it(self, report, officer):
        report.take(by=officer)
        strangers = [
            AreaReviewerFactory(office=TrainingOfficeFactory()),
            OperatorFactory(institution=report.cohort.institution),
            AreaReviewerFactory(office=report.cohort.institution.office, is_active=False),
        ]
        for stranger in strangers:
            with pytest.raises(Incomplete):
                report.hand_over(by=officer, to=stranger, seen=officer)
        national = NationalAdminFactory()
        listed = set(officers_for(report.cohort.institution))
        assert {officer, national} <= listed
        assert not listed & set(strangers)
        report.hand_over(by=officer, to=national, seen=officer)
        assert report.officer == national

    def test_every_officer_on_the_list_sees_the_report(self, report, officer, colleague):
        for one in officers_for(report.cohort.institution):
            assert CohortReport.objects.visible_to(one).filter(pk=report.pk).exists()

    def test_officer_takes_and_hands_over_in_the_browser(self, report, officer, colleague):
        client = browser(officer)
        page = text_of(client.get(QUEUE))
        assert reverse("trainings:report-take", args=[report.pk]) in page
        taken = client.post(reverse("trainings:report-take", args=[report.pk]), follow=True)
        assert "Anda menangani laporan ini" in text_of(taken)
        over = reverse("trainings:report-hand-over", args=[report.pk])
        client.post(over, {"to": colleague.pk, "seen": officer.pk})
        report.refresh_from_db()
        assert report.officer == colleague
        assert "Budi (contoh)" in text_of(client.get(QUEUE))
        stale = client.post(over, {"to": officer.pk, "seen": officer.pk})
        assert stale.status_code == 409
        assert "Budi (contoh)" in text_of(stale)
        wrong = client.post(over, {"to": "987654321", "seen": colleague.pk}, follow=True)
        assert "Pilih rekan dari daftar" in text_of(wrong)


class TestQueue:
    def test_queue_shows_the_longest_waiting_first_with_its_age(self, report, officer):
        old = CohortReportFactory(cohort__institution=report.cohort.institution, submitted=True)
        sent = timezone.now() - timedelta(days=9)
        CohortReport.objects.filter(pk=old.pk).update(submitted_at=sent)
        page = text_of(browser(officer).get(QUEUE))
        assert page.index(f"/laporan-masuk/{old.pk}/") < page.index(f"/laporan-masuk/{report.pk}/")
        assert "9 hari" in page
        assert "sejak hari ini" in page

    def test_officer_filters_the_queue(self, report, officer, colleague):
        other = CohortReportFactory(cohort__institution=report.cohort.institution, submitted=True)
        report.take(by=officer)
        other.take(by=colleague)
        free = CohortReportFactory(cohort__institution=report.cohort.institution, submitted=True)
        client = browser(officer)

        def listed(**query):
            return {row.pk for row in client.get(QUEUE, query).context["page"]}

        assert listed() == {report.pk, other.pk, free.pk}
        assert listed(petugas="saya") == {report.pk}
        assert listed(petugas="belum") == {free.pk}
        assert listed(jenis="closing") == {report.pk, other.pk, free.pk}
        assert listed(jenis="opening") == set()
        province = report.cohort.institution.regency.province
        assert listed(provinsi=province.code) == {report.pk, other.pk, free.pk}
        assert client.get(QUEUE, {"jenis": "sepatu"}).status_code == 400

    def test_queue_asks_as_much_for_one_report_as_for_many(
        self, report, officer, django_assert_max_num_queries
    ):
        institution = report.cohort.institution
        CohortReportFactory.create_batch(4, cohort__institution=institution, submitted=True)
        client = browser(officer)
        with django_assert_max_num_queries(12):
            client.get(QUEUE)
        with django_assert_max_num_queries(12):
            client.get(TOGETHER)


class TestTogether:
    def tick(self, *reports) -> dict:
        return {"laporan": [f"{report.pk}:{report.version}" for report in reports]}

    def test_officer_verifies_clean_reports_and_reads_why_the_others_stay(
        self, report, officer, colleague
    ):
        here = {"cohort__institution": report.cohort.institution}
        warned = CohortReportFactory(**here, people=1)
        warned.cohort.participants.update(warnings=[SUSPICIOUS])
        WarningExplanation.objects.create(
            report=warned, code="nik_suspicious", text="Sesuai KTP.", at=timezone.now()
        )
        warned.submit(by=report.submitted_by, version=0)
        taken = CohortReportFactory(**here, submitted=True)
        taken.take(by=colleague)
        flagged = CohortReportFactory(**here, submitted=True, reviewer=colleague)
        flags = [flagged.flag(field=REPORT, note="Lampirkan absen.")]
        flagged.send_back(by=colleague, version=1, flags=flags)
        flag = flagged.transitions.get(verb="send_back").flags.get()
        flag.answer, flag.answered_at, flag.answered_by = "Ada.", timezone.now(), colleague
        flag.save()
        flagged.submit(by=report.submitted_by, version=2)
        elsewhere = CohortReportFactory(submitted=True)

        client = browser(officer)
        preview = client.get(TOGETHER)
        assert [one.pk for one in preview.context["ready"]] == [report.pk]
        held = {one.report.pk: " ".join(one.obstacles) for one in preview.context["held"]}
        assert set(held) == {warned.pk, taken.pk, flagged.pk}
        assert "peringatan" in held[warned.pk]
        assert "Budi (contoh)" in held[taken.pk]
        assert "Tanda" in held[flagged.pk]

        answer = client.post(TOGETHER, self.tick(report, warned, taken, flagged, elsewhere))
        assert [one.pk for one in answer.context["verified"]] == [report.pk]
        assert {one.report.pk for one in answer.context["refused"]} == set(held)
        verified = CohortReport.objects.verified()
        assert verified.get().verified_by == officer
        again = client.post(TOGETHER, self.tick(report))
        assert not again.context["verified"]

    def test_report_with_a_person_in_two_cohorts_is_looked_at_on_its_own(self, report, officer):
        twice = CohortReportFactory(cohort__institution=report.cohort.institution, submitted=True)
        OverlapFactory(first_cohort=twice.cohort)
        preview = browser(officer).get(TOGETHER)
        assert [one.pk for one in preview.context["ready"]] == [report.pk]
        (held,) = preview.context["held"]
        assert held.report == twice
        answer = browser(officer).post(TOGETHER, self.tick(report, twice))
        assert [one.pk for one in answer.context["verified"]] == [report.pk]

    def test_nobody_verifies_what_they_sent_together_with_others(self, report):
        admin = NationalAdminFactory()
        own = CohortReportFactory(people=1)
        own.submit(by=admin, version=0)
        answer = browser(admin).post(TOGETHER, self.tick(report, own))
        assert [one.pk for one in answer.context["verified"]] == [report.pk]
        assert "petugas lain" in " ".join(answer.context["refused"][0].refusals)

    def test_report_that_moved_after_the_preview_is_refused_and_stops_no_other(
        self, report, officer
    ):
        moved = CohortReportFactory(cohort__institution=report.cohort.institution, submitted=True)
        ticked = self.tick(report, moved)
        moved.withdraw(by=moved.submitted_by, version=1)
        moved.submit(by=moved.submitted_by, version=2)
        answer = browser(officer).post(TOGETHER, ticked)
        assert [one.pk for one in answer.context["verified"]] == [report.pk]
        assert moved.submitted_by.name in answer.context["refused"][0].refusals[0]

    def test_officer_who_ticks_nothing_or_too_much_is_told_so(self, report, officer):
        client = browser(officer)
        assert "Centang" in text_of(client.post(TOGETHER, follow=True))
        many = {"laporan": [f"{n}:1" for n in range(1, MOST_AT_ONCE + 2)]}
        assert client.post(TOGETHER, many).status_code == 400
        report.refresh_from_db()
        assert report.status == "submitted"
