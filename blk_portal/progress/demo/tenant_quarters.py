"""The quarters of sample tenants in the reports of their incubators."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, time, timedelta

from blk_portal.accounts.models import Partner, User
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import tenant_words
from blk_portal.progress.demo.world import OFFICE_TIME, World
from blk_portal.reporting.models import Obligation, Receipt
from incubators import tenant_counting
from incubators.models import (
    FinanceReceived,
    IncubationReport,
    IncubationReportTransition,
    Incubator,
    Tenant,
    TenantQuarter,
)
from incubators.quarters import Quarter
from incubators.tenancy import TenantStage
from institutions.copying import copy_rows, reserve_ids, write

FIRST, LAST = Quarter(2022, 3), Quarter(2023, 2)
DUE = timedelta(days=15)
Status = IncubationReport.Status
ROUNDED_TO = 50_000
AMOUNTS = {"kur": (5, 50), "tkm": (5, 10), "csr": (2, 10), "own": (1, 8)}
SHARE_WITH_MONEY = 0.22


def make_quarters(world: World, tenants: list[Tenant]) -> None:
    """Write the reports that incubators owe since the third quarter of 2022, with their tenants.

    Those of the last quarter are on their way: sent, or still being written.
    """
    by_incubator = defaultdict(list)
    for tenant in tenants:
        by_incubator[tenant.incubator].append(tenant)
    obligations: list[Obligation] = []
    reports: list[IncubationReport] = []
    rows: list[TenantQuarter] = []
    money: list[FinanceReceived] = []
    banks = list(Partner.objects.filter(kind=Partner.Kind.BANK).order_by("pk"))
    for turn, (incubator, own) in enumerate(by_incubator.items()):
        for quarter in (FIRST.shifted(place) for place in range(LAST.index - FIRST.index + 1)):
            report = _report(world, incubator, quarter, turn)
            obligations.append(report.obligation)
            reports.append(report)
            if report.status != Status.DRAFT:
                rows += [
                    _row(world, report, tenant) for tenant in own if _is_asked(tenant, quarter)
                ]
    reserve_ids(rows)
    for row in rows:
        if world.rng.random() < SHARE_WITH_MONEY:
            money.append(_money(world, row, banks))
    copy_rows(Obligation, obligations)
    copy_rows(IncubationReport, reports)
    copy_rows(TenantQuarter, rows)
    write(FinanceReceived, money)
    receipts = {report.pk: _receipt(report) for report in reports if report.submitted_at}
    write(Receipt, list(receipts.values()))
    log = [row for report in reports for row in _log(report, receipts.get(report.pk))]
    write(IncubationReportTransition, log)
    _count(reports)


def _count(reports: Iterable[IncubationReport]) -> None:
    """What verified quarters counted on each day: one verification after the other."""
    moments = defaultdict(list)
    for report in reports:
        if report.verified_at is not None:
            moments[report.verified_at].append(report.incubator_id)
    for at in sorted(moments):
        tenant_counting.count(moments[at], at=at)


def _is_asked(tenant: Tenant, quarter: Quarter) -> bool:
    """Whether it is in care in the quarter: entered, and not dropped or graduated before."""
    has_ended = tenant.stage in (TenantStage.DROPPED, TenantStage.GRADUATED)
    if has_ended and tenant.stage_since < quarter.first_day:
        return False
    return tenant.entered_on <= quarter.last_day


def _report(world: World, incubator: Incubator, quarter: Quarter, turn: int) -> IncubationReport:
    status = Status.VERIFIED
    if quarter == LAST:
        status = Status.DRAFT if turn % 3 == 0 else Status.SUBMITTED
    due_on = quarter.last_day + DUE
    sent = datetime.combine(due_on - timedelta(days=turn % 9), time(9, 40), OFFICE_TIME)
    is_sent, is_verified = status != Status.DRAFT, status == Status.VERIFIED
    year = world.years.get(quarter.year, world.years[max(world.years)])
    obligation = Obligation(
        institution_id=incubator.institution_id, programme_year=year,
        kind=Obligation.Kind.INCUBATION_QUARTER,
        subject=IncubationReport.subject_of(incubator, quarter), due_on=due_on,
        state=Obligation.State.REPORTED if is_sent else Obligation.State.EXPECTED,
        reported_on=sent.date() if is_sent else None,
        period_from=quarter.first_day, period_to=quarter.last_day,
    )  # fmt: skip
    reserve_ids([obligation])
    report = IncubationReport(
        obligation=obligation, incubator=incubator, year=quarter.year, quarter=quarter.number,
        status=status, version={Status.DRAFT: 0, Status.SUBMITTED: 1}.get(status, 2),
        submitted_at=sent if is_sent else None,
        submitted_by=_operator(world, incubator) if is_sent else None,
        verified_at=sent + timedelta(days=6) if is_verified else None,
        verified_by=_reviewer(world) if is_verified else None,
    )  # fmt: skip
    reserve_ids([report])
    return report


def _operator(world: World, incubator: Incubator) -> User:
    """The operator of the institution; where it has none the ministry typed the report."""
    known = world.operators.get(incubator.institution_id)
    return known or world.users[Role.NATIONAL_ADMIN]


def _reviewer(world: World) -> User:
    return world.users[Role.NATIONAL_INCUBATOR_REVIEWER]


def _receipt(report: IncubationReport) -> Receipt:
    """Of the submission, over what the report says."""
    assert report.submitted_at is not None, "asked of what was sent"
    return Receipt(
        obligation=report.obligation, report_version=1, issued_at=report.submitted_at,
        issued_to=report.submitted_by, digest=report.content_digest(),
    )  # fmt: skip


def _log(report: IncubationReport, receipt: Receipt | None) -> list[IncubationReportTransition]:
    steps = [
        ("submit", Status.DRAFT, Status.SUBMITTED, report.submitted_at, report.submitted_by),
        ("verify", Status.SUBMITTED, Status.VERIFIED, report.verified_at, report.verified_by),
    ]
    return [
        IncubationReportTransition(
            report=report, verb=verb, from_status=source, to_status=target, version=version,
            at=at, by=by, receipt=receipt if verb == "submit" else None,
        )
        for version, (verb, source, target, at, by) in enumerate(steps, start=1)
        if at is not None
    ]  # fmt: skip


def _row(world: World, report: IncubationReport, tenant: Tenant) -> TenantQuarter:
    """Most grow from quarter to quarter, some stand still, a few stop."""
    rng = world.rng
    place = report.period.index - FIRST.index
    start = tenant.baseline_turnover or rng.randint(1, 6) * 10**6
    is_running = not (place == 2 and rng.random() < 0.05)
    turnover = round(start * (1 + rng.uniform(-0.08, 0.22)) ** (place + 1))
    is_beginner = not tenant.had_business and tenant.stage == TenantStage.BEFORE
    if not is_running or is_beginner:
        turnover = 0
    helpers = place * rng.randint(0, 2) // 2
    return TenantQuarter(
        report=report, tenant=tenant, turnover=turnover // ROUNDED_TO * ROUNDED_TO,
        workers_male=tenant.baseline_workers_male + (tenant.owner_sex == "L") + helpers // 2,
        workers_female=tenant.baseline_workers_female + (tenant.owner_sex == "P") + helpers
        - helpers // 2,
        is_operating=is_running, note="" if is_running else tenant_words.CLOSED,
    )  # fmt: skip


def _money(world: World, row: TenantQuarter, banks: list[Partner]) -> FinanceReceived:
    source = world.pick({"kur": 5, "tkm": 2, "csr": 2, "own": 3})
    least, most = AMOUNTS[source]
    return FinanceReceived(
        tenant_quarter=row, source=source, amount=world.rng.randint(least, most) * 10**6,
        bank=world.rng.choice(banks) if source in ("kur", "csr") else None,
    )  # fmt: skip
