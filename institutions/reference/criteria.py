"""The criteria of the maturity classes, as far as they are public; the others are proposals."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CRITERIA_TABLE = Path(__file__).with_name("criteria.csv")
# The budget year they were published for; staff copy them forward.
CRITERIA_YEAR = 2022


@dataclass(frozen=True)
class CriterionRow:
    """One criterion, and the class that is not reached without it if it is required."""

    code: str
    maturity: str
    is_required: bool
    is_confirmed: bool
    text: str
    position: int


@cache
def criteria() -> tuple[CriterionRow, ...]:
    """The criteria in the order in which they are asked."""
    with CRITERIA_TABLE.open(encoding="utf-8", newline="") as table:
        return tuple(
            CriterionRow(
                code=row["code"],
                maturity=row["class"],
                is_required=row["required"] == "yes",
                is_confirmed=row["confirmed"] == "yes",
                text=row["text"],
                position=position,
            )
            for position, row in enumerate(csv.DictReader(table), start=1)
        )
