"""The page of a cohort offers what its operator can do now, and nothing else."""

import pytest
from django.urls import reverse

from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
)
from tests.trainings.test_unlocking import people_of, returned
from trainings.models import CohortReport, ReportKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]


def page(cohort) -> str:
    return reverse("trainings:cohort-detail", args=[cohort.pk])


def taking_off(person) -> str:
    return reverse("trainings:participant-remove", args=[person.cohort_id, person.pk])


@pytest.fixture
def cohort(client):
    cohort = CohortFactory(seats=2)
    client.force_login(OperatorFactory(institution=cohort.institution))
    return cohort


def test_operator_takes_off_whoever_is_too_many_on_the_page_that_says_so(client, cohort):
    people = ParticipantFactory.create_batch(3, cohort=cohort)
    shown = client.get(page(cohort)).text
    assert "3 peserta, sedangkan kapasitasnya 2" in shown
    assert all(f'formaction="{taking_off(person)}"' in shown for person in people)
    shown = client.post(taking_off(people[0]), follow=True).text
    assert cohort.participants.count() == 2
    told = f"{people[0].name} sudah dikeluarkan dari daftar"
    assert told in shown.split('id="peserta"')[1], "it stands where the page comes back to"
    assert shown.count(told) == 1
    assert "sedangkan kapasitasnya" not in shown


def test_operator_reads_at_once_that_rows_to_mend_are_more_than_the_seats(client, cohort):
    known, _other = ParticipantFactory.create_batch(2, cohort=cohort)
    waiting = PendingRowFactory(cohort=cohort, cells={"name": known.name, "birth_date": "?"})
    shown = client.get(page(cohort)).text
    assert "hanya ada 2 kursi" not in shown, "this row mends one who is on the roster"
    assert "Tidak ada temuan pada baris yang tersimpan" in shown
    PendingRowFactory(cohort=cohort, upload=waiting.upload)
    assert "akan berisi 3 peserta, padahal hanya ada 2 kursi" in client.get(page(cohort)).text


def test_operator_of_a_returned_report_is_offered_what_is_open_and_no_more(client):
    report = returned((0, "birth_place"))
    flagged, locked, _third = people_of(report)
    client.force_login(report.submitted_by)
    shown = client.get(page(report.cohort)).text

    def address(name, *args):
        return reverse(f"trainings:{name}", args=[report.cohort_id, *args])

    assert address("participant-update", flagged.pk) in shown
    for hidden in (
        address("participant-update", locked.pk),
        address("participant-create"),
        address("cohort-results"),
        taking_off(flagged),
    ):
        assert f'"{hidden}"' not in shown
    assert "<summary>Unggah atau tempel</summary>" in shown
    row = client.get(address("participant-update", locked.pk)).text
    assert "(opsional)" not in row
    assert "Ubah data" not in row


def test_operator_of_a_report_returned_with_a_comment_is_offered_everything(client):
    report = returned()
    client.force_login(report.submitted_by)
    shown = client.get(page(report.cohort)).text
    for name in ("participant-create", "cohort-results"):
        assert reverse(f"trainings:{name}", args=[report.cohort_id]) in shown
    assert taking_off(people_of(report)[0]) in shown
    assert "Unggah atau tempel" not in shown


def test_operator_reads_the_next_thing_to_do_as_the_report_fills(client, cohort):
    def told():
        answer = client.get(page(cohort))
        hints = {step.report.kind: str(step.hint) for step in answer.context["steps"]}
        return answer.context["step"], hints["closing"]

    assert told() == ("participants", "Lihat di bawah apa yang masih kurang, lalu kirim laporan.")
    people = ParticipantFactory.create_batch(2, cohort=cohort, result="")
    assert told() == ("results", "Isi hasil dan kehadiran, lalu kirim laporan.")
    for person in people:
        person.result, person.attendance = "passed", 90
        person.save()
    assert told() == ("send", "Lengkap: tinjau, lalu kirim.")


def test_operator_who_mended_the_last_row_reads_so_at_the_list_and_at_the_upload(client, cohort):
    cells = {"name": "Orang Baru", "sex": "L", "birth_date": "31/02/2001"}
    pending = PendingRowFactory(cohort=cohort, cells=cells, upload__rejected=1)
    mend = reverse("trainings:roster-mend", args=[cohort.pk])
    typed = {f"{pending.pk}-birth_date": "17-05-2001"}
    shown = client.post(mend, typed, follow=True).text
    assert "1 baris sudah diperbaiki dan tersimpan" in shown.split('id="peserta"')[1]
    assert "1 dari baris yang perlu diperbaiki sudah" in shown.split('id="hasil-unggah"')[1]


def test_reviewer_reads_that_the_opening_report_is_still_to_be_sent(client):
    cohort = CohortFactory(kinds=ReportKind)
    report = CohortReportFactory(cohort=cohort, people=2, submitted=True)
    client.force_login(AreaReviewerFactory(office=cohort.institution.office))
    review = reverse("trainings:report-review", args=[report.pk])
    assert "Laporan pembukaan masih harus dikirim" in client.get(review).text
    opening = CohortReport.objects.get(cohort=cohort, kind=ReportKind.OPENING)
    opening.submit(by=report.submitted_by, version=opening.version)
    assert "Laporan pembukaan masih harus dikirim" not in client.get(review).text
