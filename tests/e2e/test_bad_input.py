"""What people meet when something goes wrong: a clear sentence, and nothing lost."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, PHONE
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.trainings import CohortFactory, CohortReportFactory
from trainings.models import Participant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_operator_uploads_a_letter_and_reads_one_plain_sentence(person, tmp_path):
    cohort = CohortFactory()
    Participant.objects.filter(cohort=cohort).delete()
    operator = OperatorFactory(institution=cohort.institution, password=PASSWORD)
    letter = tmp_path / "surat.csv"
    letter.write_text("Kepada Yth. Kepala UPTP\nDengan hormat, bersama ini kami sampaikan\n")
    someone = person(operator, viewport=PHONE)
    someone.visit(f"/pelatihan/{cohort.pk}/")
    someone.page.set_input_files("[name=file]", letter)
    someone.press("#unggah button[type=submit]")
    expect(someone.page.locator("#unggah .field-error")).to_be_visible()
    assert someone.overflow() <= 0


def test_operator_uploads_too_large_a_file_and_gets_a_page(person, tmp_path):
    cohort = CohortFactory()
    operator = OperatorFactory(institution=cohort.institution, password=PASSWORD)
    large = tmp_path / "besar.xlsx"
    large.write_bytes(b"PK" + b"\0" * 9_000_000)
    someone = person(operator, viewport=PHONE)
    someone.visit(f"/pelatihan/{cohort.pk}/")
    someone.page.set_input_files("[name=file]", large)
    with someone.page.expect_navigation() as navigation:
        someone.page.click("#unggah button[type=submit]")
    assert navigation.value.status == 413
    expect(someone.page.locator("main")).to_contain_text("5 MB")


def test_operator_types_a_wrong_password_and_keeps_the_name(person):
    operator = OperatorFactory(password=PASSWORD)
    someone = person()
    someone.visit("/akun/login/")
    someone.page.fill("[name=login]", operator.username)
    someone.page.fill("[name=password]", "bukan-kata-sandinya")
    someone.press("main form button[type=submit]")
    expect(someone.page.locator("[role=alert]").first).to_be_visible()
    expect(someone.page.locator("[name=login]")).to_have_value(operator.username)


def test_reviewer_decides_in_an_old_tab_and_reads_who_was_first(person):
    report = CohortReportFactory(submitted=True)
    office = report.cohort.institution.office
    first = AreaReviewerFactory(office=office, password=PASSWORD, name="Ratna (contoh)")
    second = AreaReviewerFactory(office=office, password=PASSWORD)
    early, late = person(first), person(second)
    for someone in (early, late):
        someone.visit(f"/laporan-masuk/{report.pk}/")
        someone.page.check("[name=verb][value=verify]")
    early.press("main form[aria-labelledby=h-putus] button[type=submit]")
    with late.page.expect_navigation() as navigation:
        late.page.click("main form[aria-labelledby=h-putus] button[type=submit]")
    assert navigation.value.status == 409
    expect(late.page.locator("[role=alert]").first).to_contain_text("Ratna (contoh)")


def test_operator_with_an_expired_form_reads_how_to_go_on(person):
    cohort = CohortReportFactory(people=2).cohort
    operator = OperatorFactory(institution=cohort.institution, password=PASSWORD)
    someone = person(operator)
    someone.visit(f"/pelatihan/{cohort.pk}/hasil/")
    someone.context.clear_cookies(name="csrftoken")
    with someone.page.expect_navigation() as navigation:
        someone.page.click("main form button[type=submit]")
    assert navigation.value.status == 403
    expect(someone.page.locator("main")).to_contain_text("kembali")
