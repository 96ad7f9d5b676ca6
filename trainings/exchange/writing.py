"""Writing the draft of a cohort with its roster: all of it, or nothing.

Another system drafts; an operator looks it over and sends it. What a person sees refused on a page
is refused here in the same words, without the names of people.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.rest.preconditions import ensure_unchanged
from blk_portal.rest.problems import Conflict, ContentRefused, Unconditional
from blk_portal.rest.shapes import Misfit, misfits, value_class
from institutions.models import Institution
from trainings import entries, roster
from trainings.cohort_codes import COHORT_WARNINGS
from trainings.exchange import found, plan, rows
from trainings.exchange.found import Found
from trainings.exchange.refusing import as_conflicts
from trainings.exchange.shapes import DraftChangeShape, DraftShape
from trainings.exchange.state import etag_of, state_of
from trainings.faults import WARNINGS
from trainings.models import Cohort, CohortReference, WarningExplanation
from trainings.models.cohort import open_institutions
from trainings.roster_sheet import RosterReading

# How the uploads of other systems are listed on the page of the cohort.
FROM_SYSTEM = "API"
EXPLAINED = frozenset(map(str, WARNINGS | COHORT_WARNINGS))


@dataclass(frozen=True)
class Draft:
    """A draft as it came in.

    is_partial: what is right is stored, and rows whose faults an operator can mend wait for that;
    otherwise one fault keeps everything from being stored. is_dry_run: nothing is.
    """

    content: Any
    by: User
    today: date
    matches: Sequence[str] = ()
    is_partial: bool = False
    is_dry_run: bool = False

    @property
    def plan(self) -> Mapping[str, Any]:
        written: Mapping[str, Any] = self.content.get("plan", {})
        return written

    @property
    def rows(self) -> Sequence[Mapping[str, Any]] | None:
        written: Sequence[Mapping[str, Any]] | None = self.content.get("participants")
        return written


@dataclass
class Written:
    """What a write has done: the draft as it stands now, its ETag, and whether it is new."""

    told: dict[str, Any]
    etag: str
    is_new: bool


@dataclass
class _Roster:
    """The rows that came, as they were read, and everything said of them.

    unmendable: what no operator can mend, since the page of the cohort would have no row for it.
    """

    reading: RosterReading = field(default_factory=RosterReading)
    told: dict[int, list[Found]] = field(default_factory=lambda: defaultdict(list))
    unmendable: list[Found] = field(default_factory=list)

    @property
    def faults(self) -> list[Found]:
        return [one for row in sorted(self.told) for one in self.told[row] if not one.is_warning]


def write(draft: Draft, cohort: Cohort | None = None) -> Written:
    """Write a draft: of this cohort, or of the one that it names, or of a new one.

    Raises ContentRefused with every fault at once, Conflict where the report was sent or the cohort
    cancelled, Unconditional and Changed where the draft was not made from what stands there.
    """
    try:
        with as_conflicts(), transaction.atomic():
            written = _write(draft, cohort)
            if draft.is_dry_run:
                transaction.set_rollback(True)
    except IntegrityError as race:
        text = gettext("Another request wrote the same cohort. Send yours again.")
        raise Conflict(text) from race
    return written


def _write(draft: Draft, cohort: Cohort | None) -> Written:
    names = rows.names_of(draft.content)
    shape = DraftShape if cohort is None else DraftChangeShape
    unfit = list(misfits(draft.content, shape))
    faults = [
        found.of_misfit(one, names=names) for one in unfit if not _is_of_row(one)
    ]  # fmt: skip
    if faults:
        raise ContentRefused([one.told() for one in faults])
    if cohort is None:
        cohort = _named(draft)
    is_new = cohort is None
    if cohort is not None:
        if not draft.matches:
            raise Unconditional(etag=etag_of(cohort))
        cohort.hold_institution()
        roster.open_report(cohort)
        ensure_unchanged(draft.matches, etag_of(cohort))
    read = _read(draft, [one for one in unfit if _is_of_row(one)], names)
    faults = [*(read.unmendable if draft.is_partial else read.faults), *_faults_of_texts(draft)]
    cohort, of_plan = _planned(draft, cohort)
    faults = [*of_plan, *faults]
    if cohort is None or faults:
        raise ContentRefused([one.told() for one in faults])
    _refer(draft, cohort)
    told = _stored(draft, cohort, read, names)
    _explain(draft, cohort)
    now = Cohort.objects.for_plan().get(pk=cohort.pk)
    etag = etag_of(now)
    state = state_of(now, by=draft.by) | told
    if draft.is_dry_run and is_new:
        state |= {"id": None, "page": None}
    state |= {"is_dry_run": draft.is_dry_run, "is_new": is_new}
    return Written(state, etag, is_new)


def _is_of_row(misfit: Misfit) -> bool:
    return misfit.path[:1] == ("participants",) and len(misfit.path) > 1


def _named(draft: Draft) -> Cohort | None:
    """The cohort that a draft names, by the other system's id or by what makes it one of a kind.

    The institution is held meanwhile, so that of two who plan the same cohort the second finds it.
    """
    own = Cohort.objects.editable_by(draft.by)
    institution = open_institutions(draft.by).filter(code=draft.plan["institution"]).first()
    if institution is not None:
        list(Institution.objects.hold([institution.pk]))
    if name := draft.content.get("external_id"):
        mine = CohortReference.objects.of(draft.by).filter(value=name)
        if known := own.for_plan().filter(references__in=mine).first():
            return known
    if institution is None:
        return None
    alike = own.for_plan().filter(
        institution=institution, programme_year__year=draft.plan["programme_year"],
        programme__field__code=draft.plan["field"], programme__name=draft.plan["programme"],
        batch=draft.plan["batch"],
    )  # fmt: skip
    if version := draft.plan.get("programme_version"):
        alike = alike.filter(programme__version=version)
    return alike.order_by("-programme__version").first()


def _planned(draft: Draft, cohort: Cohort | None) -> tuple[Cohort | None, list[Found]]:
    """The cohort with its plan stored, or everything that is wrong with the plan."""
    if not draft.plan:
        return cohort, []
    form, faults = plan.form_of(draft.plan, by=draft.by, cohort=cohort)
    if not form.is_valid() or faults:
        return cohort, [*faults, *plan.faults_of(form, draft.plan, faults)]
    return form.save(), []


def _read(draft: Draft, unfit: Sequence[Misfit], names: Mapping[int, str | None]) -> _Roster:
    """The rows, checked; what has another shape is told in the words of the roster."""
    if draft.rows is None:
        return _Roster()
    unfit = [*unfit, *rows.placeholders(draft.rows)]
    read = _Roster(rows.read_rows(draft.rows, unfit, today=draft.today))
    waiting = {fault.row for fault in read.reading.rejected}
    said = set()
    for misfit in unfit:
        told = found.of_misfit(misfit, names=names)
        said.add((told.row, told.field))
        read.told[told.row or 0].append(told)
        if misfit.code not in rows.READABLE or told.row not in waiting:
            read.unmendable.append(told)
    for fault in (*read.reading.rejected, *read.reading.people_warnings):
        if (fault.row, fault.field) not in said:
            read.told[fault.row].append(found.of_fault(fault, names=names))
    return read


def _faults_of_texts(draft: Draft) -> list[Found]:
    """What is wrong with the explanations and with the other system's id."""
    faults = []
    for place, one in enumerate(draft.content.get("explanations") or (), start=1):
        where = f"explanations.{place}"
        if one["code"] not in EXPLAINED:
            told = gettext("There is no warning of this code."), gettext("Take it from “warnings”.")
            faults.append(Found(f"{where}.code", "unknown_code", *told, value_class(one["code"])))
        faults += _fault_of(WarningExplanation, "text", f"{where}.text", one["text"])
    if name := draft.content.get("external_id"):
        faults += _fault_of(CohortReference, "value", "external_id", name)
    return faults


