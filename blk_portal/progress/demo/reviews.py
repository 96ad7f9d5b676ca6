"""What sample reviewers have on their desks: reports taken, one sent again, a wish."""

from datetime import timedelta

from django.utils import timezone

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import words
from blk_portal.progress.demo.world import FIRST_CODE, World
from blk_portal.reporting.models import Obligation, Receipt
from institutions.copying import write_over
from trainings.models import (
    CohortReport,
    CohortReportFlag,
    CohortReportTransition,
    Participant,
    ReportedRow,
    ReportKind,
    UnlockRequest,
    parts,
)

# Every third report that waits is looked after by the reviewer of its office.
TAKEN = 3
SENT_BACK_BEFORE, SENT_BEFORE = timedelta(days=3), timedelta(days=6)
MENDED_ROW = 2
LATER = timedelta(hours=20)


def make_reviews(world: World) -> None:
    """Put reports on desks, at the end of the sample: no dice are cast."""
    _return_later_reports(world)
    waiting = list(CohortReport.objects.awaiting().select_related("cohort__institution"))
    taken = waiting[::TAKEN]
    for report in taken:
        report.officer = report.assigned_by = world.reviewer_of(report.cohort.institution)
        report.assigned_at = report.submitted_at + LATER if report.submitted_at else timezone.now()
    write_over(CohortReport, taken, ["officer", "assigned_by", "assigned_at"])
    demo = world.users[Role.AREA_REVIEWER]
    mine = (row for row in waiting if world.reviewer_of(row.cohort.institution) == demo)
    if again := next((row for row in mine if row.version == 1), None):
        _send_again(world, again)
    _wish(world)


def _return_later_reports(world: World) -> None:
    """An opening and a placement report that came back with one place flagged."""
    for kind, field, note in words.LATER_FLAGS:
        waiting = CohortReport.objects.awaiting().filter(kind=kind).order_by("pk")
        waiting = waiting.select_related("cohort__institution", "obligation")
        own = waiting.filter(cohort__institution__code=FIRST_CODE)
        report = own.first() or waiting.first()
        people = parts.people_of(report) if report else []
        if report is None or report.submitted_at is None or not people:
            continue
        report.status, report.version = CohortReport.Status.RETURNED, report.version + 1
        report.save(update_fields=["status", "version"])
        report.obligation.state = Obligation.State.EXPECTED
        report.obligation.save(update_fields=["state"])
        back = CohortReportTransition.objects.create(
            report=report, verb="send_back", from_status="submitted", to_status="returned",
            version=report.version, at=report.submitted_at + LATER,
            by=world.reviewer_of(report.cohort.institution),
        )  # fmt: skip
        flag = report.flag(people[0], field=field, note=note)
        flag.transition = back
        flag.save()


def _send_again(world: World, report: CohortReport) -> None:
    """Give a report that waits a submission and a return before this one, with one row mended."""
    sent = report.transitions.select_related("receipt", "by").get()
    people = list(report.cohort.participants.all())
    before, back = sent.at - SENT_BEFORE, sent.at - SENT_BACK_BEFORE
    report.version = sent.version = 3
    report.save(update_fields=["version"])
    sent.from_status = CohortReport.Status.RETURNED
    sent.save(update_fields=["version", "from_status"])
    Receipt.objects.filter(obligation=report.obligation_id).update(report_version=3)
    receipt = Receipt.objects.create(
        obligation_id=report.obligation_id, report_version=1, issued_at=before,
        issued_to=sent.by, digest=sent.receipt.digest if sent.receipt else "",
    )  # fmt: skip
    first = CohortReportTransition.objects.create(
        report=report, verb="submit", from_status="draft", to_status="submitted", version=1,
        at=before, by=sent.by, receipt=receipt,
    )  # fmt: skip
    CohortReportTransition.objects.create(
        report=report, verb="send_back", from_status="submitted", to_status="returned", version=2,
        at=back, by=world.reviewer_of(report.cohort.institution), comment=words.RETURNED[0],
    )  # fmt: skip
    rows = [ReportedRow.of(person, submission) for submission in (first, sent) for person in people]
    for row in rows[: len(people)]:
        if row.row == MENDED_ROW + 1:
            row.values = row.values | {"result": Participant.Result.PASSED, "education": "SMP"}
    ReportedRow.objects.bulk_create(rows)


def _wish(world: World) -> None:
    """The demo operator asks for a row that was not flagged."""
    flags = CohortReportFlag.objects.standing().select_related("transition__report")
    flags = flags.filter(transition__report__kind=ReportKind.CLOSING)
    flag = flags.filter(transition__report__cohort__institution__code=FIRST_CODE).first()
    if flag is None:
        return
    report = flag.transition.report
    flagged = CohortReportFlag.objects.filter(transition=flag.transition).values("participant")
    person = report.cohort.participants.exclude(pk__in=flagged.exclude(participant=None)).first()
    if person:
        UnlockRequest.objects.create(
            transition=flag.transition, participant=person, row=person.roster_row,
            reason="Tanggal lahir tertukar dengan baris di bawahnya (contoh).",
            asked_at=flag.transition.at + LATER, asked_by=world.users[Role.OPERATOR],
        )  # fmt: skip
