"""Erasure after the retention: names and NIKs go, counts, receipts and the audit stay."""

from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from blk_portal.progress.audit import run_audit
from blk_portal.reporting.models import Receipt
from tests.factories import (
    CertificateFileFactory,
    CohortFactory,
    CohortReportFactory,
    ConsentSheetFactory,
    GuardianConsentFactory,
    MinorFactory,
    NationalAdminFactory,
    OverlapFactory,
    ParticipantFactory,
    PendingRowFactory,
    ProgrammeYearFactory,
)
from trainings import erasure, tasks
from trainings.models import (
    Certificate,
    Certification,
    CohortReportFlag,
    CountedPerson,
    Erasure,
    FormDraft,
    GuardianConsent,
    Participant,
    ParticipantChange,
    PendingRow,
    Placement,
    ReportedRow,
    ReportKind,
)
from trainings.unlocking import ask_to_unlock

pytestmark = pytest.mark.django_db
NIK = "3204051705019123"
LATER = "2033-01-15 09:00:00+07:00"


@pytest.fixture
def admin():
    return NationalAdminFactory()


def cohort_of(year: int, **dates):
    return CohortFactory(programme_year=ProgrammeYearFactory(year=year), **dates)


def verified(cohort, admin, *, flagged: bool = False, **person):
    """A verified report with two participants, the first as given."""
    made = ParticipantFactory(cohort=cohort, **person)
    verbs = ("submit", "send_back", "submit", "verify") if flagged else ("submit", "verify")
    flags = ("nik", "name") if flagged else ()
    report = CohortReportFactory(cohort=cohort, people=1, verbs=(), reviewer=admin)
    for verb in verbs:
        options = {}
        if verb == "send_back":
            options = {"comment": "Periksa.", "flags": [
                report.flag(made, field=name, note="Cocokkan.") for name in flags]}  # fmt: skip
        if verb == "submit" and report.version:
            CohortReportFlag.objects.update(answer="Sesuai.", answered_at=timezone.now(),
                                            answered_by=admin)  # fmt: skip
        by = NationalAdminFactory() if verb == "submit" else admin
        getattr(report, verb)(by=by, version=report.version, **options)
    return made


def _told_later(person):
    """What certification and placement reports say of somebody."""
    certification = Certification.objects.create(
        participant=person, competency="competent", body="bnsp", number="LSP 123"
    )
    placement = Placement.objects.create(
        participant=person, wave=3, outcome="employed", workplace="Bengkel Contoh", section="G"
    )
    return certification, placement


def erase(*options: str) -> str:
    out = StringIO()
    call_command("erase_expired", *options, stdout=out)
    return out.getvalue()


def test_dry_run_says_how_many_and_changes_nothing(admin):
    verified(cohort_of(2022), admin, name="Siti Aminah")
    verified(cohort_of(2023), admin)
    before = list(Participant.objects.values())
    with time_machine.travel(LATER):
        assert erase().startswith("2 keikutsertaan")
    with time_machine.travel("2032-08-31 09:00:00+07:00"):
        assert erase().startswith("0 keikutsertaan"), "ten years to the day are not over"
    assert list(Participant.objects.values()) == before
    assert not Erasure.objects.exists()


def test_erased_person_is_gone_and_every_figure_and_receipt_stays(admin):
    cohort = cohort_of(2022, kinds=ReportKind)
    person = verified(
        cohort, admin, flagged=True, name="Siti Aminah", nik=NIK, address="Jalan Contoh 1",
        birth_date=date(1999, 9, 17),
    )  # fmt: skip
    PendingRowFactory(cohort=cohort)
    later = _told_later(person)
    digests = {report.pk: report.content_digest() for report in cohort.reports.all()}
    Certificate.objects.issue(cohort, by=admin)
    ParticipantChange.objects.correct(person, {"name": "Siti Amina"}, by=admin, because="KTP.")
    kept = verified(cohort_of(2023), admin, name="Tetap Ada")
    assert run_audit() == []
    index = bytes(person.nik_index)
    with time_machine.travel(LATER):
        assert erase("--yes").startswith("2 keikutsertaan")
        assert erase("--yes").startswith("0 keikutsertaan")
    person.refresh_from_db()
    assert person.name == "–"
    for name in ("name_key", "birth_place", "education", "address", "phone", "masked_nik"):
        assert getattr(person, name) == "", name
    assert person.nik_sealed is None
    assert bytes(person.nik_index) != index
    # Twenty-two at the start, as before; the day is no longer the person's.
    assert person.birth_date == date(1999, 12, 31)
    assert not CountedPerson.objects.filter(nik_index=index).exists()
    assert not PendingRow.objects.exists()
    change = ParticipantChange.objects.get()
    assert (change.old, change.new, change.because) == ("", "", "KTP.")
    assert {flag.was for flag in CohortReportFlag.objects.all()} == {""}
    kept_rows = ReportedRow.objects.filter(submission__report__cohort=cohort)
    assert {(row.name, row.birth_date, row.nik_digest) for row in kept_rows} == {("", None, "")}
    assert not any(row.values for row in kept_rows)
    assert ReportedRow.objects.get(uid=kept.uid).name == "Tetap Ada"
    assert run_audit() == []
    assert {report.pk: report.content_digest() for report in cohort.reports.all()} == digests
    assert Receipt.objects.filter(digest=digests[cohort.closing.pk]).exists()
    for row in later:
        row.refresh_from_db()
    assert [row.competency for row in later[:1]] + [row.outcome for row in later[1:]] == [
        "competent", "employed",
    ]  # fmt: skip
    assert (later[0].number, later[1].workplace) == ("", "")
    kept.refresh_from_db()
    assert (kept.name, kept.erased_at) == ("Tetap Ada", None)
    assert [run.people for run in Erasure.objects.order_by("pk")] == [2, 0]


