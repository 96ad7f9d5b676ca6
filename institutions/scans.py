"""A paper as it comes from phone, scanner or office: judged by its content and made safe to keep.

What a file calls itself, or what the browser says it is, decides nothing.
"""

import hashlib
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter, apply_configuration
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

MAX_BYTES = 10 * 1024 * 1024
MAX_PAGES = 300
# Work on one PDF: objects looked at, seconds, and bytes that one of its streams may unpack to.
MAX_OBJECTS = 200_000
MAX_SECONDS = 10
MAX_UNPACKED = 20 * 1024 * 1024
# A photo is decoded in memory: 50 million pixels are the sharpest mode of most phones, and a PNG
# takes four bytes a pixel whatever is in it.
MAX_PIXELS = {"JPEG": 50_000_000, "PNG": 25_000_000}
LONG_SIDE = 2_000
# Pixels take hundreds of megabytes: a process decodes one photo after another.
DECODING = threading.Lock()
JPEG_QUALITY = 85
END_OF_PDF = b"%%EOF"
# Readers accept a few bytes behind the end, and so do we.
TAIL_BYTES = 2_048
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}
OFFICE_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# What makes a PDF do something, or carries another file into it.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}
ACTIVE_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie",
    "/Sound", "/RichMediaExecute",
}  # fmt: skip
ACTIVE_KINDS = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
TELLTALE_KEYS = ("/Metadata", "/PieceInfo", "/Thumb")


class DocumentRefused(ValueError):
    """The file cannot be kept as a paper; says what is wrong with it and the cure."""


@dataclass(frozen=True)
class Scan:
    """A paper ready to be kept: the bytes and what they are."""

    content: bytes
    media_type: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class CheckedFile(UploadedFile):  # type: ignore[type-arg]  # has no types when it runs
    """An uploaded file that a form has read already; its scan comes with it."""

    def __init__(self, file: "UploadedFile[Any]", scan: Scan) -> None:
        super().__init__(file, file.name, file.content_type, file.size)
        self.scan = scan


def scan_of(file: "UploadedFile[Any]") -> Scan:
    """The paper in an uploaded file, read once; raises DocumentRefused with the cure."""
    if isinstance(file, CheckedFile):
        return file.scan
    check_size(file.size or 0)
    file.seek(0)
    return read_scan(file.read())


def read_scan(content: bytes) -> Scan:
    """The paper in these bytes, without metadata; raises DocumentRefused with the cure."""
    check_size(len(content))
    if content.startswith(b"%PDF-"):
        return Scan(_clean_pdf(content), "application/pdf")
    if content.startswith(b"\xff\xd8\xff"):
        return Scan(_clean_photo(content, "JPEG"), "image/jpeg")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return Scan(_clean_photo(content, "PNG"), "image/png")
    if content[4:8] == b"ftyp" and content[8:12] in HEIC_BRANDS:
        raise DocumentRefused(
            gettext(
                "The photo is in the HEIC format. On the phone choose Settings, Camera, Formats, "
                "“Most Compatible”, or send the photo as JPG."
            )
        )
    if content.startswith(OFFICE_STARTS):
        raise DocumentRefused(
            gettext("This is a file of an office program. Save it as PDF and upload the PDF.")
        )
    raise DocumentRefused(
        gettext(
            "This file is neither PDF nor JPG nor PNG, whatever its name says. Scan or photograph "
            "the paper and upload that file."
        )
    )


def check_size(size: int) -> None:
    """Refuse an empty file and one above 10 MB, before anything reads it."""
    if not size:
        raise DocumentRefused(gettext("The file is empty. Choose the file again."))
    if size > MAX_BYTES:
        raise DocumentRefused(
            gettext(
                "The file is larger than 10 MB. Scan with 150 dpi or in grey, or split the paper "
                "into parts."
            )
        )


