"""What is kept of a person beside the participation itself: submissions, consents, flags, drafts.

All in one list by time, so that a file says it whole in few questions.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.formats import UNKNOWN, long_date
from trainings.changes import label_of, words_of
from trainings.models import (
    CohortReportFlag,
    FormDraft,
    GuardianConsent,
    Overlap,
    Participant,
    PendingRow,
    ReportedRow,
    ReportKind,
    UnlockRequest,
)
from trainings.models.flag import PLACES

COLUMNS = ("held_in", "told_at", "what", "told", "told_by")


@dataclass(frozen=True)
class KeptRecord:
    """One thing that is kept of a person: when it was written, what it says, and who wrote it."""

    at: datetime
    what: str
    text: str
    by: str


def records_of(rows: Sequence[Participant], *, reader: User) -> dict[int, list[KeptRecord]]:
    """What is kept beside these participations, by cohort, the latest first.

    rows: participations of one person that the reader may see, each in a cohort of its own.
    """
    found: dict[int, list[KeptRecord]] = defaultdict(list)
    first, *others = _sources(rows, reader)
    for cohort, at, what, told, by in first.union(*others, all=True):
        title, text = _WORDS[what](told)
        found[cohort].append(KeptRecord(at, title, text, by or ""))
    for cohort, record in (*_waiting(rows), *_drafts(rows)):
        found[cohort].append(record)
    for records in found.values():
        records.sort(key=attrgetter("at"), reverse=True)
    return found


def _sources(rows: Sequence[Participant], reader: User) -> Iterator[QuerySet[Any, Any]]:
    """One statement a kind of record, all with the same columns."""
    people = Participant.objects.file_visible_to(reader).filter(pk__in=[row.pk for row in rows])
    handed_in = ReportedRow.objects.visible_to(reader).exclude(name="")
    yield _as_rows(
        handed_in.filter(uid__in=[row.uid for row in rows]), "handed_in",
        cohort="submission__report__cohort", at="submission__at", by="submission__by__name",
        kind="submission__report__kind", name="name", born="birth_date", values="values",
    )  # fmt: skip
    yield _as_rows(
        GuardianConsent.objects.filter(participant__in=people), "consent",
        cohort="participant__cohort", at="given_at", by="recorded_by__name",
        relation="relation", guardian="guardian_name", sheet="sheet__document__name",
        withdrawn="withdrawn_because",
    )  # fmt: skip
    yield _as_rows(
        CohortReportFlag.objects.filter(participant__in=people), "flag",
        cohort="participant__cohort", at="transition__at", by="transition__by__name",
        place="field", note="note", was="was", answer="answer",
    )  # fmt: skip
    yield _as_rows(
        UnlockRequest.objects.filter(participant__in=people), "request",
        cohort="participant__cohort", at="asked_at", by="asked_by__name",
        reason="reason", decision="decision_reason",
    )  # fmt: skip
    pairs = Overlap.objects.visible_to(reader)
    mine = Case(When(first__in=people, then=F("first_cohort")), default=F("second_cohort"))
    yield _as_rows(
        pairs.filter(Q(first__in=people) | Q(second__in=people)), "overlap",
        cohort=mine, at="found_at", by=Value("", CharField()),
        verdict="verdict", ended="ended_at",
    )  # fmt: skip


def _as_rows(
    rows: QuerySet[Any], what: str, *, cohort: Any, at: str, by: Any, **told: str
) -> QuerySet[Any, Any]:
    annotated = rows.order_by().annotate(
        held_in=F(cohort) if isinstance(cohort, str) else cohort,
        told_at=F(at),
        what=Value(what, CharField()),
        told=JSONObject(**told),
        told_by=F(by) if isinstance(by, str) else by,
    )
    listed: QuerySet[Any, Any] = annotated.values_list(*COLUMNS)
    return listed


def _waiting(rows: Sequence[Participant]) -> Iterator[tuple[int, KeptRecord]]:
    """Rows to mend under the name of the person; they hold what a roster said."""
    names = {row.cohort_id: row.name_key for row in rows if row.name_key}
    waiting = PendingRow.objects.filter(cohort__in=names, name_key__in=names.values())
    for row in waiting.select_related("upload__uploaded_by"):
        if row.name_key == names[row.cohort_id]:
            what = gettext("Row to mend, row %(n)s of a roster") % {"n": row.row}
            yield (
                row.cohort_id,
                KeptRecord(
                    row.upload.uploaded_at, what, row.shown_name, str(row.upload.uploaded_by)
                ),
            )


def _drafts(rows: Sequence[Participant]) -> Iterator[tuple[int, KeptRecord]]:
    """Typing that nobody has stored yet and that names the person, without the typing itself."""
    of_cohort = {row.cohort_id: row for row in rows if not row.erased_at}
    drafts = FormDraft.objects.filter(cohort__in=of_cohort).select_related("user")
    for draft in drafts:
        person = of_cohort[draft.cohort_id]
        if draft.participant_id == person.pk or names_person(draft.open_lists(), person):
            what = gettext("Draft of a form: %(form)s") % {"form": draft.get_kind_display()}
            text = gettext("Not stored; deleted when the form is stored or left for long.")
            yield draft.cohort_id, KeptRecord(draft.saved_at, what, text, str(draft.user))


def names_person(typed: Mapping[str, Sequence[str]], person: Participant) -> bool:
    """Whether typing is about a person: a field of the row, a flag on it, the name, or the NIK."""
    if any(re.search(rf"(^|-){person.pk}(-|$)", field) for field in typed):
        return True
    if str(person.pk) in typed.get("flag_person", ()):
        return True
    nik, name = person._open_nik(), person.name.casefold()
    written = "\n".join(text for texts in typed.values() for text in texts)
    digits = re.sub(r"\D", "", written)
    return (bool(name) and name in written.casefold()) or (bool(nik) and nik in digits)


def _handed_in(told: Mapping[str, Any]) -> tuple[str, str]:
    kind = ReportKind(told["kind"])
    born = told["born"] and long_date(date.fromisoformat(told["born"]))
    parts = [told["name"], born, *_values(told["values"])]
    return gettext("Handed in: %(report)s") % {"report": kind.label}, _joined(parts)


def _values(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if value not in (None, ""):
            yield f"{label_of(name)}: {words_of(name, value)}"


def _consent(told: Mapping[str, Any]) -> tuple[str, str]:
    relation = GuardianConsent.Relation(told["relation"]).label
    withdrawn = told["withdrawn"] and gettext("withdrawn: %(why)s") % {"why": told["withdrawn"]}
    parts = [relation, told["guardian"], told["sheet"], withdrawn]
    return gettext("Consent of the guardian"), _joined(parts)


def _flag(told: Mapping[str, Any]) -> tuple[str, str]:
    title = gettext("Flagged: %(place)s") % {"place": PLACES.get(told["place"], told["place"])}
    was = CohortReportFlag(field=told["place"], was=told["was"]).before_words
    written = long_date(was) if isinstance(was, date) else was
    return title, _joined([written, told["note"], told["answer"]])


def _request(told: Mapping[str, Any]) -> tuple[str, str]:
    return gettext("Request to unlock"), _joined([told["reason"], told["decision"]])


def _overlap(told: Mapping[str, Any]) -> tuple[str, str]:
    verdict = gettext("not decided yet")
    if told["verdict"]:
        verdict = str(Overlap.Verdict(told["verdict"]).label)
    ended = gettext("no longer so") if told["ended"] else ""
    return gettext("In two cohorts at the same time"), _joined([verdict, ended])


def _joined(parts: Iterable[Any]) -> str:
    return "; ".join(str(part) for part in parts if part) or UNKNOWN


_WORDS: dict[str, Callable[[Mapping[str, Any]], tuple[str, str]]] = {
    "handed_in": _handed_in, "consent": _consent, "flag": _flag, "request": _request,
    "overlap": _overlap,
}  # fmt: skip
