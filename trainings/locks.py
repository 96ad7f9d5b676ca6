"""What a page of a returned report says of the lock: what is closed, and what was asked for."""

from typing import Any

from blk_portal.accounts.models import User
from trainings.models import CohortReport, StandIn, UnlockRequest
from trainings.unlocking import Unlocked


def locks_of(report: CohortReport, user: User) -> dict[str, Any]:
    """For the cohort's page: whether rows are locked, what was asked for, and who fills in.

    Wants `with_log()`.
    """
    if not report.is_open:
        return {"is_locked": False}
    wishes = []
    if report.standing_flags:
        asked = UnlockRequest.objects.visible_to(user).for_lists()
        wishes = list(asked.filter(transition=report.standing_flags[0].transition_id))
    filling = StandIn.objects.visible_to(user).open().filter(report__cohort=report.cohort_id)
    return {
        "is_locked": not Unlocked.by(report.standing_flags, wishes).everything,
        "wishes": wishes,
        "stand_in": filling.select_related("officer", "on_behalf_of").first(),
        "may_stand_in": user.has_perm("trainings.verify_cohortreport"),
    }
