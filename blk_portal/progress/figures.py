"""What the pages of progress show: targets with their cells, provinces, data age and audit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypedDict, cast
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from blk_portal.progress import boundaries
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.breakdowns import AreaFigures, figures_of, known_figures
from blk_portal.progress.indicators import AFTER_TRAINING, HEADLINES, INDICATORS, Indicator
from blk_portal.progress.models import Actual, Breakdown, PendingRollup, RollupRun, Target
from blk_portal.progress.opening.counting import BUCKET
from blk_portal.progress.past import PastFigures
from blk_portal.progress.targets import TargetQuerySet
from institutions.models import (
    AreaAssignment,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class HasTarget(TypedDict):
        """What `years` says of a budget year beside its row."""

        has_target: bool

    KnownYear = WithAnnotations[ProgrammeYear, HasTarget]


@dataclass(frozen=True)
class Headline:
    """One of the three national figures: what is reached, of what target, with companions.

    opening: how much of it is opening balance.
    """

    indicator: Indicator
    value: int | None
    target: Target | None
    companions: list[tuple[Indicator, int | None]]
    opening: int = 0

    @property
    def share(self) -> float | None:
        """Reached as a share of the target; None without a target or where nothing is known."""
        if self.target is None or self.value is None:
            return None
        return self.value / self.target.value

    @property
    def pace(self) -> int | None:
        """What an even pace would have reached by today; None outside the period."""
        today = today_in_jakarta()
        if self.target is None or not self.target.starts_on <= today <= self.target.ends_on:
            return None
        return self.target.even_on(today)


@dataclass(frozen=True)
class Outcome:
    """What became of those who passed, by one kind of report: a base, and the parts of it."""

    base: Indicator
    reported: int | None
    parts: list[tuple[Indicator, int | None]]

    @property
    def value(self) -> int | None:
        """The parts together; None where nothing is reported yet."""
        known = [value for _indicator, value in self.parts if value is not None]
        return sum(known) if known else None


@dataclass(frozen=True)
class AreaRow:
    """An area with the cells it has of the year, by indicator."""

    values: dict[str, int]

    @property
    def has_figures(self) -> bool:
        return bool(self.values)

    @property
    def known(self) -> dict[str, int | None]:
        """Every indicator; None where nothing is known yet."""
        return known_figures(self.values)


@dataclass(frozen=True)
class ProvinceRow(AreaRow):
    """A province with its figures."""

    province: Province


@dataclass(frozen=True)
class OfficeRow(AreaRow):
    """An office with its figures, and whether the person may open its page."""

    office: TrainingOffice
    is_open: bool


@dataclass(frozen=True)
class Freshness:
    """How old the figures are, and what the last audit found."""

    counted_at: datetime | None
    owed_since: datetime | None
    audited_at: datetime | None
    differences: int
    repaired: bool


@cache
def _years_statement() -> tuple[str, tuple[Any, ...]]:
    """Asked by every page of figures, and always the same: Django writes it once a process."""
    of_year = {"programme_year": OuterRef("pk")}
    has_target = Exists(Target.objects.in_force().filter(last_year=None, **of_year))
    is_promised = Exists(Target.objects.in_force().covering(OuterRef("year")))
    # What any area has the nation has as well; of its own cells each year begins in the index.
    has_figure = Exists(Actual.objects.filter(province=None, office=None, **of_year))
    known = ProgrammeYear.objects.filter(is_promised | has_figure).order_by("-year")
    return known.annotate(has_target=has_target).query.sql_with_params()


def years() -> "list[KnownYear]":
    """The budget years that have targets or figures, latest first."""
    statement, values = _years_statement()
    return cast("list[KnownYear]", list(ProgrammeYear.objects.raw(statement, values)))


def chosen_year(known: "list[KnownYear]", text: str | None) -> "KnownYear | None":
    """The year asked for, else the latest that has targets; None for a year without figures.

    A year that has not begun is chosen last: its targets may be set long before.
    """
    if text:
        return next((year for year in known if str(year.year) == text), None)
    promised = [year for year in known if year.has_target]
    begun = [year for year in promised if year.year <= today_in_jakarta().year]
    return next(iter([*begun, *promised, *known]), None)


def headlines(year: ProgrammeYear, nation: AreaFigures | None = None) -> list[Headline]:
    """The three headline figures of the nation, each with its target of the year."""
    found = nation or figures_of(year)
    known: dict[str, int | None] = {code: found.values.get(code, 0) for code in INDICATORS}
    return _headlines(known, _targets(year, None), found.opening)


def area_headlines(
    year: ProgrammeYear, area: AreaFigures, *, province: Province | None
) -> list[Headline]:
    """The same three figures of one area; only provinces may have targets of their own."""
    targets = _targets(year, province) if province else {}
    return _headlines(known_figures(area.values), targets, area.opening)


def after_training(area: AreaFigures) -> list[Outcome]:
    """What is certified and placed in the nation or in an area, as far as it is reported."""
    known = known_figures(area.values)
    return [
        Outcome(
            base=INDICATORS[base],
            reported=known[base],
            parts=[(INDICATORS[code], known[code]) for code in parts],
        )
        for base, parts in AFTER_TRAINING
    ]


def _targets(year: ProgrammeYear, province: Province | None) -> dict[str, Target]:
    wanted = Target.objects.of_year(year).filter(province=province)
    wanted = wanted.select_related("programme_year")
    return {target.indicator: target for target in wanted}


def _headlines(
    values: Mapping[str, int | None], targets: dict[str, Target], opening: Mapping[str, int]
) -> list[Headline]:
    return [
        Headline(
            indicator=INDICATORS[code],
            value=values[code],
            target=targets.get(code),
            companions=[(INDICATORS[c], values[c]) for c in companions],
            opening=opening.get(code, 0),
        )
        for code, companions in HEADLINES.items()
    ]


def provinces_visible_to(user: Visitor) -> QuerySet[Province]:
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


def regencies_visible_to(user: Visitor) -> QuerySet[Regency]:
    """The regencies and cities whose figures a person may see: those of the visible provinces."""
    return Regency.objects.filter(province__in=provinces_visible_to(user))


def offices_visible_to(user: Visitor) -> QuerySet[TrainingOffice]:
    """The offices whose figures a person may see, by the rule of `provinces_visible_to`."""
    if not user.is_authenticated:
        return TrainingOffice.objects.none()
    match user.spec.reach:
        case Reach.NATION | Reach.OFFICE:
            return TrainingOffice.objects.all()
        case Reach.REGION:
            areas = AreaAssignment.objects.filter(user=user).exclude(office=None)
            return TrainingOffice.objects.filter(pk__in=areas.values("office"))
    return TrainingOffice.objects.none()


def targets_visible_to(user: Visitor) -> TargetQuerySet:
    """The nation's targets are public; a province's are for those who may see its figures."""
    return Target.objects.filter(Q(province=None) | Q(province__in=provinces_visible_to(user)))


def province_rows(
    year: ProgrammeYear,
    user: Visitor,
    *,
    reading: str = Boundaries.NOW,
    visible: Iterable[Province] | None = None,
    past: PastFigures | None = None,
) -> list[ProvinceRow]:
    """Each visible province with its figures of the year.

    reading: on which map. visible: the provinces visible to the user, where they are read already.
    past: the figures of the past day that is asked for, on today's map.
    """
    found = provinces_visible_to(user) if visible is None else visible
    provinces = boundaries.on_map(found, year, reading)
    if past:
        then = past.by_province()
        return [ProvinceRow(then.get(province.pk, {}), province) for province in provinces]
    values: dict[int, dict[str, int]] = {province.pk: {} for province in provinces}
    cells = boundaries.cells(reading).filter(
        programme_year=year, province__in=provinces, breakdown=""
    )
    for province, indicator, value in cells.values_list("province", "indicator", "value"):
        values[province][indicator] = value
    return [ProvinceRow(values[province.pk], province) for province in provinces]


def known_totals(rows: Sequence[AreaRow]) -> dict[str, int]:
    """The sums of the cells that there are, as of one area; empty where nothing is counted yet."""
    sums: dict[str, int] = {}
    for row in rows:
        for code, value in row.values.items():
            sums[code] = sums.get(code, 0) + value
    return sums


def nation_and_provinces(
    year: ProgrammeYear, user: Visitor
) -> tuple[AreaFigures, list[ProvinceRow]]:
    """The nation's own cells, and each visible province with its cells, without breakdowns."""
    provinces = {province.pk: province for province in provinces_visible_to(user)}
    values: dict[int | None, dict[str, int]] = {key: {} for key in (None, *provinces)}
    cells = Actual.objects.filter(programme_year=year, office=None, breakdown="")
    for province, indicator, value in cells.values_list("province", "indicator", "value"):
        values.get(province, {})[indicator] = value
    rows = [ProvinceRow(values[key], province) for key, province in provinces.items()]
    return AreaFigures(values[None]), rows


