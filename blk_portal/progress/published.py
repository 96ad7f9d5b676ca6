"""Reading what was published, as everybody may: without the figures of few persons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.figures import Headline
from blk_portal.progress.indicators import HEADLINES, INDICATORS, Indicator
from blk_portal.progress.models import Breakdown, Publication, PublishedFigure
from blk_portal.progress.opening.counting import BUCKET
from blk_portal.progress.pack.hiding import hidden_parts, is_few
from institutions.models import Province

# Figures whose units are persons; institutions and incubators are public one by one.
OF_PERSONS = frozenset(
    code
    for code, indicator in INDICATORS.items()
    if not code.startswith(("institutions_", "incubators_"))
)
# Of the same persons, and so hidden together: one of them would nearly tell the other.
TOGETHER = ("completed", "people", "passed")


def hidden_provinces(
    columns: Mapping[str, Mapping[int, int]], opening: Mapping[int, int]
) -> set[int]:
    """The provinces whose figures of persons strangers do not see.

    columns: indicator -> province -> figure. opening: the opening balance in the participations,
    which stands in every breakdown; neither it nor what is left without it may be few.
    """
    whole = columns["completed"]
    rest = {province: whole.get(province, 0) - part for province, part in opening.items()}
    return hidden_parts([*(columns[code] for code in TOGETHER), opening, rest])


def nation_of(publication: Publication) -> AreaFigures:
    """The nation's published figures, not broken down but for opening balances."""
    rows = publication.figures.filter(province=None).filter(
        Q(breakdown="") | Q(breakdown=Breakdown.FIELD, bucket=BUCKET)
    )
    found = AreaFigures()
    for cell in rows.values_list("indicator", "breakdown", "bucket", "value"):
        found.put(*cell)
    return found


def _shown(code: str, value: int | None) -> int | None:
    """A figure of the nation, or None where fewer than five persons stand behind it."""
    is_hidden = code in OF_PERSONS and value is not None and is_few(value)
    return None if is_hidden else value


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
    columns: dict[str, dict[int, int]] = {code: {} for code in (*HEADLINES, *TOGETHER)}
    opening: dict[int, int] = {}
    is_opening = Q(breakdown=Breakdown.FIELD, bucket=BUCKET, indicator="completed")
    rows = PublishedFigure.objects.filter(
        is_opening | Q(breakdown="", indicator__in=columns), publication=publication
    ).exclude(province=None)
    for indicator, part, province, value in rows.values_list(
        "indicator", "bucket", "province", "value"
    ):
        (opening if part else columns[indicator])[province] = value
    hidden = hidden_provinces(columns, opening)

    def shown(code: str, province: int) -> int | None:
        is_hidden = code in OF_PERSONS and province in hidden
        return None if is_hidden else columns[code].get(province, 0)

    known = {province for code in HEADLINES for province in columns[code]}
    return [
        ProvinceLine(province, [(INDICATORS[code], shown(code, province.pk)) for code in HEADLINES])
        for province in Province.objects.filter(pk__in=known)
    ]
