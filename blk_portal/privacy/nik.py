"""The national identity number (NIK): reading, judging and masking one. No storage here.

A NIK is PP KK CC DDMMYY SSSS: province, regency, district of first registration, birth date (day
plus 40 for women) and a serial number. Its structure can prove a number wrong, never right: codes
of regencies and districts live on in NIKs long after the areas are gone, so they are not judged.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lokal import parse_nik

LENGTH = 16
SCIENTIFIC = re.compile(r"\d([.,]\d+)?\s?e\s?\+?\s?\d{1,2}", re.IGNORECASE)
# The acute accent comes apart into a space and a combining one when a text is made plain.
LEADING_SIGNS = " '`´\u0301‘’‚‛′ʼʻ\"“”„*="
LABEL = re.compile(r"^(nik|no\.?\s*(nik|ktp)|ktp)\b[\s.:]*", re.IGNORECASE)
SEPARATORS = re.compile(r"[\s.,\-–—/_'`’:|()]+")
WRITTEN_AS_NUMBER = re.compile(r"(\d{16})[.,]0+")
WITHIN_TEXT = re.compile(r"(?<!\d)(?:\d[\s.\-]?){15}\d(?!\d)")
LAST_DIGIT_UNKNOWN = re.compile(r"\d{15}\?")


class NikProblem(StrEnum):
    """Why a text cannot be a NIK."""

    SCIENTIFIC = "scientific"
    DIGITS_LOST = "digits_lost"
    LENGTH = "length"
    CHARACTERS = "characters"
    PROVINCE = "province"
    REGION = "region"
    BIRTH_DATE = "birth_date"
    SERIAL = "serial"


class NotANik(ValueError):
    """A text that cannot be a NIK; says why, and never quotes it."""

    def __init__(self, problem: NikProblem, digits: int = 0) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.digits = digits


@dataclass(frozen=True)
class NikFacts:
    """What a NIK says of its holder; the year has two digits only."""

    day: int
    month: int
    short_year: int
    sex: str

    def fits_date(self, born: date) -> bool:
        return (self.day, self.month, self.short_year) == (born.day, born.month, born.year % 100)


def read_nik(text: str, *, today: date) -> tuple[str, bool]:
    """The 16 digits of a NIK as people write it, and whether a program wrote it as a number.

    Signs in front and separators are dropped. Raises NotANik.
    """
    if len(text) == LENGTH and text.isascii() and text.isdigit():
        digits, as_number = text, False
    else:
        digits, as_number = _digits_in(text)
    if len(digits) != LENGTH:
        raise NotANik(NikProblem.LENGTH, len(digits))
    if digits.endswith("0000"):
        lost = digits.endswith("00000")
        raise NotANik(NikProblem.DIGITS_LOST if lost else NikProblem.SERIAL)
    check_structure(digits, today=today)
    return digits, as_number


def _digits_in(text: str) -> tuple[str, bool]:
    """The digits of a NIK that is not written as plain digits only, as `read_nik` gives them."""
    text = LABEL.sub("", text.strip(LEADING_SIGNS)).strip(LEADING_SIGNS)
    if SCIENTIFIC.fullmatch(text):
        raise NotANik(NikProblem.SCIENTIFIC)
    if LAST_DIGIT_UNKNOWN.fullmatch(text):
        raise NotANik(NikProblem.DIGITS_LOST)
    as_number = WRITTEN_AS_NUMBER.fullmatch(text)
    digits = as_number[1] if as_number else SEPARATORS.sub("", text)
    if not digits.isascii() or not digits.isdigit():
        raise NotANik(NikProblem.CHARACTERS)
    return digits, bool(as_number)


def check_structure(digits: str, *, today: date) -> None:
    """Raise NotANik where 16 digits cannot be a NIK."""
    errors = {issue.code for issue in parse_nik(digits, reference_date=today).errors}
    for code, problem in (
        ("province", NikProblem.PROVINCE),
        ("wilayah", NikProblem.REGION),
        ("birth_date", NikProblem.BIRTH_DATE),
        ("serial", NikProblem.SERIAL),
        ("format", NikProblem.CHARACTERS),
    ):
        if code in errors:
            raise NotANik(problem)


def facts_of(nik: str) -> NikFacts:
    """What a NIK of sound structure says of birth and sex."""
    day = int(nik[6:8])
    sex = "P" if day > 40 else "L"
    return NikFacts(day - 40 if day > 40 else day, int(nik[8:10]), int(nik[10:12]), sex)


def looks_invented(nik: str) -> bool:
    """Whether 16 digits follow a pattern no registry hands out, such as 1111111111111111."""
    return (
        len(set(nik)) <= 2
        or nik in "012345678901234567890123456789"
        or nik[:8] == nik[8:]
        or nik == nik[:2] * 8
        or nik == nik[:4] * 4
    )


def stands_in(text: str) -> bool:
    """Whether a free text has a number of 16 digits in it, written together or apart."""
    return bool(WITHIN_TEXT.search(text))


def mask_nik(nik: str) -> str:
    """A NIK as the screen may show it: the first and the last four digits."""
    return f"{nik[:4]}••••••••{nik[-4:]}" if len(nik) == LENGTH else "•" * len(nik)