def offices_open_to(user: Visitor) -> QuerySet[TrainingOffice]:
    """The offices whose own page a person may open: all for the nation, else those it answers for.

    An office answers for its branches (Satpel) as well.
    """
    if not user.is_authenticated:
        return TrainingOffice.objects.none()
    match user.spec.reach:
        case Reach.NATION:
            return TrainingOffice.objects.all()
        case Reach.OFFICE:
            areas = AreaAssignment.objects.answered_by(user)
            own = areas.exclude(office=None).values("office")
            return TrainingOffice.objects.filter(Q(pk__in=own) | Q(parent__in=own))
    return TrainingOffice.objects.none()


def office_rows(
    year: ProgrammeYear, user: Visitor, *, past: PastFigures | None = None
) -> list[OfficeRow]:
    """Each office with its figures of the year, for those who see the figures of all provinces.

    past: the figures of the past day that is asked for.
    """
    if not user.is_authenticated or user.spec.reach not in (Reach.NATION, Reach.OFFICE):
        return []
    offices = TrainingOffice.objects.annotate(
        is_open=Exists(offices_open_to(user).filter(pk=OuterRef("pk")))
    )
    values: dict[int, dict[str, int]] = past.by_office() if past else {}
    cells = Actual.objects.filter(programme_year=year, breakdown="").exclude(office=None)
    for office, indicator, value in (
        () if past else cells.values_list("office", "indicator", "value")
    ):
        values.setdefault(office, {})[indicator] = value
    return [OfficeRow(values.get(office.pk, {}), office, office.is_open) for office in offices]


