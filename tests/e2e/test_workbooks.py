"""Workbooks an operator downloads, fills in on the own machine and uploads, by phone."""

from datetime import date

import pytest
from playwright.sync_api import expect

from blk_portal.sheets.workbook import read_sheets
from tests.e2e.conftest import PASSWORD, PHONE
from tests.e2e.rosters import IMPOSSIBLE, NAMES, SCIENTIFIC, SEXES, SEXLESS, born, nik, write_roster
from tests.factories.accounts import OperatorFactory
from tests.factories.trainings import CohortFactory, synthetic_nik
from tests.sheets.builders import xlsx

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MEND, TEMPLATE = "Unduh baris yang perlu diperbaiki (.xlsx)", "Unduh lembar isian (.xlsx)"


@pytest.fixture
def cohort(transactional_db):
    return CohortFactory()


@pytest.fixture
def someone(person, cohort):
    """The operator of the cohort, on its page by phone."""
    operator = OperatorFactory(institution=cohort.institution, password=PASSWORD)
    someone = person(operator, viewport=PHONE)
    someone.visit(f"/pelatihan/{cohort.pk}/")
    return someone


def upload(someone, path) -> None:
    someone.page.set_input_files("[name=file]", path)
    someone.press("#unggah button[type=submit]")


def download(someone, words: str, to):
    """Press the link and keep the file; returns its rows up to the header, and those below."""
    with someone.page.expect_download() as waiting:
        someone.page.get_by_role("link", name=words).click()
    waiting.value.save_as(to)
    rows = read_sheets(to)[0].rows
    top = next(number for number, row in enumerate(rows) if "NAMA" in row)
    width = len(rows[top])
    return rows[: top + 1], [[*row, *[None] * (width - len(row))] for row in rows[top + 1 :]]


def test_operator_mends_the_downloaded_rows_and_all_are_accepted(someone, cohort, tmp_path):
    upload(someone, write_roster(tmp_path / "peserta.xlsx"))
    assert cohort.participants.count() == 13
    head, rows = download(someone, MEND, tmp_path / "perbaikan.xlsx")
    header = head[-1]
    assert [row[header.index("NAMA")] for row in rows] == [
        NAMES[index] for index in (SCIENTIFIC, IMPOSSIBLE, SEXLESS)
    ]
    assert someone.overflow() <= 0
    mended = (
        (SCIENTIFIC, "NIK", nik(SCIENTIFIC)),
        (IMPOSSIBLE, "TANGGAL LAHIR", born(IMPOSSIBLE)),
        (SEXLESS, "L/P", SEXES[SEXLESS]),
    )
    for row, (_index, name, value) in zip(rows, mended, strict=True):
        row[header.index(name)] = value
    path = tmp_path / "sudah diperbaiki.xlsx"
    path.write_bytes(xlsx([*head, *rows]))
    upload(someone, path)
    expect(someone.page.locator("#hasil-unggah")).to_contain_text("3 diterima")
    expect(someone.page.locator("#perbaikan")).to_have_count(0)
    expect(someone.page.locator("#peserta tbody tr")).to_have_count(16)
    assert list(cohort.participants.values_list("name", flat=True)) == list(NAMES)


def test_operator_fills_in_the_sheet_of_the_cohort(someone, cohort, tmp_path):
    head, rows = download(someone, TEMPLATE, tmp_path / "lembar isian.xlsx")
    assert someone.overflow() <= 0
    upload(someone, tmp_path / "lembar isian.xlsx")
    expect(someone.page.locator("#unggah .field-error")).to_contain_text("Tidak ada peserta")
    header, birth = head[-1], date(2001, 5, 17)
    for number, name in enumerate(NAMES[:3]):
        row = rows[number]
        row[header.index("NAMA")] = name
        row[header.index("NIK")] = synthetic_nik(number, born=birth, sex="P")
        row[header.index("L/P")] = "P"
        row[header.index("TANGGAL LAHIR")] = birth
    path = tmp_path / "terisi.xlsx"
    path.write_bytes(xlsx([*head, *rows]))
    upload(someone, path)
    expect(someone.page.locator("#hasil-unggah")).to_contain_text("3 diterima, 0 ")
    expect(someone.page.locator("#peringatan")).to_have_count(0)
    expect(someone.page.locator("#peserta tbody tr")).to_have_count(3)
    head, rows = download(someone, TEMPLATE, tmp_path / "lagi.xlsx")
    assert [row[1] for row in rows[:4]] == [*NAMES[:3], None]
