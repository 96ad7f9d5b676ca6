"""Opening what is owed for each reporting period, and keeping it in step with the trainings."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import CharField, Exists, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, TruncDate
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import WESTERN_TIME
from blk_portal.reporting.models import Report, Transition
from blk_portal.reporting.obligation import (
    HANDED_IN,
    Obligation,
    ObligationQuerySet,
    ObligationState,
    ObligationStep,
    ObligationVerb,
)
from blk_portal.reporting.refusals import Refused
from blk_portal.reporting.signals import obligation_moved, report_moved
from institutions.due import due_date
from institutions.lifecycle import ENDED, InstitutionStatus
from institutions.models import Holiday, Institution, ProgrammeYear
from trainings.models import Cohort, CohortReport
from trainings.periods import KIND, in_period, periods_of

Reporters = ProgrammeYear.Reporters
REPORTERS: dict[str, tuple[str, ...]] = {
    Reporters.NOBODY: (),
    Reporters.OPERATIONAL: (InstitutionStatus.OPERATIONAL,),
    Reporters.INDEPENDENT: (InstitutionStatus.OPERATIONAL, InstitutionStatus.INDEPENDENT),
}
OPEN = """
INSERT INTO reporting_obligation
    (institution_id, subject, reported_on, state, programme_year_id, kind, due_on, period_from,
     period_to)
SELECT id, subject, said_on,
    CASE WHEN said_on IS NULL THEN 'expected' ELSE 'reported' END,
    %s, %s, %s::date, %s::date, %s::date
