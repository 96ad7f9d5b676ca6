"""A quarter of tenants, filed on a phone, verified at a desk, counted on the dashboard."""

from datetime import date

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from blk_portal.progress.models import Actual
from incubators.models import IncubationReport
from incubators.stages import Stage
from institutions.models import Membership
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories import (
    IncubationReportFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    OperatorFactory,
    TenantFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def test_operator_files_a_quarter_on_a_phone_and_the_dashboard_moves(person, worker):
    reviewer = IncubatorReviewerFactory(password=PASSWORD)
    incubator = IncubatorFactory(stage=Stage.MENTORED, by=reviewer)
    operator = OperatorFactory(password=PASSWORD)
    Membership.objects.create(user=operator, institution=incubator.institution)
    entered = {"incubator": incubator, "by": operator, "entered_on": date(2022, 7, 4)}
    coffee = TenantFactory(business="Kopi Bukit (contoh)", **entered)
    batik = TenantFactory(business="Batik Ayu (contoh)", **entered)
    report = IncubationReportFactory(incubator=incubator)

    someone = person(operator, viewport=PHONE, javascript=False)
    page, own = someone.page, f"/tenant/laporan/{report.pk}/"
    someone.visit("/beranda/")
    someone.press(f"main a[href='{own}']")
    assert someone.overflow() <= 0
    page.fill(f"[name=t{coffee.pk}-turnover]", "12,5 juta")
    page.fill(f"[name=t{coffee.pk}-workers_male]", "-1")
    page.fill(f"[name=t{coffee.pk}-workers_female]", "2")
    someone.press("#isi > p button[type=submit]")
    # The cell is marked, and what was typed is still there.
    expect(page.locator(".field-error")).to_have_count(1)
    expect(page.locator(f"[name=t{coffee.pk}-turnover]")).to_have_value("12,5 juta")
    page.fill(f"[name=t{coffee.pk}-workers_male]", "1")
    someone.press("#isi > p button[type=submit]")
    page.fill("[name=text]", f"{batik.business}\tRp 5.000.000\t0\t3")
    someone.press("#tabel button[formaction$='/tempel/']")
    assert someone.overflow() <= 0
    # What is typed and not saved goes along, without JavaScript as well.
    page.fill(f"[name=t{coffee.pk}-turnover]", "13 juta")
    someone.press("#kirim button[type=submit]")
    expect(page.locator("main")).to_contain_text("BT-")
    assert someone.overflow() <= 0

    officer = person(reviewer, viewport=DESK)
    officer.visit("/beranda/")
    officer.press("main a[href='/tenant/tinjauan/']")
    officer.press(f"main a[href='/tenant/tinjauan/{report.pk}/']")
    expect(officer.page.locator("main")).to_contain_text("Kopi Bukit (contoh)")
    officer.page.check("[name=verb][value=verify]")
    officer.press("#keputusan button[type=submit]")
    report.refresh_from_db()
    assert report.status == IncubationReport.Status.VERIFIED
    call_command("audit_progress")
    assert Actual.objects.get(indicator="jobs", province=None, office=None, breakdown="").value == 6
    officer.visit(f"/capaian/?tahun={report.obligation.programme_year.year}")
    expect(officer.page.locator("#tenant")).to_contain_text("18.000.000")
    officer.press("#tenant a[href*='angka=before']")
    expect(officer.page.locator("main")).to_contain_text("Batik Ayu (contoh)")
    assert not officer.barriers()
