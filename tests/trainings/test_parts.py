"""Opening, certification and placement: what each asks, and what it leaves alone."""

from contextlib import nullcontext
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import news, rollup
from blk_portal.progress.audit import run_audit
from blk_portal.progress.models import Actual
from blk_portal.reporting.refusals import Incomplete, Stale
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    OperatorFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
)
from trainings import entries, planning
from trainings.models import (
    Certification,
    CohortCount,
    CohortReport,
    Participant,
    Placement,
    ReportKind,
)

pytestmark = pytest.mark.django_db
PARTS = [ReportKind.CERTIFICATION, ReportKind.PLACEMENT_3, ReportKind.PLACEMENT_6]
ENTERED = {
    ReportKind.CERTIFICATION: {"competency": "competent", "body": "p1", "number": "LSP-1/2022"},
    ReportKind.PLACEMENT_3: {"outcome": "employed", "workplace": "CV Contoh", "section": "C"},
    ReportKind.PLACEMENT_6: {"outcome": "unreachable", "workplace": "", "section": ""},
}


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


@pytest.fixture
def cohort():
    """A cohort with its five reports, its closing report verified: two passed, one did not."""
    cohort = CohortFactory(kinds=ReportKind)
    ParticipantFactory(cohort=cohort, result="failed")
    CohortReportFactory(cohort=cohort, people=2, verified=True)
    return cohort


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


@pytest.fixture
def reviewer(cohort):
    return AreaReviewerFactory(office=cohort.institution.office)


def report_of(cohort, kind) -> CohortReport:
    return CohortReport.objects.get(cohort=cohort, kind=kind)


def passed(cohort):
    return list(cohort.participants.filter(result="passed"))


def fill(report) -> int:
    cells = {person.pk: ENTERED[report.kind] for person in report.cohort.participants.all()}
    return entries.record_outcomes(report, cells)


def lacking(report) -> list[str]:
    return [item.anchor for item in report.missing_to_submit()]


def page(report) -> str:
    return reverse("trainings:part-detail", args=[report.cohort_id, ReportKind(report.kind)])


class TestOpening:
    def test_operator_sends_roster_and_schedule_before_the_results(self):
        cohort = CohortFactory(kinds=ReportKind)
        opening, operator = report_of(cohort, "opening"), OperatorFactory()
        assert lacking(opening) == ["unggah"]
        people = ParticipantFactory.create_batch(2, cohort=cohort, result="", attendance=None)
        before = opening.content_digest()
        opening.submit(by=operator, version=0)
        assert sorted(opening.snapshot) == sorted(str(person.uid) for person in people)
        assert opening.content_digest() == before
        cohort.participants.update(result="passed", attendance=90)
        assert report_of(cohort, "opening").content_digest() == before

    @pytest.mark.parametrize("verb", ["verify", "send_back"])
    def test_participant_added_later_needs_a_reason_once_the_roster_is_verified(self, verb):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory(cohort=cohort)
        opening, operator = report_of(cohort, "opening"), OperatorFactory()
        opening.submit(by=operator, version=0)
        late = ParticipantFactory(cohort=cohort)
        words = {} if verb == "verify" else {"comment": "Lengkapi daftar."}
        getattr(opening, verb)(by=AreaReviewerFactory(), version=1, **words)
        closing = report_of(cohort, "closing")
        if verb == "send_back":
            assert lacking(closing) == []
            return
        assert lacking(closing) == ["menyusul"]
        with pytest.raises(Incomplete):
            closing.submit(by=operator, version=0)
        entries.explain_latecomers(cohort, {late.pk: "Menggantikan peserta yang pindah."})
        closing = report_of(cohort, "closing")
        assert lacking(closing) == []
        assert closing.submit(by=operator, version=0)

    def test_reviewer_reads_who_came_later_and_why(self, client):
        cohort = CohortFactory(kinds=ReportKind)
        opening = report_of(cohort, "opening")
        ParticipantFactory(cohort=cohort)
        opening.submit(by=OperatorFactory(), version=0)
        opening.verify(by=AreaReviewerFactory(), version=1)
        late = ParticipantFactory(cohort=cohort, late_reason="Baru lulus seleksi.")
        closing = CohortReportFactory(cohort=cohort, people=0, submitted=True)
        client.force_login(AreaReviewerFactory(office=cohort.institution.office))
        for report in (closing, opening):
            text = client.get(reverse("trainings:report-review", args=[report.pk])).text
            assert "Baru lulus seleksi." in text
            assert late.name in text

    def test_operator_gives_the_reasons_on_the_cohort_page(self, client):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory(cohort=cohort)
        opening = report_of(cohort, "opening")
        opening.submit(by=OperatorFactory(), version=0)
        opening.verify(by=AreaReviewerFactory(), version=1)
        late = ParticipantFactory(cohort=cohort)
        client.force_login(OperatorFactory(institution=cohort.institution))
        address = reverse("trainings:latecomers", args=[cohort.pk])
        for refused in ("", "NIK 3204051203019001"):
            answer = client.post(address, {f"menyusul-{late.pk}-reason": refused})
            assert answer.status_code == 400
            late.refresh_from_db()
            assert late.late_reason == ""
        answer = client.post(address, {f"menyusul-{late.pk}-reason": "Peserta cadangan."})
        assert answer.status_code == 302
        late.refresh_from_db()
        assert late.late_reason == "Peserta cadangan."


