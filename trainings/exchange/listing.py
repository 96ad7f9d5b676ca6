"""The drafts that a system wrote, as a list: how far each is, and what it still lacks."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.urls import reverse

from blk_portal.accounts.models import User
from institutions.pagination import MAX_SIZE
from trainings.checks import WITH_ROSTER, examine, explained_of, marked_people
from trainings.exchange.shapes import MOST_ROWS
from trainings.exchange.state import told_missing
from trainings.models import Cohort, CohortReport, PendingRow, ReportKind

# Of a longer roster the list does not say what lacks: a page reads no more rows than one draft has.
MOST_PEOPLE = MOST_ROWS // MAX_SIZE


def drafts_of(user: User) -> QuerySet[Cohort]:
    """The cohorts whose draft this account's system wrote, as far as it may still change them."""
    waiting = PendingRow.objects.filter(cohort=OuterRef("pk")).order_by().values("cohort")
    counted = waiting.annotate(n=Count("pk")).values("n")
    drafts = Cohort.objects.editable_by(user).drafted_by(user).with_closing()
    return drafts.annotate(waiting=Coalesce(Subquery(counted), 0)).select_related(
        "institution", "programme", "programme_year", "field",
        "roster_check__like_cohort__programme",
    )  # fmt: skip


def told_of(drafts: Sequence[Any]) -> list[dict[str, Any]]:
    """Each of the drafts as JSON, see `DraftRowShape`; wants `drafts_of`. Nobody is named."""
    found = CohortReport.objects.filter(cohort__in=drafts, kind__in=WITH_ROSTER)
    found = found.select_related("obligation").with_participants().with_log([ReportKind.CLOSING])
    by_kind = {(report.cohort_id, report.kind): report for report in found}
    reports = []
    for draft in drafts:
        report = by_kind[draft.pk, ReportKind.CLOSING]
        report.cohort, report.opening = draft, by_kind.get((draft.pk, ReportKind.OPENING))
        reports.append(report)
    short = [
        report for report, draft in zip(reports, drafts, strict=True)
        if report.participant_count + draft.waiting <= MOST_PEOPLE
    ]  # fmt: skip
    lacking = _missing([report for report in short if report.is_open])
    known = {report.cohort_id: lacking.get(report.cohort_id, []) for report in short}
    return [_told(report, known.get(report.cohort_id)) for report in reports]


def _missing(reports: Sequence[CohortReport]) -> dict[int, list[dict[str, str]]]:
    """What each of the reports lacks, by cohort: all rosters are read at once."""
    cohorts = [report.cohort for report in reports]
    waiting = PendingRow.objects.only("cohort")
    prefetch_related_objects(
        cohorts, Prefetch("participants", marked_people()), Prefetch("pending_rows", waiting)
    )
    explained = explained_of([cohort.pk for cohort in cohorts])
    found = {}
    for report in reports:
        people = list(report.cohort.participants.all())
        examined = examine(report, people, explained=explained[report.cohort_id])
        found[report.cohort_id] = told_missing(report, examined)
    return found


def _told(report: CohortReport, missing: list[dict[str, str]] | None) -> dict[str, Any]:
    cohort: Any = report.cohort
    return {
        "id": cohort.pk,
        "external_id": cohort.reference or None,
        "institution": cohort.institution.code,
        "programme_year": cohort.programme_year.year,
        "field": cohort.field.code,
        "programme": cohort.programme.name,
        "batch": cohort.batch,
        "starts_on": cohort.starts_on,
        "ends_on": cohort.ends_on,
        "is_cancelled": cohort.is_cancelled,
        "status": report.status,
        "version": report.version,
        "due_on": report.obligation.due_on,
        "submitted_at": report.submitted_at,
        "submitted_by": _sender(report),
        "verified_at": report.verified_at,
        "flags_open": len(report.open_flags),
        "participants": report.participant_count,
        "waiting": cohort.waiting,
        "missing": missing,
        "page": reverse("trainings:cohort-detail", args=[cohort.pk]),
    }


def _sender(report: CohortReport) -> str | None:
    """Who handed the report in last: its operator, or an officer on the operator's behalf."""
    sent = next((row for row in report.log if row.verb == "submit"), None)
    if sent is None:
        return None
    return "operator" if sent.stand_in_id is None else "officer"