def test_birth_date_keeps_the_age_at_the_start(admin):
    births = [date(2004, 7, 31), date(2004, 8, 1), date(2004, 8, 2), date(2004, 2, 29)]
    cohort = cohort_of(2022)
    people = [ParticipantFactory(cohort=cohort, birth_date=born) for born in births]
    with time_machine.travel(LATER):
        erase("--yes")
    for person in people:
        person.refresh_from_db()
    assert [person.birth_date for person in people] == [
        date(2004, 1, 1), date(2004, 1, 1), date(2004, 12, 31), date(2004, 1, 1),
    ]  # fmt: skip


def test_participations_of_one_person_in_a_year_go_together(admin):
    early = verified(cohort_of(2022), admin, nik=NIK)
    late = cohort_of(2022, starts_on=date(2023, 2, 1))
    second = verified(late, admin, nik=NIK)
    assert run_audit() == []
    with time_machine.travel(LATER):
        erase("--yes")
    early.refresh_from_db()
    assert early.erased_at is None, "the other one is not due yet"
    with time_machine.travel("2034-01-01 09:00:00+07:00"):
        erase("--yes")
    for row in (early, second):
        row.refresh_from_db()
        assert row.erased_at
    assert early.nik_index == second.nik_index
    assert run_audit() == []


def test_certificate_of_an_erased_person_stays_valid_without_a_name(client, admin):
    cohort = cohort_of(2022)
    person = verified(cohort, admin, name="Xaverius Contoh")
    certificate = next(
        one for one in Certificate.objects.issue(cohort, by=admin) if one.participant == person
    )
    with time_machine.travel(LATER):
        erase("--yes")
    page = client.get(reverse("trainings:certificate-verify", args=[certificate.code]))
    assert "Sertifikat ini berlaku" in page.content.decode()
    assert "tidak ditampilkan" in page.content.decode()


def test_night_announces_first_and_erases_after_fourteen_days(admin):
    person = verified(cohort_of(2022), admin, name="Siti Aminah")
    start = date(2033, 1, 15)

    def night(days: int) -> str:
        with time_machine.travel(f"{start + timedelta(days=days)} 04:19:00+07:00"):
            tasks.erase_expired_people()
        person.refresh_from_db()
        return person.name

    assert night(0) == "Siti Aminah"
    assert Erasure.objects.get().people == 2
    assert night(13) == "Siti Aminah"
    assert night(14) == "–"
    assert Erasure.objects.get().done_at
    assert night(15) == "–"
    assert Erasure.objects.count() == 1


def test_retention_is_a_setting(settings):
    settings.RETENTION_YEARS = 5
    assert erasure.cutoff(date(2028, 2, 29)) == date(2023, 2, 28)


# What hangs on a person beside the row


def erased_later() -> None:
    with time_machine.travel(LATER):
        erase("--yes")


def test_pair_of_an_erased_person_stays_decided_and_joins_nobody(admin):
    cohort, other = cohort_of(2022), cohort_of(2022)
    pair = OverlapFactory(first_cohort=cohort, second_cohort=other)
    decision = pair.decide(
        by=admin, verdict="allowed", reason="Siti Aminah ikut kelas malam.", seen=0
    )
    untouched = OverlapFactory(first_cohort=cohort_of(2023), second_cohort=cohort_of(2023))
    erased_later()
    for row in (pair, decision, untouched):
        row.refresh_from_db()
    assert (pair.first, pair.second, pair.verdict) == (None, None, "allowed")
    assert pair.ended_at
    assert (pair.first_cohort, decision.reason, decision.by) == (cohort, "–", admin)
    assert untouched.first
    assert untouched.ended_at is None


