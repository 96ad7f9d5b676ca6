"""Spreadsheets made on the spot for tests: as messy as the real ones, and hostile ones."""

import csv
import datetime
import io
import zipfile

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
