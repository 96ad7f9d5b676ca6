"""Opening what incubators owe for each quarter, and keeping it in step with incubators and tenants.

What is owed is an obligation of the common ledger: reminders and lists of who owes what know it.
"""

from collections.abc import Collection
from datetime import date
from operator import attrgetter

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.models import Obligation
from blk_portal.reporting.obligation import ObligationState, ObligationStep, ObligationVerb
from blk_portal.reporting.refusals import Refused
from blk_portal.reporting.signals import obligation_moved
from incubators.models import (
    IncubationReport,
    IncubationReportTransition,
    Incubator,
    IncubatorTransition,
    Tenant,
    TenantTransition,
)
from incubators.quarters import Quarter
from incubators.signals import incubator_moved, tenant_moved
from incubators.stages import COUNTING, STRIKE_OFF, Stage
from incubators.tenancy import ENTER
from incubators.tenant_counting import recount
from institutions.due import working_days_after
from institutions.lifecycle import ENDED
from institutions.models import Holiday, ProgrammeYear

KIND = Obligation.Kind.INCUBATION_QUARTER
# So many working days after its last day a quarter is to be handed in.
DUE_DAYS = 10
# How many ended quarters are opened that nobody has opened before.
LOOKED_BACK = 2


def due_day(quarter: Quarter, *, closed: Collection[date] = ()) -> date:
    """When a quarter is due; weekends, holidays and the days closed by the ministry do not count.

    closed: those days.
    """
    return working_days_after(quarter.last_day, DUE_DAYS, closed=closed)


def open_quarters(*, on: date) -> int:
    """Open the reports of the quarters that have ended; returns how many that made. Idempotent.

    Of each incubator in force from the quarter on in which it was selected.
    """
    newest = Quarter.of(on).shifted(-1)
    return sum(open_quarter(newest.shifted(-back)) for back in range(LOOKED_BACK))


@transaction.atomic
def open_quarter(
    quarter: Quarter, *, only: Incubator | None = None, at_earliest: date = date.min
) -> int:
    """Open one quarter of every incubator that was selected by its end and is in force.

    only: of this one alone; at_earliest: a day before which it is not due.
    """
    year = ProgrammeYear.objects.filter(year__lte=quarter.year).order_by("-year").first()
    if year is None:
        return 0
    closed = Holiday.objects.of_host("").days()
    there = IncubationReport.objects.of(quarter).filter(incubator=OuterRef("pk"))
    waiting = (
        Incubator.objects.counting()
        .exclude(institution__status__in=ENDED)
        .with_stage_on(quarter.last_day)
        .filter(~Exists(there), Q(("stage_then__in", COUNTING)))
    )
    if only is not None:
        waiting = waiting.filter(pk=only.pk)
    due_on = max(due_day(quarter, closed=closed), at_earliest)
    for incubator in waiting:
        IncubationReport.expect(incubator, quarter, year=year, due_on=due_on)
    return len(waiting)


def settle() -> int:
    """Expect nothing any longer of incubators that are struck off or have left; how many."""
    gone = Incubator.objects.filter(stage=Stage.STRUCK_OFF) | Incubator.objects.filter(
        institution__status__in=ENDED
    )
    return sum(_excuse(incubator) for incubator in gone)


def _excuse(incubator: Incubator) -> int:
    """Expect none of the reports that an incubator has not handed in; returns how many."""
    done = 0
    why = gettext("The institution has left the programme.")
    if incubator.stage == Stage.STRUCK_OFF:
        why = gettext("The incubator is struck off.")
    reports = incubator.reports.filter(obligation__state=ObligationState.EXPECTED)
    for report in reports.select_related("obligation"):
        try:
            report.obligation.excuse(by=None, reason=why)
        except Refused:
            continue
        done += 1
    return done