class TestClosing:
    def test_withdrawn_participant_needs_no_attendance_and_others_do(self):
        report = CohortReportFactory(people=0)
        ParticipantFactory(cohort=report.cohort, result="withdrawn", attendance=None)
        assert lacking(report) == []
        ParticipantFactory(cohort=report.cohort, result="failed", attendance=None)
        assert lacking(report) == ["hasil"]

    @pytest.mark.parametrize(("attendance", "allowed"), [(0, True), (100, True), (101, False)])
    def test_database_keeps_percents_to_a_hundred(self, attendance, allowed):
        refusal = pytest.raises(IntegrityError, match="scores_to_100")
        with nullcontext() if allowed else refusal, transaction.atomic():
            ParticipantFactory(attendance=attendance)

    def test_operator_fills_what_is_the_same_for_all_and_keeps_the_rest(self, client):
        cohort = CohortFactory()
        first, second, third = ParticipantFactory.create_batch(
            3, cohort=cohort, result="", attendance=None
        )
        client.force_login(OperatorFactory(institution=cohort.institution))
        sent = {"fill": "1", "fill-result": "passed", "fill-attendance": "96"}
        for person in (first, second, third):
            sent |= {f"result-{person.pk}": "", f"attendance-{person.pk}": ""}
        sent |= {f"result-{second.pk}": "withdrawn", f"attendance-{third.pk}": "71"}
        answer = client.post(reverse("trainings:cohort-results", args=[cohort.pk]), sent)
        assert answer.status_code == 302
        assert list(
            cohort.participants.order_by("pk").values_list("result", "attendance")
        ) == [("passed", 96), ("withdrawn", None), ("passed", 71)]  # fmt: skip

    def test_operator_finds_a_wrong_number_marked_and_what_was_typed_still_there(self, client):
        person = ParticipantFactory(result="", attendance=None)
        client.force_login(OperatorFactory(institution=person.cohort.institution))
        address = reverse("trainings:cohort-results", args=[person.cohort_id])
        cells = {f"result-{person.pk}": "passed", f"attendance-{person.pk}": "190"}
        answer = client.post(address, cells)
        assert answer.status_code == 400
        assert 'value="190"' in answer.text
        person.refresh_from_db()
        assert person.result == ""
        assert client.post(address, cells | {f"attendance-{person.pk}": "90"}).status_code == 302
        person.refresh_from_db()
        assert (person.result, person.attendance) == ("passed", 90)


