"""The rights of a person: to see the file, to have it corrected, to have processing restricted."""

import io
import json
import re

import pytest
from django.urls import reverse
from pypdf import PdfReader

from blk_portal.privacy.models import AccessLog
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from tests.factories import (
    AreaReviewerFactory,
    CertificateFileFactory,
    CohortFactory,
    CohortReportFactory,
    GuardianConsentFactory,
    MinorFactory,
    NationalAdminFactory,
    OperatorFactory,
    OverlapFactory,
    ParticipantFactory,
    PendingRowFactory,
)
from trainings.models import Certificate, CohortReport, FormDraft, Participant, ParticipantChange
from trainings.unlocking import ask_to_unlock

pytestmark = pytest.mark.django_db
NIK = "3204051705019123"


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture
def report():
    return CohortReportFactory(people=1, verified=True)


@pytest.fixture
def person(report):
    return report.cohort.participants.get()


@pytest.fixture
def reviewer(report):
    return AreaReviewerFactory(office=report.cohort.institution.office)


def address(page: str, person, *args) -> str:
    return reverse(f"trainings:participant-{page}", args=[person.pk, *args])


def text_of(client, where: str) -> str:
    return client.get(where).content.decode()


def same_person(person):
    """The same NIK in a cohort of another institution."""
    elsewhere = ParticipantFactory(cohort=CohortFactory(), name="Orang yang sama", nik=NIK)
    person.set_nik(NIK)
    person.save()
    return elsewhere


def test_admin_sees_all_participations_of_a_nik_and_reviewer_those_of_the_office(
    client, admin, reviewer, person
):
    elsewhere = same_person(person)
    client.force_login(admin)
    page = text_of(client, address("file", person))
    assert elsewhere.cohort.institution.name in page
    assert "3204••••••••9123" in page
    assert NIK not in page
    assert person.phone not in page
    client.force_login(reviewer)
    page = text_of(client, address("file", person))
    assert person.cohort.institution.name in page
    assert elsewhere.cohort.institution.name not in page
    assert client.get(address("file", elsewhere)).status_code == 404


def test_people_without_a_nik_are_not_taken_for_one_another(client, admin, report):
    first, second = (ParticipantFactory(cohort=report.cohort, nik=None) for _each in range(2))
    client.force_login(admin)
    page = text_of(client, address("file", first))
    assert first.name in page
    assert second.name not in page


def test_operator_opens_no_file(client, person):
    client.force_login(OperatorFactory(institution=person.cohort.institution))
    for page in ("file", "correct", "restrict"):
        assert client.get(address(page, person)).status_code == 403
    assert not AccessLog.objects.exists()


def test_file_says_who_has_read_it(client, admin, reviewer, person):
    person.reveal_nik(by=reviewer, reason="Pencocokan KTP.")
    stranger = ParticipantFactory()
    stranger.reveal_nik(by=reviewer, reason="Orang lain.")
    client.force_login(admin)
    page = text_of(client, address("file", person))
    assert "Pencocokan KTP." in page
    assert "Orang lain." not in page
    assert AccessLog.objects.filter(user=admin).count() == 1


def test_person_gets_the_file_as_json_and_as_pdf(client, admin, person):
    same_person(person)
    Certificate.objects.issue(person.cohort, by=admin)
    client.force_login(admin)
    answer = client.post(address("file-download", person, "json"))
    assert "no-store" in answer["Cache-Control"]
    told = json.loads(answer.content)
    trainings = told["Keikutsertaan"]
    assert len(trainings) == 2
    assert {one["Data"]["NIK"] for one in trainings} == {"3204••••••••9123"}
    assert {"SP-2022-000001", person.phone} <= set(re.findall(r"[\w-]+", answer.content.decode()))
    pdf = PdfReader(io.BytesIO(client.post(address("file-download", person, "pdf")).content))
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in (person.name, "SP-2022-000001", "3204", "17 Mei 2001", admin.name):
        assert words in text, words
    assert client.post(address("file-download", person, "xml")).status_code == 404


def test_file_asks_as_many_questions_for_two_participations_as_for_one(
    client, admin, person, django_assert_max_num_queries
):
    client.force_login(admin)
    for _more in range(2):
        with django_assert_max_num_queries(12):
            client.get(address("file", person))
        same_person(person)


