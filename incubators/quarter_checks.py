"""What the checks find in a quarterly report: who is missing, what jumps, what is not explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext

from blk_portal.formats import number, rupiah, today_in_jakarta
from blk_portal.sheets.faults import Params
from incubators.models.tenant import Tenant
from incubators.quarter_faults import Code, Finding

if TYPE_CHECKING:
    from incubators.models.quarter_notes import IncubationReportFlag
    from incubators.models.quarterly import IncubationReport, TenantQuarter

# From one quarter to the next a small business seldom grows or shrinks by more.
JUMP = 3
# Below this many more or fewer workers a jump is none.
FEWEST_WORKERS = 5
FINANCE_TIMES = 10


@dataclass(frozen=True)
class Missing:
    """Something that lacks, with its place on the page."""

    text: str
    anchor: str

    def __str__(self) -> str:
        return self.text


@dataclass
class Line:
    """One tenant of a report: what is reported, what was the quarter before, what was found."""

    tenant: Tenant
    row: "TenantQuarter | None"
    then: "TenantQuarter | None"
    findings: list[Finding]
    reasons: dict[str, str]
    flag: "IncubationReportFlag | None"

    @property
    def anchor(self) -> str:
        return f"tenant-{self.tenant.pk}"

    @property
    def unexplained(self) -> list[Finding]:
        return [found for found in self.findings if not self.reasons.get(found.code)]

    @property
    def explained(self) -> list[tuple[Finding, str]]:
        return [(found, self.reasons[found.code]) for found in self.findings
                if self.reasons.get(found.code)]  # fmt: skip

    @property
    def finance(self) -> int:
        return sum(each.amount for each in self.row.finance.all()) if self.row else 0


@dataclass
class Examination:
    """A report with all its lines."""

    report: "IncubationReport"
    lines: list[Line]

    @property
    def rows(self) -> "list[TenantQuarter]":
        return [line.row for line in self.lines if line.row is not None]

    @property
    def is_over(self) -> bool:
        """Whether the quarter has ended."""
        return self.report.period.last_day < today_in_jakarta()

    @property
    def turnover(self) -> int:
        return sum(row.turnover for row in self.rows)

    @property
    def workers_male(self) -> int:
        return sum(row.workers_male for row in self.rows)

    @property
    def workers_female(self) -> int:
        return sum(row.workers_female for row in self.rows)

    @property
    def finance(self) -> int:
        return sum(line.finance for line in self.lines)


def examine(report: "IncubationReport") -> Examination:
    """Look through the report; the same number of questions however many tenants there are."""
    rows, then = report.rows(), report.rows_before()
    reasons: dict[int, dict[str, str]] = {}
    for reason in report.explanations.all():
        reasons.setdefault(reason.tenant_id, {})[reason.code] = reason.text
    flags = {flag.tenant_id: flag for flag in report.standing_flags}
    tenants = report.incubator.tenants.of_quarter(report.period).order_by("business", "pk")
    lines = []
    for tenant in tenants:
        row, earlier = rows.get(tenant.pk), then.get(tenant.pk)
        findings = compare(row, earlier) if row else [Finding(Code.TENANT_MISSING, {})]
        flag = flags[tenant.pk].beside(row) if tenant.pk in flags else None
        told = reasons.get(tenant.pk, {})
        lines.append(Line(tenant, row, earlier, findings, told, flag))
    return Examination(report, lines)


def compare(row: "TenantQuarter", then: "TenantQuarter | None") -> list[Finding]:
    """The warnings about one row: beside the quarter before, and finance beside turnover."""
    found = []
    finance = sum(each.amount for each in row.finance.all())
    if then is not None and then.turnover:
        told: Params = {"times": JUMP, "then": rupiah(then.turnover)}
        if row.turnover > JUMP * then.turnover:
            found.append(Finding(Code.TURNOVER_JUMP, told))
        elif JUMP * row.turnover < then.turnover:
            found.append(Finding(Code.TURNOVER_FALL, told))
    if then is not None and abs(row.workers - then.workers) >= FEWEST_WORKERS:
        few, many = sorted((row.workers, then.workers))
        if many > JUMP * few:
            told = {"now": number(row.workers), "then": number(then.workers)}
            found.append(Finding(Code.WORKERS_JUMP, told))
    if row.turnover and finance > FINANCE_TIMES * row.turnover:
        found.append(Finding(Code.FINANCE_HIGH, {"times": FINANCE_TIMES}))
    return found


def lacking(examined: Examination) -> Sequence[Missing]:
    """What stands against sending the report."""
    found = []
    if not examined.is_over:
        finding = Finding(Code.QUARTER_NOT_OVER, {})
        found.append(Missing(str(finding), "kirim"))
    if not examined.lines:
        text = gettext("There was no tenant: confirm that there is nothing to report.")
        found.append(Missing(text, "kirim"))
    silent = [line for line in examined.lines if line.row is None and line.unexplained]
    for line in silent:
        text = gettext("%(business)s: fill in its quarter, or say why it is missing.")
        found.append(Missing(text % {"business": line.tenant}, line.anchor))
    owed = [line for line in examined.lines if line.row is not None and line.unexplained]
    if owed:
        n = sum(len(line.unexplained) for line in owed)
        text = ngettext("Explain %(n)s warning.", "Explain %(n)s warnings.", n)
        found.append(Missing(text % {"n": number(n)}, owed[0].anchor))
    open_flags = [line for line in examined.lines if line.flag and not line.flag.is_answered]
    if open_flags:
        n = len(open_flags)
        text = ngettext("Answer %(n)s flag.", "Answer %(n)s flags.", n)
        found.append(Missing(text % {"n": number(n)}, open_flags[0].anchor))
    return found
