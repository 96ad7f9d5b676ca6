"""Reading what was published, as everybody may: without the figures of few persons."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.db.models import Q

from blk_portal.progress.breakdowns import AreaFigures
from blk_portal.progress.figures import Headline
from blk_portal.progress.indicators import AFTER_TRAINING, HEADLINES, INDICATORS, Indicator
from blk_portal.progress.models import Breakdown, Publication, PublishedFigure
from blk_portal.progress.opening.counting import BUCKET
from blk_portal.progress.pack.hiding import hidden_parts, is_few, left_of
from institutions.models import Province

# Figures whose units are persons; institutions and incubators are public one by one.
OF_PERSONS = frozenset(
    code
    for code, indicator in INDICATORS.items()
    if not code.startswith(("institutions_", "incubators_"))
)
# Of the same persons, and so hidden together: one of them would nearly tell the other.
TOGETHER = ("completed", "people", "passed")
# Each figure of persons that is a part of others, with all of them: the difference is a figure too.
WITHIN: dict[str, tuple[str, ...]] = {
    "people": ("completed",),
    "passed": ("completed",),
    **{base: ("passed", "completed") for base, _parts in AFTER_TRAINING},
    **{code: (base, "passed", "completed") for base, parts in AFTER_TRAINING for code in parts},
}


def hidden_provinces(
    columns: Mapping[str, Mapping[int, int]], opening: Mapping[int, int]
) -> dict[str, set[int]]:
    """By indicator of TOGETHER: the provinces whose figure strangers do not see.

    columns: indicator -> province -> figure. opening: the opening balance in the participations,
    which stands in every breakdown; neither it nor what is left without it may be few. Nor may what
    people and passed leave of the participations: a failed participant is not to be found.
    """
    whole = columns["completed"]
    rest = {province: whole.get(province, 0) - part for province, part in opening.items()}
    hidden = hidden_parts([*(columns[code] for code in TOGETHER), opening, rest])
    people, passed = columns["people"], columns["passed"]
    again = [left_of(whole, people), left_of(left_of(whole, opening), people)]
    return {
        "completed": hidden,
        "people": hidden_parts([people, *again], hidden),
        "passed": hidden_parts([passed, left_of(whole, passed)], hidden),
    }


def hidden_of_nation(values: Mapping[str, int], opening: int) -> set[str]:
    """The indicators whose figure of the nation strangers do not see, as it is few or tells a few.

    opening: the opening balance in the participations.
    """
    hidden = {code for code in OF_PERSONS if is_few(values.get(code, 0))}
    for code, around in WITHIN.items():
        value = values.get(code, 0)
        for whole in around:
            left = values.get(whole, 0) - value
            if value and (is_few(left) or (code == "people" and is_few(left - opening))):
                hidden.add(code)
    for base, parts in AFTER_TRAINING:
        seen = [code for code in parts if values.get(code) and code not in hidden]
        left = values.get(base, 0) - sum(values.get(code, 0) for code in parts)
        if len(seen) > 1 and is_few(left):
            hidden.add(min(seen, key=lambda code: values[code]))
    return hidden


def nation_of(publication: Publication) -> AreaFigures:
    """The nation's published figures, not broken down but for opening balances."""
    rows = publication.figures.filter(province=None).filter(
        Q(breakdown="") | Q(breakdown=Breakdown.FIELD, bucket=BUCKET)
    )
    found = AreaFigures()
    for cell in rows.values_list("indicator", "breakdown", "bucket", "value"):
        found.put(*cell)
    return found


def _hidden_in(nation: AreaFigures) -> set[str]:
    return hidden_of_nation(nation.values, nation.opening.get("completed", 0))


def for_everybody(headlines: Iterable[Headline], nation: AreaFigures) -> list[Headline]:
    """The headline figures of the nation as strangers may see them."""
    hidden = _hidden_in(nation)

    def shown(code: str, value: int | None) -> int | None:
        return None if code in hidden else value

    def tells_few(one: Headline) -> bool:
        return is_few(one.opening) or is_few((one.value or 0) - one.opening)

    return [
        replace(
            one,
            value=shown(one.indicator.code, one.value),
            opening=0 if tells_few(one) and one.indicator.code in OF_PERSONS else one.opening,
            companions=[(other, shown(other.code, value)) for other, value in one.companions],
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
    now_shown, before_shown = (_shown_of(one) if one else {} for one in (now, before))
    return [Change(INDICATORS[code], now_shown.get(code), before_shown.get(code)) for code in codes]


def _shown_of(nation: AreaFigures) -> dict[str, int | None]:
    """The figures of the nation, with None where strangers do not see one."""
    hidden = _hidden_in(nation)
    return {code: None if code in hidden else nation.values.get(code, 0) for code in INDICATORS}


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
        is_hidden = province in hidden.get(code, ())
        return None if is_hidden else columns[code].get(province, 0)

    known = {province for code in HEADLINES for province in columns[code]}
    return [
        ProvinceLine(province, [(INDICATORS[code], shown(code, province.pk)) for code in HEADLINES])
        for province in Province.objects.filter(pk__in=known)
    ]
