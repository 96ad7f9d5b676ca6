"""After a return with flags only what was flagged may change, and what was unlocked on request."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.reporting.refusals import Refused, Stale
from trainings.models import Cohort, CohortReport, CohortReportFlag, Participant, UnlockRequest
from trainings.models.flag import REPORT, ROW
from trainings.models.participant import FIELD_LABELS

# What checks and uploads write beside the values, and the NIK's sealed form beside its index.
BOOKKEEPING = frozenset(
    {"id", "uid", "cohort", "name_key", "nik_sealed", "warnings", "roster_row", "late_reason"}
)
# Columns that cannot be flagged alone go with the one they belong to.
GO_WITH = {"result": ("attendance", "pre_test", "post_test"), "education": ("is_santri",)}
MOST_NAMED = 5


class Locked(Refused):
    """Something would change that the reviewer did not flag; the message names each place."""


@dataclass(frozen=True)
class Unlocked:
    """What may change now: everything, or these rows, and these fields of further rows."""

    everything: bool = True
    rows: frozenset[int] = frozenset()
    fields: dict[int, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def by(
        cls, flags: Iterable[CohortReportFlag], requests: Iterable[UnlockRequest] = ()
    ) -> "Unlocked":
        """flags: those that stand; requests: those of the same return that were granted."""
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

    def allows(self, participant: int | None, name: str = ROW) -> bool:
        """Whether a field of a participant may change, or the whole row."""
        fields = self.fields.get(participant or 0, ())
        return self.everything or participant in self.rows or name in fields


def unlocked(report: CohortReport) -> Unlocked:
    """What the operator may change in a report that is open."""
    flags = CohortReportFlag.objects.standing().filter(transition__report=report)
    standing = list(flags)
    returns = {flag.transition_id for flag in standing}
    granted = UnlockRequest.objects.granted().filter(transition__in=returns) if returns else ()
    return Unlocked.by(standing, granted)


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
    report = CohortReport.objects.closing().get(cohort=cohort)
    open_now = unlocked(report)
    if open_now.everything:
        return
    places = [gettext("new row %(place)s") % {"place": _row_of(person)} for person in created]
    places += [_row_of(person) for person in removed if not open_now.allows(person.pk)]
    places += _changed_places(list(changed), open_now)
    if places:
        shown = "; ".join(places[:MOST_NAMED])
        if len(places) > MOST_NAMED:
            shown = gettext("%(places)s and others") % {"places": shown}
        text = gettext(
            "Only what the reviewer flagged can be changed now. Not flagged: %(places)s."
        )
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
    now = CohortReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
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