def asking(
    year: ProgrammeYear,
    *,
    province: Province | None = None,
    office: TrainingOffice | None = None,
    regency: Regency | None = None,
    reading: str = Boundaries.NOW,
) -> str:
    """Of what the figures of a page are, as an address asks for their explanation."""
    asked = {
        "tahun": str(year.year),
        "provinsi": province.code if province else "",
        "uptp": office.code if office else "",
        "kabupaten": regency.code if regency else "",
        boundaries.PARAMETER: reading if reading != Boundaries.NOW else "",
    }
    return urlencode({name: value for name, value in asked.items() if value})


@cache
def _freshness_statement() -> tuple[str, tuple[Any, ...]]:
    """As Django writes it, once a process, for the budget year that its last placeholder names."""

    def latest(kind: RollupRun.Kind, field: str) -> Subquery:
        runs = RollupRun.objects.filter(programme_year=OuterRef("pk"), kind=kind)
        return Subquery(runs.order_by("-id").values(field)[:1])

    owed = PendingRollup.objects.filter(programme_year=OuterRef("pk")).order_by("id")
    found = ProgrammeYear.objects.filter(pk=0).values_list(
        latest(RollupRun.Kind.RECOUNT, "finished_at"),
        Subquery(owed.values("noted_at")[:1]),
        latest(RollupRun.Kind.AUDIT, "finished_at"),
        latest(RollupRun.Kind.AUDIT, "differences"),
        latest(RollupRun.Kind.AUDIT, "repaired"),
    )
    statement, values = found.query.sql_with_params()
    return statement, values[:-1]


def freshness(year: ProgrammeYear) -> Freshness:
    """The data age and the audit badge of a budget year."""
    statement, values = _freshness_statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, year.pk])
        counted_at, owed_since, audited_at, differences, repaired = cursor.fetchone()
    return Freshness(
        counted_at=counted_at,
        owed_since=owed_since,
        audited_at=audited_at,
        differences=differences or 0,
        repaired=bool(repaired),
    )


def totals(rows: Sequence[AreaRow]) -> dict[str, int]:
    """The sums of the rows shown, by indicator."""
    return {code: sum(row.values.get(code, 0) for row in rows) for code in INDICATORS}


def without_office(nation: AreaFigures, rows: Sequence[OfficeRow]) -> dict[str, int]:
    """What the nation has and no office: institutions that wait for one; empty if none does."""
    sums = totals(rows)
    left = {code: nation.values.get(code, 0) - count for code, count in sums.items()}
    return left if any(left.values()) else {}


def nation_totals(indicator: str, years: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Budget year (primary key) -> the nation's figure, and how much of it is opening balance."""
    cells = Actual.objects.filter(
        Q(breakdown="") | Q(breakdown=Breakdown.FIELD, bucket=BUCKET),
        indicator=indicator,
        province=None,
        office=None,
        programme_year__in=list(years),
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for year, bucket, value in cells.values_list("programme_year", "bucket", "value"):
        found[year][bucket] = value
    return {year: (parts.get("", 0), parts.get(BUCKET, 0)) for year, parts in found.items()}
