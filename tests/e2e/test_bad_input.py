"""What people meet when something goes wrong: a clear sentence, and nothing lost."""

import pytest
from django.db import transaction
from playwright.sync_api import expect

from blk_portal.reporting.models import Receipt
from tests.e2e.conftest import PASSWORD, PHONE
from tests.e2e.rosters import write_roster
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.trainings import CohortReportFactory
from trainings.models import CohortReport

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DECIDE = "main form[aria-labelledby=h-putus]"
# By timers of the page itself: Playwright would wait for the first click's answer.
TWO_CLICKS = """() => {
    const button = document.querySelector("main form button[type=submit]");
    for (const wait of [0, 300]) setTimeout(() => button.click(), wait);
}"""


@pytest.fixture
def report(transactional_db):
    """A complete draft of three people, ready to be sent."""
    return CohortReportFactory(people=3)


@pytest.fixture
def operator(report):
    return OperatorFactory(institution=report.cohort.institution, password=PASSWORD)


def cohort_page(report) -> str:
    return f"/pelatihan/{report.cohort_id}/"


def upload(someone, path) -> int:
    """Upload a file on the cohort's page; returns the status of the answer."""
    someone.page.set_input_files("[name=file]", path)
    return submit(someone, "#unggah button[type=submit]")


def submit(someone, button: str) -> int:
    with someone.page.expect_navigation() as navigation:
        someone.page.click(button)
    return navigation.value.status


def log_in_again(someone, user) -> int:
    someone.page.fill("[name=login]", user.username)
    someone.page.fill("[name=password]", PASSWORD)
    return submit(someone, "main form button[type=submit]")


def test_operator_uploads_a_letter_and_reads_one_plain_sentence(person, report, operator, tmp_path):
    letter = tmp_path / "surat.csv"
    letter.write_text("Kepada Yth. Kepala UPTP\nDengan hormat, bersama ini kami sampaikan\n")
    someone = person(operator, viewport=PHONE)
    someone.visit(cohort_page(report))
    assert upload(someone, letter) == 400
    sentence = someone.page.locator("main [role=alert]").bounding_box()
    bar = someone.page.locator(".submitbar").bounding_box()
    assert sentence["y"] + sentence["height"] <= bar["y"], "the bar hides what is wrong"
    expect(someone.page.locator("#unggah .field-error")).to_contain_text("bukan daftar peserta")
    expect(someone.page.locator("#peserta tbody tr")).to_have_count(3)
    assert someone.overflow() <= 0


@pytest.mark.parametrize("megabytes", [5.5, 6.5, 12, 70])
def test_operator_uploads_too_large_a_file_and_gets_a_page(
    person, report, operator, tmp_path, megabytes
):
    large = tmp_path / "besar.xlsx"
    with large.open("wb") as file:
        file.write(b"PK")
        file.truncate(int(megabytes * 1024 * 1024))
    someone = person(operator, viewport=PHONE)
    someone.visit(cohort_page(report))
    assert upload(someone, large) == 413
    expect(someone.page.locator("main")).to_contain_text("5 MB")
    if megabytes > 11:
        someone.press("main article a.button >> nth=0")
        assert someone.page.url.endswith(cohort_page(report))
    expect(someone.page.locator("#peserta tbody tr")).to_have_count(3)


def test_operator_types_a_wrong_password_and_keeps_the_name(person, operator):
    someone = person()
    someone.visit("/akun/login/")
    someone.page.fill("[name=login]", operator.username)
    someone.page.fill("[name=password]", "bukan-kata-sandinya")
    someone.press("main form button[type=submit]")
    expect(someone.page.locator("[role=alert]").first).to_be_visible()
    expect(someone.page.locator("[name=login]")).to_have_value(operator.username)
    expect(someone.page.locator("[name=password]")).to_have_value("")


def test_operator_clicks_send_twice_and_gets_one_receipt(person, report, operator):
    someone = person(operator, viewport=PHONE)
    someone.visit(f"{cohort_page(report)}kirim/")
    someone.page.dblclick("main form button[type=submit]")
    someone.page.wait_for_url("**/bukti-terima/**")
    receipt = Receipt.objects.get()
    expect(someone.page.locator("h1")).to_have_text(receipt.number)