class TestLateParts:
    @pytest.mark.parametrize("kind", PARTS)
    def test_report_waits_for_the_closing_report_and_for_every_participant(self, kind, operator):
        cohort = CohortFactory(kinds=ReportKind)
        CohortReportFactory(cohort=cohort, people=2)
        report = report_of(cohort, kind)
        assert lacking(report) == ["penutupan"]
        cohort.closing.submit(by=operator, version=0)
        report = report_of(cohort, kind)
        assert lacking(report) == ["isian"]
        with pytest.raises(Incomplete):
            report.submit(by=operator, version=0)
        assert fill(report) == 2
        assert fill(report) == 0
        assert lacking(report) == []
        assert report.submit(by=operator, version=0).digest == report.content_digest()
        with pytest.raises(Stale):
            fill(report)

    def test_late_parts_change_nothing_of_the_verified_figures(self, cohort, operator, reviewer):
        rollup.rebuild()
        counts = list(CohortCount.objects.values_list())
        cells = list(Actual.objects.values_list())
        closing = report_of(cohort, "closing")
        digest, stood = closing.content_digest(), closing.version
        for kind in PARTS:
            report = report_of(cohort, kind)
            fill(report)
            report.submit(by=operator, version=0)
            report.verify(by=reviewer, version=1)
        assert Certification.objects.count() == 2
        assert sorted(Placement.objects.values_list("wave", flat=True)) == [3, 3, 6, 6]
        assert list(CohortCount.objects.values_list()) == counts
        assert list(Actual.objects.values_list()) == cells
        closing = report_of(cohort, "closing")
        assert (closing.content_digest(), closing.version) == (digest, stood)
        assert run_audit() == []

    def test_placement_is_told_at_each_time_on_its_own(self, cohort):
        first, second = report_of(cohort, "placement_3"), report_of(cohort, "placement_6")
        fill(first)
        assert lacking(first) == []
        assert lacking(second) == ["isian"]
        fill(second)
        person = passed(cohort)[0]
        assert {row.wave: row.outcome for row in person.placements.all()} == {
            3: "employed", 6: "unreachable",
        }  # fmt: skip

    def test_placement_cannot_be_told_long_before_its_time(self, operator):
        cohort = CohortFactory(
            kinds=ReportKind,
            programme_year=ProgrammeYearFactory(year=2090),
            starts_on=date(2090, 1, 9), ends_on=date(2090, 2, 10),
        )  # fmt: skip
        with time_machine.travel("2090-02-11 12:00+07:00", tick=False):
            CohortReportFactory(cohort=cohort, people=1, submitted=True)
        early, allowed = report_of(cohort, "placement_3"), report_of(cohort, "certification")
        fill(early)
        fill(allowed)
        assert "2090" in early.missing_to_submit()[0].text
        assert allowed.missing_to_submit() == []

    def test_operator_enters_competency_and_is_told_what_is_left(self, client, cohort, operator):
        report, people = report_of(cohort, "certification"), passed(cohort)
        client.force_login(operator)
        sent = {}
        for person in people:
            sent |= {f"competency-{person.pk}": "", f"body-{person.pk}": "",
                     f"number-{person.pk}": ""}  # fmt: skip
        wrong = sent | {f"number-{people[0].pk}": "LSP-9"}
        answer = client.post(page(report), wrong)
        assert answer.status_code == 400
        assert 'value="LSP-9"' in answer.text
        assert not Certification.objects.exists()
        filling = {"fill": "1", "fill-competency": "competent", "fill-body": "bnsp"}
        assert client.post(page(report), sent | filling).status_code == 302
        assert set(Certification.objects.values_list("competency", "body", "number")) == {
            ("competent", "bnsp", "")
        }
        assert "Lengkapi 2 peserta." in client.get(page(report)).text
        for person in people:
            sent |= {f"competency-{person.pk}": "not_assessed"}
        assert client.post(page(report), sent).status_code == 302
        assert lacking(report) == []

    def test_operator_cannot_name_a_workplace_of_who_does_not_work(self, client, cohort, operator):
        report, person = report_of(cohort, "placement_3"), passed(cohort)[0]
        client.force_login(operator)
        cells = {
            f"outcome-{person.pk}": "not_working", f"workplace-{person.pk}": "CV Contoh",
            f"section-{person.pk}": "",
        }  # fmt: skip
        answer = client.post(page(report), cells)
        assert answer.status_code == 400
        assert "CV Contoh" in answer.text
        cells |= {f"outcome-{person.pk}": "employed", f"section-{person.pk}": "C"}
        assert client.post(page(report), cells).status_code == 302
        assert Placement.objects.get().workplace == "CV Contoh"

    def test_operator_enters_nothing_of_a_foreign_cohort(self, client, cohort):
        report, person = report_of(cohort, "certification"), passed(cohort)[0]
        other = CohortReportFactory(verified=True, people=1).cohort
        client.force_login(OperatorFactory(institution=other.institution))
        assert (
            client.post(page(report), {f"competency-{person.pk}": "competent"}).status_code == 404
        )
        assert not Certification.objects.exists()
        client.force_login(OperatorFactory(institution=cohort.institution))
        assert (
            client.post(page(report), {f"competency-{person.pk}": "competent"}).status_code == 302
        )
        assert Certification.objects.get().participant == person

    @pytest.mark.parametrize("kind", PARTS)
    def test_reviewer_sees_and_decides_what_the_report_holds(
        self, client, cohort, operator, reviewer, kind
    ):
        report = report_of(cohort, kind)
        fill(report)
        report.submit(by=operator, version=0)
        client.force_login(reviewer)
        address = reverse("trainings:report-review", args=[report.pk])
        text = client.get(address).text
        for person in passed(cohort):
            assert person.name in text
        assert Participant.objects.get(cohort=cohort, result="failed").name not in text
        answer = client.post(address, {"verb": "verify", "version": 1})
        assert answer.status_code == 302
        assert report_of(cohort, kind).status == "verified"

    @pytest.mark.parametrize("kind", PARTS)
    def test_pages_ask_as_often_for_one_participant_as_for_twenty(
        self, client, operator, cohort, kind, django_assert_max_num_queries
    ):
        client.force_login(operator)
        with django_assert_max_num_queries(12) as few:
            client.get(page(report_of(cohort, kind)))
        report = report_of(cohort, kind)
        ParticipantFactory.create_batch(20, cohort=cohort)
        fill(report)
        with django_assert_max_num_queries(12) as many:
            client.get(page(report))
        assert len(many) == len(few) - 1


