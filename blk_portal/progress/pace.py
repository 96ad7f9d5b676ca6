"""How fast the headline figures grow toward their targets, and where that leads.

A series is read from what was counted on which day: count rows by the day of their verification and
of their reopening, papers and selections by their own day and by the day they were withdrawn,
opening balances by what is left of them beside the reports. The sum over all days is the figure
itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from django.db import connection
from django.utils.translation import gettext

from blk_portal.formats import number
from blk_portal.progress.indicators import HEADLINES, INDICATORS, Indicator
from blk_portal.progress.models import Actual
from blk_portal.progress.opening.steps import OPENING_STEPS
from blk_portal.progress.past import figures_on
from blk_portal.progress.targets import Target
from incubators.stages import COUNTING
from institutions.models import ProgrammeYear, Province

WEEK: Final = 7
# What is called the pace of late.
RECENT = timedelta(weeks=8)
# Fewer say nothing about a pace: a decree for a hundred at once is one day, not a rhythm.
FEWEST_WEEKS, FEWEST_STEPS, FEWEST_MONTHS = 8, 10, 3
LONGEST_MOVERS = 8
FINE_BELOW = 2_000

# Each day on which a report, an institution or an incubator changed the figure, by how much. A day
# on which a report is counted anew without a change (a person counts elsewhere) is no step.
STEPS = f"""SELECT step.indicator, r.province_id, date_trunc('month', step.day)::date AS month,
    sum(step.change)::bigint,
    count(*) FILTER (WHERE step.change > 0 AND NOT step.is_opening),
    coalesce(sum(step.change)
        FILTER (WHERE step.day > %(recent)s AND NOT step.is_paper), 0)::bigint,
    coalesce(sum(step.change) FILTER (WHERE step.is_opening), 0)::bigint
FROM (
    SELECT 'completed' AS indicator, min(held.institution_id) AS institution_id,
        (moved.moment AT TIME ZONE 'Asia/Jakarta')::date AS day, sum(moved.change)::int AS change,
        false AS is_opening, false AS is_paper
    FROM (
        SELECT report_id, min(institution_id) AS institution_id, counted_from, counted_to,
            sum(completed)::int AS completed
        FROM trainings_cohortcount WHERE programme_year_id = ANY(%(years)s)
        GROUP BY report_id, counted_from, counted_to
    ) held
    CROSS JOIN LATERAL (VALUES (held.counted_from, held.completed),
        (held.counted_to, -held.completed)) AS moved (moment, change)
    WHERE moved.moment IS NOT NULL
    GROUP BY held.report_id, day HAVING sum(moved.change) <> 0
    UNION ALL {OPENING_STEPS} UNION ALL
    SELECT 'institutions_pkb', institution_id, happened_on, 1, false, false
    FROM institutions_milestone WHERE programme_year_id = ANY(%(years)s) AND kind = 'pkb'
    UNION ALL
    SELECT 'institutions_pkb', institution_id,
        greatest(happened_on, (withdrawn_at AT TIME ZONE 'Asia/Jakarta')::date), -1, false, false
    FROM institutions_milestone
    WHERE programme_year_id = ANY(%(years)s) AND kind = 'pkb' AND withdrawn_at IS NOT NULL
    UNION ALL
    SELECT 'incubators_selected', u.institution_id, t.happened_on,
        (t.to_stage = ANY(%(counting)s))::int - (t.from_stage = ANY(%(counting)s))::int, false,
        false
    FROM incubators_incubatortransition t
    JOIN incubators_incubator u ON u.id = t.incubator_id
    JOIN incubators_selectionround s ON s.id = u.round_id
    WHERE s.programme_year_id = ANY(%(years)s) AND t.withdrawn_at IS NULL
) step
JOIN institutions_institution i ON i.id = step.institution_id
JOIN institutions_regency r ON r.id = i.regency_id
WHERE step.change <> 0 AND (%(province)s::bigint IS NULL OR r.province_id = %(province)s)
    AND (%(until)s::date IS NULL OR step.day <= %(until)s)
