"""The operator's answer to the flags of a returned report: a value mended, or a reason given."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from blk_portal.accounts.models import User
from trainings.entries import hold_open, record_outcomes
from trainings.faults import Code, Fault
from trainings.flag_forms import Complaint
from trainings.models import CohortReport, CohortReportFlag, Participant, parts
from trainings.models.flag import COLUMNS
from trainings.roster import RESULTS, nik_of_another, open_report
from trainings.roster_sheet import RosterRow, check_row
from trainings.row_forms import ROWS
from trainings.unlocking import OF_ROSTER, refuse_locked

# A file may leave these out with a warning; whoever types one wants it kept.
LEFT_OUT = frozenset(
    {
        Code.PHONE_UNREADABLE, Code.RESULT_UNKNOWN, Code.ATTENDANCE_UNREADABLE,
        Code.ATTENDANCE_DAYS, Code.ATTENDANCE_OVER, Code.ATTENDANCE_NEGATIVE,
        Code.SCORE_UNREADABLE, Code.SCORE_OUT_OF_RANGE,
    }
)  # fmt: skip
# Warnings that the stored values alone give rise to; all others speak of the cells of a file.
FROM_VALUES = frozenset(
    {Code.NIK_SUSPICIOUS, Code.NIK_BIRTH_DATE_DIFFERS, Code.NIK_SEX_DIFFERS, Code.BIRTH_DATE_AGE}
)
Values = Mapping[int, Mapping[str, str]]


@dataclass(frozen=True)
class Wrong:
    """What is wrong with something typed about certification or placement."""

    field: str
    column: str
    message: str
    cure: str = ""


@transaction.atomic
def answer_flags(
    report: CohortReport, values: Values, answers: Mapping[int, str], *, by: User, today: date
) -> Mapping[int, Iterable[Complaint]]:
    """Store what was typed into flagged rows, by the rules of its report, and the answers.

    values: participant id -> field -> text; answers: flag id -> text. Returns what is wrong by
    participant id: nothing of such a row is stored. Raises Stale once the report was handed in.
    """
    held = hold_open(report)
    if report.kind not in OF_ROSTER:
        faults = _mend_outcomes(held, values)
    else:
        if values:
            open_report(report.cohort)
        faults = _mend_roster(held, values, today)
    flags = CohortReportFlag.objects.standing().filter(transition__report=report)
    for flag in flags.filter(pk__in=answers):
        if flag.answer != answers[flag.pk]:
            flag.answer = answers[flag.pk]
            flag.answered_at = timezone.now() if flag.answer else None
            flag.answered_by = by if flag.answer else None
            flag.save(update_fields=["answer", "answered_at", "answered_by"])
    return faults


def _mend_roster(
    report: CohortReport, values: Values, today: date
) -> Mapping[int, Iterable[Complaint]]:
    faults = {}
    for person in Participant.objects.filter(cohort=report.cohort_id, pk__in=values):
        if found := _mend(report, person, values[person.pk], today):
            faults[person.pk] = found
    return faults


def _mend_outcomes(report: CohortReport, values: Values) -> Mapping[int, Iterable[Complaint]]:
    """What was typed about certification or placement, by the rules of the form of all rows."""
    form_of, labels = ROWS[report.kind], COLUMNS[report.kind]
    faults, cells = {}, {}
    for person, row in parts.entries(report):
        if person.pk not in values:
            continue
        typed = QueryDict(mutable=True)
        for name in labels:
            stored = getattr(row, name, "")
            typed[f"{name}-{person.pk}"] = values[person.pk].get(name, stored)
        form = form_of(typed, person, row)
        if form.is_valid():
            cells[person.pk] = form.sent
        else:
            faults[person.pk] = [
                Wrong(name, str(labels.get(name, "")), " ".join(map(str, errors)))
                for name, errors in form.errors.items()
            ]
    record_outcomes(report, cells)
    return faults


def _mend(
    report: CohortReport, person: Participant, typed: Mapping[str, str], today: date
) -> list[Fault]:
    """Write what was typed into a participant; returns the faults that forbid it."""
    check = check_row(person.as_cells() | dict(typed), row=person.roster_row or 0, today=today)
    faults = check.faults + [
        one for one in check.warnings if one.code in LEFT_OUT and one.field in typed
    ]
    if faults or check.person is None:
        return faults
    for name in typed:
        _set(person, name, check.person)
    if "nik" in typed and _is_anothers(person):
        return [nik_of_another(check.person)]
    kept = [
        warning
        for warning in person.warnings
        if warning.get("field") not in typed and warning.get("code") not in FROM_VALUES
    ]
    refuse_locked(report.cohort, changed=[person])
    person.warnings = kept + [warning.to_store() for warning in check.warnings]
    person.save()
    return []


def _set(person: Participant, name: str, row: RosterRow) -> None:
    if name == "nik":
        person.set_nik(row.nik)
    elif name == "result":
        person.result = RESULTS.get(row.result or "", "")
    elif name == "disability":
        person.disability = row.disability or Participant.Disability.NONE
    else:
        setattr(person, name, getattr(row, name))


def _is_anothers(person: Participant) -> bool:
    others = Participant.objects.filter(cohort_id=person.cohort_id).exclude(pk=person.pk)
    return person.nik_index is not None and others.filter(nik_index=person.nik_index).exists()
