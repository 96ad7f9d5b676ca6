"""Which field a column holds, told by its cells alone: for rosters that come without a header."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import pairwise

from trainings.faults import Code
from trainings.roster_sheet.dates import Birth, read_birth
from trainings.roster_sheet.values import (
    letters,
    read_disability,
    read_phone,
    read_result,
    read_sex,
)

# How much of a column must fit: a few faults do not make another column of it.
MOST = 0.7
NIK_LIKE = re.compile(r"['`´’‘]?\s*(?:\d[\s.\-]?){15,17}|\d[.,]\d+\s?[eE]\s?\+?\s?1\d")
PHONE_LIKE = re.compile(r"\+?(?:62|0|8)[\d\s.\-]{7,15}\b.*")
RUNNING = re.compile(r"\(?(\d{1,5})\s*[.)]*")
EDUCATION = re.compile(
    r"(?:sd|mi|smp|mts|sma|smk|ma|mak|slta|sltp|stm|smea|d[ -]?[1-4]|s[ -]?[1-3]|"
    r"d[ -]?i{1,3}v?|paket\s?[abc]|sarjana|diploma|(?:tidak|belum) (?:sekolah|tamat.*))"
    r"(?:[ /(,].*|sederajat)?",
    re.IGNORECASE,
)
ADDRESS = re.compile(
    r"\b(?:kp|kampung|jl|jln|jalan|rt|rw|desa|ds|dusun|dsn|kel|kelurahan|kec|kecamatan|kab|gg|gang|"
    r"blok|perum|komplek|no)\b",
    re.IGNORECASE,
)
ATTENDANCE = re.compile(r"\d{1,3}(?:[.,]\d+)?\s*%")
HAS_DIGIT = re.compile(r"\d")
LONGEST_WORD_OF_A_SEX = 14
WRONG_DATES = frozenset(
    {
        Code.BIRTH_DATE_IMPOSSIBLE, Code.BIRTH_DATE_MONTH_FIRST, Code.BIRTH_DATE_FUTURE,
        Code.BIRTH_DATE_TOO_OLD,
    }
)  # fmt: skip


def _share(cells: Sequence[str], test: Callable[[str], object]) -> float:
    return sum(bool(test(text)) for text in cells) / len(cells)


def _is_running(cells: Sequence[str]) -> bool:
    """1, 2, 3 and so on."""
    found = [RUNNING.fullmatch(text) for text in cells]
    numbers = [int(match[1]) for match in found if match]
    steps = [after - before for before, after in pairwise(numbers)]
    return len(numbers) >= MOST * len(cells) and all(0 < step <= 3 for step in steps)


def _is_date(birth: Birth) -> bool:
    """A date as people write one, right or wrong; a bare number may be many things."""
    if birth.day:
        return birth.code is not Code.BIRTH_DATE_SERIAL
    return birth.code in WRONG_DATES


def _is_sex(text: str) -> bool:
    is_word = len(text) <= LONGEST_WORD_OF_A_SEX and text[0].isalpha()
    return is_word and not isinstance(read_sex(text), Code)


def _is_result(text: str) -> bool:
    return len(letters(text)) > 2 and read_result(text) is not None


def _kind_of(cells: Sequence[str], today: date) -> str:
    """What one column holds, seen alone; empty for a text that may be many things."""
    if _is_running(cells):
        return "number"
    births = [read_birth(text, today=today) for text in cells]
    born = [birth for birth in births if _is_date(birth)]
    if len(born) >= MOST * len(cells):
        return "birth" if sum(bool(birth.place) for birth in born) * 2 > len(born) else "birth_date"
    for name, test in (
        ("nik", NIK_LIKE.fullmatch),
        ("phone", lambda text: PHONE_LIKE.fullmatch(text) and read_phone(text)),
        ("sex", _is_sex),
        ("education", EDUCATION.fullmatch),
        ("result", _is_result),
        ("attendance", ATTENDANCE.fullmatch),
        ("is_santri", lambda text: "santri" in text.casefold()),
    ):
        if _share(cells, test) >= MOST:
            return name
    if _share(cells, lambda text: read_disability(text) is not None) >= MOST and any(
        read_disability(text) not in (None, "none") for text in cells
    ):
        return "disability"
    is_address = _share(cells, lambda text: ADDRESS.search(text) or HAS_DIGIT.search(text))
    return "address" if is_address >= MOST else ""


def fields_by_content(columns: Mapping[int, Sequence[str]], *, today: date) -> dict[int, str]:
    """The fields of the columns that are certain. Two of a kind leave both open."""
    kinds = {index: _kind_of(cells, today) for index, cells in columns.items() if cells}
    texts = [index for index, kind in kinds.items() if not kind]
    _settle_texts(kinds, texts, columns)
    found = [kind for kind in kinds.values() if kind]
    return {
        index: kind for index, kind in kinds.items()
        if kind == "number" or (kind and found.count(kind) == 1)
    }  # fmt: skip


def _settle_texts(
    kinds: dict[int, str], texts: list[int], columns: Mapping[int, Sequence[str]]
) -> None:
    """Names and birth places look alike: the place stands right before its date."""
    for index in list(texts):
        if kinds.get(index + 1) == "birth_date" and len(texts) > 1:
            kinds[index] = "birth_place"
            texts.remove(index)
    if len(texts) == 1 and _are_names(columns[texts[0]]):
        kinds[texts[0]] = "name"


def _are_names(cells: Sequence[str]) -> bool:
    """Letters, seldom twice the same, and mostly more than one word."""
    several = _share(cells, lambda text: " " in text.strip())
    return len(set(cells)) >= MOST * len(cells) and several >= 0.5
