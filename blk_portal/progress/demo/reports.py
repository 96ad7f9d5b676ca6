"""Sample closing reports with their obligations, logs, receipts and counts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import connection

from blk_portal.accounts.demo import new_account
from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import naming, words
from blk_portal.progress.demo.extent import Fate
from blk_portal.progress.demo.trainings import Run
from blk_portal.progress.demo.world import FIRST_CODE, World
from blk_portal.reporting.models import Obligation, Receipt
from blk_portal.reporting.verbs import VERBS, ReportStatus
from institutions.copying import write
from institutions.due import due_date
from institutions.models import Holiday, Institution, Membership
from trainings import counting
from trainings.models import (
    Cohort,
    CohortCount,
    CohortReport,
    CohortReportFlag,
    CohortReportTransition,
    CountedPerson,
    Participant,
    ReportKind,
)

STORIES = {
    Fate.SUBMITTED: ("submit",),
    Fate.RETURNED: ("submit", "send_back"),
    Fate.VERIFIED: ("submit", "verify"),
    Fate.REOPENED: ("submit", "verify", "reopen"),
}
SHARE_RETURNED_ONCE = 0.15
# Days between a step and the one before it; a reopening waits until its year is settled.
GAPS = {"submit": (3, 18), "send_back": (2, 8), "verify": (2, 12)}
REOPENING_MONTH = 3
COMMENTS = {"send_back": words.RETURNED, "reopen": words.REOPENED}
# The rows of a returned roster that its reviewer flags.
FLAGGED_ROWS = (3, 5)
OPERATOR_VERBS = frozenset({"submit"})
FILLED = (
    Institution, Membership, Cohort, Participant, Obligation, CohortReport, CohortReportTransition,
    CohortReportFlag, Receipt, CohortCount, CountedPerson,
)  # fmt: skip

# Verification wrote these rows at its own moment, not when the sample was loaded.
DATE_COUNTS = """
UPDATE trainings_cohortcount n SET counted_from = r.verified_at
FROM trainings_cohortreport r WHERE r.id = n.report_id AND r.id = ANY(%(reports)s)
"""


@dataclass
class Filed:
    """A run with its report and the steps of its log."""

    run: Run
    report: CohortReport
    steps: list[CohortReportTransition]


def make_reports(world: World, runs: list[Run]) -> None:
    """Write the reports of a year's cohorts with all that their verbs would have left behind."""
    _add_operators(world, runs)
    closed = {host: Holiday.objects.of_host(host).days() for host in Institution.HostType.values}
    obligations = [_obligation(run, closed[run.institution.host_type]) for run in runs]
    write(Obligation, obligations)
    filed = [
        _filed(world, run, obligation, world.operators[run.institution.pk])
        for run, obligation in zip(runs, obligations, strict=True)
    ]
    write(CohortReport, [item.report for item in filed])
    _write_receipts(filed)
    steps = [step for item in filed for step in item.steps]
    for step in steps:
        step.report_id = step.report.pk
    write(CohortReportTransition, steps)
    _flag(filed)
    _count(filed)


def _add_operators(world: World, runs: list[Run]) -> None:
    """One operator for each institution that trains; that of the first is the demo login."""
    fresh: dict[int, User] = {}
    for run in runs:
        institution = run.institution
        if institution.pk in world.operators or institution.pk in fresh:
            continue
        if institution.code == FIRST_CODE:
            world.operators[institution.pk] = world.users[Role.OPERATOR]
            continue
        fresh[institution.pk] = new_account(
            username=f"operator.{institution.code.lower()}",
            name=naming.person_name(world, sex=world.rng.choice("LP"), institution=institution),
            role=Role.OPERATOR,
            title=institution.name[:150],
        )
    User.objects.bulk_create(fresh.values())
    Membership.objects.bulk_create(
        [Membership(user=user, institution_id=pk) for pk, user in fresh.items()]
    )
    world.operators |= fresh


def _obligation(run: Run, closed: Collection[date]) -> Obligation:
    story = STORIES.get(run.fate, ())
    obligation = CohortReport.owed(run.cohort, ReportKind.CLOSING, closed=closed)
    if story:
        obligation.state = VERBS[story[-1]].obligation_state
    return obligation


def _story(world: World, run: Run) -> tuple[str, ...]:
    story = STORIES.get(run.fate, ())
    if "verify" in story and world.rng.random() < SHARE_RETURNED_ONCE:
        return ("submit", "send_back", *story)
    return story


