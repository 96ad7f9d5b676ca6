"""Read a workbook with calamine in a process of its own, with limits on memory and time.

Run by path (`python -I extract.py MAX_ROWS MAX_COLUMNS`): the file comes on standard input, JSON
leaves on standard output. calamine lays a sheet out as one dense block and ends the whole process
when there is no room for it: two cells in opposite corners of a sheet ask for 550 GB. Nothing but
the standard library and calamine is imported here.
"""

import datetime
import io
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

MAX_MEMORY = 480 * 1024 * 1024
MAX_SECONDS = 20
MAX_SHEETS = 60
MAX_TEXT = 2_000


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
            merges = [[*start, *end] for start, end in (sheet.merged_cell_ranges or [])[:20_000]]
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
