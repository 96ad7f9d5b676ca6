"""Flags on the pages: the reviewer writes them beside the rows, the operator answers each."""

import re

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    OperatorFactory,
    synthetic_nik,
    user_of,
)
from trainings.models import CohortReport, CohortReportFlag, Participant
from trainings.models.flag import ROW

pytestmark = pytest.mark.django_db
NOTE = "Cocokkan dengan KTP."
RETURN, VERIFY = {"verb": "send_back"}, {"verb": "verify"}


@pytest.fixture
def report():
    return CohortReportFactory(submitted=True, people=3)


@pytest.fixture
def reviewer(client, report):
    client.force_login(AreaReviewerFactory(office=report.cohort.institution.office))
    return client


@pytest.fixture
def flagged():
    return CohortReportFactory(flagged=True, people=3)


@pytest.fixture
def operator(client, flagged):
    client.force_login(OperatorFactory(institution=flagged.cohort.institution))
    return client


def review(report) -> str:
    return reverse("trainings:report-review", args=[report.pk])


def cohort(report) -> str:
    return reverse("trainings:cohort-detail", args=[report.cohort_id])


def written(*flags, **more) -> dict:
    """A form with flags: (participant id or nothing, column, note) each."""
    people, fields, notes = zip(*flags, strict=True) if flags else ((), (), ())
    return {
        "flag_person": people, "flag_field": fields, "flag_note": notes, "version": 1, **more,
    }  # fmt: skip


def person_of(report) -> int:
    return report.cohort.participants.first().pk


def status_of(report) -> str:
    return CohortReport.objects.get(pk=report.pk).status


def text_of(response) -> str:
    return response.content.decode()


