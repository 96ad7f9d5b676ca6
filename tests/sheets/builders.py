"""Spreadsheets made on the spot for tests: as messy as the real ones, and hostile ones."""

import csv
import datetime
import io
import zipfile
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter
import xlwt

HEADER = ["NO", "NAMA", "NIK", "TTL", "L/P", "PENDIDIKAN", "ALAMAT", "NO HP"]


def person(number, **cells):
    """A sound row under HEADER, unless told otherwise."""
    row = {
        "name": f"Orang {chr(64 + number)}" if number < 27 else f"Orang {number}",
        "nik": "-",
        "birth": "Bandung, 12 Maret 1999",
        "sex": "L",
        "education": "SMA",
        "address": "Kp. Cibeureum",
        "phone": "081234567890",
    } | cells
    return [number, *row.values()]


def xlsx(rows, merges=(), name="Sheet1", before=(), hidden=()):
    """A workbook; `before` are further sheets as (name, rows), in front."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for title, sheet_rows in [*before, (name, rows)]:
            page = book.add_worksheet(title)
            if title in hidden:
                page.hide()
            else:
                page.activate()
                page.set_first_sheet()
            for number, row in enumerate(sheet_rows):
                for column, value in enumerate(row):
                    if isinstance(value, bool):
                        page.write_boolean(number, column, value)
                    elif isinstance(value, datetime.date):
                        page.write_datetime(number, column, value, day)
                    elif isinstance(value, int | float):
                        page.write_number(number, column, value)
                    elif value is not None:
                        page.write_string(number, column, value)
        for top, left, bottom, right in merges:
            page.merge_range(top, left, bottom, right, rows[top][left])
    return stream.getvalue()


def xls(rows):
    stream = io.BytesIO()
    book = xlwt.Workbook()
    page = book.add_sheet("Sheet1")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                page.write(number, column, value)
    book.save(stream)
    return stream.getvalue()


def text_table(rows, delimiter=";", encoding="utf-8"):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(
        ["" if value is None else value for value in row] for row in rows
    )
    return stream.getvalue().encode(encoding)


def archive(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return stream.getvalue()


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style")
)


def ods(rows, merges=(), name="Sheet1", before=(), hidden=()):
    """The same workbook as `xlsx` makes, as LibreOffice writes it: blanks counted, not repeated."""
    tables = ""
    for title, sheet_rows in [*before, (name, rows)]:
        style = "veiled" if title in hidden else "shown"
        spans = {(top, left): (bottom, right) for top, left, bottom, right in merges}
        if title != name:
            spans = {}
        body = "".join(
            f"<table:table-row>{_ods_cells(number, row, spans)}</table:table-row>"
            if row
            else '<table:table-row><table:table-cell table:number-columns-repeated="16384"/>'
            "</table:table-row>"
            for number, row in enumerate(sheet_rows)
        )
        tables += (
            f'<table:table table:name={quoteattr(title)} table:style-name="{style}">{body}'
            '<table:table-row table:number-rows-repeated="1048000">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table>"
        )
    return ods_of(tables)


def ods_of(tables, **members):
    """An OpenDocument around the XML of its tables; `members` are further files in it."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {ODS_NAMESPACES}>'
        '<office:automatic-styles><style:style style:name="veiled" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles>'
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = "<manifest/>"
    parts = {"mimetype": ODS_TYPE, "content.xml": content, "META-INF/manifest.xml": manifest}
    return archive(parts | members)


def _ods_cells(number, row, spans):
    cells, covered = "", 0
    for column, value in enumerate(row):
        if covered:
            cells += "<table:covered-table-cell/>"
            covered -= 1
            continue
        bottom, right = spans.get((number, column), (number, column))
        covered = right - column
        span = (
            f' table:number-columns-spanned="{covered + 1}"'
            f' table:number-rows-spanned="{bottom - number + 1}"'
        )
        cells += f"<table:table-cell{span}{_ods_value(value)}</table:table-cell>"
    return cells


def _ods_value(value):
    if value is None:
        return ">"
    if isinstance(value, bool):
        return f' office:value-type="boolean" office:boolean-value="{str(value).lower()}">'
    if isinstance(value, datetime.date):
        return f' office:value-type="date" office:date-value="{value.isoformat()}">'
    if isinstance(value, int | float):
        return f' office:value-type="float" office:value="{value}"><text:p>{value:g}</text:p>'
    return f' office:value-type="string"><text:p>{escape(value)}</text:p>'
