"""From the rows of a roster file to participants: match, store, and keep what must be mended.

Rows match by NIK, else by name and birth date; an ambiguous match goes back as a question. Good
rows are kept at once; rows with faults wait, encrypted, until they are mended or removed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, Self

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.privacy import keys
from blk_portal.privacy.nik import LENGTH
from blk_portal.reporting.refusals import Refused, Stale
from blk_portal.sheets.cells import printable
from institutions import copying
from trainings.faults import Code, Fault, fault
from trainings.mending import answered_rows, answers
from trainings.models import (
    Cohort,
    CohortReport,
    Participant,
    PendingRow,
    RosterUpload,
)
from trainings.models.participant import name_key
from trainings.overlaps import check_rosters
from trainings.roster_sheet import RosterReading, RosterRow, check_row
from trainings.roster_sheet.checks import TWO_VALUES
from trainings.roster_sheet.dates import read_birth
from trainings.unlocking import refuse_locked

RESULTS = {
    "lulus": Participant.Result.PASSED,
    "tidak_lulus": Participant.Result.FAILED,
    "mengundurkan_diri": Participant.Result.WITHDRAWN,
}
PLAIN_FIELDS = ("name", "sex", "birth_place", "birth_date", "education", "address", "phone")
TESTED = ("attendance", "pre_test", "post_test")
MENDABLE_FIELDS = frozenset({*PLAIN_FIELDS, *TESTED, "nik", "disability", "is_santri", "result"})
# What a file may leave out: an empty cell never wipes what is already known.
KEEP_IF_EMPTY = (
    "birth_place",
    "education",
    "address",
    "phone",
    "disability",
    "is_santri",
    "result",
    *TESTED,
)


STORED_FIELDS = (
    *PLAIN_FIELDS, *TESTED, "disability", "is_santri", "result", "name_key", "nik_index",
    "nik_sealed", "warnings", "roster_row",
)  # fmt: skip


@dataclass
class Merge:
    """What becomes of accepted rows: new participants, changed ones, and questions."""

    created: list[Participant] = field(default_factory=list)
    changed: list[Participant] = field(default_factory=list)
    unchanged: list[Participant] = field(default_factory=list)
    questions: list[tuple[RosterRow, Fault]] = field(default_factory=list)

    @property
    def kept(self) -> list[Participant]:
        return [*self.created, *self.changed, *self.unchanged]

    def add(self, other: Self) -> None:
        """Take in what became of further rows."""
        for mine in fields(self):
            getattr(self, mine.name).extend(getattr(other, mine.name))


@dataclass
class Mended:
    """What becomes of rows to mend: how many are stored, and those that are still wrong."""

    outcome: Merge = field(default_factory=Merge)
    stored: int = 0
    left: list[PendingRow] = field(default_factory=list)


def open_report(cohort: Cohort) -> CohortReport:
    """Lock the cohort's report for a change of its roster.

    Raises Stale once it was handed in, and where the cohort is cancelled.
    """
    reports = CohortReport.objects.closing().select_for_update(of=("self",))
    report = reports.get(cohort=cohort)
    if report.cohort.is_cancelled:
        raise Stale(
            gettext("The cohort is cancelled, so its roster can no longer be changed."),
            cure=gettext("Staff of the responsible office can undo that."),
        )
    if not report.is_open:
        raise Stale(
            gettext("The report has already been sent, so the roster can no longer be changed."),
            cure=gettext("Withdraw the report first, or wait until it is returned."),
        )
    return report


class _Matcher:
    """Finds the participant a row belongs to; each participant takes one row only."""

    def __init__(self, participants: Iterable[Participant]) -> None:
        self.by_nik: dict[bytes, Participant] = {}
        self.by_person: dict[tuple[str, date], list[Participant]] = defaultdict(list)
        self.taken: set[int] = set()
        for person in participants:
            if person.nik_index is not None:
                self.by_nik[bytes(person.nik_index)] = person
            self.by_person[person.name_key, person.birth_date].append(person)

    def named_like(self, row: RosterRow) -> list[Participant]:
        found = self.by_person.get((name_key(row.name), row.birth_date), ())
        return [person for person in found if id(person) not in self.taken]

    def take(self, person: Participant) -> Participant:
        self.taken.add(id(person))
        return person


def values_of(row: RosterRow) -> dict[str, Any]:
    """What a row says of a participant, by field; the NIK apart."""
    values = {name: getattr(row, name) or "" for name in PLAIN_FIELDS}
    values["birth_date"] = row.birth_date
    values["disability"] = row.disability
    values["is_santri"] = row.is_santri
    values["result"] = RESULTS.get(row.result or "", "")
    return values | {name: getattr(row, name) for name in TESTED}


def _apply(person: Participant, row: RosterRow, warnings: Sequence[dict[str, str]]) -> bool:
    """Write a row into a participant; tells whether more than its row number changed."""
    before = {**{k: getattr(person, k) for k in values_of(row)}, "w": person.warnings}
    index_before = person.nik_index
    for name, value in values_of(row).items():
        if value in ("", None) and name in KEEP_IF_EMPTY:
            continue
        setattr(person, name, value)
    if row.nik and not person.holds_nik(row.nik):
        person.set_nik(row.nik)
    person.name_key = name_key(person.name)
    # A row without a NIK leaves the NIK as it is, and what was doubtful about it.
    about_nik = [] if row.nik else [kept for kept in person.warnings if kept["field"] == "nik"]
    person.warnings = [*about_nik, *warnings]
    person.roster_row = row.row
    after = {**{k: getattr(person, k) for k in values_of(row)}, "w": person.warnings}
    return before != after or person.nik_index is not index_before


def _new(cohort: Cohort, row: RosterRow, warnings: list[dict[str, str]]) -> Participant:
    """A participant as a row tells of one who is not on the roster yet; not stored."""
    about = {"name_key": name_key(row.name), "warnings": warnings, "roster_row": row.row}
    person = copying.unsaved(Participant, values_of(row) | about | {"cohort_id": cohort.pk})
    person.disability = person.disability or Participant.Disability.NONE
    person.set_nik(row.nik)
    return person


def merge(
    cohort: Cohort, rows: Sequence[RosterRow], warnings: Mapping[int, list[dict[str, str]]]
) -> Merge:
    """Match rows with the cohort's participants and store them, in the caller's transaction."""
    matcher = _Matcher(Participant.objects.filter(cohort=cohort))
    outcome, left = Merge(), []
    matched: list[tuple[Participant, RosterRow]] = []
    claimed: set[bytes] = set()
    for row in rows:
        index = keys.index_of(row.nik) if row.nik else None
        person = matcher.by_nik.get(index) if index else None
        if index in claimed:
            outcome.questions.append((row, nik_of_another(row)))
            continue
        if index is not None:
            claimed.add(index)
        if person is None:
            left.append(row)
        elif person.name_key != name_key(row.name) and person.birth_date != row.birth_date:
            outcome.questions.append((row, nik_of_another(row)))
        else:
            matched.append((matcher.take(person), row))
    seen_without_nik: set[tuple[str, date]] = set()
    for row in left:
        candidates = matcher.named_like(row)
        person_key = (name_key(row.name), row.birth_date)
        if len(candidates) > 1 or (not row.nik and person_key in seen_without_nik):
            outcome.questions.append((row, ambiguous(row)))
        elif candidates:
            matched.append((matcher.take(candidates[0]), row))
        else:
            outcome.created.append(_new(cohort, row, warnings.get(row.row, [])))
        if not row.nik:
            seen_without_nik.add(person_key)
    moved: list[Participant] = []
    for person, row in matched:
        before = person.roster_row
        if _apply(person, row, warnings.get(row.row, [])):
            outcome.changed.append(person)
        else:
            outcome.unchanged.append(person)
            if person.roster_row != before:
                moved.append(person)
    refuse_locked(cohort, created=outcome.created, changed=outcome.changed)
    copying.write(Participant, outcome.created)
    copying.write_over(Participant, outcome.changed, STORED_FIELDS)
    copying.write_over(Participant, moved, ["roster_row"])
    return outcome


def _by_row(faults: Iterable[Fault]) -> dict[int, list[dict[str, Any]]]:
    rows = defaultdict(list)
    for found in faults:
        rows[found.row].append(found.to_store())
    return rows


def ambiguous(row: RosterRow) -> Fault:
    """The question that goes back when a row fits more than one participant."""
    return fault(Code.MATCH_AMBIGUOUS, row=row.row, column="NIK", field="nik")


def nik_of_another(row: RosterRow) -> Fault:
    """The question that goes back when a NIK already belongs to somebody else in the cohort."""
    return fault(Code.NIK_OF_ANOTHER, row=row.row, column="NIK", field="nik")


def _as_cells(row: RosterRow) -> dict[str, str]:
    """A row that was read, written out again, so that it can wait among the rows to mend."""
    cells = {name: str(value) for name, value in asdict(row).items() if value not in (None, "")}
    cells["birth_date"] = row.birth_date.strftime("%d/%m/%Y")
    del cells["row"]
    return cells


def _await(
    upload: RosterUpload, cells: Mapping[int, dict[str, str]], faults: Sequence[Fault]
) -> int:
    """Keep the rows that have faults, encrypted; returns how many."""
    pending = []
    for row, found in sorted(_by_row(faults).items()):
        waiting = PendingRow(
            cohort_id=upload.cohort_id, upload=upload, row=row, faults=found
        )  # fmt: skip
        waiting.seal(cells.get(row, {}))
        pending.append(waiting)
    PendingRow.objects.bulk_create(pending, batch_size=1000)
    return len(pending)


@transaction.atomic
def store_upload(
    cohort: Cohort, reading: RosterReading, *, filename: str, by: User, today: date
) -> RosterUpload:
    """Keep the good rows of a file, list the others, and tell which participants it lacks.

    The same file twice changes nothing. Rows that still wait from an earlier file stay, unless this
    file answers them: as the workbook made of them, as a file with the same person, or as that file
    again.
    """
    open_report(cohort)
    answered = answered_rows(cohort, reading)
    typed = {one.pk: answers(one, reading.mended[row].cells) for row, one in answered.items()}
    mended = _mend(cohort, typed, today)
    reading = reading.without(answered)
    outcome = merge(cohort, reading.accepted, _by_row(reading.people_warnings))
    faults = [*reading.rejected, *(question for _row, question in outcome.questions)]
    cells = dict(reading.rejected_cells) | {
        row.row: _as_cells(row) for row, _fault in outcome.questions
    }
    came = {row.row: _telling_cells(row) for row in reading.accepted} | cells
    _supersede(cohort.pending_rows.exclude(pk__in=typed), filename, came, today)
    outcome.add(mended.outcome)
    upload = RosterUpload.objects.create(
        cohort=cohort, filename=printable(filename), uploaded_by=by, created=len(outcome.created),
        changed=len(outcome.changed), unchanged=len(outcome.unchanged),
        absent=_absent(cohort, outcome, is_whole=not answered),
        notes=[note.to_store() | {"row": note.row} for note in reading.notes],
    )  # fmt: skip
    upload.rejected = _await(upload, cells, faults) + len(mended.left)
    upload.save(update_fields=["rejected"])
    upload.outcome, upload.faults = outcome, faults
    check_rosters([cohort.pk], at=timezone.now())
    return upload


def _absent(cohort: Cohort, outcome: Merge, *, is_whole: bool) -> list[int]:
    """The participants that a roster lacks; a workbook of rows to mend is no whole roster."""
    kept = {person.pk for person in outcome.kept}
    if is_whole:
        everybody = Participant.objects.filter(cohort=cohort).values_list("pk", flat=True)
        return [pk for pk in everybody if pk not in kept]
    before = cohort.uploads.first()
    return [pk for pk in before.absent if pk not in kept] if before else []


def _supersede(
    waiting: QuerySet[PendingRow],
    filename: str,
    came: Mapping[int, Mapping[str, str]],
    today: date,
) -> None:
    """Remove the waiting rows that a new file answers: one for each person of that name in it.

    A row whose name is missing or was wrong is answered by the same row of a file of the same name,
    unless NIK or birth date say that it is another person's. Any other row waits on: two files may
    be called alike and hold different people.
    """
    rows = waiting.select_related("upload")
    left = Counter(map(PendingRow.key_of, came.values()) if rows else ())
    answered = []
    for pending in rows:
        if pending.name_key and left[pending.name_key]:
            left[pending.name_key] -= 1
            answered.append(pending.pk)
        elif pending.upload.filename == filename and pending.row in came:
            alike = _is_same_person(pending.open_cells(), came[pending.row], today)
            if alike or (alike is None and not pending.name_key):
                answered.append(pending.pk)
    PendingRow.objects.filter(pk__in=answered).delete()


def _telling_cells(row: RosterRow) -> dict[str, str]:
    """What tells people apart, as it would stand in a roster."""
    born = row.birth_date.strftime("%d/%m/%Y")
    return {"name": row.name, "nik": row.nik or "", "birth_date": born, "phone": row.phone}


def _is_same_person(
    waiting: Mapping[str, str], came: Mapping[str, str], today: date
) -> bool | None:
    """Whether NIK, birth date or phone are the same; None where there is nothing to compare."""
    told = [_told_by(cells, today) for cells in (waiting, came)]
    both = [pair for pair in zip(*told, strict=True) if all(pair)]
    return any(before == after for before, after in both) if both else None


def _told_by(cells: Mapping[str, str], today: date) -> tuple[object, ...]:
    nik, phone = ("".join(filter(str.isdigit, cells.get(name, ""))) for name in ("nik", "phone"))
    born = read_birth(cells.get("birth_date", ""), today=today).day
    return nik if len(nik) == LENGTH else "", phone, born


def _with_typed(cells: dict[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """The cells with what the operator typed; a typed value settles which of two holds."""
    unsettled = set(cells.get(TWO_VALUES, "").split()) - typed.keys()
    unsettled |= set(typed.get(TWO_VALUES, "").split())
    return cells | dict(typed) | {TWO_VALUES: " ".join(sorted(unsettled))}


@transaction.atomic
def mend(
    cohort: Cohort, values: Mapping[int, Mapping[str, str]], *, today: date
) -> tuple[int, int]:
    """Check waiting rows again with what the operator typed; returns (stored, still waiting).

    values: pending row id -> field -> text as typed. What still has faults keeps the typed text.
    """
    open_report(cohort)
    mended = _mend(cohort, values, today)
    check_rosters([cohort.pk], at=timezone.now())
    return mended.stored, cohort.pending_rows.count()


def _mend(cohort: Cohort, values: Mapping[int, Mapping[str, str]], today: date) -> Mended:
    """Check waiting rows again with what is new in them, each upload's rows on their own."""
    mended = Mended()
    waiting = PendingRow.objects.select_for_update().filter(cohort=cohort, pk__in=values)
    # Row numbers are those of one file, so the rows of each upload are merged together.
    for _upload, rows in groupby(waiting.order_by("upload_id", "row"), attrgetter("upload_id")):
        _mend_rows(cohort, list(rows), values, today, mended)
    return mended


