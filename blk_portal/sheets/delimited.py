"""Tables written as text: commas, semicolons or tabs, in any of the usual encodings."""

import codecs
import csv
import io
from collections import Counter

from blk_portal.sheets.errors import Refusal, refuse

DELIMITERS = (";", ",", "\t", "|")
SAMPLE_LINES = 400
MAX_TEXT = 2_000
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """The text of a file: by its mark, as UTF-16 without one, as UTF-8, else as Windows-1252."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    head = data[:4000]
    if head.count(0) > len(head) // 4:
        little = head[1::2].count(0) >= head[::2].count(0)
        return data.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def read_delimited(data: bytes, max_rows: int, max_columns: int) -> tuple[list[list[str]], bool]:
    """All rows of a text table and whether rows beyond the limit were left out.

    Raises SheetRefused for bytes that are no text.
    """
    text = decode(data)
    sample = text[:4000]
    if sum(ord(char) < 9 or 13 < ord(char) < 32 or char == "\ufffd" for char in sample) > max(
        2, len(sample) // 50
    ):
        raise refuse(Refusal.FORMAT_UNSUPPORTED)
    lines = text.splitlines() if "\n" not in text else None
    if lines is not None:
        text = "\n".join(lines)
    delimiter = None
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) <= 5:
        # Excel obeys this line and does not show it.
        delimiter, text = first.strip()[4:] or "\t", rest
    delimiter = delimiter or _delimiter(text)
    rows, cut = _rows(text, delimiter, max_rows, max_columns)
    if rows is None or _swallowed_rows(rows, delimiter):
        return _rows_line_by_line(text, delimiter, max_rows, max_columns)
    return rows, cut


def _delimiter(text: str) -> str:
    """The sign that cuts most lines into the same number of at least three pieces."""
    sample = text.split("\n", SAMPLE_LINES)[:SAMPLE_LINES]

    def regularity(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(_cells(line, delimiter)) for line in sample)
        regular = [(lines, width) for width, lines in widths.items() if width > 2]
        return max(regular, default=(0, 0))

    return max(DELIMITERS, key=regularity)


def _rows(
    text: str, delimiter: str, max_rows: int, max_columns: int
) -> tuple[list[list[str]] | None, bool]:
    rows: list[list[str]] = []
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter != "\t"
    )
    try:
        for row in reader:
            if len(rows) == max_rows:
                return rows, True
            rows.append([cell[:MAX_TEXT] for cell in row[:max_columns]])
    except csv.Error:
        return None, False
    return rows, False


def _rows_line_by_line(
    text: str, delimiter: str, max_rows: int, max_columns: int
) -> tuple[list[list[str]], bool]:
    lines = text.removesuffix("\n").split("\n", max_rows)
    rows = [
        [cell[:MAX_TEXT] for cell in _cells(line, delimiter)[:max_columns]]
        for line in lines[:max_rows]
    ]
    return rows, len(lines) > max_rows


def _cells(line: str, delimiter: str) -> list[str]:
    """One line cut into cells; a quotation mark without its partner is a sign like any other."""
    line = line.rstrip("\r")
    if line.count('"') % 2 == 0:
        try:
            return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            pass
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _swallowed_rows(rows: list[list[str]], delimiter: str) -> bool:
    """Whether a stray quotation mark has drawn whole rows into one cell."""
    return any(
        any(line.count(delimiter) > 2 for line in cell.split("\n"))
        for row in rows
        for cell in row
        if "\n" in cell
    )