def _fault_of(model: Any, name: str, where: str, value: str) -> list[Found]:
    """What the validators of a model's field say of a text."""
    try:
        model._meta.get_field(name).run_validators(value)
    except ValidationError as refusal:
        text = " ".join(refusal.messages)
        return [Found(where, "invalid", text, gettext("Mend the text."), value_class(value))]
    return []


def _refer(draft: Draft, cohort: Cohort) -> None:
    """Keep that the other system writes the cohort, and what it calls it.

    Raises ContentRefused for a second name.
    """
    name = draft.content.get("external_id") or ""
    kept, _is_new = CohortReference.objects.get_or_create(
        user=draft.by, cohort=cohort, defaults={"value": name}
    )
    if name and not kept.value:
        kept.value = name
        kept.save(update_fields=["value"])
    if name and kept.value != name:
        told = Found(
            "external_id", "known_by_another_id",
            gettext("Your system has given this cohort another id before."),
            gettext("Send that id, or leave it out."), value_class(name),
        )  # fmt: skip
        raise ContentRefused([told.told()])


def _explain(draft: Draft, cohort: Cohort) -> None:
    given = draft.content.get("explanations") or ()
    if given:
        texts = {one["code"]: one["text"].strip() for one in given}
        entries.explain_warnings(cohort, texts, by=draft.by)


def _stored(
    draft: Draft, cohort: Cohort, read: _Roster, names: Mapping[int, str | None]
) -> dict[str, Any]:
    """The roster stored by the rules of a file, and what became of each row."""
    if draft.rows is None:
        return {"roster": None, "rows": []}
    upload = roster.store_upload(
        cohort, read.reading, filename=FROM_SYSTEM, by=draft.by, today=draft.today
    )
    questions = [fault for _row, fault in upload.outcome.questions]
    for fault in questions:
        read.told[fault.row].append(found.of_fault(fault, names=names))
    if questions and not draft.is_partial:
        raise ContentRefused([one.told() for one in read.faults])
    stored = {
        person.roster_row: (outcome, person.pk)
        for outcome in ("created", "changed", "unchanged")
        for person in getattr(upload.outcome, outcome)
    }
    results = [
        {
            "row": row, "external_id": names.get(row),
            "outcome": stored.get(row, ("rejected", None))[0],
            "participant": stored.get(row, ("rejected", None))[1],
            "faults": [one.told() for one in read.told.get(row, ())],
        }
        for row in range(1, len(draft.rows) + 1)
    ]  # fmt: skip
    if draft.is_dry_run:
        results = [
            result | {"participant": None} if result["outcome"] == "created" else result
            for result in results
        ]
    counts = {
        "created": upload.created, "changed": upload.changed, "unchanged": upload.unchanged,
        "rejected": sum(result["outcome"] == "rejected" for result in results),
        "absent": len(upload.absent),
    }  # fmt: skip
    return {"roster": counts, "rows": results}
