"""After a return with flags only what was flagged may change, and what was unlocked on request.

The roster is held to two reports: the closing report, which holds all that is known of a
participant, and the opening report, which holds who takes part. What one of them has flagged may
change, whatever the other says.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.reporting.refusals import Refused, Stale
from trainings.models import (
    Cohort,
    CohortReport,
    CohortReportFlag,
    Participant,
    ReportKind,
    UnlockRequest,
)
from trainings.models.flag import COLUMNS, OF_OPENING, REPORT, ROW
from trainings.models.participant import FIELD_LABELS, RESULT_FIELDS

# What checks and uploads write beside the values, and the NIK's sealed form beside its index.
BOOKKEEPING = frozenset(
    {"id", "uid", "cohort", "name_key", "nik_sealed", "warnings", "roster_row", "late_reason"}
)
# What must be able to change with a column: others hold only together with it.
GO_WITH = {
    "result": ("attendance", "pre_test", "post_test"),
    "education": ("is_santri",),
    "competency": ("body", "number"),
    "outcome": ("workplace", "section", "domicile"),
}
OF_ROSTER = (ReportKind.OPENING, ReportKind.CLOSING)
WHO_TAKES_PART = frozenset({*OF_OPENING, "is_santri", ROW})
MOST_NAMED = 5


class Locked(Refused):
    """Something would change that the reviewer did not flag; the message names each place."""


@dataclass(frozen=True)
class Unlocked:
    """What may change now: everything, or these rows, and these fields of further rows.

    free: the columns that no return with flags holds, so that they may change in every row.
    """

    everything: bool = True
    rows: frozenset[int] = frozenset()
    fields: Mapping[int, frozenset[str]] = field(default_factory=dict)
    free: frozenset[str] = frozenset()

    @classmethod
    def by(
        cls, flags: Iterable[CohortReportFlag], requests: Iterable[UnlockRequest] = ()
    ) -> "Unlocked":
        """flags: those of one report that stand; requests: those of the same return, granted."""
        flags = list(flags)
        granted = [request for request in requests if request.is_granted]
        whole = any(flag.field == REPORT for flag in flags)
        if not flags or whole or any(request.is_whole for request in granted):
            return cls()
        rows = {flag.participant_id for flag in flags if flag.field == ROW}
        rows |= {request.participant_id for request in granted}
        fields: dict[int, set[str]] = defaultdict(set)
        for flag in flags:
            if flag.participant_id and flag.field != ROW:
                fields[flag.participant_id] |= {flag.field, *GO_WITH.get(flag.field, ())}
        return cls(
            everything=False,
            rows=frozenset(pk for pk in rows if pk),
            fields={pk: frozenset(names) for pk, names in fields.items()},
        )

    @classmethod
    def of_roster(cls, *, opening: Self | None = None, closing: Self | None = None) -> Self:
        """What two returns leave of the roster; nothing for a report that did not come back."""
        if opening is None or (closing and closing.everything):
            return closing or cls()
        if closing is None:
            return (
                opening if opening.everything else replace(opening, free=frozenset(RESULT_FIELDS))
            )
        if opening.everything:
            return replace(closing, free=WHO_TAKES_PART)
        fields = {pk: set(names) for pk, names in closing.fields.items()}
        for pk in opening.rows | opening.fields.keys():
            more = WHO_TAKES_PART if pk in opening.rows else opening.fields[pk]
            fields.setdefault(pk, set()).update(more)
        return replace(closing, fields={pk: frozenset(names) for pk, names in fields.items()})

    def allows(self, participant: int | None, name: str = ROW) -> bool:
        """Whether a field of a participant may change, or the whole row; None: a new row."""
        fields = self.fields.get(participant or 0, ())
        is_open = self.everything or participant in self.rows
        return is_open or name in self.free or name in fields

    def allows_any(self, participant: int, names: Iterable[str]) -> bool:
        """Whether at least one of these fields of a participant may change."""
        return any(self.allows(participant, name) for name in names)


def unlocked(report: CohortReport) -> Unlocked:
    """What the operator may change in what a report holds, as far as it is open."""
    if report.kind not in OF_ROSTER:
        return lock_of([report.pk]).get(report.kind) or Unlocked()
    return unlocked_roster(report.cohort_id)


def unlocked_roster(cohort: int) -> Unlocked:
    """What may change in a roster, by its opening and its closing report together."""
    reports = CohortReport.objects.filter(cohort=cohort, kind__in=OF_ROSTER)
    return Unlocked.of_roster(**lock_of(reports.values("pk")))


def lock_of(reports: Any) -> dict[str, Unlocked]:
    """Kind -> what may change, of those reports of a cohort that came back with flags."""
    with_operator = (CohortReport.Status.DRAFT, CohortReport.Status.RETURNED)
    flags = CohortReportFlag.objects.standing().filter(
        transition__report__in=reports, transition__report__status__in=with_operator
    )
    standing: dict[str, list[CohortReportFlag]] = defaultdict(list)
    for flag in flags.select_related("transition__report"):
        standing[flag.transition.report.kind].append(flag)
    returns = {flag.transition_id for found in standing.values() for flag in found}
    granted = UnlockRequest.objects.granted().filter(transition__in=returns) if returns else ()
    return {kind: _lock(found, list(granted)) for kind, found in standing.items()}


def _lock(flags: list[CohortReportFlag], wishes: Iterable[UnlockRequest]) -> Unlocked:
    returned_with = {flag.transition_id for flag in flags}
    return Unlocked.by(flags, [wish for wish in wishes if wish.transition_id in returned_with])


def refuse_locked(
    cohort: Cohort,
    *,
    created: Iterable[Participant] = (),
    changed: Iterable[Participant] = (),
    removed: Iterable[Participant] = (),
) -> None:
    """Raise Locked when a change of the roster or the results touches what is not unlocked.

    To be asked before anything is stored: participants as they are about to be written.
    """
    open_now = unlocked_roster(cohort.pk)
    if open_now.everything:
        return
    places = []
    if not open_now.allows(None):
        places = [gettext("new row %(place)s") % {"place": _row_of(person)} for person in created]
    places += [_row_of(person) for person in removed if not open_now.allows(person.pk)]
    _refuse([*places, *_changed_places(list(changed), open_now)])


def refuse_locked_outcomes(
    report: CohortReport, changes: Mapping[Participant, Iterable[str]]
) -> None:
    """The same for certification and placement; changes: participant -> the columns that differ."""
    open_now = unlocked(report)
    labels = COLUMNS[report.kind]
    _refuse(
        [
            gettext("row %(row)s, %(column)s") % {"row": _row_of(one), "column": labels[name]}
            for one, names in changes.items()
            for name in names
            if not open_now.allows(one.pk, name)
        ]
    )


def _refuse(places: list[str]) -> None:
    """Raise Locked with the first of these places; nothing where there are none."""
    if not places:
        return
    shown = "; ".join(places[:MOST_NAMED])
    if len(places) > MOST_NAMED:
        shown = gettext("%(places)s and others") % {"places": shown}
    text = gettext("Only what the reviewer flagged can be changed now. Not flagged: %(places)s.")
    raise Locked(
        text % {"places": shown},
        cure=gettext("Leave these as they were sent, or ask the reviewer to unlock the row."),
    )


def _row_of(person: Participant) -> str:
    number = person.roster_row
    return f"{number} ({person.name})" if number else person.name


def _changed_places(people: list[Participant], open_now: Unlocked) -> list[str]:
    stored = Participant.objects.in_bulk([person.pk for person in people])
    places = []
    for person in people:
        for name in _differing(stored[person.pk], person):
            if not open_now.allows(person.pk, name):
                told = {"row": _row_of(person), "column": _label(name)}
                places.append(gettext("row %(row)s, %(column)s") % told)
    return places


def _differing(before: Model, after: Model) -> list[str]:
    """The columns in which two states of a participant differ; the NIK by its index."""
    names = [one.name for one in Participant._meta.concrete_fields if one.name not in BOOKKEEPING]
    found = [name for name in names if _plain(before, name) != _plain(after, name)]
    return ["nik" if name.startswith("nik_index") else name for name in found]


def _plain(person: Model, name: str) -> object:
    value = getattr(person, name)
    return bytes(value) if isinstance(value, memoryview | bytes) else value


def _label(name: str) -> str:
    labels = {one.name: one.verbose_name for one in Participant._meta.concrete_fields}
    return str(FIELD_LABELS.get(name) or labels[name])


@transaction.atomic
def ask_to_unlock(
    report: CohortReport, participant: Participant | None, *, by: User, reason: str
) -> UnlockRequest:
    """Ask the reviewer to unlock a row; without a participant the report as a whole.

    Raises Stale when there is nothing to ask for: the report is not with the operator, the row is
    open already, or it has been asked for.
    """
    held = CohortReport.objects.select_for_update(of=("self",))
    now = held.select_related("cohort").get(pk=report.pk)
    flags = CohortReportFlag.objects.standing().filter(transition__report=now)
    cure = gettext("Open the report again to see how it stands now.")
    if not now.is_open or not (first := flags.first()):
        raise Stale(gettext("Nothing of this report is locked for you now."), cure=cure)
    pk = participant.pk if participant else None
    if unlocked(now).allows(pk):
        raise Stale(gettext("This row can be changed already."), cure=cure)
    waiting = UnlockRequest.objects.open().filter(transition=first.transition_id)
    if waiting.filter(participant=participant, is_whole=participant is None).exists():
        raise Stale(gettext("This row has been asked for already."), cure=cure)
    return UnlockRequest.objects.create(
        transition_id=first.transition_id, participant=participant, is_whole=participant is None,
        row=participant.roster_row if participant else None, reason=reason.strip(),
        asked_at=timezone.now(), asked_by=by,
    )  # fmt: skip