GROUP BY step.indicator, r.province_id, month
"""  # noqa: S608, made of our own constants


@dataclass
class Series:
    """What one indicator gained: by month, of late, and by province.

    opening_by_month: how much of it by opening balances, which are no steps and not of late.
    """

    by_month: dict[date, int] = field(default_factory=dict)
    steps_by_month: dict[date, int] = field(default_factory=dict)
    recent: int = 0
    by_province: dict[int, tuple[int, int]] = field(default_factory=dict)
    opening_by_month: dict[date, int] = field(default_factory=dict)

    def add(
        self, province: int, month: date, change: int, steps: int, recent: int, opening: int
    ) -> None:
        self.by_month[month] = self.by_month.get(month, 0) + change
        self.steps_by_month[month] = self.steps_by_month.get(month, 0) + steps
        if opening:
            self.opening_by_month[month] = self.opening_by_month.get(month, 0) + opening
        self.recent += recent
        whole, late = self.by_province.get(province, (0, 0))
        self.by_province[province] = (whole + change, late + recent)


@dataclass(frozen=True)
class Month:
    """One month of a series: what it added, the sum at its end, and the sum of an even pace.

    opening: how much of the sum is opening balance.
    """

    first: date
    last: date
    added: int
    total: int
    even: int | None
    opening: int = 0


@dataclass(frozen=True)
class Mover:
    """A province: what it gained in all and of late, and its own target where it has one."""

    province: Province
    total: int
    recent: int
    target: int | None


@dataclass(frozen=True)
class Pace:
    """One headline figure on its way to a target: how fast, how fast it must be, where it leads.

    value: what is reached. today: the day from which it is judged.
    """

    target: Target
    value: int
    today: date
    series: Series
    movers: Sequence[Mover] = ()

    @property
    def indicator(self) -> Indicator:
        return INDICATORS[self.target.indicator]

    @property
    def has_ended(self) -> bool:
        return self.today > self.target.ends_on

    @property
    def is_reached(self) -> bool:
        return self.value >= self.target.value

    @property
    def left(self) -> int:
        return max(0, self.target.value - self.value)

    @property
    def weeks_passed(self) -> float:
        """Weeks of the period up to today."""
        until = min(self.today, self.target.ends_on)
        return max(0, (until - self.target.starts_on).days + 1) / WEEK

    @property
    def weeks_left(self) -> float:
        """Weeks of the period after today."""
        return max(0, (self.target.ends_on - max(self.today, self.target.starts_on)).days) / WEEK

    @property
    def is_known(self) -> bool:
        """Whether there is enough to speak of a pace: weeks, steps, and months with steps."""
        steps = self.series.steps_by_month
        return (
            self.weeks_passed >= FEWEST_WEEKS
            and sum(steps.values()) >= FEWEST_STEPS
            and sum(1 for count in steps.values() if count) >= FEWEST_MONTHS
        )

    @property
    def average(self) -> float | None:
        """A week since the period began."""
        return self.value / self.weeks_passed if self.is_known else None

    @property
    def recent(self) -> float | None:
        """A week of late; None after the period, when there is no late any more."""
        if not self.is_known or self.has_ended:
            return None
        return self.series.recent / (RECENT.days / WEEK)

    @property
    def required(self) -> float | None:
        """What every week left must bring; None where nothing is left, of the target or of time."""
        if self.is_reached or not self.weeks_left:
            return None
        return self.left / self.weeks_left

    @property
    def projection(self) -> tuple[int, int] | None:
        """From and to, at the end of the period: by the slower and by the faster of the two paces.

        None where too little is known, and after the period.
        """
        if self.average is None or self.recent is None:
            return None
        ends = sorted(
            max(0, round(self.value + pace * self.weeks_left))
            for pace in (self.average, self.recent)
        )
        return ends[0], ends[1]

    @property
    def decimals(self) -> int:
        """How finely a pace is written: tenths where a week brings few."""
        return 0 if self.target.value >= FINE_BELOW else 1

    @property
    def added_late(self) -> int:
        """What was counted after the period ended, for work of the period."""
        last = month_of(self.target.ends_on)
        return sum(change for month, change in self.series.by_month.items() if month > last)

    @property
    def message(self) -> str:
        """What the chart says, in words."""
        if self.is_reached:
            return gettext("%(name)s: the target is reached") % {"name": self.indicator.label}
        values = {"name": self.indicator.label, "left": number(self.left)}
        if self.has_ended:
            return gettext("%(name)s: the period ended %(left)s short") % values
        if self.projection is None:
            return gettext("%(name)s: too few data for a projection") % values
        low, high = self.projection
        values["short"] = number(self.target.value - high)
        if low >= self.target.value:
            return gettext("%(name)s: at this pace the target is reached") % values
        if high >= self.target.value:
            return gettext("%(name)s: the target is within reach") % values
        return gettext("%(name)s: at this pace %(short)s short at the end") % values

    @cached_property
    def months(self) -> list[Month]:
        """From the first month of the period or of the series to today or the last step."""
        found = self.series.by_month
        first = month_of(self.target.starts_on)
        until = max([month_of(min(self.today, self.target.ends_on)), *found])
        papers = self.series.opening_by_month
        total = sum(change for month, change in found.items() if month < first)
        opening = self.opening_before
        rows = []
        for month in months_between(first, until):
            total += found.get(month, 0)
            opening += papers.get(month, 0)
            last = min(last_day(month), max(self.today, month))
            rows.append(Month(
                month, last, found.get(month, 0), total, self.target.even_on(last), opening
            ))  # fmt: skip
        return rows

    @property
    def opening_before(self) -> int:
        """Opening balances that were approved before the period began."""
        first = month_of(self.target.starts_on)
        papers = self.series.opening_by_month
        return sum(change for month, change in papers.items() if month < first)

    @property
    def opening(self) -> int:
        """How much of what is reached is opening balance."""
        return sum(self.series.opening_by_month.values())

    @property
    def counted(self) -> int:
        """The sum of all steps: the figure itself, once every change is counted."""
        return sum(self.series.by_month.values())

    @property
    def before(self) -> int:
        """What was counted before the period began, as an agreement signed in December."""
        first = month_of(self.target.starts_on)
        return sum(change for month, change in self.series.by_month.items() if month < first)


def month_of(day: date) -> date:
    return day.replace(day=1)


def last_day(month: date) -> date:
    return month_of(month + timedelta(days=31)) - timedelta(days=1)


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from one to another."""
    months = [first]
    while months[-1] < last:
        months.append(month_of(months[-1] + timedelta(days=31)))
    return months


