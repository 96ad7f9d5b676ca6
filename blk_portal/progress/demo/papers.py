"""Papers of the sample: a few institutions with scans that say on their face what they are."""

import io
from collections.abc import Sequence
from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from blk_portal.formats import today_in_jakarta
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World
from institutions.lifecycle import InstitutionStatus
from institutions.models import Document, DocumentKind, DocumentRequirement

INSTITUTIONS = 12
LICENCE = "izin-lpk"
# In how many days the licence ends, institution by institution: one soon, one long ago.
LICENCE_ENDS = (30, -90, 700)
PICTURES = ("foto-bangunan", "foto-kemajuan")
LICENSED = (InstitutionStatus.OPERATIONAL, InstitutionStatus.INDEPENDENT)


def make_papers(world: World, samples: Sequence[Sample]) -> None:
    """What the first institutions have handed in: all that is asked but the latest."""
    licence = DocumentKind.objects.get(code=LICENCE)
    today = today_in_jakarta()
    for position, sample in enumerate(samples[:INSTITUTIONS]):
        day = max(sample.steps.values(), default=date(sample.year, 3, 1))
        for requirement in DocumentRequirement.objects.asked_of(sample.institution)[:-1]:
            if requirement.kind_id != licence.pk:
                _store(world, sample, requirement.kind, day)
        if sample.institution.status in LICENSED:
            ends = today + timedelta(days=LICENCE_ENDS[position % len(LICENCE_ENDS)])
            _store(world, sample, licence, day, expires_on=ends)


def _store(
    world: World, sample: Sample, kind: DocumentKind, day: date, expires_on: date | None = None
) -> None:
    number = f"{sample.number:03}/{kind.code.upper()}/{day.year}"
    paper = Document.objects.store(
        institution=sample.institution, kind=kind, file=scan(kind, number),
        by=world.operators.get(sample.institution.pk) or world.reviewer_of(sample.institution),
        number="" if kind.code in PICTURES else number, dated_on=day, expires_on=expires_on,
    )  # fmt: skip
    Document.objects.filter(pk=paper.pk).update(uploaded_at=world.at_work(day))


def scan(kind: DocumentKind, number: str) -> SimpleUploadedFile:
    """A page that shows its kind and number, or a photo for the kinds that are photos."""
    is_photo = kind.code in PICTURES
    page = Image.new("L", (800, 600) if is_photo else (595, 842), 235 if is_photo else 255)
    ImageDraw.Draw(page).text((60, 60), f"DATA CONTOH\n\n{kind.name}\n{number}", fill=0)
    kept = io.BytesIO()
    page.save(kept, "JPEG" if is_photo else "PDF")
    name = f"{kind.code}{'.jpg' if is_photo else '.pdf'}"
    return SimpleUploadedFile(name, kept.getvalue())
