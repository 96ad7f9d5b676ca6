"""What lacks before the next step of an institution, as data that pages show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from blk_portal.formats import long_date
from institutions.lifecycle import (
    EXPECTED_MILESTONES,
    HELD_BY_CASES,
    MilestoneKind,
)
from institutions.models import Case, DocumentRequirement, Institution, Milestone


@dataclass(frozen=True)
class Lack:
    """One thing that lacks; what does not block only warns.

    kind: the milestone that can be recorded to mend it, or empty.
    """

    text: str
    blocks: bool = False
    kind: str = ""


def next_verb(institution: Institution) -> str | None:
    """The step that follows on the regular way, or none at its end."""
    moves = institution.possible_moves()
    return next((verb for verb, move in moves.items() if not move.needs_reason), None)


def missing_for_next(
    institution: Institution, *, milestones: Iterable[Milestone], cases: Iterable[Case], today: date
) -> list[Lack]:
    """What lacks before the next step: milestones, papers, then what open cases hold up.

    milestones, cases: those of the institution that stand and that are open; the caller has them at
    hand.
    """
    verb = next_verb(institution)
    if verb is None:
        return []
    return [
        *_lacking_milestones(verb, milestones, today),
        *_lacking_papers(institution),
        *_open_cases(verb, cases),
    ]


def _lacking_milestones(verb: str, milestones: Iterable[Milestone], today: date) -> list[Lack]:
    latest = {row.kind: row for row in sorted(milestones, key=lambda row: row.happened_on)}
    lacks = []
    for kind in EXPECTED_MILESTONES.get(verb, ()):
        row = latest.get(kind)
        if row is None:
            text = gettext("Not recorded: %(milestone)s.") % {"milestone": kind.label}
        elif row.is_expired_on(today):
            text = gettext("Ended on %(day)s: %(milestone)s.") % {
                "day": long_date(row.expires_on), "milestone": kind.label,
            }  # fmt: skip
        elif kind == MilestoneKind.PROGRESS and row.percent != 100:
            text = gettext("The building stands at %(percent)s percent.") % {"percent": row.percent}
        else:
            continue
        lacks.append(Lack(text, kind=kind))
    return lacks


def _lacking_papers(institution: Institution) -> list[Lack]:
    """One line for all papers: their own page lists them one by one."""
    names = [row.kind.name for row in DocumentRequirement.objects.missing_for(institution)]
    text = gettext("Papers not added: %(names)s.") % {"names": ", ".join(names)}
    return [Lack(text)] if names else []


def _open_cases(verb: str, cases: Iterable[Case]) -> list[Lack]:
    blocks = verb in HELD_BY_CASES
    return [
        Lack(gettext("Open case: %(case)s.") % {"case": case.get_kind_display()}, blocks)
        for case in cases
    ]
