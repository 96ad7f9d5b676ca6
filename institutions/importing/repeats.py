"""The same institution twice in one list: by what identifies it, or by name with nothing else."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from institutions.importing.matching import KINDS, name_key, told_apart
from institutions.register_faults import Code


class Seen(NamedTuple):
    """An earlier row of the list that would make an institution."""

    number: int
    keys: Mapping[str, str]


class Repeats:
    """What the rows of a list have claimed so far; the first of two keeps its claim."""

    def __init__(self) -> None:
        self._institutions: dict[int, int] = {}
        self._vins: dict[str, int] = {}
        self._by_key: dict[tuple[str, str], list[Seen]] = defaultdict(list)
        self._by_name: dict[tuple[str, int], list[Seen]] = defaultdict(list)

    def of_institution(self, institution: int, number: int, vin: str = "") -> int | None:
        """The earlier row about an institution that the register has, or with this VIN."""
        first = self._institutions.setdefault(institution, number)
        if first == number and vin:
            first = self._vins.setdefault(vin, number)
        return first if first != number else None

    def of_new(
        self, number: int, keys: Mapping[str, str], year: int | None, name: str, regency: int | None
    ) -> tuple[Code, int] | None:
        """Why a row that would make an institution repeats an earlier one."""
        seen = Seen(number, keys)
        if first := self._vins.get(keys.get("vin", "")):
            return Code.ROW_REPEATED, first
        for position, kind in enumerate(KINDS):
            if not (key := keys.get(kind)):
                continue
            place = kind, f"{year}/{key}" if kind == "pkb" else key
            for earlier in self._by_key[place]:
                if not told_apart(earlier.keys, keys, KINDS[:position]):
                    return Code.ROW_REPEATED, earlier.number
        if regency:
            for earlier in self._by_name[name_key(name), regency]:
                if not told_apart(earlier.keys, keys, KINDS):
                    return Code.NAME_REPEATED, earlier.number
            self._by_name[name_key(name), regency].append(seen)
        for kind, key in keys.items():
            self._by_key[kind, f"{year}/{key}" if kind == "pkb" else key].append(seen)
        if vin := keys.get("vin"):
            self._vins[vin] = number
        return None