def test_operator_sends_again_while_the_first_click_is_slow(person, report, operator):
    someone = person(operator, viewport=PHONE)
    someone.visit(f"{cohort_page(report)}kirim/")
    sent = []
    someone.page.on("request", lambda request: sent.append(request.method))
    with transaction.atomic():
        CohortReport.objects.select_for_update().get(pk=report.pk)
        someone.page.evaluate(TWO_CLICKS)
        while sent.count("POST") < 2:
            someone.page.wait_for_timeout(20)
    someone.page.wait_for_url("**/bukti-terima/**")
    receipt = Receipt.objects.get()
    expect(someone.page.locator("h1")).to_have_text(receipt.number)


def test_operator_sends_from_an_old_tab_after_a_return(person, report, operator):
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office, name="Ratna (contoh)")
    someone = person(operator, viewport=PHONE)
    someone.visit(f"{cohort_page(report)}kirim/")
    report.submit(by=operator, version=report.version)
    report.send_back(by=reviewer, version=report.version, comment="Cocokkan nilai.")
    assert submit(someone, "main form button[type=submit]") == 409
    expect(someone.page.locator("main")).to_contain_text("Ratna (contoh)")
    assert Receipt.objects.count() == 1


def test_reviewer_decides_in_an_old_tab_and_reads_who_was_first_and_when(person):
    report = CohortReportFactory(submitted=True)
    office = report.cohort.institution.office
    first = AreaReviewerFactory(office=office, password=PASSWORD, name="Ratna (contoh)")
    second = AreaReviewerFactory(office=office, password=PASSWORD)
    early, late = person(first), person(second)
    for someone in (early, late):
        someone.visit(f"/laporan-masuk/{report.pk}/")
    early.page.check("[name=verb][value=verify]")
    late.page.check("[name=verb][value=send_back]")
    late.page.fill("[name=comment]", "Nilai Neng Sari belum cocok.")
    early.press(f"{DECIDE} button[type=submit]")
    assert submit(late, f"{DECIDE} button[type=submit]") == 409
    refusal = late.page.locator("main [role=alert]")
    expect(refusal).to_contain_text("Ratna (contoh)")
    expect(refusal).to_contain_text("WIB")
    expect(late.page.locator("main")).to_contain_text("Nilai Neng Sari belum cocok.")
    report.refresh_from_db()
    assert (report.status, report.verified_by) == ("verified", first)


def test_operator_with_an_expired_form_reads_how_to_go_on(person, report, operator):
    someone = person(operator)
    someone.visit(f"{cohort_page(report)}kirim/")
    someone.context.clear_cookies(name="csrftoken")
    assert submit(someone, "main form button[type=submit]") == 403
    expect(someone.page.locator("main")).to_contain_text("kembali")
    expect(someone.page.locator("main a.button")).to_be_visible()


def test_operator_logs_in_again_after_the_session_has_ended(person, report, operator):
    someone = person(operator, viewport=PHONE)
    someone.visit(f"{cohort_page(report)}hasil/")
    first = report.cohort.participants.first()
    typed = someone.page.locator(f"[name='attendance-{first.pk}']")
    typed.fill("87")
    someone.context.clear_cookies(name="sessionid")
    assert submit(someone, "#hasil > p button[type=submit]") == 200
    expect(someone.page.locator("[name=login]")).to_be_visible()
    log_in_again(someone, operator)
    assert someone.page.url.endswith(f"{cohort_page(report)}hasil/?lanjut=1")
    expect(typed).to_have_value("87")


def test_operator_whose_session_ended_during_an_upload_finds_the_way_back(
    person, report, operator, tmp_path
):
    someone = person(operator, viewport=PHONE)
    someone.visit(cohort_page(report))
    someone.context.clear_cookies(name="sessionid")
    upload(someone, write_roster(tmp_path / "peserta.xlsx"))
    assert log_in_again(someone, operator) == 405
    expect(someone.page.locator("h1")).to_be_visible()
    someone.press("main article a.button >> nth=0")
    assert someone.page.url.endswith(cohort_page(report))
    assert upload(someone, tmp_path / "peserta.xlsx") == 200
    expect(someone.page.locator("#hasil-unggah")).to_be_visible()
