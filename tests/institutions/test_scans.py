"""What is kept of a paper, and what is refused: each refusal beside its allowed twin."""

import pytest
from pypdf import PdfReader

from institutions import scans
from institutions.scans import DocumentRefused, read_scan
from tests.institutions import papers

BAD = {
    "nothing": (b"", "kosong"),
    "a program called pdf": (b"MZ\x90\x00" + bytes(300), "PNG"),
    "a page of the web": (b"<html><script>1</script></html>", "PNG"),
    "a picture with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "PNG"),
    "a page before the pdf": (b"<html>\n" + papers.pdf(), "PNG"),
    "an animation": (b"GIF89a" + bytes(200), "PNG"),
    "a workbook": (b"PK\x03\x04" + bytes(200), "PDF"),
    "a photo of another format": (papers.heic(), "HEIC"),
    "a pdf cut short": (papers.pdf()[:-40], "rusak"),
    "a pdf that is only its head": (b"%PDF-1.7\n%%EOF", "rusak"),
    "a pdf that holds itself": (papers.looping_pdf(), "rusak"),
    "a locked pdf": (papers.encrypted_pdf(), "kata sandi"),
    "a pdf with a script": (papers.pdf_with_script(), "program"),
    "a pdf with a script in disguise": (papers.pdf_with_hidden_script(), "program"),
    "a pdf that starts a program": (papers.pdf_with("/Launch"), "program"),
    "a pdf that starts one elsewhere": (papers.pdf_with("/Launch", indirect=True), "program"),
    "a pdf with a file in it": (papers.pdf_with_attachment(), "program"),
    "a photo cut short": (papers.jpg(900, 900)[:-200], "rusak"),
    "a drawing cut short": (papers.png()[:-30], "rusak"),
    "only the head of a photo": (b"\xff\xd8\xff\xe0", "rusak"),
    "too many pixels": (papers.png_bomb(), "piksel"),
    "more pixels than a camera has": (papers.png_bomb(6_000), "piksel"),
}


@pytest.mark.parametrize(("content", "words"), BAD.values(), ids=BAD)
def test_bad_file_is_refused_with_its_cure(content: bytes, words: str):
    with pytest.raises(DocumentRefused) as refusal:
        read_scan(content)
    sentence = str(refusal.value)
    assert words in sentence
    assert sentence.count(". ") + sentence.endswith(".") >= 2, "says what is wrong and the cure"


GOOD = {
    "application/pdf": papers.pdf(3),
    "image/jpeg": papers.jpg(),
    "image/png": papers.png(),
}


@pytest.mark.parametrize(("media_type", "content"), GOOD.items())
def test_good_file_is_kept_under_what_it_is(media_type: str, content: bytes):
    assert read_scan(content).media_type == media_type


def test_file_of_ten_megabytes_is_kept_and_one_byte_more_refused():
    photo = papers.jpg()
    full = photo + bytes(scans.MAX_BYTES - len(photo))
    assert read_scan(full).media_type == "image/jpeg"
    with pytest.raises(DocumentRefused, match="10 MB"):
        read_scan(full + b"\x00")


def test_photo_is_kept_upright_without_its_place():
    sent = papers.jpg_from_phone(60, 40)
    assert papers.opened(sent).getexif().get_ifd(0x8825)
    kept = papers.opened(read_scan(sent).content)
    assert kept.size == (40, 60)
    assert not kept.getexif()
    assert "comment" not in kept.info
    assert papers.AUTHOR.encode() not in read_scan(sent).content


def test_large_photo_is_kept_with_two_thousand_pixels():
    kept = papers.opened(read_scan(papers.jpg(4_000, 3_000)).content)
    assert kept.size == (2_000, 1_500)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "I;16"])
def test_drawing_of_any_kind_is_kept_as_it_looks(mode: str):
    image = papers.opened(read_scan(papers.png(mode=mode)).content).convert("L")
    darkest, lightest = image.getextrema()
    assert darkest < 40
    assert lightest > 215


def test_words_in_a_drawing_are_gone():
    sent = papers.png_with_text()
    assert papers.AUTHOR.encode() in sent
    assert papers.AUTHOR.encode() not in read_scan(sent).content


def test_what_hangs_behind_a_photo_is_gone():
    kept = read_scan(papers.jpg() + b"PK\x03\x04<script>").content
    assert b"<script>" not in kept
    assert kept.endswith(b"\xff\xd9")


@pytest.mark.parametrize("sent", [papers.pdf(2), papers.pdf_with_xmp()], ids=["info", "xmp"])
def test_author_of_a_pdf_is_gone_and_its_pages_stay(sent: bytes):
    kept = read_scan(sent).content
    assert papers.pages_of(kept) == papers.pages_of(sent)
    assert papers.AUTHOR.encode() in sent or PdfReader(papers.stream(sent)).metadata
    assert not (PdfReader(papers.stream(kept)).metadata or {}).get("/Author")
    assert papers.AUTHOR.encode() not in kept


def test_what_hangs_behind_a_pdf_is_gone():
    assert b"<script>" not in read_scan(papers.pdf() + b"<script>").content


def test_signed_pdf_is_kept_byte_by_byte():
    sent = papers.signed_pdf()
    assert read_scan(sent).content == sent


def test_pdf_of_too_many_pages_is_refused(monkeypatch):
    monkeypatch.setattr(scans, "MAX_PAGES", 3)
    assert papers.pages_of(read_scan(papers.pdf(3)).content) == 3
    with pytest.raises(DocumentRefused, match="3 halaman"):
        read_scan(papers.pdf(4))


def test_pdf_of_too_many_objects_is_refused(monkeypatch):
    monkeypatch.setattr(scans, "MAX_OBJECTS", 10)
    with pytest.raises(DocumentRefused, match="rumit"):
        read_scan(papers.pdf(30))
