"""Write workbooks that people fill in and hand back: prepared cells, lists to choose from, notes.

They are opened in Excel, LibreOffice and on phones: no formula, no macro, no protection.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from blk_portal.sheets.export import DAY, INERT, sheet_name, writable, write_cell

HEADER_FILL, FAULT_FILL, NOTE_FILL = "#DCE6F1", "#FBDAD5", "#F2F2F2"
EDGE, FAULT_EDGE = "#9AA5B1", "#B3261E"
GUIDE_WIDTH = 90
# What the programs show beside a cell that is being filled in.
MAX_HINT = 255
A4 = 9


class Cell(Enum):
    """What the cells of a column are made for."""

    TEXT = auto()
    DATE = auto()
    NUMBER = auto()
    # Written by the portal and not to be filled in.
    NOTE = auto()


# Formats that every spreadsheet program has built in, by their number.
TEXT, WHOLE = 49, 1
NUMBER_FORMATS: dict[Cell, str | int] = {Cell.DATE: DAY, Cell.NUMBER: WHOLE}


@dataclass(frozen=True)
class FillColumn:
    """A column: its heading, what its cells hold, and the words to choose from, if it has such."""

    header: str
    width: int = 16
    cell: Cell = Cell.TEXT
    choices: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class FillSheet:
    """The sheet to fill in.

    title: lines above the header, the first in bold. faults and remarks: comments on cells by
    (row, column), both counted from 0 below the header; a cell with a fault is coloured as well.
    """

    name: str
    title: Sequence[str]
    columns: Sequence[FillColumn]
    rows: Sequence[Sequence[object]]
    faults: Mapping[tuple[int, int], str] = field(default_factory=dict)
    remarks: Mapping[tuple[int, int], str] = field(default_factory=dict)
    # Columns that stay in sight while scrolling to the right.
    frozen_columns: int = 0


@dataclass(frozen=True)
class Guide:
    """A second sheet that says how the first is filled in, one line a row."""

    name: str
    lines: Sequence[str]


def write_fillable(sheet: FillSheet, guide: Guide | None = None) -> bytes:
    """The workbook with the sheet to fill in and, behind it, the guide."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, INERT) as book:
        _write_sheet(book, sheet)
        if guide:
            _write_guide(book, guide)
    return stream.getvalue()


def _write_sheet(book: xlsxwriter.Workbook, sheet: FillSheet) -> None:
    page = book.add_worksheet(sheet_name(sheet.name))
    bold = book.add_format({"bold": True, "font_size": 13})
    for number, line in enumerate(sheet.title):
        page.write_string(number, 0, writable(line), bold if number == 0 else None)
    top = len(sheet.title) + 1 if sheet.title else 0
    header = book.add_format(
        {"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": HEADER_FILL}
    )
    for column, of_column in enumerate(sheet.columns):
        below = book.add_format({"num_format": NUMBER_FORMATS.get(of_column.cell, TEXT)})
        page.set_column(column, column, of_column.width, below)
        page.write_string(top, column, writable(of_column.header), header)
        _offer(page, of_column, column, first=top + 1, last=top + len(sheet.rows))
    _write_rows(book, page, sheet, top + 1)
    page.freeze_panes(top + 1, sheet.frozen_columns)
    page.repeat_rows(top)
    page.set_landscape()
    page.set_paper(A4)
    page.fit_to_pages(1, 0)


def _look(column: FillColumn) -> dict[str, str | int]:
    """The look of the cells of a column; text keeps its digits and leading zeros."""
    number_format = NUMBER_FORMATS.get(column.cell, TEXT)
    look: dict[str, str | int] = {"valign": "top", "num_format": number_format}
    if column.cell is Cell.NOTE:
        look |= {"bg_color": NOTE_FILL, "text_wrap": True}
    return look


def _write_rows(book: xlsxwriter.Workbook, page: Worksheet, sheet: FillSheet, top: int) -> None:
    edge = {"border": 1, "border_color": EDGE}
    fault = {"border": 1, "border_color": FAULT_EDGE, "bg_color": FAULT_FILL}
    plain = [book.add_format(_look(column) | edge) for column in sheet.columns]
    coloured = [book.add_format(_look(column) | fault) for column in sheet.columns]
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            place = number, column
            form = (coloured if place in sheet.faults else plain)[column]
            page.write_blank(top + number, column, None, form)
            write_cell(page, top + number, column, value, text=form, day=form, number=form)
            if text := sheet.faults.get(place) or sheet.remarks.get(place):
                page.write_comment(top + number, column, writable(text), {"x_scale": 2})


def _offer(page: Worksheet, column: FillColumn, index: int, *, first: int, last: int) -> None:
    """Let people choose from the words of a column, or tell them what belongs in its cells."""
    if last < first or not (column.choices or column.hint):
        return
    rule = {"validate": "list", "source": list(column.choices)} if column.choices else {}
    page.data_validation(
        first, index, last, index,
        {"validate": "any", "input_message": column.hint[:MAX_HINT], **rule},
    )  # fmt: skip


def _write_guide(book: xlsxwriter.Workbook, guide: Guide) -> None:
    page = book.add_worksheet(sheet_name(guide.name))
    page.set_column(0, 0, GUIDE_WIDTH)
    bold = book.add_format({"bold": True, "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, line in enumerate(guide.lines):
        page.write_string(number, 0, writable(line), bold if number == 0 else wrapped)
