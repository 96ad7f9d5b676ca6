"""The quarters of a tenant as small charts: columns in percent of the drawing, and their table."""

from collections.abc import Sequence
from dataclasses import dataclass

from incubators.models import IncubationReport, Tenant, TenantQuarter
from incubators.quarters import Quarter

# So many quarters are drawn, the latest; the table below holds all.
DRAWN = 12
LABELLED = 6
FILLED = 0.64


@dataclass(frozen=True)
class QuarterLine:
    """One quarter of the table: what was reported, or that nothing was."""

    quarter: Quarter
    row: TenantQuarter | None

    @property
    def is_verified(self) -> bool:
        return self.row is not None and self.row.report.status == IncubationReport.Status.VERIFIED


@dataclass(frozen=True)
class Part:
    """One rectangle of a column, in percent of the drawing."""

    style: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """One quarter of a chart: where it stands, of what it is made, whether its name is written."""

    line: QuarterLine
    x: float
    width: float
    parts: list[Part]
    is_labelled: bool

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Chart:
    """Columns over an axis from zero to the largest value."""

    bars: list[Bar]
    top: int


def lines_of(rows: Sequence[TenantQuarter]) -> list[QuarterLine]:
    """Every quarter from the first reported to the last, the earliest first; gaps are lines too."""
    known = {row.report.period: row for row in rows}
    if not known:
        return []
    first, last = min(known), max(known)
    span = last.index - first.index + 1
    quarters = [first.shifted(place) for place in range(span)]
    return [QuarterLine(quarter, known.get(quarter)) for quarter in quarters]


def turnover_chart(lines: Sequence[QuarterLine]) -> Chart:
    """Turnover a quarter."""
    return _chart(lines, {"f1": "turnover"})


def workers_chart(lines: Sequence[QuarterLine]) -> Chart:
    """Workers at the end of each quarter, women upon men."""
    return _chart(lines, {"f1": "workers_male", "f2": "workers_female"})


def _chart(lines: Sequence[QuarterLine], fields: dict[str, str]) -> Chart:
    drawn = lines[-DRAWN:]
    values = [
        [getattr(line.row, name) if line.row else 0 for name in fields.values()] for line in drawn
    ]
    top = max([sum(parts) for parts in values], default=0)
    step = 100 / max(len(drawn), 1)
    every = -(-len(drawn) // LABELLED)
    bars = []
    for place, (line, parts) in enumerate(zip(drawn, values, strict=True)):
        column, below = [], 100.0
        for style, value in zip(fields, parts, strict=True):
            height = 100 * value / top if top else 0.0
            below -= height
            if height:
                column.append(Part(style, below, height))
        bars.append(
            Bar(
                line=line, x=step * (place + (1 - FILLED) / 2), width=step * FILLED, parts=column,
                is_labelled=(len(drawn) - 1 - place) % every == 0,
            )
        )  # fmt: skip
    return Chart(bars, top)


@dataclass(frozen=True)
class Growth:
    """Turnover now and at entry: two sums, of which a rate is reckoned on display only."""

    now: int
    before: int
    quarter: Quarter


def growth_of(tenant: Tenant, lines: Sequence[QuarterLine]) -> Growth | None:
    """The latest verified quarter beside the baseline; None where one of them is not known."""
    verified = [line for line in lines if line.is_verified]
    if not verified or tenant.baseline_turnover is None:
        return None
    latest = verified[-1]
    assert latest.row is not None, "a verified line has its row"
    return Growth(latest.row.turnover, tenant.baseline_turnover, latest.quarter)
