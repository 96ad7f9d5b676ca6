"""A sheet of any length: its rows go straight into the file, many times faster than cell by cell.

Texts stand in their cells and not in a table of their own, so that nothing has to be kept.
"""

import datetime
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache, lru_cache

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# XML 1.0 knows no other control characters, and no lone surrogates.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32_767
# What spreadsheet programs would read as the code of a sign.
CODE_OF_SIGN = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")


def writable(text: str) -> str:
    """The text without signs that a workbook cannot hold."""
    text = UNWRITABLE.sub("", text)[:MAX_CELL]
    # xlsxwriter would take it for markup of its own and write it as it is.
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


class LongSheet(Worksheet):
    """A sheet of a workbook that is written with `constant_memory`, in which rows only follow."""

    def put_row(self, number: int, values: Sequence[object], *, text: Format, day: Format) -> None:
        """The next row, each cell in the kind of its value: text is text whatever it begins with.

        text, day: how texts and dates look.
        """
        if self.table:
            # What was written cell by cell before: the headings.
            self._write_single_row(number)
        self._check_dimensions(number, len(values) - 1)
        words, days = text._get_xf_index(), day._get_xf_index()
        cells = []
        for column, value in enumerate(values):
            if value is None or value == "":
                continue
            at = f'<c r="{column_name(column)}{number + 1}"'
            if isinstance(value, str):
                cells.append(f'{at} s="{words}" t="inlineStr">{inline(value)}</c>')
            elif isinstance(value, bool):
                cells.append(f'{at} t="b"><v>{value:d}</v></c>')
            elif isinstance(value, int | float | Decimal) and -1e15 < value < 1e15:
                cells.append(f"{at}><v>{value:.16G}</v></c>")
            elif isinstance(value, datetime.date):
                moment = (
                    value.replace(tzinfo=None) if isinstance(value, datetime.datetime) else value
                )
                serial = self._convert_date_time(moment)
                cells.append(f'{at} s="{days}"><v>{serial:.16G}</v></c>')
            else:
                cells.append(f'{at} s="{words}" t="inlineStr">{inline(str(value))}</c>')
        self.fh.write(f'<row r="{number + 1}">{"".join(cells)}</row>')


@cache
def column_name(column: int) -> str:
    """A for the first column."""
    return str(xl_col_to_name(column))


# Names and codes of areas, fields and states come back in thousands of rows.
@lru_cache(maxsize=20_000)
def inline(text: str) -> str:
    """A text as it stands in its cell."""
    told = CODE_OF_SIGN.sub("_x005F_", writable(text)).replace("\r", "_x000D_")
    told = told.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    kept = ' xml:space="preserve"' if told != told.strip() or "\n" in told else ""
    return f"<is><t{kept}>{told}</t></is>"
