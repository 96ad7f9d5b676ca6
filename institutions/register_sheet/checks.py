"""The checks of one row of a list of institutions: each cell is read, or named with its cure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from blk_portal.privacy.nik import stands_in
from blk_portal.sheets.cells import has_control_characters, plain
from institutions.models.programme import normalise_field
from institutions.reference.regions import districts
from institutions.register_faults import WARNINGS, Code, Fault
from institutions.register_sheet.columns import USUAL_HEADERS
from institutions.register_sheet.reference import Place, Reference
from institutions.register_sheet.values import (
    digits_of,
    is_missing,
    is_scientific,
    letters,
    read_day,
    read_host_type,
    read_phone,
    read_status,
    read_year,
)

VIN = re.compile(r"[0-9A-Z.\-/]{4,20}")
NSPP, NPSN = re.compile(r"[0-9]{12}"), re.compile(r"[0-9A-Z]{8}")
# A worksheet shows the code 32.10, kept as a number, without its last digit.
CODE_CUT = re.compile(r"\d\d\.\d")
REGENCY_DIGITS, DISTRICT_DIGITS, PROVINCE_DIGITS = 4, 6, 2
LIMITS = {
    "name": 200, "owner": 200, "address": 300, "contact_name": 150, "pkb_number": 100, "code": 16,
}  # fmt: skip
DATES = ("pkb_on", "built_on", "opened_on")
IDENTIFIERS = ("code", "vin", "pkb_number", "nspp", "npsn")


@dataclass(slots=True)
class RegisterRow:
    """One row: its cells as written, what was read from them, and all that is wrong with it.

    values hold texts, ids of reference rows (regency, office, field, year) and ISO dates; a cell
    that says nothing is left out.
    """

    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def say(
        self, code: Code, name: str, headers: Mapping[str, str], /, **params: str | int
    ) -> None:
        """Note a fault or a warning about a field of the row."""
        column = headers.get(name) or USUAL_HEADERS.get(name, name.upper())
        found = Fault(self.number, column, name, code, params, self.cells.get(name, ""))
        (self.warnings if code in WARNINGS else self.faults).append(found)


class RowChecker:
    """Reads one row and collects everything there is to say about it in one pass."""

    def __init__(
        self, row: RegisterRow, known: Reference, headers: Mapping[str, str], today: date
    ) -> None:
        self.row, self.known, self.headers, self.today = row, known, headers, today
        # Two columns gave two values: neither is read.
        unclear = {fault.field for fault in row.faults}
        self.texts = {
            name: text
            for name, text in row.cells.items()
            if name not in unclear and not is_missing(text)
        }

    def say(self, code: Code, name: str, /, **params: str | int) -> None:
        self.row.say(code, name, self.headers, **params)

    def text(self, name: str) -> str:
        """The cell of a field; empty where it says nothing."""
        return self.texts.get(name, "")

    def keep(self, name: str, value: object) -> None:
        if value not in (None, ""):
            self.row.values[name] = value

    def check(self) -> None:
        """All checks, whatever the outcome of the first."""
        for name in ("name", "owner", "address", "contact_name", "code", "pkb_number"):
            self.keep(name, self._free_text(name))
        if "name" in self.row.values and not any(map(str.isalpha, self.row.values["name"])):
            self.say(Code.NAME_WITHOUT_LETTERS, "name")
        self._identifiers()
        self._listed("host_type", read_host_type, Code.HOST_TYPE_UNKNOWN)
        self._listed("status", read_status, Code.STATUS_UNKNOWN)
        self._listed("field", self._field, Code.FIELD_UNKNOWN)
        self._listed("office", self._office, Code.OFFICE_UNKNOWN)
        self._listed("year", self._year, Code.YEAR_UNKNOWN)
        if place := self._place():
            self.keep("regency", place.pk)
        self._dates()
        if text := self.text("contact_phone"):
            self.keep("contact_phone", read_phone(text))
            if "contact_phone" not in self.row.values:
                self.say(Code.PHONE_UNREADABLE, "contact_phone")

    def _free_text(self, name: str) -> str:
        text = self.text(name)
        if len(text) > LIMITS[name]:
            self.say(Code.TEXT_TOO_LONG, name, limit=LIMITS[name])
        if has_control_characters(text):
            self.say(Code.CONTROL_CHARACTERS, name)
        if any(map(str.isdigit, text)) and stands_in(text):
            self.say(Code.NIK_IN_TEXT, name)
        return text.upper() if name == "code" else text

    def _identifiers(self) -> None:
        if vin := self.text("vin"):
            vin = "".join(plain(vin).strip("'`’").split()).upper()
            self._kept_if(VIN.fullmatch(vin), "vin", vin, Code.VIN_CHARACTERS)
        for name, form, code in (
            ("nspp", NSPP, Code.NSPP_LENGTH),
            ("npsn", NPSN, Code.NPSN_LENGTH),
        ):
            if text := self.text(name):
                digits = digits_of(text).upper()
                self._kept_if(form.fullmatch(digits), name, digits, code)
        if text := self.text("tax_number"):
            digits = digits_of(text)
            is_sound = digits.isdigit() and len(digits) in (15, 16)
            self._kept_if(
                is_sound, "tax_number", digits, Code.TAX_NUMBER_LENGTH, count=len(digits)
            )  # fmt: skip

    def _kept_if(
        self, is_sound: object, name: str, value: str, code: Code, **params: str | int
    ) -> None:
        if is_sound:
            self.keep(name, value)
        elif is_scientific(self.text(name)):
            self.say(Code.DIGITS_LOST, name)
        else:
            self.say(code, name, **params)

    def _listed(self, name: str, read: Any, code: Code) -> None:
        """A cell that must be one of a closed list."""
        if text := self.text(name):
            value = read(text)
            self.keep(name, value)
            if value is None:
                self.say(code, name)

    def _field(self, text: str) -> int | None:
        return self.known.fields.get(normalise_field(text))

    def _office(self, text: str) -> int | None:
        return self.known.offices.get(letters(text))

    def _year(self, text: str) -> int | None:
        return self.known.years.get(read_year(text) or 0)

    def _dates(self) -> None:
        before: date | None = None
        for name in DATES:
            if not (text := self.text(name)):
                continue
            day = read_day(text)
            if day is None:
                self.say(Code.DATE_UNREADABLE, name)
                continue
            if day > self.today:
                self.say(Code.DATE_IN_FUTURE, name)
            if before and day < before:
                self.say(Code.DATES_OUT_OF_ORDER, name)
            before = day
            self.keep(name, day.isoformat())

    def _place(self) -> Place | None:
        """The regency that code and name say together; the code alone is never trusted over it."""
        province = None
        if text := self.text("province"):
            province = self.known.province_named(text)
            if province is None:
                self.say(Code.PROVINCE_UNKNOWN, "province")
        name = self.text("regency")
        named = self.known.named(name, province or "") if name else []
        code = self._region_code()
        if code and len(code) < REGENCY_DIGITS:
            province, code = province or code, ""
        place = self._compared(code, name, named)
        if place and province and place.province != province:
            is_former = self.known.lies_in(place, province)
            self.say(
                Code.PROVINCE_FORMER if is_former else Code.PROVINCE_DIFFERS, "province",
                regency=place.name, province=place.province_name,
            )  # fmt: skip
        return place

    def _region_code(self) -> str:
        text = plain(self.text("region_code")).strip("'`’ ")
        return digits_of(text + "0" if CODE_CUT.fullmatch(text) else text)

    def _compared(self, code: str, name: str, named: list[Place]) -> Place | None:
        by_code = self.known.by_code.get(code[:REGENCY_DIGITS]) if code else None
        if by_code and (by_code in named or not name):
            self._warn_of_old_district(code, by_code)
            return by_code
        if by_code and named:
            self.say(
                Code.REGION_DIFFERS, "region_code", by_code=_in_full(by_code),
                by_name=" / ".join(map(_in_full, named[:3])),
            )  # fmt: skip
            return None
        if len(named) > 1:
            self.say(
                Code.REGION_AMBIGUOUS, "regency", names=", ".join(map(_in_full, named[:4]))
            )  # fmt: skip
            return None
        if code and named:
            self.say(Code.REGION_CODE_OLD, "region_code", name=named[0].name)
        elif (code or name) and not named:
            self.say(Code.REGION_UNKNOWN, "regency" if name else "region_code")
        return named[0] if named else None

    def _warn_of_old_district(self, code: str, place: Place) -> None:
        district = code[:DISTRICT_DIGITS]
        if len(code) < DISTRICT_DIGITS:
            return
        if district not in {row.code for row in districts(place.code)}:
            self.say(Code.REGION_CODE_OLD, "region_code", name=place.name)


def _in_full(place: Place) -> str:
    return f"{place.name} ({place.code[:2]}.{place.code[2:]})"
