"""The burn-up chart of a figure against its target: places in a drawing of 1000 by 1000."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from blk_portal.progress.pace import Month, Pace, last_day, months_between

SIDE = 1000
MOST_LABELS = 5
STEPS_OF_TEN = (1, 2, 2.5, 5, 10)
MOST_RULES = 5
HEADROOM = 16
# A point so near the axis is written above, so that it does not run into the months.
LOW = 0.15
# A period is followed by this part of its length at most.
LONGEST_TAIL = 4


@dataclass(frozen=True)
class Label:
    """A month under the axis, and how it is anchored there."""

    month: date
    x: float
    anchor: str


@dataclass(frozen=True)
class Rule:
    """A line across the chart at a round value; y in percent from above."""

    value: int
    y: float


@dataclass(frozen=True)
class Chart:
    """What the template draws; x and y of points in percent, lines in the inner drawing.

    opening: the area of opening balances below the line; empty where there are none. is_cut:
    whether steps long after the period stand at the right edge.
    """

    line: str
    opening: str
    even: str
    projections: tuple[str, ...]
    rules: list[Rule]
    labels: list[Label]
    now: tuple[float, float]
    target_y: float
    now_is_right: bool
    now_is_low: bool
    is_cut: bool


def chart_of(pace: Pace) -> Chart:
    """The chart of one pace: what was reached, an even pace, and both projections."""
    start, end = pace.target.starts_on, _end_of(pace)
    months = [row for row in pace.months if row.last <= end]
    if is_cut := months[-1] != pace.months[-1]:
        months.append(replace(pace.months[-1], last=end))
    whole = (end - start).days + 1
    projected = pace.projection or ()
    largest = max([pace.target.value, *(row.total for row in months), *projected])
    # Room above the line of the target for its name.
    highest = largest + largest // HEADROOM
    step = _step(highest)
    top = step * -(-highest // step)

    def across(day: date) -> float:
        return float(SIDE * ((day - start).days + 1) / whole)

    def down(value: float) -> float:
        return float(SIDE * (1 - max(0, value) / top))

    def point(x: float, value: float) -> str:
        return f"{x:.1f},{down(value):.1f}"

    now_x, now_value = across(months[-1].last), months[-1].total
    line = [point(0, pace.before), *(point(across(row.last), row.total) for row in months)]
    end_x = across(pace.target.ends_on)
    return Chart(
        line=" ".join(line),
        opening=" ".join(_opening(months, across, point)) if pace.opening else "",
        even=f"{point(0, 0)} {point(end_x, pace.target.value)}",
        projections=tuple(
            f"{point(now_x, now_value)} {point(end_x, value)}" for value in dict.fromkeys(projected)
        ),
        rules=[Rule(value, down(value) / 10) for value in range(0, top + 1, step)],
        labels=_labels(start, end, whole),
        now=(now_x / 10, down(now_value) / 10),
        target_y=down(pace.target.value) / 10,
        now_is_right=now_x > SIDE * 0.8,
        now_is_low=now_value < top * LOW,
        is_cut=is_cut,
    )


def _end_of(pace: Pace) -> date:
    """The last day of the axis: late steps do not squeeze the period by more than its tail."""
    start, end = pace.target.starts_on, pace.target.ends_on
    tail = last_day(end + (end - start) / LONGEST_TAIL)
    return max(end, min(tail, last_day(pace.months[-1].first)))


def _opening(
    months: Sequence[Month], across: Callable[[date], float], point: Callable[[float, float], str]
) -> list[str]:
    """Along the balances from the first month to the last, and back along the axis."""
    tops = [point(across(row.last), row.opening) for row in months]
    first, last = across(months[0].first), across(months[-1].last)
    return [point(first, 0), point(first, months[0].opening), *tops, point(last, 0)]


def _step(largest: int) -> int:
    """A round distance of the lines, so that at most five of them reach the largest value."""
    power = 1
    while True:
        for factor in STEPS_OF_TEN:
            step = int(factor * power)
            if step == factor * power and step * MOST_RULES >= largest:
                return step
        power *= 10


def _labels(start: date, end: date, whole: int) -> list[Label]:
    """A few months from the first to the last, each at its first day."""
    months = months_between(start, end.replace(day=1))
    every = -(-len(months) // MOST_LABELS)
    return [
        Label(month, 100 * (month - start).days / whole, "middle" if place else "start")
        for place, month in enumerate(months)
        if place % every == 0
    ]
