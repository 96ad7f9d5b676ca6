"""Papers as they come in, and files that only look like papers."""

import io
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

AUTHOR = "Nama Pembuat"


def saved(writer: PdfWriter) -> bytes:
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def blank(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    writer.add_metadata({"/Author": AUTHOR})
    return writer


def pdf(pages: int = 1) -> bytes:
    return saved(blank(pages))


def pdf_with_xmp() -> bytes:
    writer = blank()
    stream = StreamObject()
    stream.set_data(f"<x:xmpmeta>{AUTHOR}</x:xmpmeta>".encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)
    return saved(writer)


def pdf_with(action: str, *, indirect: bool = False) -> bytes:
    """A PDF that carries out an action as soon as it is opened."""
    writer = blank()
    name = NameObject(action)
    entry = DictionaryObject({NameObject("/S"): writer._add_object(name) if indirect else name})
    writer.root_object[NameObject("/OpenAction")] = entry
    return saved(writer)


def pdf_with_script() -> bytes:
    """A script in the list of names, where a reader runs it without any action."""
    writer = blank()
    script = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert('contoh');")})
    names = ArrayObject([TextStringObject("x"), writer._add_object(script)])
    listed = DictionaryObject({NameObject("/Names"): names})
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): listed})
    return saved(writer)


def pdf_with_hidden_script() -> bytes:
    """Named with escapes, as one hides it."""
    plain = pdf_with("/JavaScript")
    return plain.replace(b"/JavaScript", b"/#4aavaScript")


def pdf_with_attachment() -> bytes:
    writer = blank()
    writer.add_attachment("lampiran.exe", b"MZ")
    return saved(writer)


def encrypted_pdf() -> bytes:
    writer = blank()
    writer.encrypt("rahasia", algorithm="AES-256")
    return saved(writer)


def signed_pdf() -> bytes:
    """With the mark of an electronic signature: rewriting would break it."""
    writer = blank()
    signature = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Sig"),
            NameObject("/ByteRange"): ArrayObject([NumberObject(0), NumberObject(10)]),
            NameObject("/Contents"): ByteStringObject(b"\x30\x80"),
        }
    )
    field = DictionaryObject(
        {
            NameObject("/FT"): NameObject("/Sig"),
            NameObject("/T"): TextStringObject("TTE"),
            NameObject("/V"): writer._add_object(signature),
        }
    )
    form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
    writer.root_object[NameObject("/AcroForm")] = form
    return saved(writer)


def looping_pdf() -> bytes:
    """Its pages are their own children."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\n"
        b"trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    )


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    return Image.linear_gradient("L").resize((width, height)).convert(mode)


def _saved(image: Image.Image, kind: str, **options) -> bytes:
    kept = io.BytesIO()
    image.save(kept, kind, **options)
    return kept.getvalue()


def jpg(width: int = 60, height: int = 40, **options) -> bytes:
    return _saved(picture(width, height), "JPEG", **options)


def jpg_from_phone(width: int = 60, height: int = 40) -> bytes:
    """Lying on its side, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = AUTHOR
    exif.get_ifd(0x8825).update({1: "S", 2: (6.0, 12.0, 0.0), 3: "E", 4: (106.0, 48.0, 0.0)})
    return jpg(width, height, exif=exif, comment=AUTHOR.encode())


def png(width: int = 60, height: int = 40, mode: str = "RGB") -> bytes:
    return _saved(picture(width, height, mode), "PNG")


def png_with_text() -> bytes:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", AUTHOR)
    return _saved(picture(), "PNG", pnginfo=told)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def png_bomb(side: int = 30_000) -> bytes:
    """A few kilobytes that say they are 900 million pixels."""
    head = side.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")
    )


def heic() -> bytes:
    return b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(200)


def upload(content: bytes | None = None, name: str = "kertas.pdf") -> SimpleUploadedFile:
    """As a browser sends it that knows nothing of the file."""
    return SimpleUploadedFile(name, pdf() if content is None else content, "text/html")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def stream(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def pages_of(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)
