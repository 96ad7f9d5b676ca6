"""The operator's answer to the flags of a returned report: a value mended, or a reason given."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils import timezone

from blk_portal.accounts.models import User
from trainings.faults import Code, Fault
from trainings.models import Cohort, CohortReportFlag, Participant
from trainings.roster import RESULTS, nik_of_another, open_report
from trainings.roster_sheet import RosterRow, check_row

# A file may leave these out with a warning; whoever types one wants it kept.
LEFT_OUT = frozenset({Code.PHONE_UNREADABLE, Code.RESULT_UNKNOWN})
# Warnings that the stored values alone give rise to; all others speak of the cells of a file.
FROM_VALUES = frozenset(
    {Code.NIK_SUSPICIOUS, Code.NIK_BIRTH_DATE_DIFFERS, Code.NIK_SEX_DIFFERS, Code.BIRTH_DATE_AGE}
)


@transaction.atomic
def answer_flags(
    cohort: Cohort,
    values: Mapping[int, Mapping[str, str]],
    answers: Mapping[int, str],
    *,
    by: User,
    today: date,
) -> dict[int, list[Fault]]:
    """Store what was typed into flagged rows, by the rules of the roster, and the answers.

    values: participant id -> field -> text; answers: flag id -> text. Returns the faults by
    participant id: nothing of such a row is stored. Raises Stale once the report was handed in.
    """
    report = open_report(cohort)
    faults = {}
    for person in Participant.objects.filter(cohort=cohort, pk__in=values):
        if found := _mend(person, values[person.pk], today):
            faults[person.pk] = found
    flags = CohortReportFlag.objects.standing().filter(transition__report=report)
    for flag in flags.filter(pk__in=answers):
        if flag.answer != answers[flag.pk]:
            flag.answer = answers[flag.pk]
            flag.answered_at = timezone.now() if flag.answer else None
            flag.answered_by = by if flag.answer else None
            flag.save(update_fields=["answer", "answered_at", "answered_by"])
    return faults


def _mend(person: Participant, typed: Mapping[str, str], today: date) -> list[Fault]:
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
