"""What became different between two submissions of a report, row by row, for its reviewer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import long_date
from trainings.models import (
    Certification,
    CohortReport,
    CohortReportTransition,
    Participant,
    Placement,
    ReportedRow,
)
from trainings.models.participant import FIELD_LABELS

# More rows than a person reads; the page says how many there are.
MOST_ROWS = 200
FIELDS: dict[str, Any] = {
    field.name: field
    for model in (Placement, Certification, Participant)
    for field in model._meta.concrete_fields
}


@dataclass(frozen=True)
class Cell:
    """One field of a participant before and after."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One participant who was added, was removed, or changed in some fields."""

    row: int | None
    name: str
    cells: list[Cell] = field(default_factory=list)
    kind: str = "changed"


@dataclass(frozen=True)
class Comparison:
    """The changes since an earlier submission; none means that nothing changed."""

    title: str
    since: datetime
    changes: list[Change]
    same: int
    forgotten: int

    def of_kind(self, kind: str) -> list[Change]:
        return [change for change in self.changes if change.kind == kind]

    @property
    def added(self) -> list[Change]:
        return self.of_kind("added")

    @property
    def removed(self) -> list[Change]:
        return self.of_kind("removed")

    @property
    def changed(self) -> list[Change]:
        return self.of_kind("changed")

    @property
    def shown(self) -> list[Change]:
        return self.changes[:MOST_ROWS]


def compare(
    before: Iterable[ReportedRow], after: Iterable[ReportedRow], *, title: str, since: datetime
) -> Comparison:
    """Match the rows of two submissions by participant; what was erased is only counted."""
    old = {row.uid: row for row in before}
    new = {row.uid: row for row in after}
    forgotten = {uid for uid, row in old.items() if row.is_erased}
    changes = [
        Change(row.row, row.name, kind="added") for uid, row in new.items() if uid not in old
    ]
    changes += [
        Change(row.row, row.name, kind="removed")
        for uid, row in old.items()
        if uid not in new and uid not in forgotten
    ]
    both = [uid for uid in new if uid in old and uid not in forgotten]
    for uid in both:
        if cells := list(_cells(old[uid], new[uid])):
            changes.append(Change(new[uid].row, new[uid].name, cells))
    changed = sum(change.kind == "changed" for change in changes)
    changes.sort(key=lambda change: (change.row or 0, change.kind))
    return Comparison(title, since, changes, len(both) - changed, len(forgotten))


def _cells(before: ReportedRow, after: ReportedRow) -> Iterator[Cell]:
    if before.name != after.name:
        yield Cell(label_of("name"), before.name, after.name)
    if before.nik_digest != after.nik_digest:
        yield Cell("NIK", *_nik_words(before, after))
    if before.birth_date != after.birth_date:
        yield Cell(label_of("birth_date"), _day(before.birth_date), _day(after.birth_date))
    for name in [*after.values, *(before.values.keys() - after.values.keys())]:
        old, new = before.values.get(name), after.values.get(name)
        if name in before.values and (old or "") != (new or ""):
            yield Cell(label_of(name), words_of(name, old), words_of(name, new))


def _nik_words(before: ReportedRow, after: ReportedRow) -> tuple[str, str]:
    """A NIK is never shown here, only that it became another."""
    if not before.nik_digest:
        return "", gettext("filled in")
    return gettext("filled in"), gettext("another NIK") if after.nik_digest else gettext("left out")


def _day(day: date | None) -> str:
    return str(long_date(day)) if day else ""


def words_of(name: str, value: Any) -> str:
    """A value as people read it, of the field called so."""
    choices = FIELDS[name].flatchoices if name in FIELDS else []
    words = {key: str(label) for key, label in choices}
    return words.get(value, "" if value is None else str(value))


def label_of(name: str) -> str:
    """What a field is called on the screen."""
    if name in FIELD_LABELS:
        return str(FIELD_LABELS[name])
    text = str(FIELDS[name].verbose_name) if name in FIELDS else name
    return text[:1].upper() + text[1:]


def comparisons(report: CohortReport, user: User) -> list[Comparison]:
    """A submitted report beside its submission before, and beside what was last verified.

    The second is left out where both are the same; wants `with_log()`. Nothing for a first
    submission, and for submissions from before rows were kept.
    """
    submissions = [entry for entry in report.log if entry.verb == "submit"]
    if report.status != CohortReport.Status.SUBMITTED or len(submissions) < 2:
        return []
    previous, verified = submissions[1], _verified(report)
    wanted = {previous: _("Changed since the submission before")}
    if verified is previous:
        wanted = {previous: _("Changed since it was verified")}
    elif verified:
        wanted[verified] = _("Changed since it was verified")
    rows = ReportedRow.objects.visible_to(user).filter(submission__in=[*wanted, submissions[0]])
    kept: dict[int, list[ReportedRow]] = {}
    for row in rows:
        kept.setdefault(row.submission_id, []).append(row)
    now = kept.get(submissions[0].pk) or ReportedRow.of_report(report)
    return [
        compare(kept[entry.pk], now, title=str(title), since=entry.at)
        for entry, title in wanted.items()
        if entry.pk in kept
    ]


def _verified(report: CohortReport) -> CohortReportTransition | None:
    """The submission that was last verified."""
    verified_at = next((row.version for row in report.log if row.verb == "verify"), 0)
    return next(
        (row for row in report.log if row.verb == "submit" and row.version < verified_at), None
    )
