"""Tenants: lines from the count rows of verified quarters, and from tenants that lack one."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from blk_portal.formats import long_date
from blk_portal.progress.explaining.family import Family, Named
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.tally import Place, Tallies, keyed, sums
from incubators.models import IncubationReport, Tenant
from incubators.tenancy import IN_CARE

NOTHING = "'nothing_told'"
ONCE = "CASE WHEN counted.elsewhen > 0 THEN 'other_year' ELSE {} END"
PAIR = "'no_pair'"
REACHED = ONCE.format("'months_not_reached'")
SURVIVED = f"CASE WHEN counted.base > 0 THEN 'not_running' ELSE {REACHED} END"
NEW = ONCE.format("""CASE
    WHEN t.had_business AND NOT EXISTS (SELECT FROM incubators_legality nib
        WHERE nib.tenant_id = t.id AND nib.kind = 'nib' AND nib.issued_on > t.entered_on)
    THEN 'had_business'
    WHEN NOT EXISTS (SELECT FROM incubators_tenanttransition step
        WHERE step.tenant_id = t.id AND step.verb = 'admit') THEN 'not_admitted'
    ELSE 'no_turnover' END""")

# By indicator: what a count row n adds, and why a tenant t adds nothing though quarters are
# verified. An indicator of which the third is true stands in the newest quarter of a year only.
FIGURES: dict[str, tuple[str, str, bool]] = {
    "tenants_before": ("n.before", "'other_stage'", True),
    "tenants_incubation": ("n.incubation", "'other_stage'", True),
    "tenants_after": ("n.after", "'other_stage'", True),
    "tenants_graduated": ("n.graduated", ONCE.format("'not_graduated'"), False),
    "new_entrepreneurs": ("n.entrepreneurs", NEW, False),
    "jobs": ("n.workers_male + n.workers_female", NOTHING, True),
    "tenant_turnover": ("n.turnover", NOTHING, False),
    "turnover_now": ("n.turnover_now", PAIR, False),
    "turnover_then": ("n.turnover_then", PAIR, False),
    "finance": ("n.kur + n.tkm + n.csr + n.own + n.other", NOTHING, False),
    "reached_6": ("n.reached_6", REACHED, False),
    "survived_6": ("n.survived_6", SURVIVED, False),
    "reached_12": ("n.reached_12", REACHED, False),
    "survived_12": ("n.survived_12", SURVIVED, False),
    "reached_24": ("n.reached_24", REACHED, False),
    "survived_24": ("n.survived_24", SURVIVED, False),
}
# The parts of an indicator that is broken down by more than the institution.
PARTS: dict[tuple[str, str], dict[str, str]] = {
    ("jobs", "sex"): {"L": "n.workers_male", "P": "n.workers_female"},
    ("finance", "source"): {
        "kur": "n.kur", "tkm": "n.tkm", "csr": "n.csr", "own": "n.own", "other": "n.other",
    },
}  # fmt: skip

LINES = """
SELECT u.institution_id, t.id,
    CASE WHEN counted.value > 0 THEN ''
         WHEN quarter.is_verified THEN {why}
         WHEN t.stage <> ALL(%(in_care)s) AND t.stage_since < %(first)s THEN 'left_before'
         WHEN quarter.is_submitted THEN 'quarter_not_verified'
         WHEN quarter.is_returned THEN 'quarter_returned'
         WHEN quarter.is_verified IS NOT NULL THEN 'quarter_not_submitted'
         ELSE 'no_quarter' END,
    coalesce(counted.value, 0), 1
FROM incubators_tenant t
JOIN incubators_incubator u ON u.id = t.incubator_id
LEFT JOIN (
    SELECT n.tenant_id,
        sum({value}) FILTER (WHERE n.programme_year_id = %(year)s) AS value,
        sum({value}) FILTER (WHERE n.programme_year_id <> %(year)s) AS elsewhen,
        sum({base}) FILTER (WHERE n.programme_year_id = %(year)s) AS base
    FROM incubators_tenantcount n
    WHERE n.counted_to IS NULL
    GROUP BY 1) AS counted ON counted.tenant_id = t.id
