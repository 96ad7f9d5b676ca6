"""Reading what was published, as everybody may: few people together stay unnamed."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db.models import Q

from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.figures import Headline
from blk_portal.progress.indicators import HEADLINES, INDICATORS, Indicator
from blk_portal.progress.models import Breakdown, Publication, PublishedFigure
from blk_portal.progress.opening.counting import BUCKET
from institutions.models import Province

FEWEST = 5
# Figures whose units are persons; institutions and incubators are public one by one.
OF_PERSONS = frozenset(
    code
    for code, indicator in INDICATORS.items()
    if not code.startswith(("institutions_", "incubators_"))
)

Key = TypeVar("Key", bound=Hashable)


def without_few(values: Mapping[Key, int]) -> dict[Key, int | None]:
    """The parts of a whole that is known, with None where fewer than five persons stand behind.

    Where one part alone is left out, the next smallest is as well: else the whole would tell it.
    """
    few = [key for key, value in values.items() if 0 < value < FEWEST]
    others = [key for key, value in values.items() if value >= FEWEST]
    if len(few) == 1 and others:
        few.append(min(others, key=values.__getitem__))
    return {key: None if key in few else value for key, value in values.items()}


def nation_of(publication: Publication) -> AreaFigures:
    """The nation's published figures, not broken down but for opening balances."""
    rows = publication.figures.filter(province=None).filter(
        Q(breakdown="") | Q(breakdown=Breakdown.FIELD, bucket=BUCKET)
    )
    found = AreaFigures()
    for indicator, breakdown, value in rows.values_list("indicator", "breakdown", "value"):
        if breakdown:
            found.parts.setdefault(breakdown, {}).setdefault(BUCKET, {})[indicator] = value
        else:
            found.values[indicator] = value
    return found


def _shown(code: str, value: int | None) -> int | None:
    """A figure of the nation, or None where fewer than five persons stand behind it."""
    is_few = code in OF_PERSONS and value is not None and 0 < value < FEWEST
    return None if is_few else value


def for_everybody(headlines: Iterable[Headline]) -> list[Headline]:
    """The headline figures as strangers may see them."""
    return [
        replace(
            one,
            value=_shown(one.indicator.code, one.value),
            opening=_shown(one.indicator.code, one.opening) or 0,
            companions=[(other, _shown(other.code, value)) for other, value in one.companions],
        )
        for one in headlines
    ]


@dataclass(frozen=True)
class Change:
    """One figure of a publication, and the same figure of the one before; None for too few."""

    indicator: Indicator
    value: int | None
    before: int | None

    @property
    def difference(self) -> int | None:
        if self.value is None or self.before is None:
            return None
        return self.value - self.before


def changes(now: AreaFigures, before: AreaFigures | None) -> list[Change]:
    """Each headline figure with its companions, beside what was published before."""
    codes = [code for headline, others in HEADLINES.items() for code in (headline, *others)]
    return [
        Change(
            INDICATORS[code],
            _shown(code, now.values.get(code, 0)),
            None if before is None else _shown(code, before.values.get(code, 0)),
        )
        for code in codes
    ]


@dataclass(frozen=True)
class ProvinceLine:
    """A province with its published headline figures; None for too few persons."""

    province: Province
    cells: list[tuple[Indicator, int | None]]


def provinces_of(publication: Publication) -> list[ProvinceLine]:
    """The headline figures of each province that had any."""
    columns: dict[str, dict[int, int]] = {code: {} for code in HEADLINES}
    rows = PublishedFigure.objects.filter(
        publication=publication, breakdown="", indicator__in=HEADLINES
    ).exclude(province=None)
    for indicator, province, value in rows.values_list("indicator", "province", "value"):
        columns[indicator][province] = value
    shown = {
        code: without_few(column) if code in OF_PERSONS else dict(column)
        for code, column in columns.items()
    }
    known = {province for column in columns.values() for province in column}
    return [
        ProvinceLine(
            province, [(INDICATORS[code], shown[code].get(province.pk, 0)) for code in HEADLINES]
        )
        for province in Province.objects.filter(pk__in=known)
    ]
