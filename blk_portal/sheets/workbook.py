"""Open a spreadsheet file and hand out its sheets, row by row, as a person sees them."""

import datetime
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

from blk_portal.sheets.archive import MAX_UNPACKED, MEGABYTE
from blk_portal.sheets.cells import Value
from blk_portal.sheets.delimited import read_delimited
from blk_portal.sheets.errors import Refusal, refuse
from blk_portal.sheets.kinds import Kind, kind_of

MAX_BYTES = 5 * MEGABYTE
# A sheet of lists beside the roster may be long; what lies beyond is left out and said so.
MAX_ROWS = 20_000
MAX_COLUMNS = 200
EXTRACT = Path(__file__).with_name("extract.py")
EXTRACT_SECONDS = 25
OUT_OF_MEMORY = (-6, 134)
OUT_OF_TIME = (-24, -9)


@dataclass(frozen=True)
class Merge:
    """A merged range; rows and columns counted from 0, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One worksheet: rows from row 1 and column A on, shorter where nothing follows."""

    name: str
    rows: Sequence[Sequence[Value]]
    hidden: bool = False
    cut: bool = False
    merges: list[Merge] = field(default_factory=list)

    @cached_property
    def merges_from(self) -> dict[int, list[Merge]]:
        """The merged ranges by the row in which they begin."""
        found: dict[int, list[Merge]] = {}
        for merge in self.merges:
            found.setdefault(merge.top, []).append(merge)
        return found


@dataclass(frozen=True)
class Limits:
    """How much is read of a file; a roster needs little, the register of the nation more."""

    size: int = MAX_BYTES
    unpacked: int = MAX_UNPACKED
    rows: int = MAX_ROWS


Source = bytes | str | PathLike[str] | BinaryIO
# A cell as `extract.py` tells it: a date comes as {"d": ISO}.
Packed = str | float | int | bool | dict[str, str] | None


def read_sheets(source: Source, filename: str = "", limits: Limits | None = None) -> list[Sheet]:
    """Read all worksheets of an .xlsx, .xls, .ods or text file, told apart by content.

    Nothing is calculated, no link followed, no macro run. Raises SheetRefused.
    """
    limits = limits or Limits()
    data = bytes_of(source, limits.size)
    kind = kind_of(data, limits.unpacked)
    if kind is Kind.TEXT:
        rows, cut = read_delimited(data, limits.rows, MAX_COLUMNS)
        return [Sheet(name=Path(filename).stem, rows=rows, cut=cut)]
    return [
        Sheet(
            name=sheet["name"],
            rows=_spread(sheet["rows"]),
            hidden=sheet["hidden"],
            cut=sheet["cut"],
            merges=[Merge(*corners) for corners in sheet["merges"]],
        )
        for sheet in _extract(data, limits.rows)
    ]


def bytes_of(source: Source, limit: int) -> bytes:
    """The whole file, never more than a byte over the limit of it. Raises SheetRefused."""
    too_large = refuse(Refusal.FILE_TOO_LARGE, limit=limit // MEGABYTE)
    try:
        if isinstance(source, str | PathLike):
            path = Path(source)
            if not path.is_file():
                raise refuse(Refusal.FILE_MISSING)
            if path.stat().st_size > limit:
                raise too_large
            with path.open("rb") as stream:
                data = stream.read(limit + 1)
        elif isinstance(source, bytes | bytearray | memoryview):
            data = bytes(source)
        else:
            data = source.read(limit + 1)
    except (OSError, ValueError) as error:
        raise refuse(Refusal.FILE_MISSING) from error
    if len(data) > limit:
        raise too_large
    return data


def _extract(data: bytes, max_rows: int) -> list[dict[str, Any]]:
    """Let a process of its own read the workbook: whatever happens there ends there."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(EXTRACT), str(max_rows), str(MAX_COLUMNS)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=EXTRACT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise refuse(Refusal.READING_TOO_SLOW) from error
    if done.returncode in OUT_OF_MEMORY:
        raise refuse(Refusal.SHEET_TOO_LARGE)
    if done.returncode in OUT_OF_TIME:
        raise refuse(Refusal.READING_TOO_SLOW)
    if done.returncode or not done.stdout:
        raise refuse(Refusal.FILE_DAMAGED)
    answer = json.loads(done.stdout)
    match answer.get("error"):
        case None:
            sheets: list[dict[str, Any]] = answer["sheets"]
            return sheets
        case "memory":
            raise refuse(Refusal.SHEET_TOO_LARGE)
        case "encrypted":
            raise refuse(Refusal.FILE_ENCRYPTED)
        case _:
            raise refuse(Refusal.FILE_DAMAGED)


def _spread(filled: list[tuple[int, list[Packed]]]) -> list[list[Value]]:
    """All rows up to the last that holds something."""
    rows: list[list[Value]] = [[]] * (filled[-1][0] + 1 if filled else 0)
    for number, cells in filled:
        rows[number] = [_value(cell) for cell in cells]
    return rows


def _value(cell: Packed) -> Value:
    return datetime.date.fromisoformat(cell["d"]) if isinstance(cell, dict) else cell
