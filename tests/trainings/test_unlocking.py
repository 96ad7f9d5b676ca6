"""After a return with flags only what was flagged may change; the operator may ask for more."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from blk_portal.reporting.refusals import Incomplete, Stale
from tests.factories import AreaReviewerFactory, CohortReportFactory
from trainings import one_participant
from trainings.entries import record_results
from trainings.flag_answers import answer_flags
from trainings.models import Participant, UnlockRequest
from trainings.models.flag import REPORT, ROW
from trainings.roster import remove, store_upload
from trainings.roster_sheet import read_roster
from trainings.unlocking import Locked, ask_to_unlock

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 1)


def people_of(report) -> list[Participant]:
    return list(report.cohort.participants.all())


def results(*failed) -> dict:
    return {one.pk: {"result": "failed"} for one in failed}


def returned(*places):
    """A report of three that came back with flags on (row, field)."""
    report = CohortReportFactory(submitted=True, people=3)
    people = people_of(report)
    flags = [
        report.flag(None if row is None else people[row], field=field, note="Periksa.")
        for row, field in places
    ]
    by = AreaReviewerFactory(office=report.cohort.institution.office)
    report.send_back(by=by, version=1, comment="Periksa." if not flags else "", flags=flags)
    return report


def test_operator_changes_the_flagged_result_and_no_other():
    report = returned((0, "result"))
    first, second, _third = people_of(report)
    with pytest.raises(Locked) as refusal:
        record_results(report.cohort, results(first, second))
    assert second.name in refusal.value.message
    assert first.name not in refusal.value.message
    assert {one.result for one in people_of(report)} == {"passed"}
    assert record_results(report.cohort, results(first)) == 1


@pytest.mark.parametrize("places", [(), [(None, REPORT)]], ids=["a comment", "the whole report"])
def test_return_without_a_flag_on_rows_unlocks_everything(places):
    report = returned(*places)
    first, second, third = people_of(report)
    assert record_results(report.cohort, results(first, second)) == 2
    remove(report.cohort, third)
    assert len(people_of(report)) == 2


def test_operator_takes_off_only_a_row_that_is_flagged_as_a_whole():
    report = returned((0, ROW), (1, "name"))
    first, second, third = people_of(report)
    for locked in (second, third):
        with pytest.raises(Locked):
            remove(report.cohort, locked)
    remove(report.cohort, first)
    assert people_of(report) == [second, third]


def test_operator_uploads_the_roster_again_with_the_flagged_cell_mended_only():
    report = returned((0, "birth_place"))
    first, second, _third = people_of(report)
    upload(report, {first: "Garut"})
    first.refresh_from_db()
    assert first.birth_place == "Garut"
    with pytest.raises(Locked) as refusal:
        upload(report, {second: "Garut"})
    assert second.name in refusal.value.message
    assert "Tempat lahir" in refusal.value.message
    with pytest.raises(Locked) as refusal:
        upload(report, {}, "9;Orang Baru;;L;Bandung;12/03/2001\n")
    assert "Orang Baru" in refusal.value.message
    assert report.cohort.uploads.count() == 1
    assert len(people_of(report)) == 3


def upload(report, places, more=""):
    rows = "".join(
        f"{n};{one.name};{one.as_cells()['nik']};{one.sex};"
        f"{places.get(one, one.birth_place)};17/05/2001\n"
        for n, one in enumerate(people_of(report), start=1)
    )
    text = "No;Nama;NIK;L/P;Tempat Lahir;Tanggal Lahir\n" + rows + more
    reading = read_roster(text.encode(), "daftar.csv", today=TODAY)
    return store_upload(
        report.cohort, reading, filename="daftar.csv", by=report.submitted_by, today=TODAY
    )


def test_answer_to_a_flag_may_mend_its_own_column_only():
    report = returned((0, "education"))
    first, _second, _third = people_of(report)
    by = report.submitted_by
    with pytest.raises(Locked):
        answer_flags(report, {first.pk: {"name": "Lain"}}, {}, by=by, today=TODAY)
    assert not answer_flags(
        report, {first.pk: {"education": "SMK"}}, {}, by=by, today=TODAY
    )  # fmt: skip


def test_lock_holds_while_the_flags_stand_and_ends_with_the_next_decision():
    report = returned((0, "result"))
    first, second, _third = people_of(report)
    record_results(report.cohort, {first.pk: {"result": "failed"}})
    operator = report.submitted_by
    report.submit(by=operator, version=2)
    report.withdraw(by=operator, version=3)
    with pytest.raises(Locked):
        record_results(report.cohort, {second.pk: {"result": "failed"}})
    report.submit(by=operator, version=4)
    officer = report.transitions.get(verb="send_back").by
    report.send_back(by=officer, version=5, comment="Semua hasil, mohon diperiksa.")
    assert record_results(report.cohort, {second.pk: {"result": "failed"}}) == 1


def test_operator_asks_for_another_row_and_the_reviewer_grants_it():
    report = returned((0, "result"))
    first, second, third = people_of(report)
    operator, officer = report.submitted_by, report.transitions.get(verb="send_back").by
    request = ask_to_unlock(report, second, by=operator, reason="Nilai tertukar.")
    assert request in UnlockRequest.objects.visible_to(officer).open()
    with pytest.raises(Locked):
        record_results(report.cohort, {second.pk: {"result": "failed"}})
    request.decide(by=officer, is_granted=True)
    assert record_results(report.cohort, {second.pk: {"result": "failed"}}) == 1
    with pytest.raises(Locked):
        record_results(report.cohort, {third.pk: {"result": "failed"}})
    with pytest.raises(Stale, match="mengabulkan"):
        request.decide(by=officer, is_granted=False, reason="Tidak.")


def test_reviewer_declines_with_a_reason_and_the_row_stays_locked():
    report = returned((0, "result"))
    _first, second, _third = people_of(report)
    officer = report.transitions.get(verb="send_back").by
    request = ask_to_unlock(report, second, by=report.submitted_by, reason="Nilai tertukar.")
    with pytest.raises(Incomplete):
        request.decide(by=officer, is_granted=False, reason=" ")
    request.decide(by=officer, is_granted=False, reason="Berita acara sudah benar.")
    with pytest.raises(Locked):
        record_results(report.cohort, {second.pk: {"result": "failed"}})
    again = ask_to_unlock(report, second, by=report.submitted_by, reason="Ada ralat.")
    assert again.is_open


def test_operator_may_ask_to_add_a_row():
    report = returned((0, "result"))
    request = ask_to_unlock(report, None, by=report.submitted_by, reason="Satu orang terlewat.")
    request.decide(by=report.transitions.get(verb="send_back").by, is_granted=True)
    upload(report, {}, "9;Orang Baru;;L;Bandung;12/03/2001\n")
    assert len(people_of(report)) == 4


def test_request_is_made_once_and_only_for_what_is_locked():
    report = returned((0, ROW))
    first, second, _third = people_of(report)
    operator = report.submitted_by
    with pytest.raises(Stale):
        ask_to_unlock(report, first, by=operator, reason="Sudah terbuka.")
    ask_to_unlock(report, second, by=operator, reason="Nilai tertukar.")
    with pytest.raises(Stale):
        ask_to_unlock(report, second, by=operator, reason="Lagi.")
    unflagged = returned()
    with pytest.raises(Stale):
        ask_to_unlock(unflagged, None, by=operator, reason="Semua terbuka.")


def test_request_of_a_report_that_was_sent_waits_no_more():
    report = returned((0, "result"))
    first, second, _third = people_of(report)
    request = ask_to_unlock(report, second, by=report.submitted_by, reason="Nilai tertukar.")
    record_results(report.cohort, {first.pk: {"result": "failed"}})
    report.submit(by=report.submitted_by, version=2)
    assert not UnlockRequest.objects.open().exists()
    with pytest.raises(Stale):
        request.decide(by=report.transitions.get(verb="send_back").by, is_granted=True)


def test_database_keeps_requests_signed_and_reasoned():
    report = returned((0, "result"))
    request = ask_to_unlock(report, None, by=report.submitted_by, reason="Satu orang terlewat.")
    for values in ({"is_granted": True}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UnlockRequest.objects.filter(pk=request.pk).update(**values)


def test_operator_types_into_one_participant_only_what_is_flagged():
    report = returned((0, "birth_place"))
    first, second, _third = people_of(report)
    for person in (first, second):
        cells = person.as_cells() | {"birth_place": "Garut"}
        if person == second:
            with pytest.raises(Locked):
                one_participant.change(person, cells, today=TODAY)
        else:
            assert one_participant.change(person, cells, today=TODAY).participant
    assert [one.birth_place for one in people_of(report)] == ["Garut", "Bandung", "Bandung"]
    cells = {"name": "Orang Baru", "sex": "L", "birth_date": "12/03/2001"}
    with pytest.raises(Locked):
        one_participant.add(report.cohort, cells, today=TODAY)


class TestPages:
    def browser(self, user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def test_operator_reads_what_is_locked_and_types_only_into_the_rest(self):
        report = returned((0, "result"))
        first, second, _third = people_of(report)
        client = self.browser(report.submitted_by)
        page = reverse("trainings:cohort-results", args=[report.cohort_id])
        shown = client.get(page).content.decode()
        assert f'name="result-{first.pk}"' in shown
        assert f'name="result-{second.pk}"' not in shown
        locked = shown.split('id="h-terkunci"')[1]
        assert second.name in locked
        assert first.name not in locked
        assert client.post(page, {f"result-{first.pk}": "failed"}).status_code == 302
        assert [one.result for one in people_of(report)] == ["failed", "passed", "passed"]

    def test_operator_of_a_page_from_before_the_return_reads_what_is_locked_and_loses_nothing(self):
        report = returned((0, "result"))
        first, second, third = people_of(report)
        client = self.browser(report.submitted_by)
        page = reverse("trainings:cohort-results", args=[report.cohort_id])
        typed = {f"result-{one.pk}": "failed" for one in (first, second)}
        typed |= {f"result-{third.pk}": "passed"}
        answer = client.post(page, typed)
        assert answer.status_code == 400
        assert "“Lulus” tersimpan, pilihan Anda “Tidak lulus”" in answer.text
        assert [one.result for one in people_of(report)] == ["passed", "passed", "passed"]
        typed |= {f"result-{second.pk}": "passed"}
        assert client.post(page, typed).status_code == 302
        assert [one.result for one in people_of(report)] == ["failed", "passed", "passed"]

    def test_operator_who_uploads_a_locked_change_reads_which_row_and_keeps_the_page(self):
        report = returned((0, "birth_place"))
        _first, second, _third = people_of(report)
        client = self.browser(report.submitted_by)
        rows = f"1;{second.name};{second.as_cells()['nik']};{second.sex};Garut;17/05/2001\n"
        header = "No;Nama;NIK;L/P;Tempat Lahir;Tanggal Lahir\n"
        upload = reverse("trainings:roster-upload", args=[report.cohort_id])
        file = SimpleUploadedFile("daftar.csv", (header + rows).encode())
        answer = client.post(upload, {"file": file})
        assert answer.status_code == 409
        assert second.name in answer.content.decode()
        assert "Hanya bagian yang ditandai" in answer.content.decode()
        second.refresh_from_db()
        assert second.birth_place == "Bandung"
        same = (header + rows.replace("Garut", "Bandung")).encode()
        mended = SimpleUploadedFile("daftar.csv", same)
        assert client.post(upload, {"file": mended}).status_code == 302

    def test_operator_who_pastes_or_types_a_locked_change_keeps_what_was_typed(self):
        report = returned((0, "birth_place"))
        _first, second, _third = people_of(report)
        client = self.browser(report.submitted_by)
        text = "Nama\tL/P\tTempat Lahir\tTanggal Lahir\nOrang Baru\tL\tGarut\t12/03/2001\n"
        paste = reverse("trainings:roster-paste", args=[report.cohort_id])
        pasted = client.post(paste, {"text": text})
        assert pasted.status_code == 409
        assert "Hanya bagian yang ditandai" in pasted.content.decode()
        assert "Orang Baru" in pasted.content.decode().split("<textarea")[1]
        page = reverse("trainings:participant-update", args=[report.cohort_id, second.pk])
        cells = {
            "name": second.name, "sex": second.sex, "birth_place": "Garut",
            "birth_date": "17/05/2001", "education": second.education,
        }  # fmt: skip
        typed = client.post(page, cells)
        assert typed.status_code == 400
        assert "Hanya bagian yang ditandai" in typed.content.decode()
        assert "Garut" in typed.content.decode()
        assert len(people_of(report)) == 3

    def test_request_goes_to_the_reviewer_and_the_answer_comes_back(self):
        report = returned((0, "result"))
        _first, second, _third = people_of(report)
        operator = self.browser(report.submitted_by)
        officer = self.browser(report.transitions.get(verb="send_back").by)
        ask = reverse("trainings:unlock-ask", args=[report.cohort_id])
        empty = operator.post(ask, {"place": "", "reason": ""})
        assert empty.status_code == 400
        secret = {"place": second.pk, "reason": f"NIK {second.as_cells()['nik']} tertukar."}
        assert operator.post(ask, secret).status_code == 400
        operator.post(ask, {"place": second.pk, "reason": "Nilai tertukar."})
        wish = UnlockRequest.objects.get()
        assert "Nilai tertukar." in officer.get(reverse("trainings:review-list")).content.decode()
        decide = reverse("trainings:unlock-decide", args=[wish.pk])
        unexplained = officer.post(decide, {"answer": "decline", "reason": ""})
        assert unexplained.status_code == 409
        officer.post(decide, {"answer": "decline", "reason": "Berita acara sudah benar."})
        page = operator.get(reverse("trainings:cohort-detail", args=[report.cohort_id]))
        assert "Berita acara sudah benar." in page.content.decode()
        late = officer.post(decide, {"answer": "grant"})
        assert late.status_code == 409
        assert "menolak permintaan ini" in late.content.decode()
