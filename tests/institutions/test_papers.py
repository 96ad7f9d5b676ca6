"""The page of an institution's papers: adding, opening, withdrawing, what is missing or ends."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.privacy.models import AccessLog
from institutions.models import AreaAssignment, Document, DocumentRequirement, Membership
from institutions.models.document import WithdrawalRefused
from institutions.reference.loading import load_register
from tests.factories import (
    DocumentFactory,
    DocumentKindFactory,
    DocumentRequirementFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    UserFactory,
    small_pdf,
)
from tests.institutions import papers

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 1)


@pytest.fixture
def institution():
    return InstitutionFactory(signed=True)


@pytest.fixture
def operator(institution):
    person = OperatorFactory()
    Membership.objects.create(user=person, institution=institution)
    return person


@pytest.fixture
def reviewer(institution):
    person = UserFactory(role=Role.AREA_REVIEWER)
    AreaAssignment.objects.create(user=person, office=institution.office)
    return person


def page(institution) -> str:
    return reverse("institutions:paper-list", args=[institution.pk])


def opening(paper) -> str:
    return reverse("papers:paper-open", args=[paper.pk])


def withdrawing(paper) -> str:
    return reverse("papers:paper-withdraw", args=[paper.pk])


def as_person(client, person):
    client.force_login(person)
    return client


def sent(kind, file=None, **facts) -> dict:
    return {"kind": kind.pk, "file": file or small_pdf(), **facts}


def test_operator_uploads_a_paper_and_reads_it_in_the_list(client, institution, operator):
    kind = DocumentKindFactory(name="Akta yayasan")
    facts = {"number": "AHU-12/2021", "dated_on": "2021-05-17"}
    answer = as_person(client, operator).post(page(institution), sent(kind, **facts), follow=True)
    text = answer.content.decode()
    paper = institution.documents.get()
    assert (paper.number, paper.dated_on) == ("AHU-12/2021", date(2021, 5, 17))
    assert paper.uploaded_by == operator
    for words in ("Dokumen tersimpan", "AHU-12/2021", "17 Mei 2021", "kertas.pdf", opening(paper)):
        assert words in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"file": papers.upload(b"MZ" + bytes(99))}, "bukan PDF"),
        ({"file": papers.upload(b"")}, "kosong"),
        ({"file": ""}, "Pilih dahulu berkas"),
        ({"kind": ""}, "Pilih jenis dokumen"),
        ({"kind": "987654321"}, "Jenis ini tidak ada"),
        ({"kind": "\x00"}, 'id="id_kind_error"'),
        ({"dated_on": "2099-01-01"}, "belum tiba"),
        ({"dated_on": "0022-01-01"}, "terlalu lampau"),
        ({"dated_on": "besok"}, "bukan tanggal"),
        ({"dated_on": "2022-05-01", "expires_on": "2022-04-30"}, "berakhir sebelum"),
        ({"expires_on": ""}, "sampai kapan"),
        ({"number": "9" * 101}, "100"),
    ],
    ids=str,
)
def test_operator_keeps_what_was_typed_beside_the_cure(
    client, institution, operator, change, words
):
    kind = DocumentKindFactory(expires=True)
    data = {**sent(kind, number="NOMOR-7", expires_on="2030-01-01"), **change}
    answer = as_person(client, operator).post(page(institution), data)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert words in text
    assert "number" in change or 'value="NOMOR-7"' in text
    assert not institution.documents.exists()


def test_operator_uploads_the_same_file_twice_and_one_is_kept(client, institution, operator):
    kind, file = DocumentKindFactory(), papers.pdf()
    for status in (302, 400):
        answer = as_person(client, operator).post(
            page(institution), sent(kind, papers.upload(file))
        )
        assert answer.status_code == status
    assert institution.documents.count() == 1


def test_operator_without_room_reads_it_at_the_file(client, institution, operator, settings):
    settings.DOCUMENTS_QUOTA_BYTES = 10
    answer = as_person(client, operator).post(page(institution), sent(DocumentKindFactory()))
    assert answer.status_code == 400
    assert "tidak muat" in answer.content.decode()


def test_file_is_answered_as_a_download_that_nobody_keeps(client, institution, operator):
    paper = DocumentFactory(institution=institution, file=small_pdf("Akta “Al-Ḥikmah”.pdf"))
    answer = as_person(client, operator).get(opening(paper))
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Akta%20")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert not AccessLog.objects.exists()


def test_auditor_opens_a_paper_and_it_is_noted(client, institution):
    auditor = UserFactory(role=Role.AUDITOR)
    AreaAssignment.objects.create(user=auditor, office=institution.office)
    paper = DocumentFactory(institution=institution)
    assert as_person(client, auditor).get(opening(paper)).status_code == 200
    row = AccessLog.objects.get()
    assert (row.user, row.action) == (auditor, "read_paper")
    assert row.subject == f"institutions.document:{paper.pk}"


def test_file_that_is_gone_is_said_on_the_page(client, institution, operator):
    paper = DocumentFactory(institution=institution)
    paper.file.storage.delete(paper.file.name)
    answer = as_person(client, operator).get(opening(paper), follow=True)
    assert answer.redirect_chain == [(page(institution), 302)]
    assert "sedang tidak dapat dibaca" in answer.content.decode()


def test_withdrawn_paper_is_struck_through_and_only_staff_open_it(
    client, institution, operator, reviewer
):
    paper = DocumentFactory(institution=institution, withdrawn=True)
    for person, status in ((reviewer, 200), (operator, 404)):
        client = as_person(client, person)
        text = client.get(page(institution)).content.decode()
        assert f"<del>{paper.kind}</del>" in text
        assert "Alasan contoh." in text
        assert (opening(paper) in text) == (status == 200)
        assert client.get(opening(paper)).status_code == status


def test_operator_withdraws_its_own_mistake_of_the_day(client, institution, operator):
    paper = DocumentFactory(institution=institution, by=operator)
    client = as_person(client, operator)
    assert client.post(withdrawing(paper), {"reason": " "}).status_code == 400
    assert client.post(withdrawing(paper), {"reason": "Salah berkas."}).status_code == 302
    paper.refresh_from_db()
    assert (paper.withdrawn_because, paper.withdrawn_by) == ("Salah berkas.", operator)
    assert client.post(withdrawing(paper), {"reason": "Lagi."}).status_code == 403


def test_operator_withdraws_neither_another_persons_nor_yesterdays_paper(
    client, institution, operator, reviewer
):
    with time_machine.travel("2022-10-01 16:59:59Z", tick=False):
        own = DocumentFactory(institution=institution, by=operator)
        others = DocumentFactory(institution=institution)
        assert list(Document.objects.editable_by(operator)) == [own]
    with time_machine.travel("2022-10-01 17:00:00Z", tick=False):
        assert not Document.objects.editable_by(operator).exists()
        client = as_person(client, operator)
        assert client.post(withdrawing(own), {"reason": "Salah."}).status_code in (302, 403)
        assert set(Document.objects.editable_by(reviewer)) == {own, others}
    own.refresh_from_db()
    assert own.withdrawn_at is None


def test_reason_with_a_nik_is_refused(client, institution, operator):
    paper = DocumentFactory(institution=institution, by=operator)
    answer = as_person(client, operator).post(
        withdrawing(paper), {"reason": "Memuat 3204051203019001."}
    )
    assert answer.status_code == 400
    assert "Tulis tanpa NIK" in answer.content.decode()


def test_second_of_two_who_withdraw_is_refused(institution):
    paper, admin = DocumentFactory(institution=institution), NationalAdminFactory()
    same = Document.objects.get(pk=paper.pk)
    paper.withdraw(by=admin, reason="Pertama.")
    with pytest.raises(WithdrawalRefused):
        same.withdraw(by=admin, reason="Kedua.")
    paper.refresh_from_db()
    assert paper.withdrawn_because == "Pertama."


def test_page_lists_what_the_status_asks_and_nobody_added(client, institution, operator):
    asked = DocumentRequirementFactory(kind__name="Naskah PKB", status_from="signed")
    later = DocumentRequirementFactory(kind__name="Berita acara", status_from="built")
    text = as_person(client, operator).get(page(institution)).content.decode()
    missing = text[text.index('id="kurang"') : text.index('id="unggah"')]
    assert asked.kind.name in missing
    assert later.kind.name not in missing
    paper = DocumentFactory(institution=institution, kind=asked.kind)
    assert DocumentRequirement.objects.missing_for(institution) == []
    paper.withdraw(by=operator, reason="Salah berkas.")
    assert DocumentRequirement.objects.missing_for(institution) == [asked]


def test_row_of_a_year_stands_before_the_row_of_all_years(institution):
    general = DocumentRequirementFactory(status_from="signed")
    own = DocumentRequirementFactory(
        kind=general.kind, programme_year=institution.programme_year, status_from="built"
    )
    asked = DocumentRequirement.objects.asked_of
    other = InstitutionFactory(signed=True, programme_year__year=2023)
    assert asked(institution) == []
    assert asked(other) == [general]
    DocumentRequirement.objects.filter(pk=own.pk).update(status_from="signed", is_required=False)
    assert asked(institution) == []


def test_institution_that_has_left_owes_no_paper():
    requirement = DocumentRequirementFactory(status_from="proposed")
    asked = DocumentRequirement.objects.asked_of
    assert asked(InstitutionFactory(cancelled=True)) == []
    assert asked(InstitutionFactory(status="withdrawn")) == []
    assert asked(InstitutionFactory()) == [requirement]


def test_reference_rows_are_proposals_and_stay_as_staff_leave_them():
    load_register()
    row = DocumentRequirement.objects.get(kind__code="pkb")
    assert (row.status_from, row.source) == ("signed", "")
    row.is_required, row.source = False, "Juknis contoh"
    row.save()
    count = DocumentRequirement.objects.count()
    assert load_register() == 0
    row.refresh_from_db()
    assert (row.is_required, row.source) == (False, "Juknis contoh")
    assert DocumentRequirement.objects.count() == count


def ending(institution, days: int, kind=None, **facts) -> Document:
    facts["kind"] = kind or DocumentKindFactory()
    return DocumentFactory(institution=institution, expires_on=TODAY + timedelta(days), **facts)


def test_papers_that_end_are_found_until_a_newer_one_is_there(institution):
    ended, soon = ending(institution, -400), ending(institution, 60)
    ending(institution, 61)
    ending(institution, 5, withdrawn=True)
    ending(InstitutionFactory(cancelled=True), 5)
    DocumentFactory(institution=institution)
    found = Document.objects.expiring(on=TODAY)
    assert list(found) == [ended, soon]
    ending(InstitutionFactory(), 400, kind=soon.kind)
    ending(institution, 400, kind=soon.kind, withdrawn=True)
    assert list(found.all()) == [ended, soon]
    ending(institution, 400, kind=soon.kind)
    DocumentFactory(institution=institution, kind=ended.kind)
    assert list(found.all()) == []


@time_machine.travel(TODAY, tick=False)
def test_operator_reads_on_page_and_home_what_is_to_be_renewed(client, institution, operator):
    licence = DocumentKindFactory(name="Izin LPK contoh")
    ending(institution, 12, kind=licence)
    elsewhere = ending(InstitutionFactory(), 12, kind=licence)
    client = as_person(client, operator)
    for address in (page(institution), reverse("progress:home")):
        text = client.get(address).content.decode()
        assert "berlaku sampai 13 Oktober 2022" in text
        assert "Izin LPK contoh" in text
        assert elsewhere.number not in text


def test_paper_of_the_ministry_itself_is_for_staff(client, operator, reviewer):
    paper = DocumentFactory(institution=None)
    assert as_person(client, reviewer).get(opening(paper)).status_code == 200
    assert as_person(client, operator).get(opening(paper)).status_code == 404
    assert not Document.objects.editable_by(reviewer).exists()
    assert list(Document.objects.editable_by(NationalAdminFactory())) == [paper]


def test_staff_find_papers_by_institution_and_by_what_ends(client, institution):
    found = DocumentFactory(institution=institution, expires_on=date(2020, 1, 1))
    other = DocumentFactory()
    client = as_person(client, NationalAdminFactory())
    address = reverse("admin:institutions_document_changelist")
    for query in ({"q": institution.name}, {"berlaku": "segera"}):
        text = client.get(address, query).content.decode()
        assert found.number in text
        assert other.institution.name not in text
    detail = client.get(reverse("admin:institutions_document_change", args=[found.pk]))
    assert opening(found) in detail.content.decode()