class TestCohortPage:
    def test_operator_sees_each_report_with_what_comes_next(self, client, cohort, operator):
        client.force_login(operator)
        text = client.get(reverse("trainings:cohort-detail", args=[cohort.pk])).text
        for kind in ReportKind:
            assert str(kind.label) in text
        assert page(report_of(cohort, "certification")) in text
        assert "Isi kompetensi dan sertifikat" in text

    def test_page_asks_at_most_twelve_times(self, client, django_assert_max_num_queries):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory.create_batch(3, cohort=cohort, result="")
        opening = report_of(cohort, "opening")
        opening.submit(by=OperatorFactory(), version=0)
        opening.verify(by=AreaReviewerFactory(), version=1)
        ParticipantFactory.create_batch(3, cohort=cohort, result="")
        client.force_login(OperatorFactory(institution=cohort.institution))
        with django_assert_max_num_queries(12):
            client.get(reverse("trainings:cohort-detail", args=[cohort.pk]))

    def test_cancelled_cohort_asks_for_nothing_more(self, client):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory(cohort=cohort)
        operator = OperatorFactory(institution=cohort.institution)
        report_of(cohort, "opening").submit(by=operator, version=0)
        client.force_login(operator)
        home, own = reverse("progress:home"), reverse("trainings:cohort-detail", args=[cohort.pk])
        assert "Laporan penutupan: " in client.get(home).text
        planning.cancel(cohort, by=operator, reason="Instruktur sakit.")
        assert "Laporan penutupan: " not in client.get(home).text
        text = client.get(own).text
        assert text.count("Tidak diharapkan: pelatihan dibatalkan.") == 5
        opening = client.get(page(report_of(cohort, "opening"))).text
        assert "Instruktur sakit." in opening.split('id="h-riwayat"')[1]
        assert "Angkatan ini dibatalkan" in opening
        assert client.get(page(report_of(cohort, "certification"))).status_code == 200


class TestHome:
    def test_operator_is_told_of_later_reports_from_a_month_before_they_are_due(self, client):
        institution = InstitutionFactory(operational=True)
        client.force_login(OperatorFactory(institution=institution))
        today = today_in_jakarta()
        shown = {}
        for days in (40, 90):
            cohort = CohortFactory(
                institution=institution, kinds=ReportKind,
                starts_on=today - timedelta(days=days + 20), ends_on=today - timedelta(days=days),
            )  # fmt: skip
            CohortReportFactory(cohort=cohort, people=1, submitted=True)
            shown[days] = page(report_of(cohort, "placement_3"))
        text = client.get(reverse("progress:home")).text
        assert shown[90] in text
        assert shown[40] not in text
