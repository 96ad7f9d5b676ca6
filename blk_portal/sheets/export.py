"""Write tables that a spreadsheet program opens without ever calculating what people typed."""

import csv
import datetime
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from blk_portal.sheets.long_sheet import LongSheet, writable

# What Excel or LibreOffice may take for the beginning of a formula, full-width forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d+)?")
MAX_WIDTH, MIN_WIDTH = 50, 8
# The width of columns is taken from as many rows.
MEASURED_ROWS = 2_000
# Nothing that people typed becomes a formula, a link or a number.
INERT = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
DAY = "dd/mm/yyyy"


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook: its name, its headings and its rows."""

    name: str
    headers: Sequence[str]
    rows: Iterable[Sequence[object]]


def write_xlsx(
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    sheet: str = "Data",
    spills: bool = False,
) -> bytes:
    """A workbook of one sheet, see `write_book`.

    spills: rows wait in a file and not in memory, for tables of any length.
    """
    return write_book([Page(sheet, headers, rows)], spills=spills)


def write_book(pages: Iterable[Page], *, spills: bool = False) -> bytes:
    """A workbook. Text is written as text and numbers as numbers, dates as dates.

    Integers of more than 15 digits are written as text, because Excel would cut them.
    """
    stream = io.BytesIO()
    options = INERT | ({"in_memory": False, "constant_memory": True} if spills else {})
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": DAY})
        for page in pages:
            sheet = book.add_worksheet(sheet_name(page.name), LongSheet if spills else None)
            _write_page(sheet, page, bold, text=text, day=day)
    return stream.getvalue()


def _write_page(sheet: Worksheet, page: Page, bold: Format, *, text: Format, day: Format) -> None:
    widths = [len(str(header)) for header in page.headers]
    for column, header in enumerate(page.headers):
        sheet.write_string(0, column, writable(str(header)), bold)
    for number, row in enumerate(page.rows, start=1):
        if isinstance(sheet, LongSheet):
            sheet.put_row(number, row, text=text, day=day)
        else:
            for column, value in enumerate(row):
                write_cell(sheet, number, column, value, text=text, day=day)
        if number <= MEASURED_ROWS:
            for column, value in enumerate(row[: len(widths)]):
                widths[column] = max(widths[column], len(str(value or "")))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(max(width + 2, MIN_WIDTH), MAX_WIDTH))
    sheet.freeze_panes(1, 0)


def sheet_name(text: str) -> str:
    """A text as the name of a sheet, without the signs that no spreadsheet program takes."""
    return re.sub(r"[\[\]:*?/\\']", " ", text)[:31].strip() or "Data"


def write_cell(
    page: Worksheet,
    row: int,
    column: int,
    value: object,
    *,
    text: Format,
    day: Format,
    number: Format | None = None,
) -> None:
    """One cell in the kind of its value: text is text whatever it begins with."""
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value, number)
    elif isinstance(value, datetime.date):
        moment = value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
        page.write_datetime(row, column, moment, day)
    elif isinstance(value, int | float | Decimal) and -1e15 < value < 1e15:
        page.write_number(row, column, value, number)
    else:
        page.write_string(row, column, writable(str(value)), text)


def write_csv(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as UTF-8 text with semicolons and decimal commas, as Excel in Indonesia opens it by
    double click: a decimal point would be read as a date or as thousands.

    Text that would start a formula gets an apostrophe in front.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([_inert(header) for header in headers])
    for row in rows:
        writer.writerow([_inert(value) for value in row])
    return stream.getvalue().encode("utf-8-sig", errors="replace")


def _inert(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value)
    if isinstance(value, float | Decimal):
        return text.replace(".", ",")
    if isinstance(value, int) or PLAIN_NUMBER.fullmatch(text):
        return text
    text = text.replace("\x00", "")
    return "'" + text if text.lstrip(" \xa0").startswith(FORMULA_STARTS) else text
