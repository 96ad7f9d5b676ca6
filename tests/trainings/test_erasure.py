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
    CohortFactory,
    CohortReportFactory,
    NationalAdminFactory,
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
    Participant,
    ParticipantChange,
    PendingRow,
    Placement,
    ReportedRow,
    ReportKind,
)

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
