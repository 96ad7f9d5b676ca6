"""The reference rows a list is read against: regions, fields, years, offices; asked for once."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from institutions.models import (
    FieldAlias,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.programme import normalise_field
from institutions.register_sheet.values import letters

KIND = re.compile(
    r"^\s*(kabupaten|kab|kota|kotamadya|kodya)\b[\s.]*(administrasi|adm)?\b[\s.]*", re.IGNORECASE
)
PROVINCE_WORD = re.compile(r"^\s*(provinsi|propinsi|prov)\b[\s.]*", re.IGNORECASE)
CITY_WORDS = frozenset(("kota", "kotamadya", "kodya"))
# How offices shorten the names of provinces.
SHORT_PROVINCES = {
    "31": "dki dkijakarta jakarta", "34": "diy diyogyakarta yogyakarta jogja jogjakarta",
    "11": "nad nanggroeacehdarussalam", "12": "sumut", "13": "sumbar", "16": "sumsel",
    "19": "babel bangkabelitung kepbangkabelitung", "21": "kepri kepriau", "32": "jabar",
    "33": "jateng", "35": "jatim", "52": "ntb", "53": "ntt", "61": "kalbar", "62": "kalteng",
    "63": "kalsel", "64": "kaltim", "65": "kaltara", "71": "sulut", "72": "sulteng", "73": "sulsel",
    "74": "sultra", "76": "sulbar", "82": "malut",
}  # fmt: skip
# The provinces from which those of 2022 were taken.
SPLIT_FROM = {"93": "91", "94": "91", "95": "91", "96": "92"}


@dataclass(frozen=True)
class Place:
    """A regency or city as a list names it."""

    pk: int
    code: str
    name: str
    province: str
    province_name: str
    office: int | None


@lru_cache(maxsize=4096)
def place_key(name: str) -> tuple[str, bool | None]:
    """The bare name of a regency, and whether it is called a city; None where it is not said."""
    match = KIND.match(name)
    if not match:
        return letters(name), None
    return letters(name[match.end() :]), match[1].casefold() in CITY_WORDS


@lru_cache(maxsize=1024)
def _province_key(name: str) -> str:
    return letters(PROVINCE_WORD.sub("", name))


@dataclass
class Reference:
    """What a list may name, by the spellings that are known."""

    by_code: dict[str, Place] = field(default_factory=dict)
    by_id: dict[int, Place] = field(default_factory=dict)
    by_name: dict[str, list[Place]] = field(default_factory=lambda: defaultdict(list))
    provinces: dict[str, str] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    field_names: dict[int, str] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    offices: dict[str, int] = field(default_factory=dict)
    office_names: dict[int, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Self:
        """Everything in six statements."""
        known = cls()
        for code, name in Province.objects.values_list("code", "name"):
            words = (letters(name), *SHORT_PROVINCES.get(code, "").split())
            known.provinces |= dict.fromkeys(words, code)
        known._learn_places(Regency.objects.select_related("province"))
        for row in VocationalField.objects.all():
            known.field_names[row.pk] = row.name
            known.fields |= dict.fromkeys((normalise_field(row.name), row.code.casefold()), row.pk)
        known.fields = dict(FieldAlias.objects.values_list("key", "field")) | known.fields
        known.years = dict(ProgrammeYear.objects.values_list("year", "pk"))
        for office in TrainingOffice.objects.all():
            known.office_names[office.pk] = office.name
            known.offices[letters(office.name)] = known.offices[letters(office.code)] = office.pk
        return known

    def _learn_places(self, regencies: Iterable[Regency]) -> None:
        for row in regencies:
            place = Place(
                row.pk, row.code, row.name, row.province.code, row.province.name, row.office_id
            )
            self.by_code[row.code] = place
            self.by_id[row.pk] = place
            self.by_name[place_key(row.name)[0]].append(place)

    def named(self, name: str, province: str = "") -> list[Place]:
        """The regencies that a name may mean, within a province where one is given."""
        bare, is_city = place_key(name)
        found = self.by_name.get(bare, [])
        if is_city is not None:
            found = [place for place in found if place_key(place.name)[1] == is_city]
        if province:
            inside = [place for place in found if self.lies_in(place, province)]
            found = inside or found
        return list(found)

    @staticmethod
    def lies_in(place: Place, province: str) -> bool:
        """Whether a place is or was part of a province."""
        return province in (place.province, SPLIT_FROM.get(place.province))

    def province_named(self, name: str) -> str | None:
        """The code of a province written as name, short name or code."""
        key = _province_key(name)
        if key.isdigit():
            return key if key in self.provinces.values() else None
        return self.provinces.get(key)
