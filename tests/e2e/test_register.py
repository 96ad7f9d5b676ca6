"""Staff keep the register in a browser: a licence, a case, and a tranche with its account."""

from datetime import date

import pytest

from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories import (
    AreaReviewerFactory,
    DisbursementFactory,
    InstitutionFactory,
    OperatorFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBMIT = "main form button[type=submit]"


@pytest.fixture
def institution(transactional_db):
    return InstitutionFactory(built=True, name="BLKK Nurul Hikmah (contoh)")


@pytest.fixture
def reviewer(institution):
    return AreaReviewerFactory(office=institution.office, password=PASSWORD)


def go(someone, link: str) -> None:
    """Follow the link of these words."""
    with someone.page.expect_navigation():
        someone.page.get_by_role("link", name=link, exact=True).first.click()


def looks_right(someone) -> None:
    assert someone.overflow() <= 0
    assert someone.barriers() == []


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_reviewer_records_a_licence_with_its_end(person, institution, reviewer, viewport):
    someone = person(reviewer, viewport=viewport, javascript=False)
    someone.visit(f"/lembaga/{institution.pk}/")
    assert "Belum dicatat: Izin LPK." in someone.text()
    go(someone, "Tonggak")
    go(someone, "Izin LPK")
    someone.page.fill("[name=on]", "2022-06-01")
    someone.page.fill("[name=expires_on]", "2022-05-01")
    someone.page.fill("[name=document_number]", "LPK/77")
    someone.press(SUBMIT)
    assert "Masa berlaku berakhir sebelum tanggal dokumen." in someone.text()
    assert someone.page.input_value("[name=document_number]") == "LPK/77"
    someone.page.fill("[name=expires_on]", "2099-06-01")
    someone.press(SUBMIT)
    assert "LPK/77" in someone.text()
    assert institution.milestones.get(kind="licence").expires_on == date(2099, 6, 1)


def test_pages_of_the_register_have_no_barriers_and_fit_a_phone(person, institution, reviewer):
    DisbursementFactory(institution=institution)
    someone = person(reviewer, viewport=PHONE)
    tranche = institution.disbursements.get().pk
    for page in (
        "tonggak/", "tonggak/catat/progress/", "kasus/", "kasus/buka/", "keuangan/",
        "keuangan/catat/", f"keuangan/{tranche}/", f"keuangan/{tranche}/lpj/",
    ):  # fmt: skip
        someone.visit(f"/lembaga/{institution.pk}/{page}")
        looks_right(someone)
    for page in ("/dana/", "/lembaga/?pada=2022-12-31"):
        someone.visit(page)
        looks_right(someone)


def test_reviewer_opens_and_closes_a_case(person, institution, reviewer):
    someone = person(reviewer)
    someone.visit(f"/lembaga/{institution.pk}/")
    go(someone, "Kasus")
    go(someone, "Buka kasus")
    someone.page.check("[name=kind][value=stalled]")
    someone.page.fill("[name=on]", "2022-07-01")
    someone.page.fill("[name=reason]", "Pelaksana mundur.")
    someone.press(SUBMIT)
    assert "Pelaksana mundur." in someone.text()
    someone.visit(f"/lembaga/{institution.pk}/")
    assert "Mangkrak" in someone.page.inner_text("main .tag--bad")
    someone.visit(f"/lembaga/{institution.pk}/kasus/")
    someone.press("main .timeline a")
    someone.page.fill("[name=on]", "2022-08-01")
    someone.page.fill("[name=outcome]", "Pelaksana baru bekerja.")
    someone.press(SUBMIT)
    assert "Pelaksana baru bekerja." in someone.text()
    assert not institution.cases.open().exists()


def test_operator_files_an_lpj_and_a_reviewer_accepts_it(person, institution, reviewer):
    tranche = DisbursementFactory(institution=institution, amount=350_000_000)
    operator = OperatorFactory(institution=institution, password=PASSWORD)
    someone = person(operator, viewport=PHONE)
    someone.visit(f"/lembaga/{institution.pk}/")
    go(someone, "Keuangan")
    someone.press("main tbody a")
    go(someone, "Sampaikan LPJ")
    someone.page.fill("[name=on]", "2022-06-01")
    someone.page.fill("[name=amount]", "400.000.000")
    someone.press(SUBMIT)
    assert "Paling banyak" in someone.text()
    someone.page.fill("[name=amount]", "350.000.000")
    someone.press(SUBMIT)
    assert "LPJ disampaikan" in someone.text()
    officer = person(reviewer)
    officer.visit("/dana/")
    officer.press("main tbody td a")
    go(officer, "Terima LPJ")
    officer.page.fill("[name=on]", "2022-06-10")
    officer.press(SUBMIT)
    assert "LPJ diterima" in officer.text()
    tranche.refresh_from_db()
    assert tranche.accepted_on == date(2022, 6, 10)
