"""All that happened to an institution in one order, newest first: what its page tells.

Each subject adds its own part: a function from the institution and the reader to entries, named in
SOURCES. One source asks the database once or twice, however long the story is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import as_date, rupiah
from institutions.happenings import Happening, happenings
from institutions.lifecycle import MOVES
from institutions.maturity import Maturity
from institutions.models import (
    Disbursement,
    DisbursementStep,
    Institution,
    InstitutionTransition,
    Milestone,
    Visit,
)
from institutions.models.proposal import ProposalField


@dataclass(frozen=True)
class Entry:
    """One thing that happened.

    on: the day it happened, which orders the story. title: what, in words. detail: the paper, the
    value or the place it belongs to. words: what somebody wrote about it. by, recorded_at: who
    recorded it and when. is_undone: no longer holds.
    """

    on: date
    title: str
    recorded_at: datetime
    by: object = None
    detail: str = ""
    words: str = ""
    is_undone: bool = False


def steps(institution: Institution, reader: Visitor) -> Iterable[Entry]:
    """The steps of the life cycle, each with its paper, and the milestones that no step wrote."""
    milestones, taken = list(institution.milestones.all()), list(institution.transitions.all())
    prefetch_related_objects(milestones, "recorded_by")
    prefetch_related_objects(taken, "by", "withdrawn_by")
    alone = list(milestones)
    for row in taken:
        move = MOVES.get(row.verb)
        written = (move and move.milestone, row.happened_on)
        paper = next((one for one in alone if (one.kind, one.happened_on) == written), None)
        if paper:
            alone.remove(paper)
        yield _step(row, paper)
        if row.withdrawn_at:
            yield _undoing(row, row.withdrawn_at)
    for milestone in alone:
        yield _milestone(milestone)
    for milestone in milestones:
        if milestone.withdrawn_at:
            yield _withdrawal(milestone)


def _step(row: InstitutionTransition, paper: Milestone | None) -> Entry:
    return Entry(
        on=row.happened_on,
        title=str(row),
        detail=paper.document_number if paper else "",
        words=row.reason,
        by=row.by,
        recorded_at=row.recorded_at,
        is_undone=row.withdrawn_at is not None,
    )


def _undoing(row: InstitutionTransition, at: datetime) -> Entry:
    return Entry(
        on=as_date(at),
        title=gettext("Step undone: %(step)s") % {"step": row},
        words=row.withdrawn_because,
        by=row.withdrawn_by,
        recorded_at=at,
    )


def _milestone(row: Milestone) -> Entry:
    return Entry(
        on=row.happened_on,
        title=row.get_kind_display(),
        detail=row.document_number,
        by=row.recorded_by,
        recorded_at=row.recorded_at,
        is_undone=row.withdrawn_at is not None,
    )


def _withdrawal(row: Milestone) -> Entry:
    withdrawn_at = row.withdrawn_at or row.recorded_at
    return Entry(
        on=as_date(withdrawn_at),
        title=gettext("No longer counted: %(what)s") % {"what": row.get_kind_display()},
        words=row.withdrawn_because,
        recorded_at=withdrawn_at,
    )


def troubles(institution: Institution, reader: Visitor) -> Iterable[Entry]:
    """The cases that were opened, and their ends."""
    cases = list(institution.cases.all())
    prefetch_related_objects(cases, "opened_by", "closed_by")
    for case in cases:
        what = {"what": case.get_kind_display()}
        yield Entry(
            on=case.opened_on,
            title=gettext("Case opened: %(what)s") % what,
            words=case.reason,
            by=case.opened_by,
            recorded_at=case.opened_at,
        )
        if case.closed_on and case.closed_at:
            yield Entry(
                on=case.closed_on,
                title=gettext("Case closed: %(what)s") % what,
                words=case.outcome,
                by=case.closed_by,
                recorded_at=case.closed_at,
            )


def beside(institution: Institution, reader: Visitor) -> Iterable[Entry]:
    """Corrections, assessments, visits and money, as far as the reader sees them."""
    for row in happenings(institution, reader):
        yield Entry(
            on=row.on,
            title=_title(row),
            detail=row.detail,
            words=row.words,
            by=row.by,
            recorded_at=row.recorded_at,
            is_undone=row.withdrawn_at is not None,
        )
        if row.withdrawn_at is not None:
            yield Entry(
                on=as_date(row.withdrawn_at),
                title=gettext("No longer counted: %(what)s") % {"what": _title(row)},
                words=row.withdrawn_because or "",
                by=row.withdrawn_by,
                recorded_at=row.withdrawn_at,
            )


def _title(row: Happening) -> str:
    match row.subject:
        case "correction":
            what = ProposalField(row.what).label
            return gettext("Register corrected: %(what)s") % {"what": what}
        case "assessment":
            return gettext("Assessed: %(class)s") % {"class": Maturity(row.what).label}
        case "visit":
            return gettext("Visit: %(what)s") % {"what": Visit.Kind(row.what).label}
    told = {
        "tranche": str(Disbursement(purpose=row.what, tranche=row.number or 0)),
        "amount": rupiah(row.amount),
    }
    if row.subject == "tranche":
        return gettext("%(amount)s paid: %(tranche)s") % told
    if row.subject == DisbursementStep.Verb.SENT_BACK:
        return gettext("LPJ sent back: %(tranche)s") % told
    step = str(DisbursementStep.Verb(row.subject).label)
    return gettext("%(step)s, %(amount)s: %(tranche)s") % (told | {"step": step})


SOURCES: list[Callable[[Institution, Visitor], Iterable[Entry]]] = [steps, troubles, beside]


def chronology(institution: Institution, reader: Visitor) -> list[Entry]:
    """The entries of every source as the reader may see them, newest first."""
    entries = [entry for source in SOURCES for entry in source(institution, reader)]
    return sorted(entries, key=lambda entry: (entry.on, entry.recorded_at), reverse=True)