def _filed(world: World, run: Run, obligation: Obligation, operator: User) -> Filed:
    """The report as its log leaves it."""
    report = CohortReport(obligation=obligation, cohort=run.cohort, kind=ReportKind.CLOSING)
    reviewer, day, steps = world.reviewer_of(run.institution), run.cohort.ends_on, []
    for verb in _story(world, run):
        day = _next_day(world, run, verb, day)
        by = operator if verb in OPERATOR_VERBS else reviewer
        at, source, target = world.at_work(day), report.status, VERBS[verb].target
        report.status, report.version = target, report.version + 1
        report.verified_at = report.verified_by = None
        if target == ReportStatus.SUBMITTED:
            report.submitted_at, report.submitted_by = at, by
        elif target == ReportStatus.VERIFIED:
            report.verified_at, report.verified_by = at, by
        steps.append(
            CohortReportTransition(
                report=report,
                verb=verb,
                from_status=source,
                to_status=target,
                version=report.version,
                at=at,
                by=by,
                comment=world.rng.choice(COMMENTS[verb]) if verb in COMMENTS else "",
            )
        )
    return Filed(run, report, steps)


def _next_day(world: World, run: Run, verb: str, day: date) -> date:
    if verb == "reopen":
        first = date(run.cohort.programme_year.year + 1, REOPENING_MONTH, 1)
        return due_date(first, world.rng.randint(0, 40))
    return due_date(day, world.rng.randint(*GAPS[verb]))


def _write_receipts(filed: list[Filed]) -> None:
    receipts = []
    for item in filed:
        for step in item.steps:
            if VERBS[step.verb].issues_receipt:
                step.receipt = Receipt(
                    obligation=item.report.obligation,
                    report_version=step.version,
                    issued_at=step.at,
                    issued_to=step.by,
                    digest=item.run.digest,
                )
                receipts.append(step.receipt)
    write(Receipt, receipts)
    for item in filed:
        for step in item.steps:
            if step.receipt:
                step.receipt_id = step.receipt.pk


def _flag(filed: list[Filed]) -> None:
    """One or two rows flagged in each report that waits for its operator."""
    returned = {
        item.run.cohort.pk: (position, item)
        for position, item in enumerate(filed)
        if item.report.status == ReportStatus.RETURNED
    }
    people = Participant.objects.filter(cohort__in=returned, roster_row__in=FLAGGED_ROWS)
    flags = []
    for person in people.order_by("cohort_id", "roster_row"):
        position, item = returned[person.cohort_id]
        turn = position + FLAGGED_ROWS.index(person.roster_row)
        field, note = words.FLAGS[turn % len(words.FLAGS)]
        flag = CohortReportFlag.about(item.report, person, field=field, note=note)
        flag.transition_id = item.steps[-1].pk
        flags.append(flag)
    write(CohortReportFlag, flags)


def _count(filed: list[Filed]) -> None:
    """Count what was ever verified, then take out again what was reopened, each at its moment."""
    verified = [item for item in filed if item.run.fate in (Fate.VERIFIED, Fate.REOPENED)]
    reopened = [item for item in verified if item.run.fate == Fate.REOPENED]
    for item in reopened:
        _set_state(item.report, _step(item, "verify"))
    reports = [item.report.pk for item in verified]
    _analyse()
    counting.count_reports(reports, at=max(_step(item, "verify").at for item in verified))
    with connection.cursor() as cursor:
        cursor.execute(DATE_COUNTS, {"reports": reports})
    _analyse()
    for item in sorted(reopened, key=lambda item: _step(item, "reopen").at):
        step = _step(item, "reopen")
        _set_state(item.report, step)
        counting.uncount_reports([item.report.pk], at=step.at)


def _analyse() -> None:
    """Tell the planner of tables that were filled a moment ago."""
    # By name: without names the locks of a long transaction reach the catalogues of the server.
    tables = ", ".join(model._meta.db_table for model in FILLED)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def _step(item: Filed, verb: str) -> CohortReportTransition:
    return next(step for step in item.steps if step.verb == verb)


def _set_state(report: CohortReport, step: CohortReportTransition) -> None:
    """Put a report into the state that a step of its log left it in."""
    is_verified = step.to_status == ReportStatus.VERIFIED
    CohortReport.objects.filter(pk=report.pk).update(
        status=step.to_status,
        version=step.version,
        verified_at=step.at if is_verified else None,
        verified_by=step.by if is_verified else None,
    )
