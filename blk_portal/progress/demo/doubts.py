"""What checks find in the sample: minors with and without a consent, persons in two cohorts."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo.world import DEMO_OFFICE, FIRST_CODE, World
from trainings import checks
from trainings.faults import Code, fault
from trainings.models import (
    Cohort,
    CohortReport,
    ConsentSheet,
    GuardianConsent,
    Overlap,
    Participant,
    WarningExplanation,
)
from trainings.overlaps import check_rosters

Status = CohortReport.Status
Relation = GuardianConsent.Relation
# How many persons of two cohorts are the same.
SAME = 3
FOUND_ON = date(2022, 11, 1)
REASON = "Kelas malam di lembaga kedua; kedua daftar hadir sudah dicocokkan."


def make_doubts(world: World) -> None:
    """What the pages of checks show: consents for the demo operator's minors, all but one, a
    warning with its explanation, and a few people whom two institutions train at the same time."""
    closing = CohortReport.objects.closing().order_by("pk")
    own = closing.filter(cohort__institution__code=FIRST_CODE)
    for report in own.select_related("cohort__institution"):
        _consent(world, report)
        if report.status == Status.RETURNED:
            _explain(world, report)
    if pair := _at_the_same_time():
        _same_people(*pair)
    waiting = closing.exclude(status=Status.VERIFIED).values_list("cohort", flat=True)
    check_rosters(list(waiting), at=world.at_work(FOUND_ON))
    _decide_on_one(world)


def _explain(world: World, report: CohortReport) -> None:
    """A birth year of two digits, which the operator has compared with the diploma."""
    person = report.cohort.participants.last()
    if person is None:
        return
    read = fault(Code.BIRTH_YEAR_SHORT, row=0, column="TANGGAL LAHIR", field="birth_date",
                 year=person.birth_date.year)  # fmt: skip
    person.warnings = [read.to_store()]
    person.save(update_fields=["warnings"])
    WarningExplanation.objects.create(
        report=report, code=Code.BIRTH_YEAR_SHORT, text="Tahun lahir sesuai ijazah.",
        by=world.operators[report.cohort.institution_id], at=world.at_work(FOUND_ON),
    )  # fmt: skip


def _consent(world: World, report: CohortReport) -> None:
    minors = checks.minors_of(report.cohort)
    if report.status == Status.RETURNED:
        minors = minors[:-1]
    if not minors:
        return
    by = world.operators[report.cohort.institution_id]
    sheet = ConsentSheet.objects.store(cohort=report.cohort, file=_scan(report.cohort), by=by)
    guardians = {person: (str(Relation.ON_SHEET), "") for person in minors}
    GuardianConsent.objects.record(sheet, guardians, by=by)


def _scan(cohort: Cohort) -> SimpleUploadedFile:
    page, kept = Image.new("L", (595, 842), 255), io.BytesIO()
    ImageDraw.Draw(page).text((60, 60), f"DATA CONTOH\n\nPersetujuan wali\n{cohort}", fill=0)
    page.save(kept, "PDF")
    return SimpleUploadedFile("persetujuan-wali.pdf", kept.getvalue())


def _at_the_same_time() -> tuple[Cohort, Cohort] | None:
    """A cohort of the demo office and a draft of another institution on the same days."""
    filled = Cohort.objects.filter(pk__in=Participant.objects.values("cohort")).order_by("pk")
    drafts = filled.filter(reports__kind="closing", reports__status=Status.DRAFT)
    for draft in drafts:
        beside = filled.filter(
            institution__office__code=DEMO_OFFICE,
            starts_on__lte=draft.ends_on,
            ends_on__gte=draft.starts_on,
        ).exclude(institution=draft.institution_id)
        if other := beside.first():
            return other, draft
    return None


def _same_people(there: Cohort, draft: Cohort) -> None:
    """Some of a draft become people of the other cohort; nothing rests on a draft yet."""
    known = there.participants.exclude(nik_index=None).exclude(result="withdrawn")
    mine = draft.participants.exclude(result="withdrawn").exclude(nik_index=None)
    for person, twin in list(zip(known[:SAME], mine[:SAME], strict=False)):
        for name in ("name", "sex", "birth_place", "birth_date", "education", "is_santri"):
            setattr(twin, name, getattr(person, name))
        twin.set_nik(person.as_cells()["nik"])
        twin.save()


def _decide_on_one(world: World) -> None:
    first = Overlap.objects.order_by("pk").first()
    if first is not None:
        by = world.users[Role.NATIONAL_TRAINING_REVIEWER]
        first.decide(by=by, verdict=Overlap.Verdict.ALLOWED, reason=REASON, seen=0)
