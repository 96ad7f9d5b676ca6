"""The portal's main job from end to end: a roster becomes a figure."""

import time

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import expect

from blk_portal.progress.models import Actual
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.e2e.rosters import (
    CONTRADICTING,
    IMPOSSIBLE,
    NAMES,
    SCIENTIFIC,
    SEXES,
    SEXLESS,
    born,
    nik,
    write_roster,
)
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory, TrainingReviewerFactory
from tests.factories.institutions import InstitutionFactory
from tests.factories.progress import TargetFactory
from tests.factories.trainings import CohortFactory
from trainings.models import CohortReport, Participant, PendingRow

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

# Seconds to wait for moved figures on a machine that does other things too; how many it took from
# the click is printed.
PATIENCE = 120
EXPLANATION = "NIK Euis Komariah sudah dicocokkan dengan KTP."
DECIDE = "main form[aria-labelledby=h-putus]"


@pytest.fixture
def cohort(transactional_db):
    institution = InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")
    TargetFactory(indicator="completed", programme_year=institution.programme_year, value=232_000)
    return CohortFactory(institution=institution)


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution, password=PASSWORD)


@pytest.fixture
def reviewer(cohort):
    return AreaReviewerFactory(office=cohort.institution.office, password=PASSWORD)


def upload(someone, path) -> None:
    someone.page.set_input_files("[name=file]", path)
    someone.press("#unggah button[type=submit]")


def field(pending: PendingRow, name: str) -> str:
    return f"[name='{pending.pk}-{name}']"


def pending_of(cohort, index: int) -> PendingRow:
    return next(row for row in cohort.pending_rows.all() if row.shown_name == NAMES[index])


def mend(someone, cohort) -> None:
    page = someone.page
    page.fill(field(pending_of(cohort, SCIENTIFIC), "nik"), nik(SCIENTIFIC))
    page.fill(field(pending_of(cohort, IMPOSSIBLE), "birth_date"), f"{born(IMPOSSIBLE):%d/%m/%Y}")
    page.select_option(field(pending_of(cohort, SEXLESS), "sex"), SEXES[SEXLESS])
    someone.press("#perbaikan > p button[type=submit]")


def enter_results(someone, cohort) -> None:
    someone.visit(f"/pelatihan/{cohort.pk}/hasil/")
    for position, person in enumerate(cohort.participants.all()):
        result = "withdrawn" if position == 15 else "failed" if position == 14 else "passed"
        someone.page.select_option(f"[name='result-{person.pk}']", result)
        someone.page.fill(f"[name='attendance-{person.pk}']", "92")
    someone.press("#hasil > p button[type=submit]")


def explain(someone) -> None:
    someone.press("#pemeriksaan a.button")
    for field in someone.page.locator("main textarea").all():
        field.fill(EXPLANATION)
    someone.press("main form button[type=submit]")


def send(someone, cohort) -> str:
    """Send the report by the bar at the foot of its page; returns the receipt's number."""
    someone.visit(f"/pelatihan/{cohort.pk}/")
    someone.press(f".submitbar a[href='/pelatihan/{cohort.pk}/kirim/']")
    someone.press("main form button[type=submit]")
    return someone.page.inner_text("h1")


def decide(someone, report, verb: str) -> float:
    """Open a report from the queue and send a decision; returns the moment of the click."""
    someone.visit("/laporan-masuk/")
    someone.press(f"main a[href='/laporan-masuk/{report.pk}/']")
    someone.page.check(f"[name=verb][value={verb}]")
    clicked = time.monotonic()
    someone.press(f"{DECIDE} button[type=submit]")
    return clicked


def expect_figure(someone, path: str, figure: str, *, since: float) -> None:
    """The participants' card shows the figure, reloading as a person would."""
    card = someone.page.locator(".target-fig").nth(1).locator("span").first
    someone.visit(path)
    while card.inner_text() != figure and time.monotonic() - since < PATIENCE:
        someone.page.wait_for_timeout(200)
        someone.page.reload()
    expect(card).to_have_text(figure)
    print(f"{path} shows {figure} after {time.monotonic() - since:.1f} s")  # noqa: T201


def audit() -> int:
    """The exit code of `manage.py audit_progress`."""
    try:
        call_command("audit_progress")
    except SystemExit as ended:
        return ended.code
    return 0


