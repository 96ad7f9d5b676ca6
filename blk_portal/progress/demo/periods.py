"""What sample institutions said of the reporting periods, and the news of their operators."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import F

from blk_portal.progress.demo.world import FIRST_CODE, OFFICE_TIME, World
from blk_portal.reporting.models import Notice, Obligation, ObligationStep
from institutions.copying import copy_rows
from trainings.models import CohortReport, CohortReportTransition
from trainings.period_ledger import open_periods
from trainings.periods import KIND

# Of ten periods without a training: of so many it is said, one is excused, the others are missing.
ZEROS, EXCUSED = 7, 8
# Days from the due date to the word, by turns.
SAID = (-24, -9, -3, 0, 5)
WHY = "Gedung direnovasi (contoh)."
KEPT_OPEN = timedelta(days=60)
NEWS = {
    "send_back": Notice.Kind.REPORT_RETURNED,
    "verify": Notice.Kind.REPORT_VERIFIED,
    "reopen": Notice.Kind.REPORT_REOPENED,
}
LATEST_NEWS = 3
# The sample writes reports without their verbs: they came in on the day of their first receipt.
DATE_REPORTS = """
UPDATE reporting_obligation o SET reported_on = r.day FROM (
    SELECT obligation_id, (min(issued_at) AT TIME ZONE 'Asia/Jakarta')::date AS day
    FROM reporting_receipt GROUP BY obligation_id
) AS r WHERE r.obligation_id = o.id AND o.reported_on IS NULL
"""


def make_periods(world: World) -> None:
    """Open the periods of every year with trainings, and say of most what there is to say."""
    with connection.cursor() as cursor:
        cursor.execute(DATE_REPORTS)
    for year, (_first, last) in sorted(world.extent.seasons.items()):
        open_periods(on=last + KEPT_OPEN, year=year)
    _say(world, _silent())
    _tell(world)


def _silent() -> list[Obligation]:
    """The periods of which nothing was said: a draft is a word that is still to come."""
    drafts = CohortReport.objects.filter(status=CohortReport.Status.DRAFT)
    rows = Obligation.objects.outstanding().filter(kind=KIND)
    return list(
        rows.exclude(institution__in=drafts.values("cohort__institution"))
        .exclude(institution__code=FIRST_CODE)
        .select_related("institution")
        .order_by("institution__code", "period_from")
    )


def _say(world: World, silent: list[Obligation]) -> None:
    """Seven of ten confirm a zero, one is excused; each with its row of history."""
    steps, told = [], defaultdict(list)
    for turn, row in enumerate(silent):
        if turn % 10 > EXCUSED - 1:
            continue
        is_zero, days = turn % 10 < ZEROS, SAID[turn % len(SAID)]
        state = Obligation.State.CONFIRMED_ZERO if is_zero else Obligation.State.NOT_EXPECTED
        told[state, days].append(row.pk)
        reviewer = world.reviewer_of(row.institution)
        steps.append(
            ObligationStep(
                obligation=row,
                verb=Obligation.Verb.ZERO_CONFIRMED if is_zero else Obligation.Verb.EXCUSED,
                from_state=Obligation.State.EXPECTED,
                to_state=state,
                at=datetime.combine(row.due_on + timedelta(days=days), time(10, 30), OFFICE_TIME),
                by=world.operators.get(row.institution_id, reviewer) if is_zero else reviewer,
                reason="" if is_zero else WHY,
            )
        )
    copy_rows(ObligationStep, steps)
    for (state, days), keys in told.items():
        is_zero = state == Obligation.State.CONFIRMED_ZERO
        said_on = F("due_on") + timedelta(days=days) if is_zero else None
        Obligation.objects.filter(pk__in=keys).update(state=state, reported_on=said_on)


def _tell(world: World) -> None:
    """The latest news of the demo operator, mailed long ago."""
    moved = CohortReportTransition.objects.filter(
        report__cohort__institution__code=FIRST_CODE, verb__in=NEWS
    ).select_related("report__obligation")
    copy_rows(Notice, _news(world, moved.order_by("-at", "-pk")[:LATEST_NEWS]))


def _news(world: World, moved: Iterable[CohortReportTransition]) -> Iterator[Notice]:
    for step in moved:
        duty = step.report.obligation
        yield Notice(
            recipient=world.operators[duty.institution_id], kind=NEWS[step.verb],
            institution_id=duty.institution_id, obligation=duty, created_at=step.at,
            state=Notice.State.SENT, sent_at=step.at, next_attempt_at=step.at, attempts=1,
        )  # fmt: skip