def _clean_photo(content: bytes, kind: str) -> bytes:
    """Upright, at most 2,000 pixels on the long side, and nothing but pixels."""
    try:
        with DECODING, Image.open(io.BytesIO(content), formats=[kind]) as photo:
            if photo.width * photo.height > MAX_PIXELS[kind]:
                raise Image.DecompressionBombError
            # A JPEG is decoded at about the wanted size at once, which saves most of the memory.
            photo.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(photo)
            mode = _plain_mode(upright, kind)
            # A new picture takes over pixels only: no place, no date, no comment.
            plain = Image.new(mode, upright.size)
            plain.paste(upright.convert(mode))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise DocumentRefused(
            gettext("The photo has too many pixels. Take it again with a lower resolution.")
        ) from bomb
    except Exception as error:
        # Pillow answers broken files with many kinds of errors; the sentence is the same for all.
        raise DocumentRefused(
            gettext("The photo is damaged or incomplete. Take it again, or upload it again.")
        ) from error
    kept = io.BytesIO()
    options: dict[str, Any] = {"quality": JPEG_QUALITY} if kind == "JPEG" else {}
    plain.save(kept, kind, optimize=True, **options)
    return kept.getvalue()


def _plain_mode(photo: Image.Image, kind: str) -> str:
    """Grey, colour, or colour with transparency: what every browser and printer shows."""
    if photo.mode in ("1", "L", "I", "I;16", "F"):
        return "L"
    return "RGBA" if kind == "PNG" and photo.has_transparency_data else "RGB"


def _clean_pdf(content: bytes) -> bytes:
    if END_OF_PDF not in content[-TAIL_BYTES:]:
        raise _unreadable_pdf()
    try:
        with apply_configuration(
            zlib_maximum_output_length=MAX_UNPACKED,
            lzw_maximum_output_length=MAX_UNPACKED,
            run_length_maximum_output_length=MAX_UNPACKED,
            page_tree_maximum_entries=MAX_PAGES * 10,
        ):
            return _without_metadata(content)
    except DocumentRefused:
        raise
    except Exception as error:
        # pypdf answers hostile files with many kinds of errors, RecursionError among them.
        raise _unreadable_pdf() from error


def _unreadable_pdf() -> DocumentRefused:
    return DocumentRefused(
        gettext("The PDF is damaged or incomplete. Save or scan it again and upload the new file.")
    )


def _without_metadata(content: bytes) -> bytes:
    """The PDF without author, program and dates; one that is signed stays as it is, byte by byte.

    Raises DocumentRefused for one that is locked, too long, or does more than show pages.
    """
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise DocumentRefused(
            gettext("The PDF is locked with a password. Save a copy without it and upload that.")
        )
    pages = len(reader.pages)
    if pages > MAX_PAGES:
        raise DocumentRefused(
            gettext("The PDF has more than %(limit)s pages. Split it into parts.")
            % {"limit": MAX_PAGES}
        )
    if not pages:
        raise _unreadable_pdf()
    entries = list(_dictionaries(reader.trailer))
    if any(_is_active(entry) for entry in entries):
        raise DocumentRefused(
            gettext(
                "The PDF holds a program or an attached file. Print it to PDF and upload the "
                "result."
            )
        )
    if any("/ByteRange" in entry and "/Contents" in entry for entry in entries):
        return content
    # Taken out before the copy is made: it would carry along what nothing names any more.
    for entry in entries:
        for key in TELLTALE_KEYS:
            entry.pop(key, None)
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def _is_active(entry: DictionaryObject) -> bool:
    # By index, not by `get`: only that looks behind a reference.
    action: object = entry["/S"] if "/S" in entry else None  # noqa: SIM401
    kind: object = entry["/Subtype"] if "/Subtype" in entry else None  # noqa: SIM401
    is_action = isinstance(action, str) and action in ACTIVE_ACTIONS
    is_carrier = isinstance(kind, str) and kind in ACTIVE_KINDS
    return is_action or is_carrier or not ACTIVE_KEYS.isdisjoint(entry)


def _dictionaries(start: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached from here, each once; no stream is unpacked."""
    waiting: list[Any] = [start]
    seen: set[int] = set()
    deadline = time.monotonic() + MAX_SECONDS
    visited = 0
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, IndirectObject):
            if entry.idnum in seen:
                continue
            seen.add(entry.idnum)
            entry = entry.get_object()
        visited += 1
        if visited > MAX_OBJECTS or time.monotonic() > deadline:
            raise DocumentRefused(
                gettext("The PDF is too complicated to be checked. Print it to PDF again.")
            )
        if isinstance(entry, DictionaryObject):
            yield entry
            # The values as they stand: a reference stays one, so that none is followed twice.
            waiting.extend(entry.raw_get(key) for key in entry)
        elif isinstance(entry, ArrayObject):
            waiting.extend(list.__iter__(entry))
