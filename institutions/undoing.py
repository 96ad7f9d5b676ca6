"""Undoing the last step of an institution that was recorded by mistake.

Nothing is erased: the step and its milestone are marked with who, when and why, and hold no longer.
What was known on a past day stays known as it was.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from institutions.lifecycle import IN_PREPARATION, MOVED_MILESTONES, MOVES
from institutions.models import Institution, InstitutionTransition, Milestone
from institutions.models.institution import MoveRefused
from institutions.signals import institution_moved


def may_undo(user: Visitor) -> bool:
    """Whether the person may undo steps at all: staff of the ministry itself, of no one office."""
    return (
        user.is_authenticated
        and user.spec.reach == Reach.NATION
        and user.has_perm("institutions.move_institution")
    )


def undoable(steps: Iterable[InstitutionTransition]) -> InstitutionTransition | None:
    """Of the steps of an institution, the latest first, the one that may be undone; a merge is
    none."""
    last = next((step for step in steps if step.withdrawn_at is None), None)
    return last if last and last.verb in MOVES else None


@transaction.atomic
def undo(step: InstitutionTransition, *, by: User, reason: str) -> None:
    """Take the last step back: its milestone no longer counts, what it ended counts again, and the
    status is the one before it.

    Raises MoveRefused without a reason, and where something rests on the step.
    """
    if not reason.strip():
        raise MoveRefused(gettext("Say why: the reason is kept in the history."))
    institution = step.institution.held()
    _refuse_what_is_rested_on(step, institution)
    move, now = MOVES[step.verb], timezone.now()
    undone = {"withdrawn_at": now, "withdrawn_by": by, "withdrawn_because": reason.strip()}
    ended = _ended_by(step) if move.ends_agreement else []
    if move.milestone:
        institution.milestones.standing().filter(kind=move.milestone).update(**undone)
    InstitutionTransition.objects.filter(pk=step.pk).update(**undone)
    Institution.objects.filter(pk=institution.pk).update(status=step.from_status)
    for milestone in ended:
        milestone.pk, milestone._state.adding = None, True
        milestone.recorded_at, milestone.recorded_by = now, by
        milestone.withdrawn_at, milestone.withdrawn_by, milestone.withdrawn_because = None, None, ""
        milestone.save()
    years = {institution.programme_year_id, *(row.programme_year_id for row in ended)}
    institution_moved.send(Institution, institution=institution, years=list(years), places=[])


def _ended_by(step: InstitutionTransition) -> list[Milestone]:
    """The milestones that a cancellation or withdrawal took out of force, in the same moment."""
    rows = Milestone.objects.filter(institution=step.institution_id, kind__in=MOVED_MILESTONES)
    return list(rows.filter(withdrawn_at=step.recorded_at).order_by("pk"))


def _refuse_what_is_rested_on(step: InstitutionTransition, institution: Institution) -> None:
    """Raises MoveRefused where a later step, a merge, money or a replacement rests on the step."""
    last = institution.last_step()
    if step.verb not in MOVES or (last and last.verb not in MOVES):
        raise MoveRefused(gettext("The institution has been merged; a merge is not undone."))
    if last is None or last.pk != step.pk:
        raise MoveRefused(gettext("Only the last step is undone. Reload the page to see it."))
    if MOVES[step.verb].ends_agreement and hasattr(institution, "replaced_by"):
        text = gettext("%(name)s has taken its place. Take that back in its entry first.")
        raise MoveRefused(text % {"name": institution.replaced_by.name})
    if step.from_status in IN_PREPARATION and institution.disbursements.standing().exists():
        text = gettext("Money has been paid since then. Withdraw its tranches first.")
        raise MoveRefused(text)