LEFT JOIN LATERAL (
    SELECT bool_or(r.status = 'verified') AS is_verified,
        bool_or(r.status = 'submitted') AS is_submitted,
        bool_or(r.status = 'returned') AS is_returned
    FROM incubators_incubationreport r JOIN reporting_obligation o ON o.id = r.obligation_id
    WHERE r.incubator_id = u.id AND o.programme_year_id = %(year)s
      AND o.period_to >= t.entered_on) AS quarter ON true
WHERE u.institution_id IN (SELECT institution_id FROM place)
  AND (counted.value > 0 OR t.entered_on <= %(last)s)
"""

QUARTERS = """
SELECT r.id,
    CASE WHEN n.id IS NOT NULL AND {value} > 0 THEN ''
         WHEN r.status = 'submitted' THEN 'quarter_not_verified'
         WHEN r.status = 'returned' THEN 'quarter_returned'
         WHEN r.status = 'draft' THEN 'quarter_not_submitted'
         WHEN %(is_newest_only)s AND EXISTS (
            SELECT FROM incubators_incubationreport newer
            JOIN reporting_obligation later ON later.id = newer.obligation_id
            WHERE newer.incubator_id = r.incubator_id AND newer.status = 'verified'
              AND later.programme_year_id = o.programme_year_id
              AND later.period_to > o.period_to) THEN 'older_quarter'
         ELSE 'nothing_told' END,
    coalesce({value}, 0)::bigint, 1
FROM incubators_tenant t
JOIN incubators_incubationreport r ON r.incubator_id = t.incubator_id
JOIN reporting_obligation o ON o.id = r.obligation_id
LEFT JOIN incubators_tenantcount n
  ON n.report_id = r.id AND n.tenant_id = t.id AND n.counted_to IS NULL
WHERE t.id = %(tenant)s AND o.programme_year_id = %(year)s AND o.period_to >= t.entered_on
"""


class Tenants(Family):
    """What verified quarterly reports of incubators count of their tenants."""

    units, rows = "tenant", "quarter"

    def cuts(self, code: str) -> frozenset[str]:
        return self.institution_cuts | {cut for known, cut in PARTS if known == code}

    def tallies(self, question: Question, place: Place, *, by_unit: bool) -> Tallies:
        code = question.indicator.code
        base = question.indicator.base
        lines = LINES.format(
            value=_value(question), why=FIGURES[code][1], base=FIGURES[base][0] if base else "0"
        )
        return sums(lines, _values(question), place, by_unit=by_unit)

    def named(self, question: Question, units: Collection[int]) -> dict[int, Named]:
        tenants = Tenant.objects.visible_to(question.user).filter(pk__in=units)
        return {
            tenant.pk: Named(
                row=tenant,
                label=tenant.business,
                detail=gettext("%(stage)s, entered on %(day)s")
                % {"stage": tenant.get_stage_display(), "day": long_date(tenant.entered_on)},
                url=reverse("tenants:tenant-detail", args=[tenant.pk]),
            )
            for tenant in tenants
        }

    def row_tallies(self, question: Question) -> Tallies:
        assert question.tenant is not None, "rows are asked of one tenant"
        values = _values(question) | {
            "tenant": question.tenant.pk,
            "is_newest_only": FIGURES[question.indicator.code][2],
        }
        return keyed(QUARTERS.format(value=_value(question)), values)

    def named_rows(self, question: Question, rows: Collection[int]) -> dict[int, Named]:
        reports = IncubationReport.objects.visible_to(question.user).filter(pk__in=rows)
        return {
            report.pk: Named(
                row=report,
                label=report.period,
                url=reverse("tenants:quarter-detail", args=[report.pk]),
                state=report.status,
            )
            for report in reports
        }


def _value(question: Question) -> str:
    """What a count row adds to the figure that is asked about."""
    code = question.indicator.code
    parts = PARTS.get((code, question.breakdown))
    return f"({parts[question.bucket] if parts else FIGURES[code][0]})"


def _values(question: Question) -> dict[str, Any]:
    year = question.year.year
    return {
        "year": question.year.pk,
        "in_care": [str(stage) for stage in IN_CARE],
        "first": f"{year}-01-01",
        "last": f"{year}-12-31",
    }
