"""Flags on opening, certification and placement: written, answered, and all else locked."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from blk_portal.reporting.models import Notice
from blk_portal.reporting.refusals import Incomplete, Stale
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
)
from tests.trainings.test_unlocking import TODAY, upload
from trainings import entries, planning
from trainings.flag_answers import answer_flags
from trainings.models import (
    Certification,
    CohortReport,
    CohortReportFlag,
    Placement,
    ReportKind,
    UnlockRequest,
)
from trainings.models.flag import REPORT, ROW, SCHEDULE, places_of
from trainings.roster import remove
from trainings.unlocking import Locked, ask_to_unlock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]
LATER = [ReportKind.CERTIFICATION, ReportKind.PLACEMENT_3, ReportKind.PLACEMENT_6]
ENTERED = {
    ReportKind.CERTIFICATION: {"competency": "competent", "body": "p1", "number": "LSP-1/2022"},
    ReportKind.PLACEMENT_3: {"outcome": "employed", "workplace": "CV Contoh", "section": "C"},
    ReportKind.PLACEMENT_6: {"outcome": "employed", "workplace": "CV Contoh", "section": "C"},
}
# Of each kind: the column that is flagged, what is typed instead, and another column.
FLAGGED = {
    ReportKind.CERTIFICATION: ("number", "LSP-2/2022", "body", "p2"),
    ReportKind.PLACEMENT_3: ("workplace", "CV Lain (contoh)", "section", "G"),
    ReportKind.PLACEMENT_6: ("section", "G", "workplace", "CV Lain (contoh)"),
}
NOTE = "Cocokkan dengan berkas asli."


@pytest.fixture
def cohort():
    cohort = CohortFactory(kinds=ReportKind)
    CohortReportFactory(cohort=cohort, people=3, verified=True)
    return cohort


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


@pytest.fixture
def reviewer(cohort):
    return AreaReviewerFactory(office=cohort.institution.office)


def report_of(cohort, kind) -> CohortReport:
    return CohortReport.objects.for_lists().with_log().get(cohort=cohort, kind=kind)


def returned(cohort, kind, *flags, by, reviewer) -> CohortReport:
    """A report that came back with flags on (row, column)."""
    report, people = report_of(cohort, kind), list(cohort.participants.all())
    if kind in ENTERED:
        entries.record_outcomes(report, {one.pk: ENTERED[kind] for one in people})
    report.submit(by=by, version=report.version)
    raised = [
        report.flag(None if row is None else people[row], field=field, note=NOTE)
        for row, field in flags
    ]
    report.send_back(by=reviewer, version=report.version, flags=raised)
    return report_of(cohort, kind)


def page(report) -> str:
    return reverse("trainings:part-detail", args=[report.cohort_id, ReportKind(report.kind)])


def review(report) -> str:
    return reverse("trainings:report-review", args=[report.pk])


def outcome_of(person, kind):
    if kind == ReportKind.CERTIFICATION:
        return type(person).objects.get(pk=person.pk).certification
    return person.placements.get(wave=3 if kind == ReportKind.PLACEMENT_3 else 6)


class TestLaterReports:
    @pytest.mark.parametrize("kind", LATER)
    def test_operator_changes_the_flagged_column_and_no_other(
        self, cohort, operator, reviewer, kind
    ):
        column, text, other, other_text = FLAGGED[kind]
        report = returned(cohort, kind, (0, column), by=operator, reviewer=reviewer)
        first, second, _third = cohort.participants.all()
        for person, name, value in ((first, other, other_text), (second, column, text)):
            with pytest.raises(Locked) as refusal:
                entries.record_outcomes(report, {person.pk: {name: value}})
            assert person.name in refusal.value.message
        assert entries.record_outcomes(report, {first.pk: {column: text}}) == 1
        assert getattr(outcome_of(first, kind), column) == text
        assert getattr(outcome_of(second, kind), column) == ENTERED[kind][column]

    @pytest.mark.parametrize("kind", LATER)
    def test_report_waits_until_every_flag_is_answered(self, cohort, operator, reviewer, kind):
        column, text, *_other = FLAGGED[kind]
        report = returned(cohort, kind, (0, column), (1, ROW), by=operator, reviewer=reviewer)
        assert [item.anchor for item in report.missing_to_submit()] == ["tanda"]
        with pytest.raises(Incomplete):
            report.submit(by=operator, version=report.version)
        first, flags = cohort.participants.first(), {f.field: f for f in report.standing_flags}
        answers = {flags[ROW].pk: "Sesuai surat keterangan."}
        faults = answer_flags(
            report, {first.pk: {column: text}}, answers, by=operator, today=TODAY
        )  # fmt: skip
        assert not faults
        report = report_of(cohort, kind)
        assert report.missing_to_submit() == []
        report.submit(by=operator, version=report.version)
        report.verify(by=reviewer, version=report.version)
        settled = CohortReportFlag.objects.get(field=column)
        assert (settled.was, settled.became) == (ENTERED[kind][column], text)
        assert settled.has_changed
        assert not CohortReportFlag.objects.get(field=ROW).has_changed

    def test_competency_is_changed_with_what_depends_on_it(self, cohort, operator, reviewer):
        kind = ReportKind.CERTIFICATION
        report = returned(cohort, kind, (0, "competency"), by=operator, reviewer=reviewer)
        first = cohort.participants.first()
        cells = {"competency": "not_assessed", "body": "", "number": ""}
        assert entries.record_outcomes(report, {first.pk: cells}) == 1

    @pytest.mark.parametrize("kind", LATER)
    def test_operator_asks_for_another_row_and_the_reviewer_grants_it(
        self, client, cohort, operator, reviewer, kind
    ):
        column, text, *_other = FLAGGED[kind]
        report = returned(cohort, kind, (0, column), by=operator, reviewer=reviewer)
        _first, second, _third = cohort.participants.all()
        client.force_login(operator)
        ask = reverse("trainings:part-unlock-ask", args=[cohort.pk, kind])
        assert ask in client.get(page(report)).text
        assert second.name in client.get(f"{ask}?baris={second.pk}").text
        client.post(ask, {"place": second.pk, "reason": "Tertukar."})
        UnlockRequest.objects.get().decide(by=reviewer, is_granted=True)
        assert entries.record_outcomes(report, {second.pk: {column: text}}) == 1

    @pytest.mark.parametrize("kind", LATER)
    def test_reviewer_flags_a_row_and_a_column_on_the_page(
        self, client, cohort, operator, reviewer, kind
    ):
        column, *_rest = FLAGGED[kind]
        report = report_of(cohort, kind)
        people = list(cohort.participants.all())
        entries.record_outcomes(report, {one.pk: ENTERED[kind] for one in people})
        report.submit(by=operator, version=0)
        client.force_login(reviewer)
        marked = client.post(review(report), {"mark": people[0].pk, "version": 1}).text
        assert marked.count('name="flag_note"') == 1
        assert f'<option value="{column}"' in marked
        assert '<option value="nik"' not in marked
        typed = {
            "flag_person": [people[0].pk, people[1].pk, ""], "flag_field": [column, ROW, ""],
            "flag_note": [NOTE, NOTE, "Lampirkan daftar."], "version": 1, "verb": "send_back",
        }  # fmt: skip
        assert client.post(review(report), typed).status_code == 302
        stored = CohortReportFlag.objects.order_by("pk").values_list("participant", "field")
        assert list(stored) == [(people[0].pk, column), (people[1].pk, ROW), (None, REPORT)]
        flag = CohortReportFlag.objects.get(field=column)
        assert flag.was == ENTERED[kind][column]

    def test_reviewer_cannot_flag_who_did_not_pass(self, client, cohort, operator, reviewer):
        kind, report = ReportKind.CERTIFICATION, report_of(cohort, ReportKind.CERTIFICATION)
        failed = ParticipantFactory(cohort=cohort, result="failed")
        people = cohort.participants.filter(result="passed")
        entries.record_outcomes(report, {one.pk: ENTERED[kind] for one in people})
        report.submit(by=operator, version=0)
        client.force_login(reviewer)
        typed = {
            "flag_person": [failed.pk], "flag_field": ["number"], "flag_note": [NOTE],
            "version": 1, "verb": "send_back",
        }  # fmt: skip
        answer = client.post(review(report), typed)
        assert answer.status_code == 400
        assert "tidak ada dalam daftar" in answer.text
        assert failed.name not in answer.text

    @pytest.mark.parametrize("kind", LATER)
    def test_operator_types_beside_the_flag_and_reads_all_rows_below(
        self, client, cohort, operator, reviewer, kind
    ):
        column, text, other, _text = FLAGGED[kind]
        report = returned(cohort, kind, (0, column), by=operator, reviewer=reviewer)
        first, second, _third = cohort.participants.all()
        client.force_login(operator)
        shown = client.get(page(report)).text
        assert NOTE in shown.split('id="tanda"')[1].split("</form>")[0]
        rows = shown.split('id="isian"')[1]
        for person in (first, second):
            assert person.name in rows
            assert f'name="{column}-{person.pk}"' not in rows
            assert f'name="{other}-{person.pk}"' not in rows
        home = client.get(reverse("progress:home")).text
        assert "1 bagian ditandai" in home
        flag = report.standing_flags[0]
        assert f'name="tanda-{flag.pk}-{column}"' in shown
        answer = reverse("trainings:part-flags-answer", args=[cohort.pk, kind])
        wrong = client.post(answer, {f"tanda-{flag.pk}-answer": "NIK 3204055705019001"})
        assert wrong.status_code == 400
        assert "3204055705019001" in wrong.text
        stored = client.post(answer, {f"tanda-{flag.pk}-{column}": text})
        assert stored.status_code == 302
        assert getattr(outcome_of(first, kind), column) == text

    def test_operator_types_a_contradiction_and_finds_it_beside_the_flag(
        self, client, cohort, operator, reviewer
    ):
        kind = ReportKind.CERTIFICATION
        report = returned(cohort, kind, (0, "competency"), by=operator, reviewer=reviewer)
        flag = report.standing_flags[0]
        client.force_login(operator)
        typed = {
            f"tanda-{flag.pk}-competency": "not_assessed", f"tanda-{flag.pk}-body": "p1",
            f"tanda-{flag.pk}-number": "",
        }  # fmt: skip
        path = reverse("trainings:part-flags-answer", args=[cohort.pk, kind])
        answer = client.post(path, typed)
        assert answer.status_code == 400
        assert "Kosongkan" in answer.text
        assert outcome_of(cohort.participants.first(), kind).competency == "competent"
        assert client.post(path, typed | {f"tanda-{flag.pk}-body": ""}).status_code == 302
        assert outcome_of(cohort.participants.first(), kind).competency == "not_assessed"

    @pytest.mark.parametrize("kind", LATER)
    def test_page_with_flags_asks_at_most_twelve_times(
        self, client, cohort, operator, reviewer, kind, django_assert_max_num_queries
    ):
        column = FLAGGED[kind][0]
        flags = [(row, column) for row in range(3)]
        report = returned(cohort, kind, *flags, by=operator, reviewer=reviewer)
        client.force_login(operator)
        with django_assert_max_num_queries(12):
            assert client.get(page(report)).status_code == 200


class TestOpening:
    @pytest.fixture
    def cohort(self):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory.create_batch(3, cohort=cohort, result="", attendance=None)
        return cohort

    def came_back(self, cohort, operator, reviewer, *flags):
        return returned(cohort, ReportKind.OPENING, *flags, by=operator, reviewer=reviewer)

    def test_operator_changes_the_flagged_cell_of_the_roster_and_enters_results(
        self, cohort, operator, reviewer
    ):
        report = self.came_back(cohort, operator, reviewer, (0, "birth_place"))
        first, second, third = cohort.participants.all()
        upload(report, {first: "Garut"})
        first.refresh_from_db()
        assert first.birth_place == "Garut"
        with pytest.raises(Locked):
            upload(report, {second: "Garut"})
        with pytest.raises(Locked):
            remove(cohort, third)
        with pytest.raises(Locked):
            upload(report, {}, "9;Orang Baru;;L;Bandung;12/03/2001\n")
        # Results belong to the closing report, which nobody has returned.
        assert entries.record_results(cohort, {second.pk: {"result": "passed"}}) == 1
        report = report_of(cohort, "opening")
        report.submit(by=operator, version=report.version)
        report.verify(by=reviewer, version=report.version)
        assert upload(report, {second: "Garut"}).changed == 1

    def test_what_either_report_has_flagged_may_change(self, cohort, operator, reviewer):
        self.came_back(cohort, operator, reviewer, (0, "birth_place"))
        cohort.participants.update(result="passed", attendance=90)
        closing = report_of(cohort, "closing")
        closing.submit(by=operator, version=0)
        first, second, third = cohort.participants.all()
        flags = [closing.flag(second, field="result", note=NOTE)]
        closing.send_back(by=reviewer, version=1, flags=flags)
        upload(cohort.closing, {first: "Garut"})
        assert entries.record_results(cohort, {second.pk: {"result": "failed"}}) == 1
        for locked in (first, third):
            with pytest.raises(Locked):
                entries.record_results(cohort, {locked.pk: {"result": "failed"}})

    def test_operator_answers_on_the_opening_report_and_sends_it_again(
        self, client, cohort, operator, reviewer
    ):
        report = self.came_back(cohort, operator, reviewer, (0, "birth_place"), (None, SCHEDULE))
        client.force_login(operator)
        shown = client.get(page(report)).text
        assert shown.count('class="rowfix') == 2
        assert "1–31 Agustus 2022, 160 JP, 16 kursi" in shown
        assert reverse("trainings:cohort-edit", args=[cohort.pk]) in shown
        cohort_page = client.get(reverse("trainings:cohort-detail", args=[cohort.pk])).text
        first = cohort.participants.first()
        row = cohort_page.split(f'id="p{first.pk}"')[1].split("</tr>")[0]
        assert "Ditandai" in row
        assert "Hasil dan kehadiran bukan bagian laporan pembukaan" in cohort_page
        place, schedule = report.standing_flags
        if place.field == SCHEDULE:
            place, schedule = schedule, place
        path = reverse("trainings:part-flags-answer", args=[cohort.pk, ReportKind.OPENING])
        client.post(path, {f"tanda-{place.pk}-birth_place": "Garut"})
        first.refresh_from_db()
        assert first.birth_place == "Garut"
        assert report_of(cohort, "opening").unanswered() == 1
        cohort.hours = 150
        cohort.save()
        planning.note_change(cohort, by=operator, changed=["hours"])
        report = report_of(cohort, "opening")
        assert report.missing_to_submit() == []
        report.submit(by=operator, version=report.version)

    def test_reviewer_flags_columns_of_the_roster_and_the_schedule(
        self, client, cohort, operator, reviewer
    ):
        report, person = report_of(cohort, "opening"), cohort.participants.first()
        report.submit(by=operator, version=0)
        client.force_login(reviewer)
        shown = client.get(review(report)).text
        assert shown.count('name="mark"') == 4
        assert person.masked_nik in shown
        whole = client.post(review(report), {"mark": "", "version": 1}).text
        assert f'<option value="{SCHEDULE}"' in whole
        typed = {
            "flag_person": [person.pk, ""], "flag_field": ["nik", SCHEDULE],
            "flag_note": [NOTE, NOTE], "version": 1, "verb": "send_back",
        }  # fmt: skip
        assert client.post(review(report), typed).status_code == 302
        assert CohortReportFlag.objects.filter(field=SCHEDULE).get().was_digest
        assert "result" not in places_of(ReportKind.OPENING)

    def test_flag_of_the_roster_is_explained_once_the_roster_is_sent(
        self, client, cohort, operator, reviewer
    ):
        report = self.came_back(cohort, operator, reviewer, (0, "birth_place"))
        cohort.participants.update(result="passed", attendance=90)
        report_of(cohort, "closing").submit(by=operator, version=0)
        client.force_login(operator)
        flag = report.standing_flags[0]
        shown = client.get(page(report)).text
        assert f'name="tanda-{flag.pk}-birth_place"' not in shown
        assert f'name="tanda-{flag.pk}-answer"' in shown
        path = reverse("trainings:part-flags-answer", args=[cohort.pk, ReportKind.OPENING])
        client.post(path, {f"tanda-{flag.pk}-answer": "Sesuai KTP."})
        assert report_of(cohort, "opening").missing_to_submit() == []

    def test_operator_asks_to_add_a_row_to_the_opening_report(self, cohort, operator, reviewer):
        report = self.came_back(cohort, operator, reviewer, (0, "birth_place"))
        wish = ask_to_unlock(report, None, by=operator, reason="Satu orang terlewat.")
        wish.decide(by=reviewer, is_granted=True)
        upload(report, {}, "9;Orang Baru;;L;Bandung;12/03/2001\n")
        assert cohort.participants.count() == 4


def test_every_operator_is_told_that_a_later_report_came_back(cohort, operator, reviewer):
    colleague = OperatorFactory(institution=cohort.institution)
    kind = ReportKind.CERTIFICATION
    report = returned(cohort, kind, (0, "number"), by=operator, reviewer=reviewer)
    told = Notice.objects.filter(obligation=report.obligation, kind="report_returned")
    assert {operator, colleague} <= {notice.recipient for notice in told}
    assert all(notice.state == "waiting" for notice in told), "each is mailed"


@pytest.mark.parametrize("kind", LATER)
def test_every_column_that_a_report_enters_can_be_flagged(kind):
    entered = Certification.ENTERED if kind == ReportKind.CERTIFICATION else Placement.ENTERED
    assert {*entered, ROW, REPORT} == set(places_of(kind))


def test_column_of_another_report_cannot_be_flagged(cohort):
    report, person = report_of(cohort, "certification"), cohort.participants.first()
    with pytest.raises(ValueError, match="no such column"):
        report.flag(person, field="nik", note=NOTE)
    assert report.flag(person, field="number", note=NOTE)


def test_database_keeps_flags_of_the_schedule_without_a_row(cohort, operator, reviewer):
    report = returned(
        cohort, ReportKind.CERTIFICATION, (0, "number"), by=operator, reviewer=reviewer
    )
    flags = CohortReportFlag.objects.filter(transition__report=report)
    with pytest.raises(IntegrityError, match="whole_report_has_no_row"), transaction.atomic():
        flags.update(field=SCHEDULE)
    with pytest.raises(IntegrityError, match="known_place"), transaction.atomic():
        flags.update(field="shoe")


def test_operator_of_a_foreign_cohort_answers_nothing(client, cohort, operator, reviewer):
    kind = ReportKind.CERTIFICATION
    report = returned(cohort, kind, (0, "number"), by=operator, reviewer=reviewer)
    flag = report.standing_flags[0]
    path = reverse("trainings:part-flags-answer", args=[cohort.pk, kind])
    client.force_login(OperatorFactory(institution=CohortFactory().institution))
    assert client.post(path, {f"tanda-{flag.pk}-answer": "Benar."}).status_code == 404
    client.force_login(operator)
    assert client.post(path, {f"tanda-{flag.pk}-answer": "Benar."}).status_code == 302
    with pytest.raises(Stale):
        answer_flags(report_of(cohort, "closing"), {}, {}, by=operator, today=TODAY)


def test_flagged_row_is_mended_beside_its_flag_and_not_a_second_time_below(
    client, cohort, operator, reviewer
):
    kind = ReportKind.PLACEMENT_3
    report = returned(cohort, kind, (0, "outcome"), (1, "section"), by=operator, reviewer=reviewer)
    first, second, _third = cohort.participants.all()
    client.force_login(operator)
    page = reverse("trainings:part-detail", args=[cohort.pk, kind])
    shown = client.get(page).text
    for name, flags in (("outcome", 1), ("workplace", 1), ("section", 2)):
        assert len(re.findall(rf'name="tanda-\d+-{name}"', shown)) == flags
        assert f'name="{name}-{first.pk}"' not in shown
    asked = ask_to_unlock(report, second, by=operator, reason="Tempat kerja juga berubah.")
    asked.decide(by=reviewer, is_granted=True)
    shown = client.get(page).text
    assert f'name="workplace-{second.pk}"' in shown, "more of the row is open than what is flagged"
    assert f'name="workplace-{first.pk}"' not in shown
