"""What the pages of progress show of tenants: stages, jobs, turnover, finance, survival."""

from dataclasses import dataclass

from blk_portal.progress.breakdowns import FINANCE, JOBS, AreaFigures, known_figures
from blk_portal.progress.indicators import INDICATORS, TENANT_INDICATORS, Indicator
from blk_portal.progress.models import Breakdown
from incubators.models import FinanceReceived, Tenant

# Each with the word by which the list of tenants asks for it.
OF_TENANTS = {
    "tenants_before": "before",
    "tenants_incubation": "incubation",
    "tenants_after": "after",
    "tenants_graduated": "graduated",
    "new_entrepreneurs": "entrepreneurs",
}
SURVIVAL = (6, 12, 24)


@dataclass(frozen=True)
class Listed:
    """A figure of tenants, and how the list of tenants asks for those in it."""

    indicator: Indicator
    value: int | None
    word: str


@dataclass(frozen=True)
class Survival:
    """How many of those who had been in care so long still ran; a share only where some had."""

    months: int
    reached: int
    survived: int

    @property
    def reached_code(self) -> str:
        return f"reached_{self.months}"

    @property
    def survived_code(self) -> str:
        return f"survived_{self.months}"


@dataclass(frozen=True)
class Tenancy:
    """The figures of tenants of an area in a budget year."""

    tenants: list[Listed]
    jobs: int
    jobs_by_sex: list[tuple[str, object, int]]
    turnover: int
    turnover_now: int
    turnover_then: int
    finance: int
    finance_by_source: list[tuple[str, object, int]]
    survival: list[Survival]
    rules: list[Indicator]

    @property
    def change(self) -> int:
        """By how much turnover grew or shrank, over the tenants of both quarters."""
        return self.turnover_now - self.turnover_then


def tenancy_of(area: AreaFigures) -> Tenancy | None:
    """The figures of tenants; none where no quarterly report is verified."""
    values = area.values
    if not TENANT_INDICATORS.keys() & values.keys():
        return None
    known = known_figures(values)
    sexes = area.parts.get(Breakdown.SEX, {})
    sources = area.parts.get(Breakdown.SOURCE, {})
    return Tenancy(
        tenants=[Listed(INDICATORS[code], known[code], word) for code, word in OF_TENANTS.items()],
        jobs=values.get(JOBS, 0),
        jobs_by_sex=[
            (code, label, sexes.get(code, {}).get(JOBS, 0)) for code, label in Tenant.Sex.choices
        ],
        turnover=values.get("tenant_turnover", 0),
        turnover_now=values.get("turnover_now", 0),
        turnover_then=values.get("turnover_then", 0),
        finance=values.get(FINANCE, 0),
        finance_by_source=[
            (code, label, amount)
            for code, label in FinanceReceived.Source.choices
            if (amount := sources.get(code, {}).get(FINANCE, 0))
        ],
        survival=[
            Survival(n, values.get(f"reached_{n}", 0), values.get(f"survived_{n}", 0))
            for n in SURVIVAL
        ],
        rules=[INDICATORS[code] for code in (*OF_TENANTS, JOBS, "tenant_turnover", "survived_6")],
    )
