"""Read a workbook with calamine in a process of its own, with limits on memory and time.

Run by path (`python -I extract.py MAX_ROWS MAX_COLUMNS`): the file comes on standard input, JSON
leaves on standard output. calamine lays a sheet out as one dense block and ends the whole process
when there is no room for it: two cells in opposite corners of a sheet ask for 550 GB. Nothing but
the standard library and calamine is imported here.

An OpenDocument says "this cell a million times" in a few bytes, and calamine tells nothing of its
merged cells: so its content is walked through once before.
"""

import datetime
import io
import json
import resource
import sys
import zipfile
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MAX_MEMORY = 480 * 1024 * 1024
MAX_SECONDS = 20
MAX_SHEETS = 60
MAX_TEXT = 2_000
MAX_MERGES = 20_000
# What fits below MAX_MEMORY as one dense block.
MAX_CELLS = 12_000_000
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "


class OpenDocumentLayout:
    """The merged ranges of each table of an OpenDocument, by its name.

    Raises MemoryError where a table reaches too far, ValueError for what no office suite writes.
    """

    def __init__(self, content: bytes) -> None:
        self.merges: dict[str, list[list[int]]] = {}
        self.row = self.column = self.rows_alike = self.width = 0
        self.found: list[list[int]] = []
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.StartDoctypeDeclHandler = self.refuse_declarations
        parser.Parse(content, True)

    def refuse_declarations(self, *_declaration: object) -> None:
        raise ValueError("a document type with entities of its own")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == TABLE + "table":
            self.row = self.width = 0
            self.found = self.merges.setdefault(attributes.get(TABLE + "name", ""), [])
        elif tag == TABLE + "table-row":
            self.column = 0
            self.rows_alike = times(attributes, "number-rows-repeated")
        elif tag in (TABLE + "table-cell", TABLE + "covered-table-cell"):
            self.cell(attributes)

    def cell(self, attributes: dict[str, str]) -> None:
        down = times(attributes, "number-rows-spanned")
        right = times(attributes, "number-columns-spanned")
        if (down > 1 or right > 1) and len(self.found) < MAX_MERGES:
            self.found.append([self.row, self.column, self.row + down - 1, self.column + right - 1])
        self.column += times(attributes, "number-columns-repeated")
        if OFFICE + "value-type" in attributes:
            self.width = max(self.width, self.column)
            if self.width * (self.row + self.rows_alike) > MAX_CELLS:
                raise MemoryError

    def end(self, tag: str) -> None:
        if tag == TABLE + "table-row":
            self.row += self.rows_alike


def times(attributes: dict[str, str], name: str) -> int:
    number = int(attributes.get(TABLE + name, 1))
    if number < 1:
        raise ValueError(name)
    return number


def layout_of(data: bytes) -> dict[str, list[list[int]]] | None:
    """The merged ranges of an OpenDocument by sheet; None for any other kind of file."""
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if "mimetype" not in archive.namelist():
            return None
        return OpenDocumentLayout(archive.read("content.xml")).merges


def limit_self() -> None:
    """Let the system end this process rather than the machine suffer."""
    for kind, limit in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (limit if hard < 0 else min(limit, hard), hard))


def packed(value: object) -> object:
    """A cell as JSON: text, number, truth; a date as {"d": ISO}; nothing as null."""
    if isinstance(value, str):
        return None if value.isspace() else value[:MAX_TEXT] or None
    if isinstance(value, bool | int | float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()[:10]}
    return str(value)


def trimmed(row: list[object]) -> list[object]:
    while row and row[-1] is None:
        row.pop()
    return row


def read(data: bytes, max_rows: int, max_columns: int) -> dict[str, Any]:
    """Every worksheet with those rows that hold something, each with its number from 0 on."""
    layout = layout_of(data)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = []
    for index, meta in enumerate(workbook.sheets_metadata[:MAX_SHEETS]):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(index)
        rows: list[list[object]] = []
        merges: list[list[int]] = []
        if sheet.start is not None:
            # iter_rows begins at row 1 but at the first column in use.
            left = sheet.start[1]
            blank = [None] * min(left, max_columns)
            width = max(0, max_columns - left)
            for number, row in enumerate(sheet.iter_rows()):
                cells = trimmed([packed(value) for value in row[:width]])
                if cells:
                    rows.append([number, blank + cells])
                if len(rows) > max_rows:
                    break
            ranges = sheet.merged_cell_ranges or []
            merges = [[*start, *end] for start, end in ranges[:MAX_MERGES]]
            if layout is not None:
                merges = layout.get(meta.name, [])
        sheets.append(
            {
                "name": meta.name,
                "hidden": meta.visible != SheetVisibleEnum.Visible,
                "rows": rows[:max_rows],
                "cut": len(rows) > max_rows,
                "merges": merges,
            }
        )
    return {"sheets": sheets}


def main() -> None:
    limit_self()
    data = sys.stdin.buffer.read()
    try:
        answer = read(data, int(sys.argv[1]), int(sys.argv[2]))
    except PasswordError:
        answer = {"error": "encrypted"}
    except MemoryError:
        answer = {"error": "memory"}
    except Exception as error:
        answer = {"error": "encrypted" if "password" in str(error).lower() else "damaged"}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())


if __name__ == "__main__":
    main()