def series_of(
    years: Iterable[int],
    *,
    today: date,
    province: Province | None = None,
    until: date | None = None,
) -> dict[str, Series]:
    """What each headline indicator gained in budget years (primary keys), in one statement.

    until: the last day whose steps are read; None for all.
    """
    found = {code: Series() for code in HEADLINES}
    with connection.cursor() as cursor:
        cursor.execute(STEPS, {
            "years": list(years), "counting": list(COUNTING), "recent": today - RECENT,
            "province": province.pk if province else None, "until": until,
        })  # fmt: skip
        for indicator, *step in cursor.fetchall():
            found[indicator].add(*step)
    return found


def values_of(years: Iterable[int], *, province: Province | None = None) -> dict[str, int]:
    """The stored figures of the headline indicators over budget years (primary keys)."""
    cells = Actual.objects.filter(
        programme_year__in=list(years), indicator__in=HEADLINES, breakdown="", office=None,
        province=province,
    )  # fmt: skip
    sums = dict.fromkeys(HEADLINES, 0)
    for indicator, value in cells.values_list("indicator", "value"):
        sums[indicator] += value
    return sums


def targets_shown(year: ProgrammeYear, province: Province | None) -> list[Target]:
    """The headline targets whose period holds the year, in the order of the headlines."""
    covering = Target.objects.in_force().covering(year.year)
    found = covering.filter(indicator__in=HEADLINES, province=province, field=None)
    order = list(HEADLINES)
    return sorted(
        found.select_related("programme_year", "last_year"),
        key=lambda target: order.index(target.indicator),
    )


def paces(
    year: ProgrammeYear,
    *,
    today: date,
    province: Province | None = None,
    visible: Sequence[Province] = (),
    then: Mapping[str, int] | None = None,
) -> list[Pace]:
    """The pace of each headline target of the nation or of a province that covers the year.

    visible: the provinces that the reader may see moving it. then: the year's figures of the nation
    as known at the end of `today`, where that day is over; later steps are left out.
    """
    targets = targets_shown(year, province)
    spans = {
        (target.programme_year.year, target.ends_in.year): target for target in targets
    }  # fmt: skip
    read = {}
    for first, last in spans:
        covered = list(ProgrammeYear.objects.filter(year__range=(first, last)))
        years = [one.pk for one in covered]
        if then is None:
            values = values_of(years, province=province)
        else:
            others = [one for one in covered if one != year]
            values = _values_then([then, *(figures_on(one, today).of().values for one in others)])
        until = None if then is None else today
        read[first, last] = (
            values,
            series_of(years, today=today, province=province, until=until),
        )
    promised = _promises_of(targets, visible)
    found = []
    for target in targets:
        values, series = read[target.programme_year.year, target.ends_in.year]
        one = series[target.indicator]
        found.append(
            Pace(
                target, values[target.indicator], today, one,
                movers_of(
                    one, visible, promised.get(target.pk, {}), has_ended=today > target.ends_on
                ),
            )
        )  # fmt: skip
    return found


def _values_then(figures: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The headline figures of several budget years as known on one past day."""
    held = list(figures)
    return {code: sum(values.get(code, 0) for values in held) for code in HEADLINES}


def _promises_of(
    targets: Sequence[Target], visible: Sequence[Province]
) -> dict[int, dict[int, int]]:
    """By target of the nation: the value of each province's part."""
    if not (targets and visible):
        return {}
    wholes = {(one.indicator, one.programme_year_id, one.last_year_id): one.pk for one in targets}
    parts = Target.objects.in_force().filter(
        province__in=visible, field=None, indicator__in=HEADLINES
    )
    found: dict[int, dict[int, int]] = {}
    for indicator, first, last, place, value in parts.values_list(
        "indicator", "programme_year", "last_year", "province", "value"
    ):
        whole = wholes.get((indicator, first, last))
        if whole is not None:
            found.setdefault(whole, {})[place] = value
    return found


def movers_of(
    series: Series, visible: Sequence[Province], promised: Mapping[int, int], *, has_ended: bool
) -> list[Mover]:
    """The provinces that moved the figure most: of late first, or in all after the period."""
    rows = [
        Mover(province, *series.by_province[province.pk], promised.get(province.pk))
        for province in visible
        if province.pk in series.by_province
    ]
    rows.sort(key=lambda row: (0 if has_ended else -row.recent, -row.total, row.province.code))
    return rows[:LONGEST_MOVERS]
