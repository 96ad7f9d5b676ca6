"""Sample opening, certification and placement reports: of the first institution and some others."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from blk_portal.progress.demo.extent import Fate
from blk_portal.progress.demo.trainings import Run
from blk_portal.progress.demo.world import FIRST_CODE, OFFICE_TIME, World
from blk_portal.reporting.models import Obligation, Receipt
from blk_portal.reporting.verbs import VERBS, ReportStatus
from institutions.copying import write
from institutions.due import due_date
from institutions.models import Holiday, Institution
from trainings import counting
from trainings.models import (
    Certification,
    CohortReport,
    CohortReportTransition,
    Participant,
    Placement,
    ReportKind,
    parts,
)

# Every so many cohorts have these reports; the first institution's all have them.
EVERY = 6
KINDS = [kind for kind in ReportKind if kind != ReportKind.CLOSING]
SENT, VERIFIED = ("submit",), ("submit", "verify")
# Days from the first or the last day of the training until the report is sent.
SENT_AFTER = {
    ReportKind.OPENING: 4, ReportKind.CERTIFICATION: 74,
    ReportKind.PLACEMENT_3: 88, ReportKind.PLACEMENT_6: 176,
}  # fmt: skip
DAYS_TO_DECISION = 5
# Where those live who went away for work.
AWAY = "31"
WORKPLACES = (
    ("CV Karya Contoh", "C"), ("Toko Barokah Contoh", "G"), ("PT Contoh Sejahtera", "C"),
    ("Bengkel Contoh", "G"), ("Warung Contoh", "I"),
)  # fmt: skip
OUTCOMES = (
    Placement.Outcome.EMPLOYED, Placement.Outcome.NOT_WORKING, Placement.Outcome.SELF_EMPLOYED,
    Placement.Outcome.STUDYING, Placement.Outcome.EMPLOYED, Placement.Outcome.UNREACHABLE,
)  # fmt: skip
# Verification wrote these rows at its own moment, not when the sample was loaded.
DATE_COUNTS = """
UPDATE trainings_outcomecount n SET counted_from = r.verified_at
FROM trainings_cohortreport r WHERE r.id = n.report_id AND r.id = ANY(%(reports)s)
"""


@dataclass
class Filed:
    """A report with the steps of its log."""

    report: CohortReport
    steps: list[CohortReportTransition] = field(default_factory=list)


def make_later_reports(world: World, runs: list[Run]) -> None:
    """Write the further reports of the chosen cohorts, with what their verbs would have left."""
    chosen = [
        (turn, run)
        for turn, run in enumerate(runs)
        if run.institution.code == FIRST_CODE or turn % EVERY == 0
    ]
    closed = {host: Holiday.objects.of_host(host).days() for host in Institution.HostType.values}
    filed = []
    for turn, run in chosen:
        days = closed[run.institution.host_type]
        for kind in KINDS:
            owed = CohortReport.owed(run.cohort, kind, closed=days)
            report = CohortReport(cohort=run.cohort, kind=kind, obligation=owed)
            filed.append(_moved(world, Filed(report), _story(kind, run, turn)))
    write(Obligation, [item.report.obligation for item in filed])
    for item in filed:
        item.report.obligation_id = item.report.obligation.pk
    _enter([item.report for item in filed if item.steps])
    write(CohortReport, [item.report for item in filed])
    _log(filed)
    _count([item.report.pk for item in filed if item.report.status == ReportStatus.VERIFIED])


def _story(kind: ReportKind, run: Run, turn: int) -> tuple[str, ...]:
    """What has happened to the report, told from the closing report and the place in the list."""
    if kind == ReportKind.OPENING:
        stories = {Fate.EMPTY: (), Fate.PARTIAL: SENT}
        return stories.get(run.fate, VERIFIED)
    if run.fate != Fate.VERIFIED or kind == ReportKind.PLACEMENT_6:
        return ()
    late = kind == ReportKind.PLACEMENT_3
    return (VERIFIED, SENT, ())[(turn // EVERY + late) % 3]


def _moved(world: World, item: Filed, story: tuple[str, ...]) -> Filed:
    report, cohort = item.report, item.report.cohort
    is_first = report.kind == ReportKind.OPENING
    operator = world.operators[cohort.institution_id]
    reviewer = world.reviewer_of(cohort.institution)
    days = SENT_AFTER[ReportKind(report.kind)]
    day = due_date(cohort.starts_on if is_first else cohort.ends_on, days)
    for verb in story:
        at, target, source = _morning(day), VERBS[verb].target, report.status
        report.status, report.version = target, report.version + 1
        if target == ReportStatus.SUBMITTED:
            report.submitted_at, report.submitted_by = at, operator
        else:
            report.verified_at, report.verified_by = at, reviewer
        item.steps.append(
            CohortReportTransition(
                report=report, verb=verb, from_status=source, to_status=target,
                version=report.version, at=at, by=operator if verb == "submit" else reviewer,
            )
        )  # fmt: skip
        report.obligation.state = VERBS[verb].obligation_state
        day = due_date(day, DAYS_TO_DECISION)
    return item


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 40), OFFICE_TIME) + timedelta(minutes=day.day)


def _enter(reports: list[CohortReport]) -> None:
    """What the reports hold: the roster of the opening, and the rows of those who passed."""
    people: dict[int, list[Participant]] = {}
    cohorts = [report.cohort_id for report in reports]
    for person in Participant.objects.filter(cohort__in=cohorts).order_by("cohort", "roster_row"):
        people.setdefault(person.cohort_id, []).append(person)
    certifications: list[Certification] = []
    placements: list[Placement] = []
    for report in reports:
        roster = people.get(report.cohort_id, [])
        passed = [person for person in roster if person.result == Participant.Result.PASSED]
        if report.kind == ReportKind.OPENING:
            report.snapshot = sorted(str(person.uid) for person in roster)
        elif report.kind == ReportKind.CERTIFICATION:
            certifications += _certified(report, passed)
        else:
            placements += _placed(report, passed)
    write(Certification, certifications)
    write(Placement, placements)


def _certified(report: CohortReport, passed: list[Participant]) -> Iterator[Certification]:
    cohort = report.cohort
    series = f"CONTOH-{cohort.institution.code}-{cohort.starts_on:%y%m}"
    for turn, person in enumerate(passed):
        is_competent = turn % 7 != 3
        yield Certification(
            participant=person,
            competency="competent" if is_competent else "not_yet",
            body=Certification.Body.P1 if cohort.batch % 3 else Certification.Body.BNSP,
            number=f"{series}-{turn + 1:02d}" if is_competent else "",
        )


def _placed(report: CohortReport, passed: list[Participant]) -> Iterator[Placement]:
    wave = parts.WAVES[ReportKind(report.kind)]
    for turn, person in enumerate(passed):
        outcome = OUTCOMES[(turn + report.cohort.batch) % len(OUTCOMES)]
        workplace, section = WORKPLACES[turn % len(WORKPLACES)]
        is_working = outcome in Placement.WORKING
        yield Placement(
            participant=person, wave=wave, outcome=outcome,
            workplace=workplace if is_working else "", section=section if is_working else "",
            domicile=AWAY if turn % 9 == 5 else "",
        )  # fmt: skip


def _count(verified: list[int]) -> None:
    """Count what became of people, each report from the moment of its verification."""
    counting.count_reports(verified, at=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(DATE_COUNTS, {"reports": verified})


def _log(filed: list[Filed]) -> None:
    sent = [(item, item.steps[0]) for item in filed if item.steps]
    for item, step in sent:
        step.receipt = Receipt(
            obligation=item.report.obligation, report_version=step.version, issued_at=step.at,
            issued_to=step.by, digest=item.report.content_digest(),
        )  # fmt: skip
    write(Receipt, [step.receipt for _item, step in sent if step.receipt])
    for item in filed:
        for step in item.steps:
            step.report_id = item.report.pk
            step.receipt_id = step.receipt.pk if step.receipt else None
    write(CohortReportTransition, [step for item in filed for step in item.steps])
