"""The queue of reports under review: what lists show of it, and which may be verified together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from blk_portal.reporting.refusals import Refused
from institutions.filters import StrictFilterSet, by_office, by_province, choice
from trainings.checks import in_question
from trainings.models import (
    CohortReport,
    CohortReportFlag,
    Participant,
    ReportKind,
    StandIn,
    WarningExplanation,
)
from trainings.models.report import CohortReportQuerySet

MINE, UNTAKEN = "saya", "belum"
# A page that a person can still read through before pressing the button.
MOST_AT_ONCE = 100


class QueueFilter(StrictFilterSet):
    """By officer, kind of report, office and province."""

    petugas = choice(
        _("Officer"), choices=[(MINE, _("Mine")), (UNTAKEN, _("Nobody yet"))], method="by_officer"
    )
    jenis = choice(_("Kind of report"), choices=ReportKind.choices, field_name="kind")
    uptp = by_office("cohort__institution__office")
    provinsi = by_province("cohort__institution__regency__province")

    class Meta:
        model = CohortReport
        fields: list[str] = []

    def by_officer(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.taken_by(self.request.user) if value == MINE else queryset.untaken()


def shown_filters(filters: QueueFilter, user: User) -> list[BoundField]:
    """The fields to show: who works for one office needs no choice of places."""
    hidden = set() if user.spec.reach == Reach.NATION else {"uptp", "provinsi"}
    return [field for field in filters.form if field.name not in hidden]


@dataclass(frozen=True)
class Candidate:
    """A report that waits, and why it is not verified together with others; none if it may be."""

    report: CohortReport
    obstacles: list[str]


def candidates(
    reports: CohortReportQuerySet, chosen: Collection[int], *, user: User
) -> list[Candidate]:
    """Which of the chosen reports a person may verify together, each with what stands against it.

    reports: those the person sees. chosen: the ids of at most a page of them, found beforehand: to
    the planner the whole queue would be worth a scan of all participants.
    """
    people = Participant.objects.filter(cohort=OuterRef("cohort"))
    flags = CohortReportFlag.objects.standing().filter(transition__report=OuterRef("pk"))
    filled_in = StandIn.objects.filter(report=OuterRef("pk"), officer=user)
    shown = reports.filter(pk__in=chosen).select_related(
        "cohort__programme", "cohort__programme_year", "cohort__institution", "officer"
    )
    looked_at = shown.with_participants().annotate(
        has_warnings=Exists(people.exclude(warnings=[]))
        | Exists(WarningExplanation.objects.filter(report=OuterRef("pk"))),
        is_in_question=Exists(people.filter(in_question())),
        has_flags=Exists(flags),
        was_filled_in=Exists(filled_in),
    )
    ordered = looked_at.order_by("submitted_at", "id")
    return [Candidate(report, _obstacles(report, user)) for report in ordered]


def _obstacles(report: Any, user: User) -> list[str]:
    found = []
    if report.status != CohortReport.Status.SUBMITTED:
        found.append(gettext("It does not await verification."))
    if report.submitted_by_id == user.pk or report.was_filled_in:
        found.append(gettext("You sent it yourself: another officer verifies it."))
    if report.officer_id not in (None, user.pk):
        found.append(gettext("%(name)s looks after it.") % {"name": report.officer})
    if not report.participant_count:
        found.append(gettext("It has no participants."))
    if report.has_warnings:
        found.append(gettext("It has warnings to be read."))
    if report.is_in_question:
        found.append(gettext("Somebody in it may be in another cohort at the same time."))
    if report.has_flags:
        found.append(gettext("Flags of the last return are to be looked at."))
    return found


@dataclass(frozen=True)
class Outcome:
    """What became of one report that was to be verified together with others."""

    report: CohortReport
    refusals: list[str]


def verify_together(
    found: list[Candidate], versions: dict[int, int], *, by: User
) -> list[Outcome]:  # fmt: skip
    """Verify each report by its own verb, in a transaction of its own; one refusal stops no other.

    versions: report id -> the version that the person looked at.
    """
    outcomes = []
    for candidate in found:
        refusals = list(candidate.obstacles)
        if not refusals:
            try:
                candidate.report.verify(by=by, version=versions[candidate.report.pk])
            except Refused as refusal:
                refusals = [refusal.message]
        outcomes.append(Outcome(candidate.report, refusals))
    return outcomes


def note_age(reports: Any, *, on: date) -> None:
    """Note on each report for how many days it has waited, as `waiting`."""
    for report in reports:
        report.waiting = report.days_waiting(on=on)
