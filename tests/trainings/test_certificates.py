"""Certificates: numbered once, printed in one file, checked by anybody, revoked by staff."""

import io
import re
from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from blk_portal.accounts.roles import Role
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from institutions import orphans
from tests.factories import (
    AreaReviewerFactory,
    CertificateFileFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    UserFactory,
)
from trainings import roster, tasks
from trainings.models import Certificate, CertificateFile

pytestmark = pytest.mark.django_db
CODE = re.compile("[A-Z2-7]{16}")


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture
def report():
    return CohortReportFactory(people=3, verified=True)


@pytest.fixture
def cohort(report):
    return report.cohort


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


@pytest.fixture
def bells(monkeypatch):
    rung = []
    monkeypatch.setattr("trainings.certificate_views.ring_for_certificates", rung.append)
    return rung


def issue(cohort, by):
    return Certificate.objects.issue(cohort, by=by)


def serials(cohort):
    return list(cohort.participants.values_list("certificates__serial", flat=True))


def list_of(cohort) -> str:
    return reverse("trainings:certificate-list", args=[cohort.pk])


def file_of(kept) -> str:
    return reverse("trainings:certificate-file", args=[kept.cohort_id, kept.pk])


def checked(client, certificate) -> str:
    address = reverse("trainings:certificate-verify", args=[certificate.grouped_code])
    return client.get(address).content.decode()


def reopen(report, by) -> None:
    report.refresh_from_db()
    report.reopen(by=by, version=report.version, comment="Periksa hasil.")


# Numbers


def test_everybody_who_passed_gets_one_number_however_often_it_is_asked(cohort, admin):
    people = list(cohort.participants.all())
    cohort.participants.filter(pk=people[1].pk).update(result="failed")
    first = issue(cohort, admin)
    assert issue(cohort, admin) == []
    assert [one.participant for one in first] == [people[0], people[2]]
    assert [one.number for one in first] == ["SP-2022-000001", "SP-2022-000002"]
    assert all(CODE.fullmatch(one.code) for one in first)
    assert first[0].code != first[1].code


def test_numbers_go_on_in_the_budget_year_and_begin_anew_in_another(cohort, admin):
    issue(cohort, admin)
    second = CohortReportFactory(people=1, verified=True).cohort
    assert [one.serial for one in issue(second, admin)] == [4]
    other = CohortFactory(programme_year__year=2023)
    CohortReportFactory(cohort=other, people=1, verified=True)
    assert [str(one) for one in issue(other, admin)] == ["SP-2023-000001"]


@pytest.mark.parametrize("state", [{}, {"submitted": True}, {"returned": True}, {"reopened": True}])
def test_cohort_without_a_verified_report_gets_no_certificates(admin, state):
    cohort = CohortReportFactory(**state).cohort
    with pytest.raises(Refused):
        issue(cohort, admin)
    assert not Certificate.objects.exists()