def _expect_again(incubator: Incubator, step: IncubatorTransition) -> None:
    """Expect what a strike-off excused once it is undone, and open what ended meanwhile.

    What staff excused stays so. Nothing is late at once: what was due meanwhile gets the days that
    a quarter gets.
    """
    assert step.withdrawn_by is not None, "a step is undone by somebody"
    by, why = step.withdrawn_by, gettext("The strike-off was undone.")
    today = today_in_jakarta()
    later = working_days_after(today, DUE_DAYS, closed=Holiday.objects.of_host("").days())
    last = ObligationStep.objects.filter(obligation=OuterRef("obligation")).order_by("-at", "-id")
    excused = incubator.reports.filter(obligation__state=ObligationState.NOT_EXPECTED).annotate(
        verb=Subquery(last.values("verb")[:1]),
        by=Subquery(last.values("by")[:1]),
        at=Subquery(last.values("at")[:1]),
    )
    of_the_strike = excused.filter(verb=ObligationVerb.EXCUSED, by=None, at__gte=step.recorded_at)
    for report in of_the_strike.select_related("obligation"):
        report.obligation.expect_again(by=by, reason=why)
        if report.obligation.due_on < today:
            report.obligation.extend(by=by, due_on=later, reason=why)
    quarter, newest = Quarter.of(step.happened_on), Quarter.of(today).shifted(-1)
    for place in range(newest.index - quarter.index + 1):
        open_quarter(quarter.shifted(place), only=incubator, at_earliest=later)


def of_operator(user: Visitor) -> tuple[list[IncubationReport], list[IncubationReport]]:
    """What an operator still has to hand in, by due date, and what is handed in, latest first.

    With `last_comment` of each: a returned one says what is asked for.
    """
    last = IncubationReportTransition.objects.filter(report=OuterRef("pk")).order_by("-version")
    rows = (
        IncubationReport.objects.visible_to(user)
        .for_lists()
        .annotate(last_comment=Subquery(last.values("comment")[:1]))
    )
    owed, sent = [], []
    for report in rows.order_by("obligation__due_on", "pk"):
        if not report.is_open:
            sent.append(report)
        elif report.obligation.state == ObligationState.EXPECTED:
            owed.append(report)
    return owed, sorted(sent, key=attrgetter("submitted_at"), reverse=True)


@receiver(incubator_moved)
def on_incubator_moved(
    sender: type[Incubator],
    incubator: Incubator,
    transition: IncubatorTransition | None,
    **kwargs: object,
) -> None:
    """A strike-off excuses what is owed; its undoing expects it again."""
    if incubator.stage == Stage.STRUCK_OFF:
        _excuse(incubator)
        return
    is_undone = transition is not None and transition.withdrawn_at is not None
    if transition and is_undone and transition.verb == STRIKE_OFF and _takes_part(incubator):
        _expect_again(incubator, transition)


def _takes_part(incubator: Incubator) -> bool:
    return incubator.institution.status not in ENDED


@receiver(tenant_moved)
def on_tenant_moved(
    sender: type[Tenant], tenant: Tenant, transition: TenantTransition, **kwargs: object
) -> None:
    """Who enters withdraws the zero of its quarters; every step may change what counts."""
    incubator = Incubator.objects.select_for_update(no_key=True).get(pk=tenant.incubator_id)
    if transition.verb == ENTER:
        zeros = incubator.reports.filter(
            obligation__state=ObligationState.CONFIRMED_ZERO,
            obligation__period_to__gte=tenant.entered_on,
        )
        for report in zeros.select_related("obligation"):
            why = gettext("A tenant of this quarter is there: %(business)s.")
            report.obligation.overtake_zero(why=why % {"business": tenant}, by=transition.by)
    recount(incubator.pk, incubator.institution_id, at=timezone.now())


@receiver(obligation_moved)
def on_zero_confirmed(
    sender: type[Obligation], obligation: Obligation, step: ObligationStep, **kwargs: object
) -> None:
    """No zero where there was a tenant; one that enters at this moment waits for the lock."""
    if step.verb != ObligationVerb.ZERO_CONFIRMED or obligation.kind != KIND:
        return
    report = IncubationReport.objects.filter(obligation=obligation).first()
    if report is None:
        return
    incubator = Incubator.objects.select_for_update(no_key=True).get(pk=report.incubator_id)
    if report.period.last_day >= timezone.localdate():
        raise Refused(
            gettext("The quarter is not over."), cure=gettext("Confirm it after its last day.")
        )
    if tenant := incubator.tenants.of_quarter(report.period).first():
        raise Refused(
            gettext("A tenant of this quarter is there: %(business)s.") % {"business": tenant},
            cure=gettext("Fill in the report of the quarter."),
        )
