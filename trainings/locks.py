"""What a page of a returned report says of the lock: what is closed, and what was asked for."""

from collections.abc import Iterable
from typing import Any

from blk_portal.accounts.models import User
from trainings.models import CohortReport, Participant, ReportKind, StandIn, UnlockRequest
from trainings.participant_forms import ParticipantForm
from trainings.row_forms import ResultRow
from trainings.unlocking import OF_ROSTER, Unlocked


def locks_of(
    report: CohortReport, user: User, *, opening: CohortReport | None = None
) -> dict[str, Any]:
    """For the page of a report: what may change, what was asked for, and who fills in.

    opening: on the page of the roster, the report that holds it as well. Wants `with_log()`.
    """
    if not report.is_open:
        return {"is_locked": False, "open_now": Unlocked()}
    both = [one for one in (report, opening) if one is not None]
    returned = [one for one in both if one.is_open and one.standing_flags]
    wishes = []
    if returned:
        asked = UnlockRequest.objects.visible_to(user).for_lists()
        wishes = list(asked.filter(transition__in=map(_return_of, returned)))
    locks = {
        one.kind: Unlocked.by(
            one.standing_flags, [wish for wish in wishes if wish.transition_id == _return_of(one)]
        )
        for one in returned
    }  # fmt: skip
    open_now = locks.get(report.kind) or Unlocked()
    if report.kind in OF_ROSTER:
        open_now = Unlocked.of_roster(**locks)
    filling = StandIn.objects.visible_to(user).open().filter(report__cohort=report.cohort_id)
    return {
        "is_locked": not open_now.everything,
        "open_now": open_now,
        "free_results": "result" in open_now.free and report.kind == ReportKind.CLOSING,
        "locked_by": [one for one in returned if not locks[one.kind].everything],
        "wishes": wishes,
        "stand_in": filling.select_related("officer", "on_behalf_of").first(),
        "may_stand_in": user.has_perm("trainings.verify_cohortreport"),
    }


def note_locks(participants: Iterable[Participant], open_now: Unlocked) -> dict[str, bool]:
    """Note on each row of a roster what is open: `may_change` anything of it, `may_take_off`.

    Returns what the page as a whole may offer: to add a row, and to enter a result.
    """
    may_enter = False
    for person in participants:
        person.may_change = open_now.allows_any(person.pk, ParticipantForm.base_fields)
        person.may_take_off = open_now.allows(person.pk)
        may_enter = may_enter or open_now.allows_any(person.pk, ResultRow.base_fields)
    return {"may_add": open_now.allows(None), "may_enter": may_enter}


def _return_of(report: CohortReport) -> int:
    return report.standing_flags[0].transition_id
