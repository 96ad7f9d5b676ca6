"""What a file really is, judged by its content; its name decides nothing."""

import io
import zipfile
import zlib
from enum import Enum, auto

from blk_portal.sheets.archive import MAX_UNPACKED, check_archive
from blk_portal.sheets.errors import Refusal, refuse


class Kind(Enum):
    """The forms a table may come in."""

    XLSX = auto()
    XLS = auto()
    ODS = auto()
    TEXT = auto()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Excel 2 to 4 wrote a bare stream of records, without a container.
OLD_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
OTHER_FORMATS = (
    b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"II*\x00", b"MM\x00*",
    b"{\\rtf", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"MZ", b"\x7fELF",
)  # fmt: skip
ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
EXCEL_STREAMS = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = "META-INF/manifest.xml"
# Indexes of libraries that hold no macro.
EMPTY_LIBRARIES = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml", "/")
WEB_MARKS = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<style")


def kind_of(data: bytes, max_unpacked: int = MAX_UNPACKED) -> Kind:
    """Tell the form of a file, or refuse it. A zip container is weighed on the way."""
    if not data.strip(b"\x00\t\r\n ") or data in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        raise refuse(Refusal.FILE_EMPTY)
    if data[:2] == b"PK":
        return _kind_of_archive(data, max_unpacked)
    if data[:8] == OLE:
        return _kind_of_ole(data)
    start = data[:2048].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").replace(b"\x00", b"").lower()
    if start.startswith(WEB_MARKS) or (start.startswith(b"<") and b"<html" in start):
        raise refuse(Refusal.FORMAT_HTML)
    if data.startswith((*OTHER_FORMATS, *OLD_EXCEL)) and not _is_prose(data):
        raise refuse(Refusal.FORMAT_UNSUPPORTED)
    if start.startswith((b"<?xml", b"{\\rtf", b"mime-version:", b"id;p")):
        raise refuse(Refusal.FORMAT_UNSUPPORTED)
    return Kind.TEXT


def _is_prose(data: bytes) -> bool:
    """A text may begin with the letters BM or MZ."""
    return not any(byte < 9 or 13 < byte < 32 for byte in data[:512]) and data[:4] not in (
        b"%PDF", b"{\\rtf",
    )  # fmt: skip


def _kind_of_archive(data: bytes, max_unpacked: int) -> Kind:
    members = check_archive(data, max_unpacked)
    names = {name.lower().replace("\\", "/") for name in members}
    if "mimetype" in members:
        return _kind_of_open_document(data, members)
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets") for name in names):
        raise refuse(Refusal.FILE_HAS_MACROS)
    if "xl/workbook.xml" in names or any(
        name.startswith("xl/") and name.endswith(".xml") for name in names
    ):
        return Kind.XLSX
    raise refuse(Refusal.FORMAT_UNSUPPORTED)


def _kind_of_open_document(data: bytes, members: list[str]) -> Kind:
    """A sheet of LibreOffice and others. Of a protected one only the manifest can be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            mimetype = archive.read("mimetype")
            manifest = archive.read(MANIFEST) if MANIFEST in members else b""
    except (zipfile.BadZipFile, KeyError, OSError, zlib.error) as error:
        raise refuse(Refusal.FILE_DAMAGED) from error
    if not mimetype.startswith(OPEN_DOCUMENT):
        raise refuse(Refusal.FORMAT_UNSUPPORTED)
    if b"encryption-data" in manifest:
        raise refuse(Refusal.FILE_ENCRYPTED)
    if any(
        name.startswith(("basic/", "scripts/")) and not name.endswith(EMPTY_LIBRARIES)
        for name in map(str.lower, members)
    ):
        raise refuse(Refusal.FILE_HAS_MACROS)
    if "content.xml" not in members:
        raise refuse(Refusal.FILE_DAMAGED)
    return Kind.ODS


def _kind_of_ole(data: bytes) -> Kind:
    if ENCRYPTED_STREAM in data:
        raise refuse(Refusal.FILE_ENCRYPTED)
    if not any(name in data for name in EXCEL_STREAMS):
        raise refuse(Refusal.FORMAT_UNSUPPORTED)
    return Kind.XLS
