"""What a reviewer flags reaches the operator where it belongs, and the answers come back."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.trainings import CohortReportFactory, synthetic_nik
from trainings.models import CohortReportFlag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DECISION = "#keputusan > button[type=submit]"
FORGED = "Digit ke-7 berbeda dari KTP. Ketik ulang dari kartunya."
DOUBTED = "Berita acara menyebut tidak lulus. Jelaskan dasarnya."
REASON = "Lulus pada ujian ulang 20 September, nilai 78."


@pytest.fixture
def report(transactional_db):
    return CohortReportFactory(submitted=True, people=4)


@pytest.fixture
def operator(report):
    return OperatorFactory(institution=report.cohort.institution, password=PASSWORD)


@pytest.fixture
def reviewer(report):
    return AreaReviewerFactory(office=report.cohort.institution.office, password=PASSWORD)


def flag(someone, participant, column: str, note: str) -> None:
    """Press "flag" at a row, and fill in what opens below it."""
    someone.press(f"button[name=mark][value='{participant.pk}']")
    opened = someone.page.locator(f"#p{participant.pk} + tr")
    expect(opened).to_be_in_viewport()
    opened.locator("[name=flag_field]").select_option(column)
    opened.locator("[name=flag_note]").fill(note)


def test_reviewer_flags_two_rows_and_operator_mends_one_and_explains_the_other(
    person, report, operator, reviewer
):
    first, second, *_rest = report.cohort.participants.all()
    officer = person(reviewer, viewport=DESK, javascript=False)
    officer.visit(f"/laporan-masuk/{report.pk}/")
    flag(officer, first, "nik", FORGED)
    flag(officer, second, "result", DOUBTED)
    assert officer.overflow() <= 0
    officer.page.check("[name=verb][value=verify]")
    officer.press(DECISION)
    expect(officer.page.locator("#keputusan")).to_contain_text("Tanda hanya untuk pengembalian")
    expect(officer.page.locator("[name=flag_note]").first).to_have_value(FORGED)
    officer.page.check("[name=verb][value=send_back]")
    officer.press(DECISION)
    report.refresh_from_db()
    assert report.status == "returned"

    someone = person(operator, viewport=PHONE, javascript=False)
    expect(someone.page.locator("article.duty--bad")).to_contain_text("2 bagian ditandai")
    someone.press(f"article.duty--bad a[href='/pelatihan/{report.cohort_id}/']")
    for participant, note, column in ((first, FORGED, "NIK"), (second, DOUBTED, "Hasil")):
        place = someone.page.locator("#tanda .rowfix", has_text=participant.name)
        expect(place).to_contain_text(f"Baris {participant.roster_row}, {column}")
        expect(place).to_contain_text(note)
        cell = someone.page.locator(f"#p{participant.pk} .is-flag")
        expect(cell).to_have_count(1)
        expect(cell).to_contain_text("Ditandai")
    assert someone.overflow() <= 0
    expect(someone.page.locator(".submitbar")).to_contain_text("Jawab 2 tanda")

    on_nik, on_result = CohortReportFlag.objects.order_by("pk")
    someone.page.fill(f"[name=tanda-{on_nik.pk}-nik]", "3204 0512")
    someone.page.fill(f"[name=tanda-{on_result.pk}-answer]", REASON)
    someone.press("#tanda > p > button")
    expect(someone.page.locator("#tanda [role=alert]")).to_be_in_viewport()
    expect(someone.page.locator(f"#t{on_nik.pk} .field-error")).to_contain_text("8 digit")
    expect(someone.page.locator(f"[name=tanda-{on_nik.pk}-nik]")).to_have_value("3204 0512")
    nik = synthetic_nik(900, born=first.birth_date, sex=first.sex)
    someone.page.fill(f"[name=tanda-{on_nik.pk}-nik]", nik)
    someone.press("#tanda > p > button")
    expect(someone.page.locator("#tanda .rowfix--ok")).to_have_count(2)
    assert nik not in someone.page.content()
    someone.press(f".submitbar a[href='/pelatihan/{report.cohort_id}/kirim/']")
    someone.press("main form button[type=submit]")
    assert someone.page.inner_text("h1").startswith("BT-")

    officer.visit(f"/laporan-masuk/{report.pk}/")
    answers = officer.page.locator("section[aria-labelledby=h-jawaban]")
    expect(answers.locator("del")).to_have_text(first.masked_nik)
    first.refresh_from_db()
    expect(answers.locator("ins")).to_have_text(first.masked_nik)
    expect(answers).to_contain_text(REASON)
    expect(officer.page.locator(f"#p{second.pk} .is-flag")).to_contain_text("Dijawab")
    officer.page.check("[name=verb][value=verify]")
    officer.press(DECISION)
    report.refresh_from_db()
    assert report.status == "verified"
    assert set(CohortReportFlag.objects.values_list("has_changed", flat=True)) == {True, False}


def test_reviewer_flags_a_row_on_a_phone_with_javascript(person, report, reviewer):
    first, *_rest = report.cohort.participants.all()
    officer = person(reviewer, viewport=PHONE)
    officer.visit(f"/laporan-masuk/{report.pk}/")
    flag(officer, first, "nik", FORGED)
    assert officer.overflow() <= 0
    officer.press("button[name=unmark]")
    expect(officer.page.locator("[name=flag_note]")).to_have_count(0)
