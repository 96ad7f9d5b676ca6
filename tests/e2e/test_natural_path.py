"""The portal's main job from end to end: a roster becomes a figure."""

import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import expect

from blk_portal.progress.models import Actual
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.e2e.rosters import IMPOSSIBLE, NAMES, SCIENTIFIC, SEXES, SEXLESS, born, nik, write_roster
from tests.factories.accounts import AreaReviewerFactory, LeadershipFactory, OperatorFactory
from tests.factories.institutions import InstitutionFactory
from tests.factories.progress import TargetFactory
from tests.factories.trainings import CohortFactory
from trainings.models import CohortReport, Participant, PendingRow

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]


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
    someone.press("main form button[type=submit]")


def send(someone, cohort) -> str:
    """Send the report; returns the receipt's number."""
    someone.visit(f"/pelatihan/{cohort.pk}/kirim/")
    someone.press("main form button[type=submit]")
    return someone.page.inner_text("h1")


def file_report(someone, cohort, tmp_path) -> str:
    someone.press(f"main a[href='/pelatihan/{cohort.pk}/']")
    upload(someone, write_roster(tmp_path / "peserta.xlsx"))
    mend(someone, cohort)
    enter_results(someone, cohort)
    return send(someone, cohort)


def verify(someone, report) -> None:
    someone.visit("/laporan-masuk/")
    someone.press(f"main a[href='/laporan-masuk/{report.pk}/']")
    someone.page.check("[name=verb][value=verify]")
    someone.press("main form[aria-labelledby=h-putus] button[type=submit]")


def expect_figure(someone, path: str, figure: str) -> None:
    """The participants' card shows the figure within ten seconds, reloading as a person would."""
    someone.visit(path)
    card = someone.page.locator(".target-fig").nth(1)
    for _attempt in range(20):
        if card.inner_text().startswith(figure):
            break
        someone.page.wait_for_timeout(500)
        someone.page.reload()
    expect(card).to_contain_text(figure)


def test_operator_and_reviewer_move_the_national_figure(
    person, worker, cohort, operator, reviewer, tmp_path, capsys
):
    leadership = LeadershipFactory(password=PASSWORD)
    someone = person(operator, viewport=PHONE)
    someone.press(f"main a[href='/pelatihan/{cohort.pk}/']")
    upload(someone, write_roster(tmp_path / "peserta.xlsx"))

    assert cohort.participants.count() == 13
    rows = someone.page.locator("article.rowfix")
    expect(rows).to_have_count(3)
    for sentence in ("notasi ilmiah", "31 Februari", "Jenis kelamin"):
        expect(someone.page.locator("#perbaikan")).to_contain_text(sentence)
    expect(someone.page.locator("#perbaikan")).to_contain_text("Cara memperbaiki")
    assert someone.overflow() <= 0

    mend(someone, cohort)
    assert cohort.participants.count() == 16
    upload(someone, write_roster(tmp_path / "sekali lagi.xlsx", faults=False))
    assert cohort.participants.count() == 16

    enter_results(someone, cohort)
    receipt = send(someone, cohort)
    assert receipt.startswith("BT-")
    assert someone.overflow() <= 0

    report = CohortReport.objects.get(cohort=cohort)
    verify(person(reviewer, viewport=DESK), report)
    expect_figure(person(leadership), "/capaian/", "15")
    expect_figure(person(), "/", "15")

    call_command("audit_progress")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE progress_actual SET value = value + 1 WHERE indicator = 'passed'")
    with pytest.raises(SystemExit) as ended:
        call_command("audit_progress")
    assert ended.value.code == 1
    assert "passed" in capsys.readouterr().out
    call_command("audit_progress", repair=True)
    call_command("audit_progress")


def test_operator_without_javascript_files_and_mends_a_returned_report(
    person, worker, cohort, operator, reviewer, tmp_path
):
    someone = person(operator, viewport=PHONE, javascript=False)
    file_report(someone, cohort, tmp_path)
    report = CohortReport.objects.get(cohort=cohort)

    officer = person(reviewer, javascript=False)
    officer.visit(f"/laporan-masuk/{report.pk}/")
    officer.page.check("[name=verb][value=send_back]")
    officer.press("main form[aria-labelledby=h-putus] button[type=submit]")
    expect(officer.page.locator(".field-error").first).to_be_visible()
    officer.page.fill("[name=comment]", "Cocokkan hasil Neng Sari dengan daftar nilai.")
    officer.press("main form[aria-labelledby=h-putus] button[type=submit]")

    someone.visit("/beranda/")
    expect(someone.page.locator("main")).to_contain_text("Cocokkan hasil Neng Sari")
    someone.press(f"main a[href='/pelatihan/{cohort.pk}/']")
    failed = Participant.objects.get(cohort=cohort, result="failed")
    someone.visit(f"/pelatihan/{cohort.pk}/hasil/")
    someone.page.select_option(f"[name='result-{failed.pk}']", "passed")
    someone.press("main form button[type=submit]")
    send(someone, cohort)
    verify(officer, report)
    expect_figure(officer, "/capaian/", "15")

    officer.visit(f"/laporan-masuk/{report.pk}/")
    officer.page.fill("form[aria-labelledby=h-buka] [name=comment]", "Satu orang tercatat ganda.")
    officer.press("form[aria-labelledby=h-buka] button[type=submit]")
    expect_figure(officer, "/capaian/", "0")
    assert not Actual.objects.filter(indicator="completed").exists()
