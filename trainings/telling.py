"""What pages say of a cohort's reports: the steps on the way, and the figures of each report."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.verbs import ReportStatus
from trainings.models import (
    Certification,
    CohortReport,
    Participant,
    PendingRow,
    Placement,
    ReportKind,
    parts,
)
from trainings.models.missing import Missing

WAITS = _("An officer checks the report now.")
DONE = _("Verified; nothing more to do.")
MEND = _("Mend what the officer wrote, then send it again.")
CANCELLED = _("Not expected: the training is cancelled.")
LATER = _("Follows after the closing report has been sent.")
LOOK_OVER = _("Look over the roster, then send the report.")
COMPLETE = _("Complete: look it over and send it.")
LACKING = _("See below what is still missing, then send the report.")
TO_DO = {
    ReportKind.OPENING: _("Upload the roster, then send the report."),
    ReportKind.CLOSING: _("Enter results and attendance, then send the report."),
    ReportKind.CERTIFICATION: _("Enter competency and certificates, then send the report."),
    ReportKind.PLACEMENT_3: _("Ask who works by now, enter it, then send the report."),
    ReportKind.PLACEMENT_6: _("Ask again who works, enter it, then send the report."),
}


@dataclass(frozen=True)
class Step:
    """One of the reports on a cohort, with what is to be done next.

    is_asked: whether it is its turn; before that only its due date is shown.
    """

    report: CohortReport
    is_asked: bool
    hint: Any


# Where on the page lacks what belongs to which step; what stands elsewhere is looked at last.
AT_PARTICIPANTS = {"unggah", "perbaikan", "peserta", "persetujuan", "menyusul", "tanda"}
AT_RESULTS = {"hasil"}


def stage_of(missing: Iterable[Missing]) -> str:
    """How far a closing report has come, by what it lacks."""
    anchors = {item.anchor for item in missing}
    if anchors & AT_PARTICIPANTS:
        return "participants"
    return "results" if anchors & AT_RESULTS else "send"


def steps_of(
    reports: Mapping[str, CohortReport], *, people: int, missing: Iterable[Missing]
) -> list[Step]:
    """The reports of a cohort in the order in which they are filed.

    people: how many are on the roster; missing: what the closing report lacks.
    """
    closing = reports[ReportKind.CLOSING]
    to_do = dict(TO_DO)
    if people:
        to_do[ReportKind.OPENING] = LOOK_OVER
    if not missing:
        to_do[ReportKind.CLOSING] = COMPLETE
    elif all(item.anchor not in AT_RESULTS for item in missing):
        to_do[ReportKind.CLOSING] = LACKING
    return [_step(reports[kind], closing, to_do) for kind in ReportKind if kind in reports]


def _step(report: CohortReport, closing: CohortReport, to_do: Mapping[ReportKind, Any]) -> Step:
    kind = ReportKind(report.kind)
    is_first = kind in (ReportKind.OPENING, ReportKind.CLOSING)
    if report.status == ReportStatus.VERIFIED:
        return Step(report, True, DONE)
    if report.status == ReportStatus.SUBMITTED:
        return Step(report, True, WAITS)
    if not report.is_open:
        return Step(report, False, CANCELLED)
    if not is_first and closing.is_open:
        return Step(report, False, LATER)
    if report.status == ReportStatus.RETURNED:
        return Step(report, True, MEND)
    return Step(report, True, to_do[kind])


def with_waiting(people: Iterable[Participant], waiting: Iterable[PendingRow]) -> int:
    """How many a roster holds once its waiting rows are mended.

    A waiting row that bears the name of a participant mends that row; any other adds one.
    """
    names = Counter(person.name_key for person in people)
    added = Counter(row.name_key for row in waiting) - names
    return names.total() + added.total()


def said(report: CohortReport) -> list[tuple[Any, int]]:
    """The figures of a report, each with its name."""
    kind = ReportKind(report.kind)
    if kind in (ReportKind.OPENING, ReportKind.CLOSING):
        return _of_roster(report)
    rows = parts.entries(report, with_restricted=True)
    choices = Certification.Competency if kind == ReportKind.CERTIFICATION else Placement.Outcome
    entered = Counter(str(getattr(row, row.ENTERED[0])) for _person, row in rows if row)
    figures = [(_("Passed the training"), len(rows))]
    return [*figures, *((choice.label, entered[choice.value]) for choice in choices)]


def _of_roster(report: CohortReport) -> list[tuple[Any, int]]:
    summary = report.cohort.participants.summary()
    figures = [
        (_("Participants"), summary["total"]),
        (_("Male"), summary["male"]),
        (_("Female"), summary["female"]),
    ]
    if report.kind == ReportKind.OPENING:
        return figures
    is_verified = report.status == ReportStatus.VERIFIED
    counting = _("Counted") if is_verified else _("Will count once verified")
    return [
        *figures,
        (_("Passed"), summary["passed"]),
        (_("Not passed"), summary["failed"]),
        (_("Withdrew"), summary["withdrawn"]),
        (counting, summary["counting"]),
    ]
