"""The figures of a pack as its readers may see them: all of them, or without those of few."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from blk_portal.formats import number, rupiah
from blk_portal.progress.breakdowns import (
    BROKEN_DOWN,
    PARTICIPATIONS,
    PEOPLE,
    SUBJECTS,
    AreaFigures,
    known_figures,
)
from blk_portal.progress.figures import ProvinceRow
from blk_portal.progress.indicators import AFTER_TRAINING, HEADLINES, INDICATORS, MONEY
from blk_portal.progress.models import Actual, Breakdown, MeetingPack
from blk_portal.progress.opening.counting import BUCKET
from blk_portal.progress.pack.hiding import Table, hidden_parts, is_few, left_of
from blk_portal.progress.past import end_of, figures_at
from blk_portal.progress.published import (
    OF_PERSONS,
    TOGETHER,
    hidden_of_nation,
    hidden_provinces,
)
from institutions.models import Province, VocationalField

# Stands where a figure is hidden; everything else is a number or nothing.
HIDDEN = "*"
Value = int | str | None
# What the public pack tells: the headlines with their companions, and what became of people later.
PUBLIC = tuple(
    code for headline, others in HEADLINES.items() for code in (headline, *others)
) + tuple(code for base, parts in AFTER_TRAINING for code in (base, *parts))
# What it breaks down and tells by province, of persons.
BROKEN = (PARTICIPATIONS, PEOPLE)
# The part that is opening balance, as a place names it; it is the same in every breakdown.
OPENING = (Breakdown.FIELD, BUCKET)


class Place(NamedTuple):
    """Of what a figure is: the nation or a province (primary key), whole or one part of it."""

    province: int | None = None
    breakdown: str = ""
    bucket: str = ""


NATION = Place()
Cells = Mapping[str, Mapping[Place, int]]


def read(pack: MeetingPack) -> Cells:
    """Every cell of nation and provinces behind a pack: by indicator and place, zeros left out."""
    rows: Iterable[tuple[int | None, str, str, str, int]]
    if pack.publication:
        stored = pack.publication.figures
        rows = stored.values_list("province", "indicator", "breakdown", "bucket", "value")
    elif pack.day:
        past = figures_at(pack.programme_year, end_of(pack.day), offices=False)
        rows = [(one.province, *one[2:]) for one in past.cells]
    else:
        actual = Actual.objects.filter(programme_year=pack.programme_year, office=None)
        rows = actual.values_list("province", "indicator", "breakdown", "bucket", "value")
    cells: dict[str, dict[Place, int]] = {}
    for province, indicator, breakdown, bucket, value in rows:
        cells.setdefault(indicator, {})[Place(province, breakdown, bucket)] = value
    return cells


def hidden_places(cells: Cells) -> dict[str, set[Place]]:
    """By indicator of persons: where its figure is not shown to strangers."""
    opening: dict[int, int] = {}
    columns: dict[str, dict[int, int]] = {code: {} for code in TOGETHER}
    for code in TOGETHER:
        for place, value in cells.get(code, {}).items():
            if place.province is not None and not place.breakdown:
                columns[code][place.province] = value
            elif place.province is not None and place[1:] == OPENING and code == PARTICIPATIONS:
                opening[place.province] = value
    provinces = hidden_provinces(columns, opening)
    hidden = {code: {Place(province) for province in found} for code, found in provinces.items()}
    of_nation = {code: places.get(NATION, 0) for code, places in cells.items()}
    balance = cells.get(PARTICIPATIONS, {}).get(Place(None, *OPENING), 0)
    for code in hidden_of_nation(of_nation, balance):
        hidden.setdefault(code, set()).add(NATION)
    for breakdown in SUBJECTS:
        for code, places in _hidden_parts_of(breakdown, cells, provinces).items():
            hidden[code] |= places
            hidden[code] |= {Place(province, breakdown, BUCKET) for province in provinces[code]}
    return hidden


def _hidden_parts_of(
    breakdown: str, cells: Cells, provinces: Mapping[str, set[int]]
) -> dict[str, set[Place]]:
    """The hidden cells of one breakdown; provinces: those that are hidden as a whole.

    The balance of a province that is seen is never few, and the same in every breakdown: it stays
    seen, and the other parts add up to what is left. People are hidden where participations are,
    and where they would tell how few took part again.
    """
    whole: dict[str, dict[str, int]] = {}
    table: dict[str, dict[tuple[int, str], int]] = {}
    for code in BROKEN:
        parts = {p: v for p, v in cells.get(code, {}).items() if p.breakdown == breakdown}
        balance = parts.get(Place(None, breakdown, BUCKET), 0)
        left = cells.get(code, {}).get(NATION, 0) - balance
        is_told = not (is_few(balance) or is_few(left))
        whole[code] = {
            place.bucket: value
            for place, value in parts.items()
            if place.province is None and not (is_told and place.bucket == BUCKET)
        }
        table[code] = {
            (place.province, place.bucket): value
            for place, value in parts.items()
            if place.province is not None and place.bucket != BUCKET
        }
    beside = {
        PARTICIPATIONS: (whole[PEOPLE], table[PEOPLE]),
        PEOPLE: (
            left_of(whole[PARTICIPATIONS], whole[PEOPLE]),
            left_of(table[PARTICIPATIONS], table[PEOPLE]),
        ),
    }
    found: dict[str, set[Place]] = {}
    of_nation: set[str] = set()
    of_provinces: set[tuple[int, str]] = set()
    for code, (parts_beside, cells_beside) in beside.items():
        of_nation = hidden_parts([whole[code], parts_beside], of_nation)
        hiding = Table([table[code], cells_beside], set(provinces[code]), of_nation, of_provinces)
        of_provinces = hiding.hide()
        found[code] = {Place(None, breakdown, bucket) for bucket in of_nation} | {
            Place(province, breakdown, bucket) for province, bucket in of_provinces
        }
    return found


@dataclass(frozen=True)
class Shown:
    """The cells of a pack, and which of them its readers do not see."""

    cells: Cells
    provinces: list[Province]
    fields: Mapping[str, str]
    is_public: bool
    hidden: Mapping[str, set[Place]] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: MeetingPack) -> "Shown":
        """What a pack shows; asks three questions at most."""
        cells = read(pack)
        return cls(
            cells=cells,
            provinces=list(Province.objects.all()),
            fields=dict(VocationalField.objects.values_list("code", "name")),
            is_public=pack.is_public,
            hidden=hidden_places(cells) if pack.is_public else {},
        )

    @cached_property
    def known(self) -> dict[int | None, dict[str, int | None]]:
        """By area (None: the nation): each indicator, with None where nothing is known."""
        values: dict[int | None, dict[str, int]] = {one.pk: {} for one in self.provinces}
        values[None] = {}
        for code, places in self.cells.items():
            for place, value in places.items():
                if not place.breakdown:
                    values.setdefault(place.province, {})[code] = value
        return {area: known_figures(found) for area, found in values.items()}

    @cached_property
    def nation(self) -> AreaFigures:
        """The cells of the nation as the pages of progress read them; nothing in them is hidden."""
        figures = AreaFigures()
        for code, places in self.cells.items():
            for place, value in places.items():
                if place.province is None and (not place.breakdown or code in BROKEN_DOWN):
                    figures.put(code, place.breakdown, place.bucket, value)
        return figures

    def hides(self, code: str, place: Place) -> bool:
        """Whether the readers do not see a figure."""
        if not self.is_public or code not in OF_PERSONS:
            return False
        return place in self.hidden.get(code, ()) or is_few(self.cells.get(code, {}).get(place, 0))

    def value(self, code: str, place: Place = NATION) -> Value:
        """One figure as it is shown; None where nothing is known."""
        if self.hides(code, place):
            return HIDDEN
        whole = self.known[place.province][code]
        if whole is None or not place.breakdown:
            return whole
        return self.cells.get(code, {}).get(place, 0)

    def by_province(self, code: str) -> list[ProvinceRow]:
        """The provinces with one figure each, where it is known and shown."""
        rows = []
        for province in self.provinces:
            value = self.value(code, Place(province.pk))
            rows.append(ProvinceRow({code: value} if isinstance(value, int) else {}, province))
        return rows

    def ranked(self, code: str) -> list[tuple[Province, int]]:
        """The provinces by one figure, as far as none that is hidden can have as much."""
        shown = {row.province: row.values.get(code, 0) for row in self.by_province(code)}
        unseen = self.cells.get(code, {}).get(NATION, 0) - sum(shown.values())
        rows = [(province, value) for province, value in shown.items() if value > unseen]
        return sorted(rows, key=lambda row: (-row[1], row[0].code))

    def told(self) -> list[tuple[Place, str]]:
        """Every stored cell that the readers are told of, hidden ones included, in order."""
        found = [
            (place, code)
            for code, places in self.cells.items()
            if code in INDICATORS and (code in PUBLIC or not self.is_public)
            for place in places
            if not self.is_public or self._is_public(code, place)
        ]
        order = {one.pk: number for number, one in enumerate(self.provinces)}
        codes = {code: number for number, code in enumerate(INDICATORS)}
        return sorted(
            found,
            key=lambda one: (
                order.get(one[0].province or 0, -1), codes[one[1]], one[0].breakdown, one[0].bucket,
            ),
        )  # fmt: skip

    def _is_public(self, code: str, place: Place) -> bool:
        """Of persons the public learns less: only what is hidden together is told by part."""
        if code not in OF_PERSONS or place == NATION:
            return True
        return code in BROKEN or (code in TOGETHER and not place.breakdown)


def written(value: Value, code: str = "") -> str:
    """A figure of a pack as people write it."""
    if isinstance(value, str):
        return value
    return rupiah(value) if code in MONEY else number(value)