def test_operator_and_reviewer_move_the_national_figure(
    person, worker, cohort, operator, reviewer, tmp_path, capsys
):
    national, anybody = person(TrainingReviewerFactory(password=PASSWORD)), person()
    expect_figure(national, "/capaian/", "0", since=time.monotonic())
    expect_figure(anybody, "/", "0", since=time.monotonic())

    someone = person(operator, viewport=PHONE)
    duty = someone.page.locator(".duty", has_text=cohort.programme.name)
    expect(duty).to_be_visible()
    someone.press(f".duty a[href='/pelatihan/{cohort.pk}/']")
    upload(someone, write_roster(tmp_path / "peserta.xlsx"))

    assert cohort.participants.count() == 13
    rows = someone.page.locator("article.rowfix")
    for index, words in (
        (SCIENTIFIC, "notasi ilmiah"),
        (IMPOSSIBLE, "31 Februari"),
        (SEXLESS, "Jenis kelamin"),
    ):
        row = rows.filter(has_text=NAMES[index])
        expect(row).to_have_count(1)
        expect(row.locator(".field-error")).to_contain_text(words)
        expect(row).to_contain_text("Cara memperbaiki")
    expect(rows).to_have_count(3)
    assert someone.overflow() <= 0

    # One mended in the page first: what is still wrong stays, as it was typed.
    someone.page.fill(field(pending_of(cohort, SCIENTIFIC), "nik"), nik(SCIENTIFIC))
    someone.page.fill(field(pending_of(cohort, IMPOSSIBLE), "birth_date"), "30 Februari 2001")
    someone.press("#perbaikan > p button[type=submit]")
    assert cohort.participants.count() == 14
    typed = someone.page.locator(field(pending_of(cohort, IMPOSSIBLE), "birth_date"))
    expect(typed).to_have_value("30 Februari 2001")

    upload(someone, write_roster(tmp_path / "diperbaiki.xlsx", faults=False))
    expect(someone.page.locator("#perbaikan")).to_have_count(0)
    before = {person.pk: person.uid for person in cohort.participants.all()}
    assert len(before) == 16
    upload(someone, write_roster(tmp_path / "sekali lagi.xlsx", faults=False))
    assert {person.pk: person.uid for person in cohort.participants.all()} == before
    upload_row = cohort.uploads.first()
    assert (upload_row.created, upload_row.changed, upload_row.unchanged) == (0, 0, 16)

    enter_results(someone, cohort)
    warned = someone.page.locator("#pemeriksaan .rowfix--warn", has_text=NAMES[CONTRADICTING])
    expect(warned).to_have_count(1)
    explain(someone)
    receipt = send(someone, cohort)
    assert receipt.startswith("BT-")
    assert someone.overflow() <= 0

    report = CohortReport.objects.get(cohort=cohort)
    officer = person(reviewer, viewport=DESK)
    officer.visit(f"/laporan-masuk/{report.pk}/")
    expect(officer.page.locator("main")).to_contain_text(EXPLANATION)
    clicked = decide(officer, report, "verify")
    expect_figure(national, "/capaian/", "15", since=clicked)
    expect_figure(anybody, "/", "15", since=clicked)

    assert audit() == 0
    capsys.readouterr()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE progress_actual SET value = value + 1 WHERE indicator = 'completed'"
            " AND province_id IS NULL AND office_id IS NULL AND breakdown = ''"
        )
    assert audit() == 1
    assert capsys.readouterr().out.splitlines() == [
        "TA 2022 | nasional | completed | - | tersimpan 16 | menurut baris 15"
    ]
    call_command("audit_progress", repair=True)
    assert audit() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE progress_actual SET value = value + 1")
    assert audit() == 1


def test_operator_without_javascript_files_and_mends_a_returned_report(
    person, worker, cohort, operator, reviewer, tmp_path
):
    someone = person(operator, viewport=PHONE, javascript=False)
    someone.press(f"main a[href='/pelatihan/{cohort.pk}/']")
    upload(someone, write_roster(tmp_path / "peserta.xlsx"))
    mend(someone, cohort)
    assert cohort.participants.count() == 16
    enter_results(someone, cohort)
    explain(someone)
    assert send(someone, cohort).startswith("BT-")
    report = CohortReport.objects.get(cohort=cohort)

    officer, anybody = person(reviewer, javascript=False), person(javascript=False)
    decide(officer, report, "send_back")
    expect(officer.page.locator(f"{DECIDE} .field-error")).to_have_count(1)
    expect(officer.page.locator(f"{DECIDE} [role=alert]")).to_be_in_viewport()
    officer.page.fill("[name=comment]", "Cocokkan hasil Neng Sari dengan daftar nilai.")
    officer.press(f"{DECIDE} button[type=submit]")

    someone.visit("/beranda/")
    expect(someone.page.locator("article.duty--bad")).to_contain_text("Cocokkan hasil Neng Sari")
    someone.press(f"article.duty--bad a[href='/pelatihan/{cohort.pk}/']")
    failed = Participant.objects.get(cohort=cohort, result="failed")
    someone.press(f"main a[href='/pelatihan/{cohort.pk}/hasil/']")
    someone.page.select_option(f"[name='result-{failed.pk}']", "passed")
    someone.press("#hasil > p button[type=submit]")
    send(someone, cohort)
    clicked = decide(officer, report, "verify")
    expect_figure(officer, "/capaian/", "15", since=clicked)
    expect_figure(anybody, "/", "15", since=clicked)

    officer.visit(f"/laporan-masuk/{report.pk}/")
    officer.page.fill("form[aria-labelledby=h-buka] [name=comment]", "Satu orang tercatat ganda.")
    clicked = time.monotonic()
    officer.press("form[aria-labelledby=h-buka] button[type=submit]")
    expect_figure(officer, "/capaian/", "0", since=clicked)
    expect_figure(anybody, "/", "0", since=clicked)
    assert not Actual.objects.filter(indicator="completed").exists()
    someone.visit("/beranda/")
    expect(someone.page.locator("article.duty--bad")).to_contain_text("Satu orang tercatat ganda.")
