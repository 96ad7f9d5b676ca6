"""What verified quarters count on the dashboard, and that the audit says the same on its own."""

from datetime import date

import pytest

from blk_portal.progress import rollup
from blk_portal.progress.audit import run_audit
from blk_portal.progress.models import Actual
from incubators.models import IncubationReport, Legality, TenantCount
from incubators.stages import Stage
from incubators.tenancy import TenantStage
from institutions.models import Membership
from tests.factories import (
    IncubatorFactory,
    IncubatorReviewerFactory,
    OperatorFactory,
    TenantFactory,
    TenantQuarterFactory,
)

pytestmark = pytest.mark.django_db


def figures(year, **place) -> dict:
    rollup.settle(year.pk)
    cells = Actual.objects.filter(programme_year=year, office=None, **(place or {"province": None}))
    return {
        (row.indicator, row.breakdown, row.bucket): row.value
        for row in cells
        if row.breakdown not in ("field", "host")
    }


@pytest.fixture
def incubator():
    reviewer = IncubatorReviewerFactory()
    incubator = IncubatorFactory(stage=Stage.MENTORED, by=reviewer)
    operator = OperatorFactory()
    Membership.objects.create(user=operator, institution=incubator.institution)
    incubator.people = operator, reviewer
    return incubator


def quarter(tenant, number, turnover=10_000_000, men=1, women=2, money=(), **row):
    made = TenantQuarterFactory(
        tenant=tenant, year=2022, quarter=number, verified=False, turnover=turnover,
        workers_male=men, workers_female=women, **row,
    )  # fmt: skip
    for source, amount in money:
        made.finance.create(source=source, amount=amount, bank_name="Bank Contoh")
    return made.report


def verify(incubator, number):
    operator, reviewer = incubator.people
    report = IncubationReport.objects.get(incubator=incubator, year=2022, quarter=number)
    for line in report.incubator.tenants.of_quarter(report.period):
        for code in ("tenant_missing", "turnover_jump", "turnover_fall"):
            report.explanations.create(
                tenant=line, code=code, text="Sesuai.", by=operator, at="2023-01-05T00:00Z"
            )
    report.submit(by=operator, version=report.version)
    report.verify(by=reviewer, version=report.version)
    return report


def test_verified_quarters_count_stages_jobs_turnover_growth_and_finance(incubator):
    year = incubator.round.programme_year
    early = {"entered_on": date(2022, 1, 3), "contract_on": date(2022, 1, 20)}
    settled = TenantFactory(incubator=incubator, stage=TenantStage.INCUBATION, **early)
    beginner = TenantFactory(incubator=incubator, stage=TenantStage.INCUBATION, beginner=True,
                             **early)  # fmt: skip
    TenantFactory(incubator=incubator, stage=TenantStage.DROPPED, **early)
    quarter(settled, 3, turnover=10_000_000, money=[("kur", 7_000_000)])
    quarter(settled, 4, turnover=15_000_000, men=2, women=3, money=[("tkm", 1_000_000)])
    quarter(beginner, 4, turnover=2_000_000, men=0, women=1)
    verify(incubator, 4)
    found = figures(year)
    assert found[("tenants_incubation", "", "")] == 2
    assert found[("jobs", "", "")] == 6
    assert (found[("jobs", "sex", "L")], found[("jobs", "sex", "P")]) == (2, 4)
    assert found[("new_entrepreneurs", "", "")] == 1
    assert ("turnover_now", "", "") not in found
    verify(incubator, 3)
    found = figures(year, province=incubator.institution.regency.province)
    assert found[("jobs", "", "")] == 6
    assert found[("tenant_turnover", "", "")] == 27_000_000
    assert found[("turnover_now", "", "")] == 15_000_000
    assert found[("turnover_then", "", "")] == 10_000_000
    assert found[("finance", "source", "kur")] == 7_000_000
    assert found[("finance", "", "")] == 8_000_000
    assert found[("reached_6", "", "")] == 3
    assert found[("survived_6", "", "")] == 1
    assert not run_audit()


def test_audit_names_a_count_that_no_quarter_stands_behind(incubator):
    year = incubator.round.programme_year
    tenant = TenantFactory(incubator=incubator, entered_on=date(2022, 1, 3))
    quarter(tenant, 4)
    verify(incubator, 4)
    figures(year)
    assert not run_audit()
    TenantCount.objects.live().update(turnover=1)
    Actual.objects.filter(indicator="jobs", breakdown="").update(value=99)
    named = {(one.indicator, one.breakdown) for one in run_audit(repair=True)}
    assert {("tenant_turnover", "tenant"), ("jobs", "")} <= named
    assert not run_audit()


def test_late_nib_and_reopened_quarter_move_the_new_entrepreneur(incubator):
    year = incubator.round.programme_year
    tenant = TenantFactory(
        incubator=incubator, stage=TenantStage.INCUBATION, entered_on=date(2022, 1, 3),
        contract_on=date(2022, 1, 20),
    )  # fmt: skip
    quarter(tenant, 3)
    quarter(tenant, 4)
    third = verify(incubator, 3)
    verify(incubator, 4)
    assert ("new_entrepreneurs", "", "") not in figures(year)
    Legality.objects.keep(
        tenant, "nib", number="9120012345678", issued_on=date(2022, 5, 2), by=incubator.people[0]
    )
    assert figures(year)[("new_entrepreneurs", "", "")] == 1
    assert TenantCount.objects.live().get(entrepreneurs=1).report == third
    third.reopen(by=incubator.people[1], version=third.version, comment="Salah ketik.")
    assert figures(year)[("new_entrepreneurs", "", "")] == 1
    assert TenantCount.objects.live().get(entrepreneurs=1).report.quarter == 4
    assert not run_audit()
