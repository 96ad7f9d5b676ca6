"""The checks of one roster row: the same for a row of a file and for one mended on the screen."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from blk_portal.privacy.nik import NikProblem, NotANik, facts_of, looks_invented, read_nik
from blk_portal.sheets.cells import clean, has_control_characters, is_blank, plain
from trainings.faults import WARNINGS, Code, Fault, fault
from trainings.roster_sheet.attendance import read_attendance, read_score
from trainings.roster_sheet.columns import USUAL_HEADERS
from trainings.roster_sheet.dates import Birth, age_on, read_birth
from trainings.roster_sheet.readings import RosterRow, RowCheck
from trainings.roster_sheet.values import (
    is_missing,
    read_disability,
    read_phone,
    read_result,
    read_santri,
    read_sex,
)

NIK_PROBLEMS = {
    NikProblem.SCIENTIFIC: Code.NIK_SCIENTIFIC,
    NikProblem.DIGITS_LOST: Code.NIK_DIGIT_LOST,
    NikProblem.LENGTH: Code.NIK_LENGTH,
    NikProblem.CHARACTERS: Code.NIK_CHARACTERS,
    NikProblem.PROVINCE: Code.NIK_REGION,
    NikProblem.REGION: Code.NIK_REGION,
    NikProblem.BIRTH_DATE: Code.NIK_BIRTH_DATE,
    NikProblem.SERIAL: Code.NIK_SERIAL,
}
MAX_LENGTHS = {
    "name": (150, Code.NAME_TOO_LONG),
    "birth_place": (100, Code.BIRTH_PLACE_TOO_LONG),
    "education": (60, Code.EDUCATION_TOO_LONG),
    "address": (300, Code.ADDRESS_TOO_LONG),
}
# Cells that are not shown: what was noticed about the cells of this row while the file was read.
NIK_NUMERIC = "nik_numeric"
BIRTH_SWAPPED = "birth_date_swapped"
TWO_VALUES = "two_values"
YOUNG, OLD = 10, 80
# What a narrow column shows, and a copy of it keeps, in place of a number.
HIDDEN = re.compile(r"#{3,}")


class RowChecker:
    """Checks one row and collects everything there is to say about it in one pass."""

    def __init__(
        self,
        cells: Mapping[str, str],
        *,
        row: int,
        today: date,
        headers: Mapping[str, str] | None = None,
        written: Mapping[str, str] | None = None,
        sound_nik: str = "",
    ) -> None:
        self.cells = {name: clean(str(text or "")) for name, text in cells.items()}
        self.row = row
        self.today = today
        self.headers = headers or {}
        self.written = written or {}
        self.sound_nik = sound_nik
        self.found: list[Fault] = []

    def say(self, code: Code, field: str, **params: str | int) -> None:
        """Note a fault or a warning about a field."""
        column = self.headers.get(field) or USUAL_HEADERS.get(field, field.upper())
        written = self.written.get(field, self.cells.get(field, ""))
        self.found.append(
            fault(code, row=self.row, column=column, field=field, written=written, **params)
        )

    def check(self) -> RowCheck:
        """All checks, whatever the outcome of the first."""
        for field in filter(None, self.cells.get(TWO_VALUES, "").split()):
            self.say(Code.TWO_VALUES, field)
        name, nik, sex = self._name(), self._nik(), self._sex()
        place, born = self._birth()
        texts = {field: self._text(field) for field in ("education", "address")}
        phone, disability = self._phone(), self._disability()
        santri, result = self._santri(), self._result()
        attendance = self._number("attendance", read_attendance)
        before, after = (self._number(name, read_score) for name in ("pre_test", "post_test"))
        if nik:
            self._compare(nik, born, sex)
        faults = [one for one in self.found if one.code not in WARNINGS]
        warnings = [one for one in self.found if one.code in WARNINGS]
        if faults or sex is None or born is None:
            return RowCheck(None, faults, warnings)
        person = RosterRow(
            row=self.row, name=name, nik=nik, sex=sex, birth_place=place, birth_date=born,
            phone=phone, disability=disability, is_santri=santri, result=result,
            attendance=attendance, pre_test=before, post_test=after, **texts,
        )  # fmt: skip
        return RowCheck(person, faults, warnings)

    def _text(self, field: str) -> str:
        text = self.cells.get(field, "")
        if is_blank(text):
            return ""
        limit, code = MAX_LENGTHS[field]
        if len(text) > limit:
            self.say(code, field)
        if has_control_characters(text):
            self.say(Code.CONTROL_CHARACTERS, field)
        return text

    def _name(self) -> str:
        name = self._text("name")
        if not name:
            self.say(Code.NAME_MISSING, "name")
        elif not any(char.isalpha() for char in name):
            self.say(Code.NAME_WITHOUT_LETTERS, "name")
        return name

    def _nik(self) -> str | None:
        text = self.cells.get("nik", "")
        if HIDDEN.fullmatch(text):
            self.say(Code.NIK_CHARACTERS, "nik")
            return None
        if is_no_nik(text):
            return None
        try:
            nik, as_number = text, False
            if text != self.sound_nik:
                nik, as_number = read_nik(plain(text), today=self.today)
        except NotANik as problem:
            self.say(NIK_PROBLEMS[problem.problem], "nik", count=problem.digits)
            return None
        if as_number or self.cells.get(NIK_NUMERIC) == nik:
            self.say(Code.NIK_NUMERIC_CELL, "nik")
        if looks_invented(nik):
            self.say(Code.NIK_SUSPICIOUS, "nik")
        return nik

    def _sex(self) -> str | None:
        answer = read_sex(self.cells.get("sex", ""))
        if isinstance(answer, Code):
            self.say(answer, "sex")
            return None
        return answer

    def _birth(self) -> tuple[str, date | None]:
        text = self.cells.get("birth_date", "")
        birth = Birth(None, code=Code.BIRTH_DATE_MISSING)
        if not is_missing(text):
            birth = read_birth(text, today=self.today)
        if birth.code:
            self.say(birth.code, "birth_date", **dict(birth.params))
        if birth.day:
            age = age_on(self.today, birth.day)
            if not YOUNG <= age <= OLD:
                self.say(Code.BIRTH_DATE_AGE, "birth_date", age=age)
            if self.cells.get(BIRTH_SWAPPED, "-") == self.cells.get("birth_date"):
                self.say(Code.BIRTH_DATE_SWAPPED, "birth_date")
        if birth.place and is_blank(self.cells.get("birth_place", "")):
            # Split off the date, the place is a text like any other and has the same limits.
            self.cells["birth_place"] = birth.place
        return self._text("birth_place"), birth.day

    def _phone(self) -> str:
        text = self.cells.get("phone", "")
        if is_missing(text):
            return ""
        phone = read_phone(text)
        if phone is None:
            self.say(Code.PHONE_UNREADABLE, "phone")
        return phone or ""

    def _disability(self) -> str:
        kind = read_disability(self.cells.get("disability", ""))
        if kind is None:
            self.say(Code.DISABILITY_UNKNOWN, "disability")
        return kind or ""

    def _santri(self) -> bool | None:
        text = self.cells.get("is_santri", "")
        if is_blank(text):
            return None
        answer = read_santri(text)
        if answer is None:
            self.say(Code.SANTRI_UNKNOWN, "is_santri")
        return answer

    def _result(self) -> str | None:
        text = self.cells.get("result", "")
        if is_blank(text):
            return read_result(self.cells.get("remark", ""))
        answer = read_result(text)
        if answer is None:
            self.say(Code.RESULT_UNKNOWN, "result")
        return answer

    def _number(self, field: str, read: Callable[[str], int | Code]) -> int | None:
        text = self.cells.get(field, "")
        if is_missing(text) and text != "0":
            return None
        answer = read(text)
        if isinstance(answer, Code):
            self.say(answer, field)
            return None
        return answer

    def _compare(self, nik: str, born: date | None, sex: str | None) -> None:
        facts = facts_of(nik)
        if born and not facts.fits_date(born):
            self.say(Code.NIK_BIRTH_DATE_DIFFERS, "nik")
        if sex and facts.sex != sex:
            self.say(Code.NIK_SEX_DIFFERS, "nik")


def is_no_nik(text: str) -> bool:
    """Whether a cell says that there is no NIK (yet): nothing, a dash, zeros, "belum ada"."""
    return is_missing(text) or not text.strip("0'`’‘ ")


def check_row(
    cells: Mapping[str, str],
    *,
    row: int,
    today: date,
    headers: Mapping[str, str] | None = None,
    written: Mapping[str, str] | None = None,
    sound_nik: str = "",
) -> RowCheck:
    """Check the cells of one row, by field; the way a mended row is checked again.

    Fields: name, nik, sex, birth_place, birth_date, education, phone, address, disability,
    is_santri, result, attendance, pre_test, post_test, remark. `headers` are the sheet's own words
    for the fields, `sound_nik` a NIK that `read_nik` gave already. Whether a NIK stands twice in a
    roster cannot be seen here.
    """
    checker = RowChecker(
        cells, row=row, today=today, headers=headers, written=written, sound_nik=sound_nik
    )
    return checker.check()
