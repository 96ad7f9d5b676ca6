"""Draws the pictures of the guides and the README from the pages as they are: `make pictures`.

Not part of the suite: its name is none that pytest collects. The days are fixed, so that due dates
read well and a picture only changes when its page does.
"""

import base64
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.roles import Role
from blk_portal.progress.guides import PICTURE_FOLDER, PICTURES
from tests.e2e.conftest import DESK, PASSWORD, PHONE, Person
from tests.e2e.rosters import write_roster
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    OperatorFactory,
    ParticipantFactory,
    ProgrammeFactory,
    ProvinceFactory,
    RegencyFactory,
    TrainingOfficeFactory,
)
from tests.house.sources import ROOT
from trainings.models import CohortReport

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.django_db(transaction=True),
]

FOLDER = ROOT / "blk_portal" / "static" / PICTURE_FOLDER
QUALITY = 72
JAKARTA = ZoneInfo("Asia/Jakarta")
OPERATORS_DAY = datetime(2022, 9, 26, 9, 0, tzinfo=JAKARTA)
# After the last day of the sample.
SAMPLES_DAY = datetime(2023, 7, 3, 9, 0, tzinfo=JAKARTA)
NOTE = "Mohon cocokkan hasil Rina Oktaviani dengan daftar hadir, lalu kirim kembali."
# Picture, whose page, its address, and what stands at the top of the picture.
OF_THE_SAMPLE = (
    ("reviewer-home", Role.AREA_REVIEWER, "/beranda/", ".page"),
    ("reviewer-queue", Role.AREA_REVIEWER, "/laporan-masuk/", ".page"),
    ("reviewer-report", Role.AREA_REVIEWER, "/laporan-masuk/{waiting}/", ".page"),
    ("reviewer-overdue", Role.AREA_REVIEWER, "/tunggakan/", ".page"),
    ("incubator-home", Role.NATIONAL_INCUBATOR_REVIEWER, "/beranda/", ".page"),
    ("incubator-list", Role.NATIONAL_INCUBATOR_REVIEWER, "/inkubator/?tahun=2022", ".page"),
    ("admin-home", Role.NATIONAL_ADMIN, "/beranda/", ".page"),
    ("admin-user", Role.NATIONAL_ADMIN, "/admin/accounts/user/add/", "#content"),
    ("observer-home", Role.OBSERVER, "/beranda/", ".page"),
    ("leadership-home", Role.LEADERSHIP, "/beranda/", ".page"),
    ("dashboard", Role.LEADERSHIP, "/capaian/", ".page"),
    ("auditor-home", Role.AUDITOR, "/beranda/", ".page"),
)
OF_THE_README = {"width": 1200, "height": 760}


def draw(someone: Person, name: str, top: str) -> None:
    """Write one picture: the screen with this element at its top."""
    shot = PICTURES[name]
    scale = shot.width / shot.screen
    screen = {"width": shot.screen, "height": round(shot.height / scale)}
    page = someone.page
    page.set_viewport_size(screen)
    page.evaluate("() => document.fonts.ready")
    page.locator(top).first.evaluate(
        "(element) => scrollTo(0, element.getBoundingClientRect().top + scrollY)"
    )
    clip = {"x": 0, "y": page.evaluate("scrollY"), **screen, "scale": scale}
    options = {"format": "webp", "quality": QUALITY, "clip": clip}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", options)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(answer["data"]))


@time_machine.travel(OPERATORS_DAY, tick=True)
def test_operator_pictures(person, tmp_path):
    office = TrainingOfficeFactory(
        code="bbpvp-bandung", name="BBPVP Bandung", phone="0840 2022 0001",
        email="bbpvp-bandung@contoh.invalid",
    )  # fmt: skip
    regency = RegencyFactory(
        province=ProvinceFactory(code="32", name="Jawa Barat"),
        code="3204", name="Kabupaten Bandung", office=office,
    )  # fmt: skip
    institution = InstitutionFactory(
        operational=True, regency=regency, name="BLKK Nurul Hikmah (contoh)"
    )
    operator = OperatorFactory(institution=institution, password=PASSWORD, name="Siti Maesaroh")
    reviewer = AreaReviewerFactory(
        office=office, name="Ratna Wulandari", title=office.name, email="ratna@contoh.invalid"
    )
    of_report = {"operator": operator, "reviewer": reviewer}
    returned = CohortReportFactory(
        cohort=_cohort(institution, "Menjahit Dasar", 2, date(2022, 9, 9)),
        returned=True, comment=NOTE, **of_report,
    )  # fmt: skip
    draft = _cohort(institution, "Menjahit Dasar", 3, date(2022, 9, 16))
    ready = _cohort(institution, "Tata Busana", 2, date(2022, 9, 21))
    for name in ("Asep Saepudin", "Dewi Lestari", "Nur Hasanah", "Rina Marlina", "Wawan Setiawan"):
        ParticipantFactory(cohort=ready, name=name)

    someone = person(operator, viewport=PHONE)
    draw(someone, "operator-home", ".page")
    someone.visit(f"/pelatihan/{returned.cohort_id}/")
    draw(someone, "operator-returned", ".page")
    someone.visit(f"/pelatihan/{draft.pk}/")
    draw(someone, "operator-upload", "#unggah")
    someone.page.set_input_files("[name=file]", write_roster(tmp_path / "peserta.xlsx"))
    someone.press("#unggah button[type=submit]")
    draw(someone, "operator-mend", "article.rowfix")
    someone.visit(f"/pelatihan/{ready.pk}/hasil/")
    draw(someone, "operator-results", ".page")
    someone.visit(f"/pelatihan/{ready.pk}/kirim/")
    draw(someone, "operator-send", ".page")


def _cohort(institution, programme: str, batch: int, ends_on: date):
    return CohortFactory(
        institution=institution, batch=batch,
        programme=ProgrammeFactory(field=institution.field, name=programme),
        starts_on=date(2022, 8, 1), ends_on=ends_on,
    )  # fmt: skip


@time_machine.travel(SAMPLES_DAY, tick=True)
def test_pictures_of_the_sample(person):
    call_command("seed_demo", verbosity=0)
    users = demo_users()
    for user in users.values():
        user.set_password(PASSWORD)
        user.save()
    reports = CohortReport.objects.visible_to(users[Role.AREA_REVIEWER])
    waiting = reports.awaiting().first()
    people = {
        role: person(users[role], viewport=DESK) for role in {row[1] for row in OF_THE_SAMPLE}
    }
    for name, role, path, top in OF_THE_SAMPLE:
        people[role].visit(path.format(waiting=waiting.pk))
        draw(people[role], name, top)
    stranger = person(viewport=DESK)
    stranger.visit("/")
    draw(stranger, "public", ".target")
    stranger.page.set_viewport_size(OF_THE_README)
    stranger.visit("/")
    stranger.page.screenshot(path=ROOT / "docs" / "images" / "public.png")
