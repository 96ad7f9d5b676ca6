"""Consents of guardians: a minor's row blocks the report until one is there, and while it holds."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.privacy.models import AccessLog
from institutions.models import Document, Institution
from tests.factories import (
    AreaAssignmentFactory,
    AreaReviewerFactory,
    AuditorFactory,
    CohortReportFactory,
    ConsentSheetFactory,
    GuardianConsentFactory,
    IncubatorReviewerFactory,
    MinorFactory,
    NationalAdminFactory,
    OperatorFactory,
    ParticipantFactory,
    small_pdf,
    user_of,
)
from trainings.models import Cohort, ConsentSheet, GuardianConsent

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return CohortReportFactory(people=1)


@pytest.fixture
def minor(report):
    return MinorFactory(cohort=report.cohort, name="Santri Muda Contoh")


@pytest.fixture
def operator(client, report):
    client.force_login(OperatorFactory(institution=report.cohort.institution))
    return client


def address(report):
    return reverse("trainings:cohort-consents", args=[report.cohort_id])


def anchors(report):
    return [item.anchor for item in report.missing_to_submit()]


@pytest.mark.parametrize(
    ("born", "needs"),
    [(date(2004, 8, 1), False), (date(2004, 8, 2), True), (date(2004, 7, 31), False)],
    ids=["18 on the first day", "a day too young", "18 the day before"],
)
def test_consent_is_asked_for_who_is_under_18_when_the_cohort_starts(report, born, needs):
    ParticipantFactory(cohort=report.cohort, birth_date=born)
    assert anchors(report) == (["persetujuan"] if needs else [])


def test_operator_hands_in_one_sheet_for_all(operator, report):
    MinorFactory.create_batch(3, cohort=report.cohort)
    answer = operator.post(address(report), {"all_on_sheet": "on", "file": small_pdf()})
    assert answer.status_code == 302
    assert anchors(report) == []
    assert set(GuardianConsent.objects.values_list("relation", flat=True)) == {"sheet"}
    assert ConsentSheet.objects.count() == 1


def test_operator_names_the_guardian_of_one_and_the_next_on_the_same_sheet(operator, report, minor):
    other = MinorFactory(cohort=report.cohort)
    first = {f"relasi-{minor.pk}": "ibu", f"wali-{minor.pk}": "Ibu Contoh", "file": small_pdf()}
    assert operator.post(address(report), first).status_code == 302
    assert anchors(report) == ["persetujuan"]
    assert operator.post(address(report), {f"relasi-{other.pk}": "sheet"}).status_code == 302
    assert anchors(report) == []
    consent = minor.consents.get()
    assert (consent.relation, consent.guardian_name) == ("ibu", "Ibu Contoh")
    assert ConsentSheet.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"relasi": "ayah", "wali": ""}, "wali"),
        ({"relasi": "", "wali": "Bapak Contoh"}, "relasi"),
        ({"relasi": "ayah", "wali": "NIK 3204051705019123"}, "wali"),
        ({"relasi": "", "wali": ""}, "__all__"),
    ],
    ids=["no name", "no relation", "a NIK", "nobody marked"],
)
def test_operator_gets_one_sentence_and_the_sheet_is_kept(operator, report, minor, sent, wrong):
    data = {f"{name}-{minor.pk}": text for name, text in sent.items()}
    answer = operator.post(address(report), data | {"file": small_pdf()})
    assert answer.status_code == 400
    key = wrong if wrong == "__all__" else f"{wrong}-{minor.pk}"
    assert list(answer.context["form"].errors) == [key]
    assert sent["wali"] in answer.content.decode()
    assert ConsentSheet.objects.count() == 1, "it need not be chosen again"
    assert not GuardianConsent.objects.exists()


@pytest.mark.parametrize(
    "file", [None, SimpleUploadedFile("a.exe", b"MZ" * 40), SimpleUploadedFile("a.pdf", b"")],
    ids=["none", "a program", "empty"],
)  # fmt: skip
def test_operator_is_told_what_is_wrong_with_the_file(operator, report, minor, file):
    data = {f"relasi-{minor.pk}": "ayah", f"wali-{minor.pk}": "Bapak Contoh"}
    answer = operator.post(address(report), data | ({"file": file} if file else {}))
    assert answer.status_code == 400
    assert "file" in answer.context["form"].errors
    assert "Bapak Contoh" in answer.content.decode()
    assert not Document.objects.exists()


def test_withdrawn_consent_blocks_again(operator, report):
    consent = GuardianConsentFactory(participant__cohort=report.cohort)
    assert anchors(report) == []
    path = reverse("trainings:consent-withdraw", args=[report.cohort_id, consent.pk])
    assert operator.post(path, {"reason": ""}).status_code == 400
    assert anchors(report) == []
    assert operator.post(path, {"reason": "Wali menarik kembali."}).status_code == 302
    assert anchors(report) == ["persetujuan"]
    consent.refresh_from_db()
    assert consent.withdrawn_by.role == Role.OPERATOR
    assert operator.post(path, {"reason": "Lagi."}).status_code == 404


def test_withdrawn_sheet_blocks_again(report):
    consent = GuardianConsentFactory(participant__cohort=report.cohort)
    paper = consent.sheet.document
    paper.withdraw(by=paper.uploaded_by, reason="Lembar keliru.")
    assert anchors(report) == ["persetujuan"]


def test_new_consent_takes_the_place_of_the_old(report):
    consent = GuardianConsentFactory(participant__cohort=report.cohort)
    again = GuardianConsentFactory(participant=consent.participant, relation="wali")
    assert list(GuardianConsent.objects.standing()) == [again]
    assert GuardianConsent.objects.count() == 2


def test_sheet_is_opened_by_those_who_see_names_and_by_nobody_else(client, report):
    sheet = ConsentSheetFactory(cohort=report.cohort)
    institution = report.cohort.institution
    elsewhere = CohortReportFactory(people=0).cohort.institution
    auditor = AuditorFactory()
    AreaAssignmentFactory(user=auditor, office=None, province=institution.regency.province)
    paper = reverse("papers:paper-open", args=[sheet.document_id])
    papers = reverse("institutions:paper-list", args=[institution.pk])
    for person, may in (
        (OperatorFactory(institution=institution), True),
        (AreaReviewerFactory(office=institution.office), True),
        (NationalAdminFactory(), True),
        (auditor, True),
        (IncubatorReviewerFactory(), False),
        (user_of(Role.LEADERSHIP), False),
        (user_of(Role.OBSERVER, institution), False),
        (OperatorFactory(institution=elsewhere), False),
        (AreaReviewerFactory(office=elsewhere.office), False),
    ):
        client.force_login(person)
        assert client.get(paper).status_code == (200 if may else 404), person.role
        assert ("persetujuan.pdf" in client.get(papers).content.decode()) == may, person.role
    assert AccessLog.objects.filter(user=auditor, action="read_paper").count() == 1


def test_sheet_of_an_institution_without_an_office_is_in_no_offices_queue(client, report):
    sheet = ConsentSheetFactory(cohort=report.cohort)
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    assert Document.objects.visible_to(reviewer).contains(sheet.document)
    Institution.objects.filter(pk=report.cohort.institution_id).update(office=None)
    assert not Document.objects.visible_to(reviewer).contains(sheet.document)


def test_general_upload_of_papers_offers_no_consent(client, report):
    sheet = ConsentSheetFactory(cohort=report.cohort)
    client.force_login(NationalAdminFactory())
    path = reverse("institutions:paper-list", args=[report.cohort.institution_id])
    assert f'value="{sheet.document.kind_id}"' not in client.get(path).content.decode()
    sent = {"kind": sheet.document.kind_id, "file": small_pdf(pages=3)}
    assert client.post(path, sent).status_code == 400


def test_reviewer_reads_the_consents_and_adds_none(client, report, minor):
    GuardianConsentFactory(participant__cohort=report.cohort, guardian_name="Ibu Contoh Wali")
    client.force_login(AreaReviewerFactory(office=report.cohort.institution.office))
    page = client.get(address(report)).content.decode()
    assert "Ibu Contoh Wali" in page
    assert minor.name in page
    assert "multipart" not in page
    assert client.post(address(report), {"all_on_sheet": "on"}).status_code == 403


def test_operator_adds_no_consent_once_the_report_is_sent(operator, report):
    report.submit(by=user_of(Role.OPERATOR, report.cohort.institution), version=0)
    MinorFactory(cohort=report.cohort)
    answer = operator.post(address(report), {"all_on_sheet": "on", "file": small_pdf()})
    assert answer.status_code == 403
    assert not GuardianConsent.objects.exists()


def test_minor_stands_on_no_public_page(client, minor):
    Cohort.objects.filter(pk=minor.cohort_id).update(seats=16)
    for path in (reverse("progress:public"), reverse("progress:guide")):
        assert minor.name not in client.get(path).content.decode()


def test_page_takes_the_same_queries_for_one_and_twenty(
    operator, report, django_assert_max_num_queries
):
    for many in (1, 19):
        MinorFactory.create_batch(many, cohort=report.cohort)
        for _each in range(many):
            GuardianConsentFactory(participant__cohort=report.cohort)
        with django_assert_max_num_queries(12):
            assert operator.get(address(report)).status_code == 200