class TestReviewer:
    def test_reviewer_opens_one_flag_a_press_and_nothing_is_stored(self, reviewer, report):
        one, two, _three = report.cohort.participants.all()
        empty = text_of(reviewer.get(review(report)))
        assert "<textarea" in empty
        assert "flag_note" not in empty
        typed = written((one.pk, "nik", "Setengah tert"), comment="Mohon dicek.", mark=two.pk)
        answer = reviewer.post(review(report), typed)
        page = text_of(answer)
        assert answer.status_code == 200
        assert page.count('name="flag_note"') == 2
        assert "Setengah tert" in page
        assert "Mohon dicek." in page
        assert 'aria-invalid="true"' not in page
        assert not CohortReportFlag.objects.exists()
        less = reviewer.post(review(report), {**typed, "mark": "", "unmark": "0"})
        assert "Setengah tert" not in text_of(less)

    def test_page_grows_with_the_flags_and_not_with_the_rows(self, reviewer, report):
        page = text_of(reviewer.get(review(report)))
        row = page.split("<tbody>")[1].split("</tr>")[0]
        assert "<select" not in row
        assert "<input" not in row
        assert "<textarea" not in row
        assert page.count('name="mark"') == 4

    def test_reviewer_returns_with_flags_alone(self, reviewer, report):
        pk = person_of(report)
        flags = written((pk, "nik", NOTE), (pk, "result", NOTE), ("", "", "Lampirkan absen."),
                        (pk, "", ""), **RETURN)  # fmt: skip
        assert reviewer.post(review(report), flags).status_code == 302
        assert status_of(report) == "returned"
        stored = CohortReportFlag.objects.order_by("pk").values_list("participant", "field")
        assert list(stored) == [(pk, "nik"), (pk, "result"), (None, "report")]

    @pytest.mark.parametrize(
        ("flag", "words"),
        [
            (("", ""), "memerlukan catatan atau tanda"),
            (("nik", ""), "Tulis apa yang keliru"),
            (("", NOTE), "Pilih bagian baris"),
            (("shoe", NOTE), "shoe"),
            (("nik", "NIK yang benar 3204 0557 0501 9001"), "tanpa NIK"),
            (("nik", "x" * 501), "500"),
        ],
        ids=["nothing", "no note", "no column", "unknown column", "a NIK", "too long"],
    )
    def test_reviewer_reads_what_a_flag_lacks_and_loses_nothing(
        self, reviewer, report, flag, words
    ):
        pk = person_of(report)
        answer = reviewer.post(review(report), written((pk, *flag), **RETURN))
        page = text_of(answer)
        assert answer.status_code == 400
        assert words in page
        assert page.count('name="flag_note"') == 1
        assert flag[1] in page
        assert status_of(report) == "submitted"
        assert not CohortReportFlag.objects.exists()
        assert (
            reviewer.post(review(report), written((pk, "nik", NOTE), **RETURN)).status_code == 302
        )

    def test_reviewer_verifies_only_without_flags(self, reviewer, report):
        pk = person_of(report)
        answer = reviewer.post(review(report), written((pk, "nik", NOTE), **VERIFY))
        assert answer.status_code == 400
        assert "Tanda hanya untuk pengembalian" in text_of(answer)
        assert NOTE in text_of(answer)
        assert status_of(report) == "submitted"
        assert reviewer.post(review(report), written((pk, "", ""), **VERIFY)).status_code == 302
        assert status_of(report) == "verified"
        assert not CohortReportFlag.objects.exists()

    @pytest.mark.parametrize("whose", ["of another cohort", "of nobody", "no number"])
    def test_flag_on_a_row_that_is_not_on_the_roster_is_refused(self, reviewer, report, whose):
        foreign = CohortReportFactory(people=1)
        pk = {"of another cohort": person_of(foreign), "of nobody": 987_654_321}.get(whose, "x")
        name = foreign.cohort.participants.first().name
        flags = written((person_of(report), "nik", NOTE), (pk, "nik", "Lain."), **RETURN)
        answer = reviewer.post(review(report), flags)
        assert answer.status_code == 400
        assert "tidak ada dalam daftar" in text_of(answer)
        assert name not in text_of(answer)
        assert not CohortReportFlag.objects.exists()
        marked = reviewer.post(review(report), written(mark=pk))
        assert 'name="flag_note"' not in text_of(marked)

    def test_one_place_is_flagged_once(self, reviewer, report):
        pk = person_of(report)
        flags = written((pk, "nik", NOTE), (pk, "nik", "Lagi."), **RETURN)
        answer = reviewer.post(review(report), flags)
        assert answer.status_code == 400
        assert "sudah ditandai" in text_of(answer)
        assert not CohortReportFlag.objects.exists()

    def test_reviewer_who_comes_second_keeps_flags_and_note(self, reviewer, report):
        report.verify(by=AreaReviewerFactory(name="Budi (contoh)"), version=1)
        flags = written((person_of(report), "nik", NOTE), comment="Catatan saya.", **RETURN)
        answer = reviewer.post(review(report), flags)
        page = text_of(answer)
        assert answer.status_code == 409
        for words in ("Budi (contoh)", NOTE, "Catatan saya."):
            assert words in page
        assert status_of(report) == "verified"
        assert not CohortReportFlag.objects.exists()
        one_more = reviewer.post(review(report), flags | {"mark": person_of(report)})
        assert NOTE in text_of(one_more)
        assert "Catatan saya." in text_of(one_more)

    def test_reviewer_of_an_old_page_goes_on_with_all_that_was_typed(self, reviewer, report):
        by = report.submitted_by
        report.withdraw(by=by, version=1)
        report.submit(by=by, version=2)
        flags = written((person_of(report), "nik", NOTE), **RETURN)
        answer = reviewer.post(review(report), flags)
        page = text_of(answer)
        assert answer.status_code == 409
        assert NOTE in page
        version = re.search(r'name="version" value="(\d+)"', page)[1]
        assert version == "3"
        assert reviewer.post(review(report), flags | {"version": version}).status_code == 302
        assert CohortReportFlag.objects.get().note == NOTE

    def test_reviewer_reopens_with_flags(self, reviewer, report):
        report.verify(by=AreaReviewerFactory(), version=1)
        reopen = reverse("trainings:report-reopen", args=[report.pk])
        pk = person_of(report)
        marked = text_of(reviewer.post(reopen, written(comment="Tertukar.", version=2, mark=pk)))
        assert 'name="flag_note"' in marked
        assert "Tertukar." in marked
        assert status_of(report) == "verified"
        flags = written((pk, "result", NOTE), version=2)
        refused = reviewer.post(reopen, flags)
        assert refused.status_code == 400
        assert NOTE in text_of(refused)
        assert reviewer.post(reopen, flags | {"comment": "Tertukar."}).status_code == 302
        assert CohortReportFlag.objects.get().transition.verb == "reopen"