FROM ({reporters}) AS reporters (id, subject, said_on)
ON CONFLICT (kind, subject) DO NOTHING
"""


def open_periods(*, on: date, year: int | None = None) -> int:
    """Open what is to be said of each period; returns how many obligations that made. Idempotent.

    By itself the periods that have begun and are not past their due date, in the budget years that
    are not closed; of a `year` that is named, all that have begun.
    """
    years = ProgrammeYear.objects.order_by("year")
    years = years.filter(year=year) if year else years.filter(is_closed=False)
    made, closed = 0, Holiday.objects.of_host("").days()
    for row in years:
        for first, last in row.periods():
            due_on = due_date(last, row.period_due_days, closed=closed)
            if first <= on and (year or due_on >= on):
                made += _open(row, first, last, due_on=due_on, on=min(on, last))
    return made


def _open(year: ProgrammeYear, first: date, last: date, *, due_on: date, on: date) -> int:
    """One period of all institutions that work on that day, in one statement."""
    statuses = REPORTERS[year.period_reporters]
    if not statuses:
        return 0
    overlapping = Obligation.objects.filter(
        institution=OuterRef("pk"), kind=KIND, programme_year=year,
        period_from__lte=last, period_to__gte=first,
    )  # fmt: skip
    reports = _said(year, first, last).filter(cohort__institution=OuterRef("pk"))
    first_said = reports.order_by().values("cohort__institution").annotate(
        said_on=Min(TruncDate("submitted_at", tzinfo=WESTERN_TIME))
    )  # fmt: skip
    subject = Concat(
        Value("period:"), Cast("pk", CharField()), Value(f":{year.year}:{first:%m}"),
        output_field=CharField(),
    )  # fmt: skip
    reporters = (
        Institution.objects.with_status_on(on)
        .filter(~Exists(overlapping), Q(("status_then__in", statuses)))
        .exclude(status__in=ENDED)
        .order_by()
        .values_list("pk", subject, Subquery(first_said.values("said_on")))
    )
    statement, values = reporters.query.sql_with_params()
    given: list[Any] = [year.pk, str(KIND), due_on, first, last]
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(reporters=statement), [*given, *values])
        return cast("int", cursor.rowcount)


def to_answer(user: Visitor, *, on: date) -> QuerySet[Any]:
    """The periods of which an operator owes a word, or may still take one back, by due date.

    With `has_training`: whether a training of the period is there, whose report is awaited.
    """
    trained = Cohort.objects.planned().filter(
        institution=OuterRef("institution"), programme_year=OuterRef("programme_year"),
        ends_on__gte=OuterRef("period_from"), ends_on__lte=OuterRef("period_to"),
    )  # fmt: skip
    may_undo = Q(state=ObligationState.CONFIRMED_ZERO, due_on__gte=on)
    rows = Obligation.objects.answerable_by(user).filter(
        Q(state=ObligationState.EXPECTED) | may_undo, kind=KIND
    )
    return rows.for_lists().annotate(has_training=Exists(trained)).order_by("due_on", "pk")


def _said(year: ProgrammeYear, first: date, last: date) -> QuerySet[CohortReport]:
    """Closing reports of the period that were handed in; one sent back since has said something."""
    reports = CohortReport.objects.filter(in_period(year, first, last, "cohort__"))
    return reports.filter(kind=CohortReport.Kind.CLOSING).exclude(status=Report.Status.DRAFT)


def settle() -> int:
    """Put right what no event has told of, as when a training was moved; returns how many."""
    obligations = Obligation.objects.filter(kind=KIND)
    done = _excuse(
        obligations.filter(institution__status__in=ENDED),
        gettext("The institution has left the programme."),
    ) + _excuse(_doubled(obligations), gettext("Two rows of the register were merged."))
    years = ProgrammeYear.objects.in_bulk()
    periods = obligations.order_by().values_list("programme_year", "period_from", "period_to")
    for key, first, last in cast("Iterable[tuple[int, date, date]]", periods.distinct()):
        year = years[key]
        own = obligations.filter(programme_year=year, period_from=first, period_to=last)
        said = Exists(_said(year, first, last).filter(cohort__institution=OuterRef("institution")))
        trained = Exists(
            Cohort.objects.planned().filter(
                in_period(year, first, last), institution=OuterRef("institution")
            )
        )
        expected, reported = Q(state=ObligationState.EXPECTED), Q(state=ObligationState.REPORTED)
        for row in own.filter(trained, state=ObligationState.CONFIRMED_ZERO):
            done += row.overtake_zero(why="")
        for row in own.filter(Q(expected, said) | Q(reported, ~said)):
            done += _follow(row, by=None)
    return done


def _doubled(obligations: ObligationQuerySet) -> ObligationQuerySet:
    """Of two rows about the same days of one institution the one that nobody has answered."""
    twins = obligations.filter(
        institution=OuterRef("institution"), programme_year=OuterRef("programme_year"),
        period_from=OuterRef("period_from"),
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    answered = Q(state__in=HANDED_IN)
    older = Q(state=ObligationState.EXPECTED, pk__lt=OuterRef("pk"))
    return obligations.filter(Exists(twins.filter(answered | older)))


def _excuse(rows: ObligationQuerySet, why: str) -> int:
    done = 0
    for obligation in rows.outstanding():
        try:
            obligation.excuse(by=None, reason=why)
        except Refused:
            continue
        done += 1
    return done


@transaction.atomic
def _follow(row: Obligation, *, by: User | None) -> bool:
    """Reported while a closing report of the period is handed in; returns whether that changed."""
    row = row.held()
    said = (
        _said(row.programme_year, *row.period)
        .filter(cohort__institution=row.institution_id)
        .exists()
    )
    before = row.state
    if said and before == ObligationState.EXPECTED:
        row.follow("submit", ObligationState.REPORTED, by=by, at=timezone.now())
    elif not said and before == ObligationState.REPORTED:
        row.follow("withdraw", ObligationState.EXPECTED, by=by, at=timezone.now())
    return row.state != before


@receiver(report_moved)
def on_report_moved(
    sender: type[Report], report: Report, transition: Transition, **kwargs: object
) -> None:
    if isinstance(report, CohortReport) and report.kind == CohortReport.Kind.CLOSING:
        for row in periods_of(report.cohort):
            _follow(row, by=transition.by)


@receiver(obligation_moved)
def on_zero_confirmed(
    sender: type[Obligation], obligation: Obligation, step: ObligationStep, **kwargs: object
) -> None:
    """No zero where there is a training; one that is planned at this moment waits for the lock."""
    if step.verb != ObligationVerb.ZERO_CONFIRMED or obligation.kind != KIND:
        return
    planned = Cohort.objects.planned().filter(
        in_period(obligation.programme_year, *obligation.period),
        institution=obligation.institution_id,
    )
    if cohort := planned.order_by("ends_on").first():
        raise Refused(
            gettext("A training of this period is there: %(cohort)s.") % {"cohort": cohort},
            cure=gettext("Send its closing report; that says what is to be said."),
        )
