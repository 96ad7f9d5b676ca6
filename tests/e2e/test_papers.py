"""An operator photographs a paper and uploads it by phone, with and without scripts."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from institutions import scans
from institutions.models import Document
from tests.e2e.conftest import PASSWORD, PHONE
from tests.factories import DocumentKindFactory, DocumentRequirementFactory, InstitutionFactory
from tests.factories.accounts import OperatorFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def institution(transactional_db):
    return InstitutionFactory(signed=True)


@pytest.fixture
def operator(institution):
    return OperatorFactory(institution=institution, password=PASSWORD)


@pytest.fixture
def kind(transactional_db):
    kind = DocumentKindFactory(name="Foto bangunan")
    DocumentRequirementFactory(kind=kind)
    return kind


@pytest.fixture
def photo(tmp_path):
    """As a phone takes it: 4,000 pixels wide, grainy, lying on its side."""
    path, exif = tmp_path / "IMG_0001.JPG", Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((4_000, 3_000), 60).convert("RGB").save(path, "JPEG", exif=exif)
    assert path.stat().st_size > 2_000_000
    return path


@pytest.fixture
def arrived(monkeypatch):
    """The size in bytes and in pixels of what the server was sent."""
    sent = []

    def read(content: bytes):
        sent.append((len(content), Image.open(io.BytesIO(content)).size))
        return scans_read(content)

    scans_read = scans.read_scan
    monkeypatch.setattr(scans, "read_scan", read)
    return sent


def upload(someone, institution, kind, photo) -> None:
    someone.visit(f"/lembaga/{institution.pk}/dokumen/")
    assert someone.overflow() <= 0
    expect(someone.page.locator("#kurang")).to_contain_text("Foto bangunan")
    someone.page.select_option("[name=kind]", label=kind.name)
    someone.page.set_input_files("[name=file]", photo)
    someone.press("#unggah button[type=submit]")


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_operator_uploads_a_photo_by_phone(
    person, institution, operator, kind, photo, arrived, javascript
):
    someone = person(operator, viewport=PHONE, javascript=javascript)
    upload(someone, institution, kind, photo)
    expect(someone.page.locator("[role=status]")).to_contain_text("Dokumen tersimpan")
    expect(someone.page.locator("#kurang")).not_to_contain_text("Foto bangunan")
    [(size, pixels)] = arrived
    assert pixels == ((1_500, 2_000) if javascript else (4_000, 3_000))
    assert (size < photo.stat().st_size / 2) == javascript
    paper = Document.objects.get()
    with paper.file.open() as file:
        assert Image.open(file).size == (1_500, 2_000)
    assert someone.overflow() <= 0
    if javascript:
        assert someone.barriers() == []


def test_operator_uploads_a_program_and_reads_the_cure_at_the_file(
    person, institution, operator, kind, tmp_path
):
    program = tmp_path / "surat.pdf"
    program.write_bytes(b"MZ" + bytes(5_000))
    someone = person(operator, viewport=PHONE)
    upload(someone, institution, kind, program)
    expect(someone.page.locator("#unggah .field-error")).to_contain_text("bukan PDF")
    assert someone.page.locator("[name=kind]").input_value() == str(kind.pk)
    assert someone.overflow() <= 0
    assert someone.barriers() == []


def test_operator_saves_a_paper_and_takes_it_back(person, institution, operator, kind, photo):
    someone = person(operator, viewport=PHONE)
    upload(someone, institution, kind, photo)
    with someone.page.expect_download() as waiting:
        someone.page.get_by_role("link", name="IMG_0001.jpg").click()
    assert waiting.value.suggested_filename == "IMG_0001.jpg"
    someone.press("main table a:has-text('Tarik')")
    assert someone.barriers() == []
    someone.page.fill("[name=reason]", "Foto kurang jelas.")
    someone.press("main form.panel button")
    expect(someone.page.locator("main table del")).to_have_text("Foto bangunan")
    expect(someone.page.locator("main table")).to_contain_text("Foto kurang jelas.")