class TestOperator:
    def test_operator_sees_how_many_places_are_flagged(self, operator, flagged):
        page = text_of(operator.get(reverse("progress:home")))
        assert "2 bagian ditandai" in page
        assert "2 belum dijawab" in page

    def test_page_of_a_flagged_cohort_with_warnings_asks_twelve_questions(
        self, operator, flagged, django_assert_max_num_queries
    ):
        suspicious = {"code": "nik_suspicious", "field": "nik", "column": "NIK", "params": {}}
        flagged.cohort.participants.update(warnings=[suspicious])
        with django_assert_max_num_queries(12):
            operator.get(cohort(flagged))

    def test_operator_sees_each_flag_where_it_belongs(self, operator, flagged):
        person = flagged.cohort.participants.first()
        page = text_of(operator.get(cohort(flagged)))
        section = page.split('id="tanda"')[1].split("</form>")[0]
        assert section.count('class="rowfix') == 2
        assert section.count("Cocokkan dengan berkas asli.") == 2
        assert f"Baris {person.roster_row}, NIK: {person.name}" in section
        assert person.masked_nik in section
        assert person._open_nik() not in page
        assert 'href="#tanda">Jawab 2 tanda peninjau.' in page
        row = page.split(f'id="p{person.pk}"')[1].split("</tr>")[0]
        assert len(re.findall("<td[^>]*is-flag", row)) == 2
        assert row.count("Ditandai") == 2
        assert page.count("is-flag") == 2
        results = text_of(
            operator.get(reverse("trainings:cohort-results", args=[flagged.cohort_id]))
        )
        assert results.count("is-flag") == 1
        assert "Cocokkan dengan berkas asli." in results

    def test_operator_mends_one_and_explains_the_other(self, operator, flagged):
        person = flagged.cohort.participants.first()
        nik, result = CohortReportFlag.objects.order_by("pk")
        new = synthetic_nik(800, born=person.birth_date, sex=person.sex)
        typed = {
            f"tanda-{nik.pk}-nik": new, f"tanda-{nik.pk}-answer": "",
            f"tanda-{result.pk}-result": person.result,
            f"tanda-{result.pk}-answer": "Nilai ujian ulang 78.",
        }  # fmt: skip
        answer = operator.post(reverse("trainings:flags-answer", args=[flagged.cohort_id]), typed)
        assert answer.status_code == 302
        person.refresh_from_db()
        assert person._open_nik() == new
        page = text_of(operator.get(cohort(flagged)))
        assert "Jawab 2 tanda" not in page
        assert page.count("Dijawab") == 4
        assert "Nilai ujian ulang 78." in page

    def test_operator_types_a_fault_and_finds_it_beside_the_field(self, operator, flagged):
        person = flagged.cohort.participants.first()
        nik, result = CohortReportFlag.objects.order_by("pk")
        typed = {
            f"tanda-{nik.pk}-nik": "32040", f"tanda-{nik.pk}-answer": "",
            f"tanda-{result.pk}-result": "failed", f"tanda-{result.pk}-answer": "Nilai 55.",
        }  # fmt: skip
        answer = operator.post(reverse("trainings:flags-answer", args=[flagged.cohort_id]), typed)
        page = text_of(answer)
        assert answer.status_code == 400
        assert "NIK memiliki 5 digit" in page or "5 digit" in page
        assert 'value="32040"' in page
        assert page.count('aria-invalid="true"') == 1
        person.refresh_from_db()
        assert person.result == "passed", "the row is stored whole or not at all"
        result.refresh_from_db()
        assert result.answer == "Nilai 55."

    def test_operator_writes_a_nik_into_an_answer_and_is_asked_to_leave_it_out(
        self, operator, flagged
    ):
        nik, result = CohortReportFlag.objects.order_by("pk")
        typed = {
            f"tanda-{nik.pk}-answer": "Di KTP tertulis 3204055705019001.",
            f"tanda-{result.pk}-result": "passed", f"tanda-{result.pk}-answer": "Nilai 78.",
        }  # fmt: skip
        path = reverse("trainings:flags-answer", args=[flagged.cohort_id])
        answer = operator.post(path, typed)
        assert answer.status_code == 400
        assert "tanpa NIK" in text_of(answer)
        assert set(CohortReportFlag.objects.values_list("answer", flat=True)) == {"", "Nilai 78."}

    def test_operator_takes_a_flagged_row_off_the_roster(self, client):
        report = CohortReportFactory(verbs=("submit", "send_back"), flags=(ROW, "result"), people=2)
        client.force_login(OperatorFactory(institution=report.cohort.institution))
        row = CohortReportFlag.objects.get(field=ROW)
        path = reverse("trainings:flags-answer", args=[report.cohort_id])
        assert f'name="remove" value="{row.pk}"' in text_of(client.get(cohort(report)))
        other = CohortReportFlag.objects.get(field="result")
        assert client.post(path, {"remove": other.pk}).status_code in (302, 400)
        assert report.cohort.participants.count() == 2
        client.post(path, {"remove": row.pk})
        assert report.cohort.participants.count() == 1
        page = text_of(client.get(cohort(report)))
        assert "Dikeluarkan dari daftar; tanda ini sudah terjawab." in page
        assert "Jawab" not in page.split("submitbar")[1]

    def test_operator_answers_no_flag_of_a_foreign_report(self, operator, flagged):
        foreign = CohortReportFactory(flagged=True)
        flag = CohortReportFlag.objects.filter(transition__report=foreign, field="result").get()
        typed = {f"tanda-{flag.pk}-answer": "Sesuai.", f"tanda-{flag.pk}-result": "failed"}
        own, other = (
            reverse("trainings:flags-answer", args=[row.cohort_id]) for row in (flagged, foreign)
        )
        operator.post(own, typed)
        assert operator.post(other, typed).status_code == 404
        flag.refresh_from_db()
        assert (flag.answer, flag.participant.result) == ("", "passed")

    def test_operator_of_a_sent_report_reads_the_flags_and_answers_none(self, operator, flagged):
        Participant.objects.filter(cohort=flagged.cohort).update(result="failed")
        answered = CohortReportFlag.objects.filter(field="nik")
        by = OperatorFactory()
        answered.update(answer="Sesuai.", answered_by=by, answered_at="2022-09-30T00:00Z")
        flagged.submit(by=by, version=flagged.version)
        page = text_of(operator.get(cohort(flagged)))
        assert "Tanda dan jawabannya" in page
        assert 'name="tanda-' not in page
        path = reverse("trainings:flags-answer", args=[flagged.cohort_id])
        flag = answered.get()
        refused = operator.post(path, {f"tanda-{flag.pk}-answer": "Lain."})
        assert refused.status_code == 409
        flag.refresh_from_db()
        assert flag.answer == "Sesuai."