def test_database_refuses_a_second_certificate_that_stands_and_a_number_twice(cohort, admin):
    first, second, _third = issue(cohort, admin)
    again = {"issued_on": first.issued_on, "issued_by": admin, "code": "A" * 16}
    for clash in (
        {"participant": first.participant, "year": 2022, "serial": 99},
        {"participant": second.participant, "year": 2022, "serial": first.serial},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Certificate.objects.create(**again, **clash)


# Revocation


def test_revoked_certificate_stays_and_a_new_one_gets_a_new_number(cohort, admin):
    first = issue(cohort, admin)[0]
    first.revoke(by=admin, because="Nama keliru.")
    with pytest.raises(Stale):
        first.revoke(by=admin, because="Sekali lagi.")
    assert (first.revoked_by, first.revoked_because) == (admin, "Nama keliru.")
    [again] = issue(cohort, admin)
    assert (again.participant, again.serial) == (first.participant, 4)


def test_revocation_without_a_reason_is_refused(cohort, admin):
    certificate = issue(cohort, admin)[0]
    with pytest.raises(Incomplete):
        certificate.revoke(by=admin, because="  ")
    certificate.refresh_from_db()
    assert certificate.revoked_at is None


def test_reviewer_revokes_with_a_reason_and_operator_may_not(client, cohort, operator):
    certificate = issue(cohort, operator)[0]
    address = reverse("trainings:certificate-revoke", args=[cohort.pk, certificate.pk])
    client.force_login(operator)
    assert client.post(address, {"reason": "Salah."}).status_code == 403
    client.force_login(AreaReviewerFactory(office=cohort.institution.office))
    assert client.post(address, {"reason": ""}).status_code == 400
    nik = client.post(address, {"reason": "NIK 3204051203019001 keliru"})
    assert nik.status_code == 400
    assert client.post(address, {"reason": "Nama keliru."}).status_code == 302
    page = client.get(list_of(cohort)).content.decode()
    assert "Nama keliru." in page
    certificate.refresh_from_db()
    assert certificate.revoked_at


def test_revocation_takes_the_printed_file_away(
    client, admin, cohort, django_capture_on_commit_callbacks
):
    kept = CertificateFileFactory(cohort=cohort)
    client.force_login(admin)
    assert client.get(file_of(kept)).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        Certificate.objects.first().revoke(by=admin, because="Nama keliru.")
    assert client.get(file_of(kept)).status_code == 404
    assert not kept.file.storage.exists(kept.file.name)


def test_participant_with_a_certificate_stays_in_the_roster(client, report, operator, admin):
    cohort = report.cohort
    person, other = cohort.participants.all()[:2]
    certificate = issue(cohort, admin)[0]
    Certificate.objects.exclude(pk=certificate.pk).delete()
    reopen(report, admin)
    with pytest.raises(Refused):
        roster.remove(cohort, person)
    client.force_login(operator)
    for someone in (person, other):
        client.post(reverse("trainings:participant-remove", args=[cohort.pk, someone.pk]))
    left = cohort.participants.all()
    assert person in left
    assert other not in left


# The page of the cohort and the file


def test_operator_makes_certificates_once_and_a_worker_prints_them(
    client, bells, cohort, operator, settings, django_capture_on_commit_callbacks
):
    settings.DEMO_MODE, settings.PORTAL_URL = True, "https://portal.contoh.invalid"
    client.force_login(operator)
    for _click in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(list_of(cohort))
    [kept] = CertificateFile.objects.all()
    assert bells == [kept.pk, kept.pk]
    assert serials(cohort) == [1, 2, 3]
    assert "0 dari 3" in client.get(list_of(cohort)).content.decode()
    assert client.get(file_of(kept)).status_code == 404
    tasks.write_certificates(kept.pk)
    tasks.write_certificates(kept.pk)
    kept.refresh_from_db()
    assert (kept.state, kept.done, kept.attempts) == ("ready", 3, 1)
    answer = client.get(file_of(kept))
    assert answer["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(answer.content))
    assert len(pdf.pages) == 3
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.pages[0].mediabox.width > pdf.pages[0].mediabox.height
    for page, certificate in zip(pdf.pages, Certificate.objects.all(), strict=True):
        text = " ".join(page.extract_text().split())
        for words in (
            certificate.number, certificate.participant.name, certificate.grouped_code,
            "lahir di Bandung, 17 Mei 2001", cohort.programme.name, cohort.institution.name,
            "160 jam pelatihan", "Kementerian Ketenagakerjaan", "DATA CONTOH",
            "https://portal.contoh.invalid/sertifikat/",
        ):  # fmt: skip
            assert words in text, words
        assert certificate.participant.masked_nik[:4] + "•" not in text
    with django_capture_on_commit_callbacks(execute=True):
        client.post(list_of(cohort))
    assert CertificateFile.objects.get() == kept


def test_long_words_stay_on_one_page(cohort, operator):
    cohort.participants.update(name="Raden " * 24, birth_place="Kabupaten " * 9)
    type(cohort.programme).objects.update(name="Pengelasan " * 13)
    type(cohort.institution).objects.update(name="Yayasan " * 20)
    kept, _fresh = CertificateFile.objects.ask(cohort, by=operator)
    tasks.write_certificates(kept.pk)
    kept.refresh_from_db()
    with kept.file.open() as file:
        assert len(PdfReader(file).pages) == 3


def test_people_without_the_right_get_no_page_and_no_file(client, cohort, operator):
    kept = CertificateFileFactory(cohort=cohort)
    for role, status in ((Role.OBSERVER, 403), (Role.LEADERSHIP, 403)):
        client.force_login(UserFactory(role=role))
        assert client.get(list_of(cohort)).status_code == status
        assert client.get(file_of(kept)).status_code == 404
    client.force_login(OperatorFactory(institution=InstitutionFactory()))
    assert client.post(list_of(cohort)).status_code == 404
    assert client.get(file_of(kept)).status_code == 404
    client.force_login(operator)
    assert client.get(file_of(kept)).status_code == 200


def test_operator_is_told_why_an_unverified_cohort_gets_none(client, bells, operator):
    cohort = CohortReportFactory(submitted=True).cohort
    client.force_login(OperatorFactory(institution=cohort.institution))
    page = client.post(list_of(cohort), follow=True).content.decode()
    assert "tidak dalam keadaan diverifikasi" in page
    assert bells == []


def test_file_cannot_be_fetched_while_its_report_is_open_again(client, report, admin):
    kept = CertificateFileFactory(cohort=report.cohort)
    client.force_login(admin)
    reopen(report, admin)
    assert client.get(file_of(kept)).status_code == 404
    assert file_of(kept) not in client.get(list_of(report.cohort)).content.decode()


def test_list_asks_as_many_questions_for_one_person_as_for_fifteen(
    client, admin, django_assert_max_num_queries
):
    client.force_login(admin)
    for people in (1, 15):
        cohort = CohortReportFactory(people=people, verified=True).cohort
        issue(cohort, admin)
        with django_assert_max_num_queries(9):
            client.get(list_of(cohort))


def test_worker_prints_what_no_bell_announced_and_gives_up_after_three_deaths(cohort, admin):
    kept, _fresh = CertificateFile.objects.ask(cohort, by=admin)
    others = CertificateFile.objects.filter(pk=kept.pk)
    others.update(leased_at=timezone.now(), attempts=1)
    tasks.reconcile_certificates()
    kept.refresh_from_db()
    assert kept.state == "waiting", "another worker has it"
    others.update(leased_at=timezone.now() - timedelta(minutes=3))
    tasks.reconcile_certificates()
    kept.refresh_from_db()
    assert kept.state == "ready"
    others.update(state="waiting", attempts=3, leased_at=None)
    tasks.reconcile_certificates()
    kept.refresh_from_db()
    assert kept.state == "failed"


def test_file_is_swept_after_thirty_days_and_not_before(cohort, django_capture_on_commit_callbacks):
    kept = CertificateFileFactory(cohort=cohort)
    storage = kept.file.storage
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        tasks.sweep_certificates()
        orphans.sweep()
    assert storage.exists(kept.file.name)
    with (
        time_machine.travel(timezone.now() + timedelta(days=31)),
        django_capture_on_commit_callbacks(execute=True),
    ):
        tasks.sweep_certificates()
    assert not CertificateFile.objects.exists()
    assert not storage.exists(kept.file.name)
    assert Certificate.objects.count() == 3


# What a stranger sees


def test_stranger_sees_a_valid_certificate_and_little_of_its_holder(client, cohort, admin):
    certificate = issue(cohort, admin)[0]
    person = certificate.participant
    type(person).objects.filter(pk=person.pk).update(name="Siti Aminah Contoh")
    typed = {"kode": certificate.grouped_code.lower().replace("-", " ")}
    answer = client.get(reverse("trainings:certificate-check"), typed, follow=True)
    page = answer.content.decode()
    for words in (
        "Sertifikat ini berlaku",
        certificate.number,
        cohort.institution.name,
        "S*** A***",
    ):
        assert words in page, words
    for secret in ("Siti", "Aminah", person.masked_nik, "2001", "Bandung, 17"):
        assert secret not in page.split("<main")[1], secret
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert "no-store" in answer["Cache-Control"]


def test_minor_is_not_named_at_all_until_eighteen(client, cohort, admin):
    certificate = issue(cohort, admin)[0]
    type(certificate.participant).objects.update(name="Xaverius Yusuf", birth_date="2010-08-17")
    with time_machine.travel("2028-08-16 12:00:00+07:00"):
        page = checked(client, certificate)
        assert "X***" not in page
        assert "tidak ditampilkan" in page
    with time_machine.travel("2028-08-17 12:00:00+07:00"):
        assert "X*** Y***" in checked(client, certificate)


def test_stranger_sees_date_and_no_reason_of_a_revocation(client, cohort, admin):
    certificate = issue(cohort, admin)[0]
    with time_machine.travel("2023-03-05 09:00:00+07:00"):
        certificate.revoke(by=admin, because="Ijazah palsu.")
    page = checked(client, certificate)
    assert "telah dicabut" in page
    assert "5 Maret 2023" in page
    assert "palsu" not in page
    assert admin.name not in page


def test_certificate_is_under_review_while_its_report_is_open_or_its_holder_did_not_pass(
    client, report, admin
):
    certificate, sound, _third = issue(report.cohort, admin)
    assert "berlaku" in checked(client, certificate)
    reopen(report, admin)
    assert "sedang ditinjau" in checked(client, certificate)
    report.cohort.participants.filter(pk=certificate.participant_id).update(result="failed")
    report.submit(by=OperatorFactory(institution=report.cohort.institution), version=report.version)
    report.verify(by=admin, version=report.version)
    assert "sedang ditinjau" in checked(client, certificate)
    assert "Sertifikat ini berlaku" in checked(client, sound)
    client.force_login(admin)
    assert "Perlu dicabut" in client.get(list_of(report.cohort)).content.decode()


@pytest.mark.parametrize("code", ["AAAA-AAAA-AAAA-AAAA", "x", "…☃", "A" * 300, "' OR 1=1 --"])
def test_unknown_code_costs_the_same_question_and_gets_the_same_page(
    client, cohort, admin, code, django_assert_num_queries
):
    certificate = issue(cohort, admin)[0]
    with django_assert_num_queries(1):
        known = client.get(reverse("trainings:certificate-verify", args=[certificate.code]))
    with django_assert_num_queries(1):
        unknown = client.get(reverse("trainings:certificate-verify", args=[code]))
    assert known.status_code == unknown.status_code == 200
    assert "Tidak ada sertifikat" in unknown.content.decode()
    assert known["Cache-Control"] == unknown["Cache-Control"]
    assert known["X-Robots-Tag"] == unknown["X-Robots-Tag"]


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-EFGH-IJKL-MNO☃"])
def test_stranger_who_mistypes_is_told_so_at_the_field(client, typed):
    answer = client.get(reverse("trainings:certificate-check"), {"kode": typed})
    assert answer.status_code == 400
    assert typed in answer.content.decode()


def test_signs_that_look_alike_are_read_as_the_code_means_them(client, cohort, admin):
    certificate = issue(cohort, admin)[0]
    Certificate.objects.filter(pk=certificate.pk).update(code="OIBOIBOIBOIBOIBO")
    assert Certificate.objects.of_code("018o-iboi-boib-oib0") == certificate


def test_stranger_who_tries_code_after_code_has_to_wait(client, settings, monkeypatch):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    address = reverse("trainings:certificate-verify", args=["AAAAAAAAAAAAAAAA"])
    with time_machine.travel("2022-09-30 12:00:00+07:00", tick=False):
        here = [client.get(address, REMOTE_ADDR="203.0.113.9") for _try in range(101)]
        elsewhere = client.get(address, REMOTE_ADDR="198.51.100.8")
    assert [answer.status_code for answer in here] == [200] * 100 + [429]
    assert elsewhere.status_code == 200