# What is kept beside the row


@pytest.fixture
def kept(admin, reviewer):
    """A minor of whom something is kept in every place."""
    cohort = CohortFactory()
    person = MinorFactory(cohort=cohort, name="Xaverius Contoh", nik=None)
    GuardianConsentFactory(participant=person, guardian_name="Ibu Xaverius")
    report = CohortReportFactory(cohort=cohort, people=0, submitted=True)
    flags = [
        report.flag(person, field="name", note="Cocokkan dengan KK."),
        report.flag(person, field="result", note="Cocokkan dengan daftar nilai."),
    ]
    report.send_back(by=admin, version=report.version, comment="Periksa.", flags=flags)
    ask_to_unlock(report, person, by=report.submitted_by, reason="Ejaan nama keliru.")
    PendingRowFactory(cohort=cohort, cells={"name": "Xaverius  CONTOH", "sex": "L"})
    PendingRowFactory(cohort=cohort, cells={"name": "Orang Lain", "sex": "L"})
    for kind, typed in (
        ("results", {f"result-{person.pk}": "passed"}),
        ("paste", {"text": "1\tXaverius Contoh\tL"}),
        ("mend", {"text": "tentang orang lain"}),
    ):
        draft = FormDraft(user=admin, cohort=cohort, kind=kind)
        draft.seal(typed)
        draft.save()
    return person


KEPT_OF_IT = (
    "Diajukan: ", "Persetujuan wali", "Ibu Xaverius", "Ditandai: Nama", "Cocokkan dengan KK.",
    "Lulus; Cocokkan dengan daftar nilai.",
    "Ejaan nama keliru.", "Draf formulir: Hasil", "Draf formulir: Baris yang ditempel",
    "Baris yang perlu diperbaiki",
)  # fmt: skip


def test_file_lists_all_that_is_kept_on_the_page_and_in_what_is_handed_over(
    client, admin, kept, django_assert_max_num_queries
):
    client.force_login(admin)
    with django_assert_max_num_queries(12):
        page = text_of(client, address("file", kept))
    told = client.post(address("file-download", kept, "json")).content.decode()
    pdf = PdfReader(io.BytesIO(client.post(address("file-download", kept, "pdf")).content))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in KEPT_OF_IT:
        assert words in page, words
        assert words in told, words
        assert words.split(":")[0] in printed, words
    for foreign in ("Orang Lain", "orang lain", "Draf formulir: Baris yang perlu"):
        assert foreign not in told
    records = json.loads(told)["Keikutsertaan"][0]["Juga disimpan"]
    assert len(records) == 8


def test_file_tells_of_two_cohorts_at_once_and_not_which_the_other_is(client, reviewer, report):
    pair = OverlapFactory(first_cohort=report.cohort)
    client.force_login(reviewer)
    page = text_of(client, address("file", pair.first))
    assert "Di dua pelatihan pada waktu yang sama" in page
    assert pair.second_cohort.institution.name not in page


def test_snapshot_of_what_was_handed_in_stays_as_it_was(client, admin, person):
    old = person.name
    ParticipantChange.objects.correct(person, {"name": "Nama Baru"}, by=admin, because="KTP.")
    client.force_login(admin)
    told = json.loads(client.post(address("file-download", person, "json")).content)
    [handed_in] = [row for row in told["Keikutsertaan"][0]["Juga disimpan"] if "Diajukan" in row[1]]
    assert old in handed_in[2]
    assert "17 Mei 2001" in handed_in[2]
    assert "Hasil: Lulus" in handed_in[2]


# Correction


def test_reviewer_corrects_a_name_and_old_and_new_stay_in_the_history(
    client, reviewer, report, person, django_capture_on_commit_callbacks
):
    kept = CertificateFileFactory(cohort=report.cohort)
    old, digest = person.name, report.content_digest()
    client.force_login(reviewer)
    typed = {
        "name": "Siti Aminah", "birth_place": person.birth_place, "education": "SMA",
        "phone": "081200009999", "because": "Sesuai KTP yang diperlihatkan.",
    }  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address("correct", person), typed).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.name_key) == ("Siti Aminah", "sitiaminah")
    [change] = ParticipantChange.objects.all()
    assert (change.field, change.old, change.new, change.by) == (
        "name",
        old,
        "Siti Aminah",
        reviewer,
    )
    page = text_of(client, address("file", person))
    assert old in page
    assert "Sesuai KTP yang diperlihatkan." in page
    assert report.content_digest() == digest
    assert not kept.file.storage.exists(kept.file.name), "it was printed with the old name"