def test_reviewer_sees_what_became_of_each_flag(client, flagged):
    person = flagged.cohort.participants.first()
    before = person.masked_nik
    by = OperatorFactory(institution=flagged.cohort.institution)
    person.set_nik(synthetic_nik(801, born=person.birth_date, sex=person.sex))
    person.save()
    CohortReportFlag.objects.filter(field="result").update(
        answer="Nilai 78.", answered_by=by, answered_at="2022-09-30T00:00Z"
    )
    flagged.submit(by=by, version=flagged.version)
    client.force_login(AreaReviewerFactory(office=flagged.cohort.institution.office))
    page = text_of(client.get(review(flagged)))
    section = page.split('id="h-jawaban"')[1].split("</section>")[0]
    assert f'<del class="code">{before}</del>' in section
    assert f'<ins class="code">{person.masked_nik}</ins>' in section
    assert "Nilai 78." in section
    assert "Dijelaskan" in section
    assert "Diubah" in section
    assert person._open_nik() not in page


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.AREA_REVIEWER])
def test_interface_tells_how_many_flags_are_open_and_none_of_their_words(client, flagged, role):
    client.force_login(user_of(role, flagged.cohort.institution))
    answer = client.get(f"/api/v1/cohort-reports/{flagged.pk}/")
    assert answer.json()["flags_open"] == 2
    assert "berkas asli" not in text_of(answer)
    flagged.cohort.participants.update(result="failed")
    assert client.get(f"/api/v1/cohort-reports/{flagged.pk}/").json()["flags_open"] == 1
