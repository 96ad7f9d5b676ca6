"""How the plan of a cohort begins, changes, ends before its time, and comes back.

The plan may change until the closing report is handed in. A cancelled cohort stays in the lists;
what it still owed is no longer expected, its reports can no longer be handed in, and one that
waited for a decision is set aside without one.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.formats import moment
from blk_portal.reporting.models import Obligation
from blk_portal.reporting.obligation import ObligationQuerySet
from blk_portal.reporting.refusals import Refused
from institutions.models import Holiday
from trainings.models import (
    Cohort,
    CohortReport,
    CohortStep,
    ExternalId,
    Instructor,
    ReportKind,
)
from trainings.overlaps import check_rosters
from trainings.periods import overtake_zeros

State = Obligation.State


class PlanRefused(Refused):
    """The plan cannot be changed so; the text says why, and what helps."""

    def __str__(self) -> str:
        return f"{self.message} {self.cure}".strip()


def hold(cohort: Cohort) -> Cohort:
    """The cohort as it is stored now, with its reports held until the transaction ends.

    Handing a report in holds that report as well: a plan changes before it or not at all.
    """
    list(CohortReport.objects.select_for_update(of=("self",)).filter(cohort=cohort).order_by("pk"))
    rows = Cohort.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("programme_year", "programme", "institution").get(pk=cohort.pk)


def ensure_open(cohort: Cohort) -> None:
    """Raises PlanRefused once the plan is settled: cancelled, or the closing report handed in.

    The refusal says who did that and when: it may have been a moment ago.
    """
    if cohort.is_cancelled:
        raise PlanRefused(
            cohort.cancelled_words(), cure=gettext("Staff of the responsible office can undo that.")
        )
    closing = closing_of(cohort)
    if closing.status == CohortReport.Status.VERIFIED:
        text = gettext(
            "%(name)s verified the closing report, %(when)s: the cohort counts and its plan stays."
        )
        raise PlanRefused(
            text % _who_and_when(cohort, closing.verified_by, closing.verified_at),
            cure=gettext("Ask the responsible office to reopen the report first."),
        )
    if closing.status == CohortReport.Status.SUBMITTED:
        text = gettext(
            "%(name)s sent the closing report, %(when)s: the plan can no longer be changed."
        )
        raise PlanRefused(
            text % _who_and_when(cohort, closing.submitted_by, closing.submitted_at),
            cure=gettext("Withdraw the report first, or wait until it is returned."),
        )


def _who_and_when(cohort: Cohort, by: User | None, at: datetime | None) -> dict[str, object]:
    assert at is not None, "a constraint keeps who and when with the status"
    return {"name": by, "when": moment(at, cohort.institution.time_zone)}


def obligations_of(cohort: Cohort) -> ObligationQuerySet:
    """What is owed with the reports on the cohort."""
    reports = CohortReport.objects.filter(cohort=cohort)
    return Obligation.objects.filter(pk__in=reports.order_by().values("obligation"))


def closing_of(cohort: Cohort) -> CohortReport:
    """The closing report as it is stored now."""
    return CohortReport.objects.get(cohort=cohort, kind=ReportKind.CLOSING)


def is_open(cohort: Cohort, closing: CohortReport) -> bool:
    """Whether the plan may still be changed, by what was read already."""
    return not cohort.is_cancelled and closing.status in (
        CohortReport.Status.DRAFT, CohortReport.Status.RETURNED,
    )  # fmt: skip


@transaction.atomic
def write_beside(
    cohort: Cohort, *, instructors: Sequence[Instructor], ids: Mapping[str, str]
) -> None:
    """Write what stands beside the row of a cohort: who teaches, and its ids in other systems.

    Raises PlanRefused where another cohort got one of the ids a moment before.
    """
    before = list(cohort.instructors.values_list("name", "competence_number"))
    if before != [(row.name, row.competence_number) for row in instructors]:
        cohort.instructors.all().delete()
        for row in instructors:
            row.cohort = cohort
        Instructor.objects.bulk_create(instructors)
    for system, value in ids.items():
        rows = ExternalId.objects.filter(cohort=cohort, system=system)
        if not value:
            rows.delete()
        elif not rows.filter(value=value).exists():
            rows.delete()
            try:
                with transaction.atomic():
                    ExternalId.objects.create(cohort=cohort, system=system, value=value)
            except IntegrityError as race:
                text = gettext("The id %(value)s already belongs to another cohort.")
                raise PlanRefused(text % {"value": value}) from race


@transaction.atomic
def note_change(cohort: Cohort, *, by: User, changed: Sequence[str]) -> None:
    """Keep who changed the plan; what the cohort still owes is due by its new days."""
    CohortStep.objects.create(
        cohort=cohort, verb=CohortStep.Verb.CHANGED, by=by, at=timezone.now(), changed=list(changed)
    )
    move_due_dates(cohort)
    check_rosters([cohort.pk], at=timezone.now())


def move_due_dates(cohort: Cohort) -> None:
    """Bring what is still owed to the days and the budget year of the plan.

    A day that was extended stays where it is later than the new one.
    """
    closed = Holiday.objects.of_host(cohort.institution.host_type).days()
    reports = CohortReport.objects.filter(cohort=cohort).select_related("obligation")
    for report in reports:
        owed, due_on = report.obligation, ReportKind(report.kind).due_on(cohort, closed=closed)
        owed.programme_year = cohort.programme_year
        if owed.is_outstanding:
            is_later = owed.original_due_on is not None and due_on < owed.due_on
            owed.original_due_on = due_on if is_later else None
            owed.due_on = owed.due_on if is_later else due_on
        owed.save(update_fields=["programme_year", "original_due_on", "due_on"])
    overtake_zeros(cohort)


@transaction.atomic
def cancel(cohort: Cohort, *, by: User, reason: str) -> None:
    """Cancel a cohort that is not held; what it still owes is no longer expected.

    A report that waits for a decision, such as the opening report, leaves the queue.

    Raises PlanRefused without a reason, twice, and once the closing report was handed in.
    """
    _ensure_reason(reason)
    # In the order of the verbs of a report: the institution first.
    cohort.hold_institution()
    held = hold(cohort)
    ensure_open(held)
    excused = []
    for owed in obligations_of(cohort).outstanding().order_by("pk"):
        owed.excuse(by=by, reason=reason)
        excused.append(owed.pk)
    for report in CohortReport.objects.filter(cohort=held).awaiting():
        report.set_aside(by=by, version=report.version, comment=reason)
        excused.append(report.obligation_id)
    held.cancelled_at, held.cancelled_by = timezone.now(), by
    held.cancelled_because = reason.strip()
    held.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_because"])
    CohortStep.objects.create(
        cohort=cohort, verb=CohortStep.Verb.CANCELLED, by=by, at=held.cancelled_at,
        reason=held.cancelled_because, obligations=excused,
    )  # fmt: skip
    check_rosters([cohort.pk], at=held.cancelled_at)
    cohort.refresh_from_db()


@transaction.atomic
def restore(cohort: Cohort, *, by: User, reason: str) -> None:
    """Undo a cancelling: the cohort stands as before, and owes what it owed then.

    A report that the cancelling took out of review is a draft: the operator sends it again.

    Raises PlanRefused without a reason, where the cohort is not cancelled, and where its seats are
    taken by now.
    """
    _ensure_reason(reason)
    cohort.hold_institution()
    held = hold(cohort)
    if held.cancelled_at is None:
        raise PlanRefused(gettext("The cohort is not cancelled."))
    held.cancelled_at = held.cancelled_by = None
    held.cancelled_because = ""
    if faults := held.seat_faults():
        raise PlanRefused(" ".join(faults))
    held.save(update_fields=["cancelled_at", "cancelled_by", "cancelled_because"])
    last = held.steps.filter(verb=CohortStep.Verb.CANCELLED).first()
    excused = obligations_of(cohort).filter(pk__in=last.obligations if last else [])
    for owed in excused.filter(state=State.NOT_EXPECTED).order_by("pk"):
        owed.expect_again(by=by, reason=reason)
    overtake_zeros(held)
    CohortStep.objects.create(
        cohort=cohort, verb=CohortStep.Verb.RESTORED, by=by, at=timezone.now(),
        reason=reason.strip(),
    )  # fmt: skip
    check_rosters([cohort.pk], at=timezone.now())
    cohort.refresh_from_db()


def _ensure_reason(reason: str) -> None:
    if not reason.strip():
        raise PlanRefused(gettext("Say why: the reason is kept in the history."))
