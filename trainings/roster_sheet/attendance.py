"""Attendance and tests as rosters write them, and the whole number from 0 to 100 they stand for.

Attendance comes as percent, as a share, as days attended of days held in one cell ("18/20") or in
two columns. Days without the number of days held say nothing of the percent.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from blk_portal.sheets.cells import is_blank, plain
from trainings.faults import Code
from trainings.roster_sheet.table import TableRow

DAYS = r"(?:hari|hr|pertemuan|kali|x|sesi)?"
NUMBER = r"([-−–]?\s?\d{1,4}(?:[.,]\d{1,4})?)"
PLAIN = re.compile(rf"{NUMBER}\s*(%|persen)?")
COUNTED = re.compile(rf"{NUMBER}\s*(?:hari|hr|pertemuan|kali|x|sesi)")
OF_ALL = re.compile(rf"{NUMBER}\s*{DAYS}\s*(?:/|dari)\s*{NUMBER}\s*{DAYS}")
# No course is attended on so few percent by everybody: such a column counts days.
MOST_DAYS = 31
FULL = 100
# The same few numbers stand in a column again and again.
KEPT = 512


def _number(text: str) -> float:
    signs = text.replace(" ", "").replace("−", "-").replace("–", "-").replace(",", ".")
    return float(signs)


@lru_cache(maxsize=KEPT)
def read_attendance(text: str) -> int | Code:
    """Attendance in percent, or why it cannot be told."""
    text = plain(text).casefold().strip()
    if COUNTED.fullmatch(text):
        return Code.ATTENDANCE_DAYS
    share = _percent(text, is_share=True)
    if share is None:
        return Code.ATTENDANCE_UNREADABLE
    if share < 0:
        return Code.ATTENDANCE_NEGATIVE
    return round(share) if share <= FULL else Code.ATTENDANCE_OVER


@lru_cache(maxsize=KEPT)
def read_score(text: str) -> int | Code:
    """The score of a test from 0 to 100, or why it cannot be told."""
    score = _percent(plain(text).casefold().strip())
    if score is None:
        return Code.SCORE_UNREADABLE
    return round(score) if 0 <= score <= FULL else Code.SCORE_OUT_OF_RANGE


def _percent(text: str, *, is_share: bool = False) -> float | None:
    """The number from 0 to 100 that a text stands for; None where it is none."""
    if parts := OF_ALL.fullmatch(text):
        part, whole = _number(parts[1]), _number(parts[2])
        if part < 0 or whole < 0:
            return -1
        return part / whole * FULL if whole else None
    if not (found := PLAIN.fullmatch(text)):
        return None
    number = _number(found[1])
    return number * FULL if is_share and not found[2] and 0 < number < 1 else number


def judge_attendance(people: Sequence[TableRow]) -> None:
    """Bring days and shares of a column into one form, which each cell then says by itself.

    Whether a plain 18 means days or percent is seen from the column and its heading only.
    """
    for row in people:
        attended = row.cells.pop("days_attended", "")
        if attended and is_blank(row.cells.get("attendance", "")):
            row.cells["attendance"] = f"{attended} hari" if PLAIN.fullmatch(attended) else attended
    held = {row.number: row.cells.pop("days_held", "") for row in people}
    plain_cells = {
        row.number: _number(found[1])
        for row in people
        if (found := PLAIN.fullmatch(row.cells.get("attendance", ""))) and not found[2]
    }  # fmt: skip
    are_shares = any(0 < n < 1 for n in plain_cells.values()) and max(plain_cells.values()) <= 1
    are_days = _are_days(people, plain_cells, held)
    for row in people:
        text = row.cells.get("attendance", "")
        if row.number in plain_cells and are_shares:
            row.cells["attendance"] = f"{plain_cells[row.number] * FULL:g}%"
        elif row.number in plain_cells and are_days:
            text = f"{text} hari"
        if COUNTED.fullmatch(text):
            whole = held[row.number]
            row.cells["attendance"] = f"{text}/{whole}" if PLAIN.fullmatch(whole) else text


def _are_days(people: Sequence[TableRow], numbers: dict[int, float], held: dict[int, str]) -> bool:
    """Whether the plain numbers of the column count days."""
    heading = people[0].headers.get("attendance", "").casefold() if people else ""
    if not numbers or "%" in heading or "persen" in heading or "prosen" in heading:
        return False
    wholes = {row: _number(text) for row, text in held.items() if PLAIN.fullmatch(text)}
    if wholes:
        return all(n <= wholes.get(row, MOST_DAYS) for row, n in numbers.items())
    return 1 < max(numbers.values()) <= MOST_DAYS
