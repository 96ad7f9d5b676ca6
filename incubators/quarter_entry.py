"""Storing what is entered in a quarterly report, whichever way it came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import Partner, User
from blk_portal.reporting.models import Receipt
from blk_portal.reporting.refusals import Stale
from incubators.models import (
    FinanceReceived,
    IncubationReport,
    QuarterExplanation,
    Tenant,
    TenantQuarter,
)
from incubators.quarter_faults import Code
from incubators.quarter_rules import SOURCES, Values


@dataclass
class Given:
    """What is entered of one tenant. values: none for a row that is emptied.

    reasons: why findings are in order, by code; an empty text takes its code back. answer: what the
    operator says to the flag of a reviewer.
    """

    tenant: Tenant
    values: Values | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""


def hold(report: IncubationReport) -> IncubationReport:
    """The report, locked: nothing of it changes until the transaction ends."""
    return IncubationReport.objects.select_for_update(of=("self",)).get(pk=report.pk)


@transaction.atomic
def store(report: IncubationReport, given: Iterable[Given], *, by: User) -> int:
    """Store the rows that are given, each over what stood there; the others stay as they are.

    A row takes back the reason why there was none. Returns how many tenants have a row by it.
    Raises Stale once the report was handed in.
    """
    held = hold(report)
    if not held.is_open:
        raise Stale(
            gettext("The report has already been sent, so it can no longer be changed."),
            cure=_cure(held),
        )
    banks = {bank.name.casefold(): bank for bank in Partner.objects.filter(kind=Partner.Kind.BANK)}
    rows = held.rows()
    flags = {flag.tenant_id: flag for flag in held.standing_flags}
    stored = 0
    for one in given:
        row = rows.get(one.tenant.pk)
        if one.values is None:
            if row is not None:
                row.finance.all().delete()
                row.delete()
        else:
            _store_row(held, one.tenant, row, one.values, banks)
            stored += 1
        _explain(held, one, by=by)
        flag = flags.get(one.tenant.pk)
        if flag is not None and one.answer and one.answer != flag.answer:
            flag.answer, flag.answered_by, flag.answered_at = one.answer, by, timezone.now()
            flag.save(update_fields=["answer", "answered_by", "answered_at"])
    return stored


def _cure(report: IncubationReport) -> str:
    if report.status == IncubationReport.Status.VERIFIED:
        return gettext("It is verified: ask the reviewer to reopen it, and say what is wrong.")
    return gettext("Withdraw the report first, or wait until it is returned.")


def hand_in(
    report: IncubationReport, given: Iterable[Given], *, by: User, version: int, seen: str = ""
) -> Receipt:
    """Store what is entered, then send the report as it stands with it.

    Called in a transaction. What is entered stays stored where the sending is refused, as long as
    the caller lets no refusal end the transaction. seen: the digest of what the page showed; what
    others have changed since is looked over first.
    """
    held = hold(report)
    is_seen = not seen or seen == held.content_digest()
    store(held, given, by=by)
    if not is_seen:
        raise Stale(
            gettext("Somebody else has changed this report since you opened the page."),
            cure=gettext("What you filled in is saved. Look over the report, then send it."),
        )
    return held.submit(by=by, version=version)


def _store_row(
    report: IncubationReport,
    tenant: Tenant,
    row: TenantQuarter | None,
    values: Values,
    banks: Mapping[str, Partner],
) -> None:
    row = row or TenantQuarter(report=report, tenant=tenant)
    row.turnover, row.note = values.turnover, values.note
    row.workers_male, row.workers_female = values.workers_male, values.workers_female
    row.is_operating = values.is_operating
    is_new = row.pk is None
    row.save()
    known: dict[str, list[FinanceReceived]] = {source: [] for source in SOURCES}
    if not is_new:
        for each in row.finance.all():
            known[each.source].append(each)
    for source, there in known.items():
        amount, giver = values.finance.get(source, 0), values.givers.get(source, "")
        is_same = sum(each.amount for each in there) == amount and (
            source not in values.givers or not there or there[0].giver == giver
        )
        if is_same:
            continue
        FinanceReceived.objects.filter(pk__in=[each.pk for each in there]).delete()
        if amount:
            bank = banks.get(giver.casefold())
            FinanceReceived.objects.create(
                tenant_quarter=row, source=source, amount=amount, bank=bank,
                bank_name="" if bank else giver,
            )  # fmt: skip


def _explain(report: IncubationReport, one: Given, *, by: User) -> None:
    reasons = dict(one.reasons)
    if one.values is not None:
        reasons[Code.TENANT_MISSING] = ""
    for code, text in reasons.items():
        kept = report.explanations.filter(tenant=one.tenant, code=code)
        if not text:
            kept.delete()
        elif not kept.filter(text=text).exists():
            QuarterExplanation.objects.update_or_create(
                report=report, tenant=one.tenant, code=code,
                defaults={"text": text, "by": by, "at": timezone.now()},
            )  # fmt: skip
