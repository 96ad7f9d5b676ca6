"""Storing what is entered of participants for each of a cohort's reports."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.reporting.refusals import Stale
from trainings.models import (
    Cohort,
    CohortReport,
    Participant,
    ReportKind,
    WarningExplanation,
    parts,
)
from trainings.overlaps import check_rosters
from trainings.roster import open_report
from trainings.unlocking import refuse_locked, refuse_locked_outcomes

Cells = Mapping[int, Mapping[str, Any]]


@transaction.atomic
def record_results(cohort: Cohort, cells: Cells) -> int:
    """Set result, attendance and tests of participants by id; returns how many rows changed."""
    open_report(cohort)
    changed: list[Participant] = []
    names: set[str] = set()
    for person in Participant.objects.filter(cohort=cohort, pk__in=cells):
        new = {name: v for name, v in cells[person.pk].items() if getattr(person, name) != v}
        for name, value in new.items():
            setattr(person, name, value)
        if new:
            # What was doubtful about a value that a file brought is answered by typing it.
            person.warnings = [one for one in person.warnings if one.get("field") not in new]
            names |= {*new, "warnings"}
            changed.append(person)
    if changed:
        refuse_locked(cohort, changed=changed)
        Participant.objects.bulk_update(changed, sorted(names))
        check_rosters([cohort.pk], at=timezone.now())
    return len(changed)


@transaction.atomic
def explain_latecomers(cohort: Cohort, reasons: Mapping[int, str]) -> None:
    """Keep why participants were added after the opening report was handed in."""
    report = open_report(cohort)
    late = [person for person in report.latecomers if person.pk in reasons]
    for person in late:
        person.late_reason = reasons[person.pk]
    Participant.objects.bulk_update(late, ["late_reason"])


def hold_open(report: CohortReport) -> CohortReport:
    """A report as it is stored now, locked for a change of what it holds.

    Raises Stale once it was handed in, and where the cohort is cancelled.
    """
    reports = CohortReport.objects.select_for_update(of=("self",)).select_related("cohort")
    held = reports.get(pk=report.pk)
    if held.cohort.is_cancelled:
        raise Stale(
            gettext("The cohort is cancelled, so its reports can no longer be changed."),
            cure=gettext("Staff of the responsible office can undo that."),
        )
    if not held.is_open:
        raise Stale(
            gettext("The report has already been sent, so it can no longer be changed."),
            cure=gettext("Withdraw the report first, or wait until it is returned."),
        )
    return held


@transaction.atomic
def record_outcomes(report: CohortReport, cells: Cells) -> int:
    """Set certification or placement of participants by id; returns how many rows changed.

    A row whose leading cell is emptied is taken away. Raises Stale once the report was handed in,
    Locked where a place changes that a returned report does not open.
    """
    held = hold_open(report)
    kind = ReportKind(held.kind)
    changed, emptied = [], []
    differing: dict[Participant, Iterable[str]] = {}
    for person, stored in parts.entries(held):
        row = stored or parts.blank(kind, person)
        new = {name: v for name, v in cells.get(person.pk, {}).items() if getattr(row, name) != v}
        for name, value in new.items():
            setattr(row, name, value)
        if new:
            differing[person] = new
        if new and getattr(row, row.ENTERED[0]):
            changed.append(row)
        elif new and stored:
            emptied.append(stored.pk)
    refuse_locked_outcomes(held, differing)
    model = parts.outcome_of(kind)
    model.objects.filter(pk__in=emptied).delete()
    model.objects.store(changed)
    return len(changed) + len(emptied)


@transaction.atomic
def explain_warnings(cohort: Cohort, texts: Mapping[str, str], *, by: User) -> int:
    """Keep why the warnings of each code are in order; an empty text takes its code back.

    Returns how many changed.
    """
    report = open_report(cohort)
    kept = dict(report.explanations.values_list("code", "text"))
    changed = {code: text for code, text in texts.items() if text != kept.get(code, "")}
    report.explanations.filter(code__in=changed).delete()
    now = timezone.now()
    WarningExplanation.objects.bulk_create(
        WarningExplanation(report=report, code=code, text=text, by=by, at=now)
        for code, text in changed.items()
        if text
    )
    return len(changed)