def _mend_rows(
    cohort: Cohort,
    waiting: list[PendingRow],
    values: Mapping[int, Mapping[str, str]],
    today: date,
    mended: Mended,
) -> None:
    """Check and store the waiting rows of one upload."""
    cells = {one.row: _with_typed(one.open_cells(), values[one.pk]) for one in waiting}
    checks = {row: check_row(written, row=row, today=today) for row, written in cells.items()}
    people = [check.person for check in checks.values() if check.person]
    warnings = [warning for check in checks.values() for warning in check.warnings]
    outcome = merge(cohort, people, _by_row(warnings))
    questions = {row.row: [found] for row, found in outcome.questions}
    left, stored = [], []
    for pending in waiting:
        if faults := checks[pending.row].faults or questions.get(pending.row):
            pending.seal(cells[pending.row])
            pending.faults = [found.to_store() for found in faults]
            left.append(pending)
        else:
            stored.append(pending.pk)
    PendingRow.objects.bulk_update(left, ["cells_sealed", "faults", "name_key"], batch_size=500)
    PendingRow.objects.filter(pk__in=stored).delete()
    mended.outcome.add(outcome)
    mended.left += left
    mended.stored += len(stored)


@transaction.atomic
def drop(
    cohort: Cohort, pending: PendingRow, values: Mapping[int, Mapping[str, str]], *, today: date
) -> None:
    """Remove a waiting row that is no participant; what was typed into the others is kept."""
    open_report(cohort)
    others = {row: typed for row, typed in values.items() if row != pending.pk}
    pending.delete()
    mend(cohort, others, today=today)


@transaction.atomic
def remove(cohort: Cohort, participant: Participant) -> None:
    """Take a participant off a roster that has not been handed in.

    Raises Refused for somebody who has a certificate, revoked or not: its code must find the row.
    """
    open_report(cohort)
    if participant.certificates.exists():
        raise Refused(
            gettext("%(name)s has a certificate and stays in the roster.")
            % {"name": participant.name},
            cure=gettext("Enter the result “withdrew” instead; staff revoke the certificate."),
        )
    refuse_locked(cohort, removed=[participant])
    participant.delete()
    check_rosters([cohort.pk], at=timezone.now())
