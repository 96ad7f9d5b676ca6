"""A list is taken in from the upload to the second one, and an observer reads the register."""

import pytest
from playwright.sync_api import expect

from blk_portal.sheets.workbook import read_sheets
from institutions.models import Institution
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories import (
    AssessmentFactory,
    DisbursementFactory,
    DocumentFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
    RegencyFactory,
    VisitFactory,
    VocationalFieldFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEAD = "Nama Lembaga;Yayasan;Jenis;Kab/Kota;Kejuruan;TA;VIN"
PATIENCE = 60_000


@pytest.fixture
def sheet(transactional_db, tmp_path):
    """Three sound rows, one without its field and one of a regency that there is not."""
    VocationalFieldFactory()
    ProgrammeYearFactory()
    place = RegencyFactory().name
    rows = [
        f"BLKK Satu {n} (contoh);Yayasan {n};pesantren;{place};Las;2022;V-{n:04}" for n in "123"
    ]
    rows.append(f"BLKK Tanpa Bidang (contoh);Yayasan 4;pesantren;{place};;2022;V-0004")
    rows.append("BLKK Entah (contoh);Yayasan 5;pesantren;Kabupaten Entah;Las;2022;V-0005")
    path = tmp_path / "daftar lembaga.csv"
    path.write_text("\n".join([HEAD, *rows]))
    return path


def upload(someone, path) -> None:
    """Choose the file, and wait until the worker has checked it."""
    someone.visit("/lembaga/impor/")
    someone.page.set_input_files("[name=file]", path)
    someone.press("main form button[type=submit]")
    expect(someone.page.locator("#h-hasil")).to_contain_text("5 baris", timeout=PATIENCE)


def figures(someone) -> dict[str, str]:
    """What the page says became of the rows."""
    pairs = someone.page.locator("main dl.pairs > div")
    return dict(text.split("\n", 1) for text in pairs.all_inner_texts())


def test_admin_takes_in_a_list_and_the_second_upload_changes_nothing(
    person, worker, sheet, tmp_path
):
    someone = person(NationalAdminFactory(password=PASSWORD), viewport=DESK)
    upload(someone, sheet)
    counted = figures(someone)
    assert (counted["Baru"], counted["Ditolak"]) == ("3", "2")
    assert "Belum ada yang ditulis" in someone.text()
    assert not Institution.objects.exists()
    assert someone.barriers() == []
    with someone.page.expect_download() as waiting:
        someone.page.get_by_role("link", name="Unduh baris yang ditolak (.xlsx)").click()
    waiting.value.save_as(tmp_path / "perbaikan.xlsx")
    cells = [cell for row in read_sheets(tmp_path / "perbaikan.xlsx")[0].rows for cell in row]
    assert "BLKK Entah (contoh)" in cells
    assert "BLKK Satu 1 (contoh)" not in cells
    someone.press("main form button:has-text('Terapkan 3 baris')")
    # The bar of the progress asks by itself; the page comes anew when the worker is through.
    expect(someone.page.locator("main")).to_contain_text("Ditulis ke register: 3", timeout=PATIENCE)
    assert Institution.objects.count() == 3
    upload(someone, sheet)
    counted = figures(someone)
    assert (counted["Baru"], counted["Tetap"], counted["Ditolak"]) == ("0", "3", "2")
    assert "Terapkan" not in someone.text()
    someone.page.set_viewport_size(PHONE)
    assert someone.overflow() <= 0


def test_observer_reads_from_the_list_to_the_story_and_of_no_paper_money_or_participant(person):
    admin = NationalAdminFactory(name="Ani Contoh")
    institution = InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)", by=admin)
    InstitutionFactory(name="BLKK Tempat Lain (contoh)")
    DisbursementFactory(institution=institution, by=admin)
    DocumentFactory(institution=institution, by=OperatorFactory(), number="RAHASIA/1")
    VisitFactory(institution=institution, officer=admin, findings="Temuan rahasia.")
    AssessmentFactory(institution=institution, by=admin, reaching="tumbuh")
    someone = ParticipantFactory(cohort__institution=institution, name="Nama Rahasia")
    observer = ObserverFactory(province=institution.regency.province, password=PASSWORD)
    reader = person(observer, viewport=PHONE)
    reader.visit("/lembaga/")
    assert "BLKK Tempat Lain" not in reader.text()
    reader.press(f"main a:has-text('{institution.name}')")
    story = reader.page.locator("main .timeline").inner_text()
    assert "Dinilai: Tumbuh" in story
    assert "PKB ditandatangani" in story
    assert reader.overflow() <= 0
    assert reader.barriers() == []
    pages = reader.page.locator("nav.sections a").evaluate_all("all => all.map(one => one.href)")
    for page in pages:
        reader.page.goto(page)
        for hidden in ("RAHASIA/1", "Temuan rahasia", someone.name, "100.000.000"):
            assert hidden not in reader.text()
    for page in ("dokumen/", "keuangan/", "kunjungan/"):
        assert reader.visit(f"/lembaga/{institution.pk}/{page}").status in (403, 404)
