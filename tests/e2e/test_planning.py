"""A cohort from its plan to its end before time, by phone; and brought back by staff."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, PHONE
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    OperatorFactory,
    PartnerBodyFactory,
)
from trainings.models import Cohort

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REASON = "Gedung dipakai untuk pengungsian."


@pytest.fixture
def earlier(transactional_db):
    """A cohort of the institution that gives the new one its programme and year."""
    return CohortFactory()


@pytest.fixture
def someone(person, earlier):
    operator = OperatorFactory(institution=earlier.institution, password=PASSWORD)
    return person(operator, viewport=PHONE)


def fits(someone) -> bool:
    return someone.overflow() <= 0 and someone.barriers() == []


def test_operator_plans_changes_and_cancels_and_staff_bring_it_back(person, someone, earlier):
    partner = PartnerBodyFactory()
    someone.visit("/pelatihan/baru/")
    assert fits(someone)
    page = someone.page
    page.select_option("[name=programme]", str(earlier.programme_id))
    page.select_option("[name=programme_year]", str(earlier.programme_year_id))
    for name, value in (
        ("batch", "7"), ("starts_on", "2022-11-07"), ("ends_on", "2022-11-25"),
        ("taught_by", "Budi Contoh; 62090 2411\nSiti Contoh"), ("cost_planned", "45.000.000"),
        ("skillhub", "SK-77"),
    ):  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=funding]", "partner")
    someone.press("main form.panel button[type=submit]")
    expect(page.locator("main")).to_contain_text("Pilih mitra yang membiayai")
    expect(page.locator("[name=skillhub]")).to_have_value("SK-77")
    page.select_option("[name=partner]", str(partner.pk))
    someone.press("main form.panel button[type=submit]")
    cohort = Cohort.objects.get(batch=7)
    assert cohort.instructors.count() == 2
    assert cohort.reports.exists()

    someone.visit(f"/pelatihan/{cohort.pk}/rencana/")
    assert fits(someone)
    for words in ("SK-77", "Siti Contoh", "Rp 45.000.000", str(partner)):
        expect(page.locator("main")).to_contain_text(words)
    someone.press("a[href$='/ubah/']")
    assert fits(someone)
    page.fill("[name=ends_on]", "2022-12-02")
    someone.press("main form.panel button[type=submit]")
    expect(page.locator("main")).to_contain_text("Rencana diubah: tanggal selesai")
    cohort.refresh_from_db()
    assert cohort.ends_on.isoformat() == "2022-12-02"
    assert [step.changed for step in cohort.steps.all()] == [["ends_on"]]

    someone.visit("/pelatihan/kalender/?bulan=2022-12")
    assert fits(someone)
    expect(page.locator(".calendar-day:visible")).to_have_count(1)
    expect(page.locator(".calendar-day:visible")).to_contain_text("Selesai")

    someone.visit(f"/pelatihan/{cohort.pk}/batalkan/")
    page.fill("[name=reason]", REASON)
    someone.press("main form.panel button[type=submit]")
    expect(page.locator("main")).to_contain_text(REASON)
    assert fits(someone)
    someone.visit("/pelatihan/?batal=ya")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody")).to_contain_text("Dibatalkan")
    someone.visit(f"/pelatihan/{cohort.pk}/")
    expect(page.locator("#unggah")).to_have_count(0)

    staff = person(AreaReviewerFactory(office=cohort.institution.office, password=PASSWORD))
    staff.visit(f"/pelatihan/{cohort.pk}/pulihkan/")
    staff.page.fill("[name=reason]", "Gedung kosong lagi.")
    staff.press("main form.panel button[type=submit]")
    cohort.refresh_from_db()
    assert not cohort.is_cancelled


def test_two_phones_change_one_plan_and_nothing_typed_is_lost(person, someone, earlier):
    other = person(OperatorFactory(institution=earlier.institution, password=PASSWORD),
                   viewport=PHONE)  # fmt: skip
    for phone in (someone, other):
        phone.visit(f"/pelatihan/{earlier.pk}/ubah/")
    other.page.fill("[name=starts_on]", "2022-08-08")
    other.page.fill("[name=taught_by]", "Siti Contoh\nAni Contoh")
    other.press("main form.panel button[type=submit]")
    someone.page.fill("[name=starts_on]", "2022-08-15")
    someone.page.fill("[name=skillhub]", "SK-15")
    someone.press("main form.panel button[type=submit]")
    main = someone.page.locator("main")
    expect(main).to_contain_text("8 Agustus 2022")
    expect(someone.page.locator("[name=starts_on]")).to_have_value("2022-08-15")
    expect(someone.page.locator("[name=taught_by]")).to_have_value("Siti Contoh\nAni Contoh")
    assert fits(someone)
    someone.press("main form.panel button[type=submit]")
    earlier.refresh_from_db()
    assert earlier.starts_on.isoformat() == "2022-08-15"
    assert earlier.external_ids.get().value == "SK-15"
    assert earlier.instructors.count() == 2
