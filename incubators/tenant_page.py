"""What the page of one tenant shows, as far as the person may see it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Sum, Window

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from incubators.models import (
    FinanceReceived,
    Incubator,
    Legality,
    MentoringSession,
    Tenant,
    TenantChange,
    TenantQuarter,
    TenantTransition,
)
from incubators.sizes import size_of
from incubators.stages import Stage
from incubators.tenancy import WAY, TenantStage, earliest_graduation
from incubators.tenant_charts import growth_of, lines_of, turnover_chart, workers_chart
from institutions.kbli import Section, division_name

LATEST_SESSIONS = 5


@dataclass(frozen=True)
class Permit:
    """One kind of permit: the one the business has, or that it has none yet."""

    kind: Legality.Kind
    row: Legality | None


@dataclass(frozen=True)
class TenantStep:
    """One stage on the way of a tenant, in the shape that the steps of incubators have."""

    stage: TenantStage
    reached_on: date | None
    is_done: bool
    is_current: bool
    is_skipped: bool = False


def page_of(tenant: Tenant, user: User) -> dict[str, Any]:
    """The context of the page."""
    history = list(tenant.transitions.select_related("by"))
    lines = lines_of(_quarters(tenant, user))
    verified = [line.row for line in lines if line.is_verified and line.row]
    editable = Tenant.objects.editable_by(user).filter(pk=tenant.pk, erased_at=None)
    may_edit = editable.exists()
    held = MentoringSession.objects.visible_to(user).standing().for_lists()
    sessions = list(held.filter(tenant=tenant))
    return {
        "tenant": tenant,
        "incubator": tenant.incubator,
        "institution": tenant.incubator.institution,
        "division": division_name(tenant.division),
        "section": Section(tenant.section).label,
        "steps": _way(tenant, history),
        "history": history,
        "latest": history[0] if history else None,
        "changes": list(
            TenantChange.objects.visible_to(user).filter(tenant=tenant).select_related("by")
        ),
        "is_dropped": tenant.stage == TenantStage.DROPPED,
        "graduates_from": (
            earliest_graduation(tenant.stage_since) if tenant.stage == TenantStage.AFTER else None
        ),
        "today": today_in_jakarta(),
        "permits": _permits(tenant),
        "sessions": sessions,
        "hours": sum(session.hours for session in sessions),
        "lines": lines,
        "turnover": turnover_chart(lines),
        "workers": workers_chart(lines),
        "growth": growth_of(tenant, lines),
        "newest": verified[-1] if verified else None,
        "size": size_of([row.turnover for row in verified], on=today_in_jakarta()),
        "sees_owner": user.spec.sees_owners,
        "may_reveal": user.spec.sees_owners and user.has_perm("privacy.reveal_nik"),
        "may_edit": may_edit,
        "moves": tenant.possible_moves() if may_edit else {},
    }


def _quarters(tenant: Tenant, user: User) -> list[TenantQuarter]:
    finance = FinanceReceived.objects.visible_to(user).select_related("bank")
    rows = TenantQuarter.objects.visible_to(user).filter(tenant=tenant).in_order()
    return list(rows.select_related("report").prefetch_related(Prefetch("finance", finance)))


def _permits(tenant: Tenant) -> list[Permit]:
    known = {row.kind: row for row in tenant.legalities.all()}
    return [Permit(kind, known.get(kind)) for kind in Legality.Kind]


def _way(tenant: Tenant, history: list[TenantTransition]) -> list[TenantStep]:
    """The way of one tenant; of one that was dropped, as far as it had come."""
    reached = {row.to_stage: row.happened_on for row in history}
    is_off = tenant.stage == TenantStage.DROPPED
    last = history[0].from_stage if is_off and history else tenant.stage
    position = WAY.index(TenantStage(last))
    return [
        TenantStep(
            stage=stage, reached_on=reached.get(stage), is_done=place < position + is_off,
            is_current=place == position and not is_off,
        )
        for place, stage in enumerate(WAY)
    ]  # fmt: skip


def tenancy_of(incubator: Incubator, user: User) -> dict[str, Any]:
    """What the page of an incubator shows of its tenants and their mentoring.

    Both begin with the selection: one that has always been on the short list has neither.
    """
    counts: dict[str, int] = {}
    sessions: list[Any] = []
    if incubator.stage != Stage.SHORTLISTED or incubator.transitions.all():
        tenants = Tenant.objects.visible_to(user).filter(incubator=incubator)
        counts = dict(tenants.order_by().values_list("stage").annotate(Count("pk")))
        held = MentoringSession.objects.visible_to(user).standing().filter(incubator=incubator)
        with_hours = held.for_lists().annotate(all_hours=Window(Sum("hours")))
        sessions = list(with_hours[:LATEST_SESSIONS])
    return {
        "tenant_stages": [(stage, counts.get(stage, 0)) for stage in TenantStage],
        "tenant_total": sum(counts.values()),
        "mentoring": sessions,
        "mentoring_hours": sessions[0].all_hours if sessions else 0,
        "may_tend": user.has_perm("incubators.change_tenant"),
        "takes_tenants": Tenant.may_enter(incubator),
    }