@pytest.mark.parametrize(
    ("typed", "cure"),
    [({"name": "Siti", "because": ""}, "alasan"), ({"name": "12", "because": "x"}, "huruf"),
     ({"name": "Siti", "because": "NIK 3204051203019001"}, "NIK")],
)  # fmt: skip
def test_correction_that_is_not_right_is_told_and_changes_nothing(
    client, reviewer, person, typed, cure
):
    client.force_login(reviewer)
    answer = client.post(address("correct", person), typed)
    assert answer.status_code == 400
    assert cure in answer.content.decode()
    assert not ParticipantChange.objects.exists()


def test_what_counts_is_corrected_only_by_reopening(client, admin, person):
    with pytest.raises(ValueError, match="sex"):
        ParticipantChange.objects.correct(person, {"sex": "L"}, by=admin, because="Salah.")
    client.force_login(admin)
    sent = {"name": person.name, "sex": "X", "result": "failed", "because": "Salah."}
    client.post(address("correct", person), sent)
    person.refresh_from_db()
    assert person.result == "passed"
    assert "buka kembali" in text_of(client, address("correct", person))


@pytest.mark.parametrize("state", [{}, {"submitted": True}, {"reopened": True}])
def test_person_of_an_unverified_report_is_corrected_by_the_operator(client, admin, state):
    person = CohortReportFactory(people=1, **state).cohort.participants.get()
    with pytest.raises(Refused):
        ParticipantChange.objects.correct(person, {"name": "Siti"}, by=admin, because="KTP.")
    client.force_login(admin)
    assert "Simpan pembetulan" not in text_of(client, address("correct", person))


# Restriction


def test_restricted_person_leaves_the_lists_and_still_counts(
    client, reviewer, admin, report, person
):
    cohort, digest = report.cohort, report.content_digest()
    Certificate.objects.issue(cohort, by=admin)
    client.force_login(reviewer)
    pages = [
        reverse("trainings:cohort-detail", args=[cohort.pk]),
        reverse("trainings:report-review", args=[report.pk]),
        reverse("trainings:certificate-list", args=[cohort.pk]),
        reverse("admin:trainings_participant_changelist") + f"?q={person.name.split()[1]}",
    ]
    for page in pages:
        assert person.name in text_of(client, page), page
    sent = {"to": "restricted", "because": "Permintaan tertulis."}
    assert client.post(address("restrict", person), sent).status_code == 302
    for page in pages:
        assert person.name not in text_of(client, page), page
    assert client.get(address("nik", person)).status_code == 404
    assert address("file", person) in text_of(client, pages[0]), "there is a way back"
    assert cohort.participants.summary()["counting"] == 1
    assert report.content_digest() == digest
    sent["to"] = "lifted"
    assert client.post(address("restrict", person), sent).status_code == 302
    assert person.name in text_of(client, pages[0])
    assert [one.new for one in ParticipantChange.objects.all()] == ["dicabut", "dibatasi"]


def test_second_click_on_a_restriction_is_told_so(admin, person):
    restrict = ParticipantChange.objects.restrict
    with pytest.raises(Incomplete):
        restrict(person, is_restricted=True, by=admin, because=" ")
    restrict(person, is_restricted=True, by=admin, because="Permintaan.")
    with pytest.raises(Stale):
        restrict(person, is_restricted=True, by=admin, because="Permintaan.")
    assert ParticipantChange.objects.count() == 1


def test_holder_of_a_restricted_certificate_is_not_named_in_public(client, admin, person):
    [certificate] = Certificate.objects.issue(person.cohort, by=admin)
    Participant.objects.filter(pk=person.pk).update(name="Xaverius Contoh")
    page = reverse("trainings:certificate-verify", args=[certificate.code])
    assert "X*** C***" in text_of(client, page)
    ParticipantChange.objects.restrict(person, is_restricted=True, by=admin, because="Permintaan.")
    page_after = text_of(client, page)
    assert "X***" not in page_after
    assert "Sertifikat ini berlaku" in page_after
    assert CohortReport.objects.verified().count() == 1
