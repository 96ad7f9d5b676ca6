"""Rows pasted on a phone and at a desk, with JavaScript and without, through an ended session."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.e2e.rosters import IMPOSSIBLE, NAMES, SEXES, SEXLESS, born, nik
from tests.factories.accounts import OperatorFactory
from tests.factories.trainings import CohortFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADER = "NO\tNAMA\tNIK\tTEMPAT LAHIR\tTANGGAL LAHIR\tL/P\tPENDIDIKAN"
# What a spreadsheet puts on the clipboard, given to the area as the browser itself would.
PASTE = """(area, text) => {
    area.focus();
    area.value = text;
    area.dispatchEvent(new ClipboardEvent("paste", {bubbles: true}));
    area.dispatchEvent(new Event("input", {bubbles: true}));
}"""


def rows(*, faults: bool) -> str:
    lines = [HEADER]
    for index, name in enumerate(NAMES):
        birth = f"{born(index):%d/%m/%Y}"
        if faults and index == IMPOSSIBLE:
            birth = "31/02/2001"
        sex = "" if faults and index == SEXLESS else SEXES[index]
        lines.append("\t".join((str(index + 1), name, nik(index), "Bandung", birth, sex, "SMA")))
    return "\n".join(lines)


@pytest.fixture
def cohort(transactional_db):
    return CohortFactory()


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution, password=PASSWORD)


def paste(someone, text: str) -> None:
    someone.page.locator("#text").evaluate(PASTE, text)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_operator_pastes_into_a_grid_mends_two_cells_and_goes_on(
    person, cohort, operator, viewport
):
    someone = person(operator, viewport=viewport)
    someone.visit(f"/pelatihan/{cohort.pk}/tempel/")
    paste(someone, rows(faults=True))
    grid = someone.page.locator("#tempel table")
    expect(grid.locator("tbody tr")).to_have_count(len(NAMES) + 1)
    # A cell changed in the table is what is sent.
    grid.get_by_label(f"Baris {len(NAMES) + 1}, kolom B").fill("Iis Rohaeti Baru")
    assert someone.overflow() <= 0
    assert someone.barriers() == []
    someone.press("#tempel button:has-text('Periksa dan simpan')")

    expect(someone.page.locator("#perbaikan tbody tr")).to_have_count(2)
    assert cohort.participants.count() == len(NAMES) - 2
    assert cohort.participants.filter(name="Iis Rohaeti Baru").exists()
    assert someone.overflow() <= 0
    assert someone.barriers() == []
    wrong = someone.page.locator("#perbaikan [aria-invalid=true]")
    expect(wrong).to_have_count(2)
    expect(someone.page.locator("#perbaikan")).to_contain_text("31 Februari tidak ada")
    wrong.nth(0).fill("28/02/2001")
    wrong.nth(1).select_option("L")
    someone.press("#perbaikan button:has-text('Simpan perbaikan') >> nth=-1")
    expect(someone.page.locator("#perbaikan")).to_have_count(0)
    assert cohort.participants.count() == len(NAMES)


def test_operator_pastes_without_javascript(person, cohort, operator):
    someone = person(operator, viewport=PHONE, javascript=False)
    someone.visit(f"/pelatihan/{cohort.pk}/tempel/")
    someone.page.fill("#text", rows(faults=True))
    someone.press("#tempel button:has-text('Periksa dan simpan')")
    expect(someone.page.locator("#perbaikan [aria-invalid=true]")).to_have_count(2)
    someone.page.fill("#text", rows(faults=False))
    someone.press("#tempel button:has-text('Periksa dan simpan')")
    expect(someone.page.locator("#perbaikan")).to_have_count(0)
    assert cohort.participants.count() == len(NAMES)


def test_typing_is_kept_and_goes_on_at_another_device(person, cohort, operator):
    phone, desk = person(operator, viewport=PHONE), person(operator, viewport=DESK)
    phone.visit(f"/pelatihan/{cohort.pk}/peserta/baru/")
    phone.page.fill("[name=name]", "Siti Diketik")
    expect(phone.page.locator("[data-draft-status]")).to_contain_text("belum disimpan")
    desk.visit(f"/pelatihan/{cohort.pk}/peserta/baru/")
    expect(desk.page.locator("[name=name]")).to_have_value("")
    desk.press("text=Lanjutkan mengetik")
    expect(desk.page.locator("[name=name]")).to_have_value("Siti Diketik")
    assert desk.barriers() == []
    assert phone.overflow() <= 0


def test_operator_whose_session_ended_logs_in_and_finds_the_paste_as_it_was(
    person, cohort, operator
):
    someone = person(operator, viewport=PHONE)
    someone.visit(f"/pelatihan/{cohort.pk}/tempel/")
    someone.context.clear_cookies(name="sessionid")
    paste(someone, rows(faults=False))
    someone.press("#tempel button:has-text('Periksa dan simpan')")
    someone.page.fill("[name=login]", operator.username)
    someone.page.fill("[name=password]", PASSWORD)
    someone.press("main form button[type=submit]")
    expect(someone.page.locator("#text")).to_have_value(rows(faults=False))
    expect(someone.page.locator("#tempel tbody tr")).to_have_count(len(NAMES) + 1)
    assert cohort.participants.count() == 0
    someone.press("#tempel button:has-text('Periksa dan simpan')")
    assert cohort.participants.count() == len(NAMES)
