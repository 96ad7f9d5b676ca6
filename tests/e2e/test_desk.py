"""The work of an area reviewer in a browser: desk, list, bulk assignment, delegation, merge."""

import pytest

from institutions.models import AreaDelegation, Institution
from tests.e2e.conftest import DESK, PASSWORD, PHONE, TABLET
from tests.factories import AreaReviewerFactory, InstitutionFactory, TrainingOfficeFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reviewer(transactional_db):
    office = TrainingOfficeFactory(name="BPVP Contoh")
    return AreaReviewerFactory(office=office, password=PASSWORD, name="Budi (contoh)")


@pytest.fixture
def unassigned(reviewer) -> list[Institution]:
    office = reviewer.area_assignments.get().office
    first = InstitutionFactory(regency__office=office, office=None, name="BLKK Al-Falah (contoh)")
    second = InstitutionFactory(regency=first.regency, office=None, name="BLKK Ma'arif (contoh)")
    return [first, second]


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_area_reviewer_takes_what_waits_without_an_office(person, reviewer, unassigned, javascript):
    desk = person(reviewer, viewport=DESK, javascript=javascript)
    assert "2 lembaga belum memiliki UPTP" in desk.text()
    desk.press("a[href*='antrean=tanpa-uptp']")
    assert desk.overflow() <= 0
    for institution in unassigned:
        desk.page.check(f"input[name=_selected_action][value='{institution.pk}']")
    desk.page.select_option("select[name=action]", "assign_office")
    desk.press("button[name=index]")
    desk.page.select_option("select[name=office]", label="BPVP Contoh")
    desk.press("input[name=preview]")
    assert "2 lembaga beralih ke BPVP Contoh" in desk.page.inner_text("#content")
    assert desk.overflow() <= 0
    desk.press("input[name=confirmed]")
    assert "2 lembaga sudah mendapat UPTP pembina yang baru" in desk.page.inner_text("body")
    assert not Institution.objects.filter(office=None).exists()
    desk.visit("/beranda/")
    assert "tanpa UPTP" not in desk.text()


def test_area_reviewer_has_a_colleague_stand_in_and_both_read_it(person, reviewer, unassigned):
    other = AreaReviewerFactory(
        office=TrainingOfficeFactory(), password=PASSWORD, name="Siti (contoh)"
    )
    Institution.objects.update(office=reviewer.area_assignments.get().office)
    desk = person(reviewer, viewport=TABLET)
    desk.press("text=Minta seseorang mewakili")
    desk.page.select_option("select[name=delegate]", label="Siti (contoh)")
    for name in ("starts_on", "ends_on"):
        desk.page.click(f"[name={name}] ~ .datetimeshortcuts a")
    desk.page.fill("[name=reason]", "Cuti (contoh).")
    assert desk.overflow() <= 0
    desk.press("input[name=_save]")
    assert AreaDelegation.objects.get().delegate == other
    desk.visit("/beranda/")
    assert "Siti (contoh) mewakili Anda sampai" in desk.text()
    phone = person(other, viewport=PHONE)
    assert "Anda mewakili Budi (contoh) sampai" in phone.text()
    assert phone.overflow() <= 0
    assert phone.barriers() == []
    phone.visit("/lembaga/?kata=alfalah")
    assert "BLKK Al-Falah (contoh)" in phone.text()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_area_reviewer_merges_two_rows_of_one_institution(person, reviewer, unassigned, viewport):
    office = reviewer.area_assignments.get().office
    twin = InstitutionFactory(regency=unassigned[0].regency, name="BLKK AL FALAH", office=office)
    desk = person(reviewer, viewport=viewport)
    desk.press("a[href='/lembaga/duplikat/']")
    assert desk.overflow() <= 0
    assert desk.barriers() == []
    desk.press("main table a")
    assert desk.overflow() <= 0
    assert desk.barriers() == []
    desk.page.check("[name=decision][value=merge]")
    desk.page.fill("[name=reason]", "Satu gedung (contoh).")
    desk.press("main form button[type=submit]")
    assert f"{twin.code} sudah digabung ke {unassigned[0].code}." in desk.page.inner_text("body")
    assert desk.overflow() <= 0
