"""A reviewer at a desk: takes a report, returns it, sees what changed, grants a row, verifies."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.trainings import CohortReportFactory
from trainings.entries import record_results

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECISION = "#keputusan > button[type=submit]"


def test_reviewer_takes_a_report_sees_the_second_submission_and_verifies(person, transactional_db):
    report = CohortReportFactory(submitted=True, people=4)
    cohort = report.cohort
    other = CohortReportFactory(cohort__institution=cohort.institution, submitted=True)
    officer = person(
        AreaReviewerFactory(office=cohort.institution.office, password=PASSWORD), viewport=DESK
    )
    someone = person(
        OperatorFactory(institution=cohort.institution, password=PASSWORD), viewport=PHONE
    )
    first, second, _third, _fourth = cohort.participants.all()

    officer.visit("/laporan-masuk/")
    assert officer.overflow() <= 0
    officer.press(f"form[action='/laporan-masuk/{report.pk}/ambil/'] button")
    expect(officer.page.locator("section[aria-labelledby=h-petugas]")).to_contain_text(
        "Anda menangani laporan ini"
    )
    officer.press(f"button[name=mark][value='{first.pk}']")
    opened = officer.page.locator(f"#p{first.pk} + tr")
    opened.locator("[name=flag_field]").select_option("result")
    opened.locator("[name=flag_note]").fill("Cocokkan dengan berita acara.")
    officer.page.check("[name=verb][value=send_back]")
    officer.press(DECISION)

    someone.visit(f"/pelatihan/{cohort.pk}/")
    expect(someone.page.locator("#kunci")).to_contain_text("Hanya bagian yang ditandai")
    assert someone.overflow() <= 0
    someone.visit(f"/pelatihan/{cohort.pk}/hasil/")
    expect(someone.page.locator(f"[name=result-{second.pk}]")).to_have_count(0)
    someone.page.select_option(f"[name=result-{first.pk}]", "failed")
    someone.press("#hasil > p button[type=submit]")
    someone.press("#kunci a[href$='/minta-buka/']")
    someone.page.select_option("[name=place]", str(second.pk))
    someone.page.fill("[name=reason]", "Nilai dua orang tertukar.")
    someone.press("main form.panel button[type=submit]")
    expect(someone.page.locator("#kunci")).to_contain_text("Menunggu peninjau")

    officer.visit("/laporan-masuk/")
    officer.press("section[aria-labelledby=h-minta] a")
    officer.page.check("[name=answer][value=grant]")
    officer.press("main form.panel button[type=submit]")
    record_results(cohort, {second.pk: {"result": "withdrawn"}})
    someone.visit(f"/pelatihan/{cohort.pk}/kirim/")
    someone.press("main form button[type=submit]")

    officer.visit("/laporan-masuk/?petugas=saya")
    officer.press(f"a[href='/laporan-masuk/{report.pk}/']")
    changes = officer.page.locator("section[aria-labelledby=h-diff1]")
    expect(changes).to_contain_text("2 berubah, 2 tetap sama")
    expect(changes.locator("tbody tr")).to_have_count(2)
    expect(changes.locator("del").first).to_have_text("Lulus")
    expect(changes.locator("ins").first).to_have_text("Tidak lulus")
    assert officer.overflow() <= 0
    officer.page.check("[name=verb][value=verify]")
    officer.press(DECISION)
    report.refresh_from_db()
    assert report.status == "verified"

    officer.press("a[href='/laporan-masuk/bersama/']")
    assert officer.overflow() <= 0
    officer.press("main form button[type=submit]")
    expect(officer.page.locator("h1")).to_contain_text("1 laporan terverifikasi")
    other.refresh_from_db()
    assert other.status == "verified"
