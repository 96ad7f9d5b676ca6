"""Files made to harm: refused with a plain sentence, in time, and without taking memory."""

import io
import struct

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from blk_portal.sheets.errors import Refusal, SheetRefused
from blk_portal.sheets.workbook import MAX_COLUMNS, read_sheets
from tests.sheets.builders import (
    HEADER,
    ODS_TYPE,
    archive,
    members_of,
    ods,
    ods_of,
    person,
    text_table,
    xls,
    xlsx,
)

SOUND = xlsx([HEADER, person(1)])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def lying(data):
    """The last member's size in the zip directory set to ten bytes."""
    data = bytearray(data)
    struct.pack_into("<I", data, data.rfind(b"PK\x01\x02") + 24, 10)
    return bytes(data)


def with_part(name, content):
    parts = members_of(SOUND)
    parts.pop(name, None)
    return archive(parts | {name: content})


def corner():
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "a")
        page.write(1_048_575, 16_383, "z")
    return stream.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;&x;</t></si></sst>"""

SOUND_ODS = ods([HEADER, person(1)])
X = '<table:table-cell office:value-type="string"{}><text:p>x</text:p></table:table-cell>'


def repeated(*, rows=1, columns=1, tables=1):
    """One cell that says of itself that it stands there many times."""
    cell = X.format(f' table:number-columns-repeated="{columns}"')
    return ods_of(
        "".join(
            f'<table:table table:name="{n}"><table:table-row table:number-rows-repeated="{rows}">'
            f"{cell}</table:table-row></table:table>"
            for n in range(tables)
        )
    )


def ods_entities():
    parts = members_of(SOUND_ODS)
    doctype = ENTITIES.split(b"<sst")[0].split(b"?>")[1]
    content = parts["content.xml"].replace(b"?>", b"?>" + doctype, 1)
    return archive(parts | {"content.xml": content.replace(b"Orang A", b"&b;", 1)})


HOSTILE = {
    "ods repeated rows and columns": (
        repeated(rows=1_000_000, columns=16_384),
        Refusal.SHEET_TOO_LARGE,
    ),
    "ods repeated columns": (repeated(columns=10**12), Refusal.SHEET_TOO_LARGE),
    "ods many repeated tables": (
        repeated(rows=100_000, columns=100, tables=50),
        Refusal.SHEET_TOO_LARGE,
    ),
    "ods columns fewer than none": (repeated(columns=-5), Refusal.FILE_DAMAGED),
    "ods bomb": (ods_of("", **{"x.xml": bytes(60_000_000)}), Refusal.UNPACKS_TOO_LARGE),
    "ods entities": (ods_entities(), Refusal.FILE_DAMAGED),
    "ods macros": (ods_of("", **{"Basic/Standard/Module1.xml": "x"}), Refusal.FILE_HAS_MACROS),
    "ods script": (ods_of("", **{"Scripts/python/x.py": "x"}), Refusal.FILE_HAS_MACROS),
    "ods password": (
        ods_of("", **{"META-INF/manifest.xml": "<m:encryption-data/>"}),
        Refusal.FILE_ENCRYPTED,
    ),
    "ods password over all": (
        archive(
            {
                "mimetype": ODS_TYPE,
                "encrypted-package": b"x",
                "META-INF/manifest.xml": "<m:encryption-data/>",
            }
        ),
        Refusal.FILE_ENCRYPTED,
    ),
    "ods without content": (archive({"mimetype": ODS_TYPE}), Refusal.FILE_DAMAGED),
    "odt": (
        archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        Refusal.FORMAT_UNSUPPORTED,
    ),
    "six megabytes": (b"a;b;c\n" * 1_100_000, Refusal.FILE_TOO_LARGE),
    "bomb": (with_part("xl/worksheets/sheet9.xml", bytes(60_000_000)), Refusal.UNPACKS_TOO_LARGE),
    "lying bomb": (lying(with_part("xl/z.xml", bytes(60_000_000))), Refusal.UNPACKS_TOO_LARGE),
    "two corners": (corner(), Refusal.SHEET_TOO_LARGE),
    "entities": (with_part("xl/sharedStrings.xml", ENTITIES), Refusal.FILE_DAMAGED),
    "macros": (with_part("xl/vbaProject.bin", b"x"), Refusal.FILE_HAS_MACROS),
    "zip in zip": (archive({"roster.xlsx": SOUND}), Refusal.FORMAT_UNSUPPORTED),
    "word": (archive({"word/document.xml": b"<x/>"}), Refusal.FORMAT_UNSUPPORTED),
    "cut short": (SOUND[: len(SOUND) // 2], Refusal.FILE_DAMAGED),
    "password": (OLE + "EncryptedPackage".encode("utf-16-le"), Refusal.FILE_ENCRYPTED),
    "old word": (OLE + "WordDocument".encode("utf-16-le"), Refusal.FORMAT_UNSUPPORTED),
    "broken xls": (OLE + "Workbook".encode("utf-16-le") + bytes(3000), Refusal.FILE_DAMAGED),
    "web page": (b"\n<html><table><tr><td>NAMA</td></tr></table>", Refusal.FORMAT_HTML),
    "pdf": (b"%PDF-1.4 ...", Refusal.FORMAT_UNSUPPORTED),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), Refusal.FORMAT_UNSUPPORTED),
    "random": (bytes(range(256)) * 20, Refusal.FORMAT_UNSUPPORTED),
    "empty": (b"", Refusal.FILE_EMPTY),
    "blank": (b"\xef\xbb\xbf", Refusal.FILE_EMPTY),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_refused_with_sentence_and_cure(name):
    data, code = HOSTILE[name]
    with pytest.raises(SheetRefused) as refused:
        read_sheets(data, "roster.xlsx")
    assert refused.value.code == code
    assert refused.value.message
    assert refused.value.cure


def test_a_file_that_is_not_there_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "none.xlsx"):
        with pytest.raises(SheetRefused) as refused:
            read_sheets(path)
        assert refused.value.code == Refusal.FILE_MISSING


def test_a_million_columns_are_cut():
    cells = b'<c t="n"><v>1</v></c>' * 1_000_000
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1">' + cells + b"</row></sheetData></worksheet>"
    )
    sheets = read_sheets(with_part("xl/worksheets/sheet1.xml", sheet))
    assert [len(row) for row in sheets[0].rows] == [MAX_COLUMNS]


def test_an_open_document_with_empty_libraries_is_read():
    parts = members_of(SOUND_ODS) | {"Basic/script-lc.xml": b"<x/>", "Basic/": b""}
    (sheet,) = read_sheets(archive(parts))
    assert sheet.rows[0] == HEADER


@settings(max_examples=150)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(data):
    try:
        read_sheets(data)
    except SheetRefused:
        return


@settings(max_examples=25)
@given(st.data())
def test_a_workbook_with_flipped_bytes_is_read_or_refused(data):
    sources = [SOUND, SOUND_ODS, xls([HEADER, person(1)]), text_table([HEADER])]
    source = data.draw(st.sampled_from(sources))
    broken = bytearray(source)
    for place in data.draw(st.lists(st.integers(0, len(source) - 1), max_size=20)):
        broken[place] ^= data.draw(st.integers(1, 255))
    try:
        read_sheets(bytes(broken))
    except SheetRefused:
        return
