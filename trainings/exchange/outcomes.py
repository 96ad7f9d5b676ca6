"""Drafts of certification and placement: written by another system, by the rules of the page.

The page enters what became of each participant once the closing report is sent; so does this.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.reporting.models import digest_of
from blk_portal.rest.preconditions import ensure_unchanged
from blk_portal.rest.problems import Conflict, ContentRefused
from blk_portal.rest.shapes import TEXTS, misfits, value_class
from trainings import entries
from trainings.exchange import found
from trainings.exchange.found import Found
from trainings.exchange.refusing import as_conflicts, locked_text
from trainings.exchange.state import told_missing
from trainings.models import CohortReport, ReportKind, parts
from trainings.models.parts import Entries
from trainings.models.report import CohortReportQuerySet
from trainings.row_forms import RowForm, RowForms
from trainings.unlocking import unlocked

# What the interface calls the cells of the page's form.
CELLS = {"certified_by": "body"}
NAMES = {cell: name for name, cell in CELLS.items()}


@dataclass(frozen=True)
class OutcomeDraft:
    """What came in. shape: what it has to look like."""

    content: Any
    shape: Any
    matches: Sequence[str] = ()
    is_dry_run: bool = False

    @property
    def rows(self) -> list[dict[str, Any]]:
        written: list[dict[str, Any]] = self.content["participants"]
        return written


def reports_for(user: User, kind: ReportKind) -> CohortReportQuerySet:
    """The reports of a kind that the account may draft, with all that their state tells."""
    reports = CohortReport.objects.editable_by(user).filter(kind=kind)
    return reports.select_related("obligation", "cohort__programme_year").with_log([kind])


def etag_of(report: CohortReport, rows: Entries) -> str:
    """What the draft holds, as a mark that changes with it, quoted as in a header."""
    held = [
        [person.pk, *(getattr(row, name) for name in row.ENTERED)] if row else [person.pk]
        for person, row in rows
    ]
    return f'"{digest_of([report.pk, report.status, report.version, held])[:32]}"'


def state_of(report: CohortReport, rows: Entries) -> dict[str, Any]:
    """The draft as JSON, see `OutcomeStateShape`."""
    return {
        "cohort": report.cohort_id,
        "kind": report.kind,
        "report": {
            "status": report.status, "version": report.version, "due_on": report.obligation.due_on,
        },
        "participants": [
            {
                "participant": person.pk, "is_entered": row is not None,
                "is_complete": row is not None and row.is_complete,
            }
            for person, row in rows
        ],
        "missing": told_missing(report, entered=rows),
        "page": report.get_absolute_url(),
    }  # fmt: skip


def write(
    draft: OutcomeDraft, report: CohortReport, reports: CohortReportQuerySet
) -> tuple[dict[str, Any], str]:
    """Enter what became of participants; returns the draft as it stands now, and its ETag.

    reports: where it is read anew. Raises ContentRefused with every fault at once, Conflict where
    the report is not the operator's to change, Unconditional and Changed where the draft was not
    made from what stands there.
    """
    if unfit := list(misfits(draft.content, draft.shape)):
        raise ContentRefused([found.of_misfit(one, names={}).told() for one in unfit])
    with as_conflicts(), transaction.atomic():
        held = entries.hold_open(report)
        rows = parts.entries(held)
        ensure_unchanged(draft.matches, etag_of(held, rows))
        if held.cohort.closing.is_open:
            raise Conflict(gettext("Send the closing report first."))
        changed = entries.record_outcomes(held, _cells(draft, held, rows))
        now = reports.get(pk=report.pk)
        rows = parts.entries(now)
        told = state_of(now, rows) | {"changed": changed, "is_dry_run": draft.is_dry_run}
        etag = etag_of(now, rows)
        if draft.is_dry_run:
            transaction.set_rollback(True)
    return told, etag


def _cells(draft: OutcomeDraft, report: CohortReport, rows: Entries) -> dict[int, dict[str, Any]]:
    """What is to be entered, by participant, as the form of the page reads it.

    Raises ContentRefused.
    """
    places, faults = _places(draft, {person.pk for person, _row in rows})
    asked = [(person, row) for person, row in rows if person.pk in places]
    data = QueryDict(mutable=True)
    for person, row in asked:
        sent = {CELLS.get(name, name): value for name, value in _sent(draft, places[person.pk])}
        for cell in _cells_of(report):
            stored = getattr(row, cell) if row else ""
            data[f"{cell}-{person.pk}"] = sent.get(cell, stored) or ""
    forms = RowForms(report.kind, asked, data, open_now=unlocked(report))
    for form in forms.faulty:
        faults += _faults_of(form, draft, places[form.person.pk])
    if faults:
        raise ContentRefused([one.told() for one in sorted(faults, key=lambda one: one.row or 0)])
    return forms.sent()


def _places(draft: OutcomeDraft, known: set[int]) -> tuple[dict[int, int], list[Found]]:
    """Which row speaks of which participant; and the rows that speak of nobody, or of one twice."""
    places: dict[int, int] = {}
    faults = []
    for place, row in enumerate(draft.rows, start=1):
        key = row["participant"]
        if key not in known:
            told = (
                gettext("No participant of this cohort who passed has this id."),
                gettext("Use an id that the draft tells under “participants”."),
            )
            faults.append(Found("participant", "unknown_code", *told, value_class(key), place))
        elif key in places:
            told = gettext("A row above speaks of this participant."), gettext("Send one of them.")
            faults.append(Found("participant", "repeated", *told, value_class(key), place))
        else:
            places[key] = place
    return places, faults


def _sent(draft: OutcomeDraft, place: int) -> Iterator[tuple[str, Any]]:
    row: Mapping[str, Any] = draft.rows[place - 1]
    return ((name, value) for name, value in row.items() if name != "participant")


def _cells_of(report: CohortReport) -> tuple[str, ...]:
    kind = ReportKind(report.kind)
    return parts.outcome_of(kind).ENTERED


def _faults_of(form: RowForm, draft: OutcomeDraft, place: int) -> Iterator[Found]:
    """What the form of the page refuses in a row."""
    written = dict(_sent(draft, place))
    for cell, errors in form.errors.get_json_data().items():
        if cell == "__all__":
            # The words of the page quote what is stored.
            cure = gettext("Leave it out, or ask the operator to have it unlocked.")
            yield Found(None, "locked", locked_text(), cure, row=place)
            continue
        name = NAMES.get(cell, cell)
        for error in errors:
            code, detail = error["code"] or "invalid", error["message"]
            cure = gettext("Mend the field and send the draft again.")
            if code == "invalid_choice":
                # The words of the form quote the value.
                code, detail = "unknown_code", str(TEXTS["unknown_code"][0])
                cure = gettext("Use a code of the list provinces.")
            yield Found(name, code, detail, cure, value_class(written.get(name)), place)
