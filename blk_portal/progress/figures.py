"""What the pages of progress show: targets with their cells, provinces, data age and audit."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from blk_portal.accounts.roles import Reach
from blk_portal.progress.indicators import HEADLINES, INDICATORS, Indicator
from blk_portal.progress.models import Actual, PendingRollup, RollupRun, Target
from institutions.models import AreaAssignment, ProgrammeYear, Province


@dataclass(frozen=True)
class Headline:
    """One of the three national figures: what is reached, of what target, with companions."""

    indicator: Indicator
    value: int
    target: Target | None
    companions: list[tuple[Indicator, int]]

    @property
    def share(self) -> float | None:
        """Reached as a share of the target; None without a target."""
        return self.value / self.target.value if self.target else None


@dataclass(frozen=True)
class ProvinceRow:
    """A province with its figures by indicator; None where nothing was ever counted."""

    province: Province
    values: dict[str, int]

    @property
    def has_figures(self) -> bool:
        return bool(self.values)


@dataclass(frozen=True)
class Freshness:
    """How old the figures are, and what the last audit found."""

    counted_at: datetime | None
    owed_since: datetime | None
    audited_at: datetime | None
    differences: int
    repaired: bool


def years() -> list[ProgrammeYear]:
    """The budget years that have targets or figures, latest first."""
    of_year = {"programme_year": OuterRef("pk")}
    has_target = Exists(Target.objects.filter(**of_year))
    has_figure = Exists(Actual.objects.filter(**of_year))
    return list(ProgrammeYear.objects.filter(has_target | has_figure).order_by("-year"))


def chosen_year(known: list[ProgrammeYear], text: str | None) -> ProgrammeYear | None:
    """The year asked for, else the latest one that has targets; None for a year without figures."""
    if text:
        return next((year for year in known if str(year.year) == text), None)
    with_targets = set(Target.objects.values_list("programme_year", flat=True))
    return next((year for year in known if year.pk in with_targets), known[0] if known else None)


def headlines(year: ProgrammeYear) -> list[Headline]:
    """The three headline figures of the nation, each with its target of the year."""
    values = dict(
        Actual.objects.filter(
            programme_year=year, province=None, office=None, breakdown=""
        ).values_list("indicator", "value")
    )
    targets = {
        target.indicator: target
        for target in Target.objects.filter(programme_year=year, province=None)
    }
    return [
        Headline(
            indicator=INDICATORS[code],
            value=values.get(code, 0),
            target=targets.get(code),
            companions=[(INDICATORS[c], values.get(c, 0)) for c in companions],
        )
        for code, companions in HEADLINES.items()
    ]


def provinces_visible_to(user):
    """The provinces whose figures a person may see; the nation's are public."""
    if not user.is_authenticated:
        return Province.objects.none()
    match user.spec.reach:
        case Reach.NATION | Reach.OFFICE:
            return Province.objects.all()
        case Reach.REGION:
            areas = AreaAssignment.objects.filter(user=user)
            return Province.objects.filter(
                Q(pk__in=areas.exclude(province=None).values("province"))
                | Q(regencies__in=areas.exclude(regency=None).values("regency"))
            ).distinct()
    return Province.objects.none()


def province_rows(year: ProgrammeYear, user) -> list[ProvinceRow]:
    """Each visible province with its figures of the year."""
    provinces = list(provinces_visible_to(user))
    values: dict[int, dict[str, int]] = {province.pk: {} for province in provinces}
    cells = Actual.objects.filter(programme_year=year, province__in=provinces, breakdown="")
    for province, indicator, value in cells.values_list("province", "indicator", "value"):
        values[province][indicator] = value
    return [ProvinceRow(province, values[province.pk]) for province in provinces]


def freshness(year: ProgrammeYear) -> Freshness:
    """The data age and the audit badge of a budget year."""
    runs = RollupRun.objects.filter(programme_year=year)
    counted = runs.filter(kind=RollupRun.Kind.RECOUNT).order_by("-id").first()
    audited = runs.filter(kind=RollupRun.Kind.AUDIT).order_by("-id").first()
    owed = PendingRollup.objects.filter(programme_year=year).order_by("id").first()
    return Freshness(
        counted_at=counted and counted.finished_at,
        owed_since=owed and owed.noted_at,
        audited_at=audited and audited.finished_at,
        differences=audited.differences if audited else 0,
        repaired=bool(audited and audited.repaired),
    )


def totals(rows: list[ProvinceRow]) -> dict[str, int]:
    """The sums of the rows shown, by indicator."""
    sums: dict[str, int] = {}
    for row in rows:
        for indicator, value in row.values.items():
            sums[indicator] = sums.get(indicator, 0) + value
    return sums
