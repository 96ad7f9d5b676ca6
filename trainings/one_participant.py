"""One participant typed into a form: checked like a row of a file, matched, and stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from trainings.faults import Code, Fault, fault
from trainings.models import Cohort, Participant
from trainings.models.participant import RESULT_FIELDS, name_key
from trainings.overlaps import check_rosters
from trainings.roster import Merge, merge, nik_of_another, open_report, values_of
from trainings.roster_sheet import RosterRow, check_row
from trainings.roster_sheet.columns import USUAL_HEADERS
from trainings.unlocking import refuse_locked

# What a form does not show of a stored participant, so that an empty field says nothing.
NOT_SHOWN = ("nik", "phone")


@dataclass
class Entered:
    """What became of one typed row: the participant, or everything that keeps it from being one."""

    participant: Participant | None = None
    is_new: bool = False
    faults: Sequence[Fault] = ()
    warnings: list[Fault] = field(default_factory=list)


@transaction.atomic
def add(cohort: Cohort, cells: Mapping[str, str], *, today: date) -> Entered:
    """Put one more participant on the roster; somebody who is on it already is brought up to date.

    cells: field -> text as typed, like the cells of a roster row.
    """
    open_report(cohort)
    last = cohort.participants.aggregate(last=Max("roster_row"))["last"] or 0
    check = check_row(cells, row=last + 1, today=today)
    if check.person is None:
        return Entered(faults=check.faults)
    outcome = merge(cohort, [check.person], _kept({last + 1: check.warnings}))
    if outcome.questions:
        return Entered(faults=[question for _row, question in outcome.questions])
    check_rosters([cohort.pk], at=timezone.now())
    return Entered(_only(outcome), bool(outcome.created), warnings=check.warnings)


def _only(outcome: Merge) -> Participant:
    [participant] = outcome.kept
    return participant


def _kept(warnings: Mapping[int, Sequence[Fault]]) -> dict[int, list[dict[str, Any]]]:
    return {row: [warning.to_store() for warning in found] for row, found in warnings.items()}


@transaction.atomic
def change(participant: Participant, cells: Mapping[str, str], *, today: date) -> Entered:
    """Write what was typed about a participant; an empty NIK or phone keeps what is stored."""
    cohort = participant.cohort
    open_report(cohort)
    person = cohort.participants.select_for_update().get(pk=participant.pk)
    row = person.roster_row or 0
    stored = person.as_cells()
    typed = dict(cells) | {name: cells.get(name) or stored[name] for name in NOT_SHOWN}
    check = check_row(typed, row=row, today=today)
    if check.person is None:
        return Entered(faults=check.faults)
    _write(person, check.person)
    others = cohort.participants.exclude(pk=person.pk)
    if person.nik_index and others.filter(nik_index=person.nik_index).exists():
        return Entered(faults=[nik_of_another(check.person)])
    refuse_locked(cohort, changed=[person])
    warnings = [*check.warnings, *_repeated(person, others, row)]
    person.warnings = [warning.to_store() for warning in warnings]
    person.save()
    check_rosters([cohort.pk], at=timezone.now())
    return Entered(person, warnings=warnings)


def _write(person: Participant, row: RosterRow) -> None:
    """Take over what was typed, also where it was emptied; results have a form of their own."""
    for name, value in values_of(row).items():
        if name not in RESULT_FIELDS:
            setattr(person, name, value)
    person.disability = person.disability or Participant.Disability.NONE
    person.name_key = name_key(person.name)
    if row.nik and not person.holds_nik(row.nik):
        person.set_nik(row.nik)


def _repeated(person: Participant, others: QuerySet[Participant], row: int) -> Iterator[Fault]:
    """Somebody else of the cohort with the same name and birth date is worth a second look."""
    twins = others.filter(name_key=person.name_key, birth_date=person.birth_date)
    for twin in twins[:1]:
        yield fault(
            Code.PERSON_REPEATED, row=row, column=USUAL_HEADERS["name"], field="name",
            first=twin.roster_row or 0,
        )  # fmt: skip