def test_drafts_of_an_ended_cohort_go_and_others_stay(admin):
    cohort, kept = cohort_of(2022), cohort_of(2023)
    person = ParticipantFactory(cohort=cohort)
    for where, kind, about in (
        (cohort, "participant", person), (cohort, "results", None), (kept, "results", None)
    ):  # fmt: skip
        draft = FormDraft(user=admin, cohort=where, kind=kind, participant=about)
        draft.seal({"name": person.name})
        draft.save()
    erased_later()
    assert [draft.cohort for draft in FormDraft.objects.all()] == [kept]


def test_wish_about_an_erased_person_says_nothing_any_more(admin):
    cohort = cohort_of(2022)
    report = CohortReportFactory(cohort=cohort, people=2, flagged=True, reviewer=admin)
    person = cohort.participants.last()
    wish = ask_to_unlock(report, person, by=report.submitted_by, reason="Nama Siti keliru.")
    wish.decide(by=admin, is_granted=False, reason="Siti sudah sesuai.")
    erased_later()
    wish.refresh_from_db()
    assert (wish.reason, wish.decision_reason, wish.is_granted) == ("–", "–", False)


def test_sheet_goes_with_the_last_minor_on_it_and_the_consent_stays_without_a_name(admin):
    cohort = cohort_of(2022)
    sheet = ConsentSheetFactory(cohort=cohort, by=admin)
    first, last = (
        GuardianConsentFactory(participant=MinorFactory(cohort=cohort), sheet=sheet)
        for _each in range(2)
    )
    # The last one takes part once more in the same budget year, in a cohort that ends later.
    nik = last.participant._open_nik()
    ParticipantFactory(
        cohort=cohort_of(2022, starts_on=date(2023, 2, 1)), nik=nik, sex=last.participant.sex
    )
    path = sheet.document.file.name
    with time_machine.travel(LATER):
        erase("--yes")
    for row in (first, last, sheet.document):
        row.refresh_from_db()
    assert (first.guardian_name, first.relation) == ("–", "ibu")
    assert last.guardian_name == "Ibu Contoh"
    assert sheet.document.file.name == path
    with time_machine.travel("2034-01-01 09:00:00+07:00"):
        erase("--yes")
    sheet.document.refresh_from_db()
    last.refresh_from_db()
    assert last.guardian_name == "–"
    assert (sheet.document.file.name, sheet.document.name, sheet.document.size) == ("", "–", 0)
    assert sheet.document.withdrawn_because.startswith("Dihapus")
    assert GuardianConsent.objects.count() == 2


def test_file_of_an_erased_sheet_is_removed_and_opens_for_nobody(
    client, admin, django_capture_on_commit_callbacks
):
    consent = GuardianConsentFactory(participant=MinorFactory(cohort=cohort_of(2022)))
    other = GuardianConsentFactory(participant=MinorFactory(cohort=cohort_of(2023)))
    paper, kept = consent.sheet.document, other.sheet.document
    storage, path = paper.file.storage, paper.file.name
    client.force_login(admin)
    opened = reverse("papers:paper-open", args=[paper.pk])
    assert client.get(opened).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        erased_later()
    assert not storage.exists(path)
    assert client.get(opened).status_code == 404
    assert client.get(reverse("papers:paper-open", args=[kept.pk])).status_code == 200
    pages = [
        reverse("institutions:paper-list", args=[paper.institution_id]),
        reverse("admin:institutions_document_change", args=[paper.pk]),
        reverse("trainings:cohort-consents", args=[consent.participant.cohort_id]),
    ]
    for page in pages:
        text = client.get(page).content.decode()
        assert opened not in text, page
        assert "Dihapus" in text, page


def test_certificates_file_of_an_erased_person_is_removed(
    admin, django_capture_on_commit_callbacks
):
    cohort = cohort_of(2022)
    verified(cohort, admin, name="Siti Aminah")
    kept = CertificateFileFactory(cohort=cohort)
    with django_capture_on_commit_callbacks(execute=True):
        erased_later()
    assert not kept.file.storage.exists(kept.file.name)
    assert Certificate.objects.filter(participant__cohort=cohort).count() == 2
