"""The vocational fields (kejuruan) and the spellings under which they are found in practice."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FIELD_TABLE = Path(__file__).with_name("fields.csv")


@dataclass(frozen=True)
class FieldRow:
    """A field with every spelling that means it, its own name first."""

    code: str
    name: str
    spellings: tuple[str, ...]


@cache
def fields() -> tuple[FieldRow, ...]:
    """The 25 fields of the ministry by code."""
    with FIELD_TABLE.open(encoding="utf-8", newline="") as table:
        return tuple(
            FieldRow(row["code"], row["name"], (row["name"], *row["other_spellings"].split(";")))
            for row in csv.DictReader(table)
        )
