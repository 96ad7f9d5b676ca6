"""What a reviewer's page shows beside one report: officer, changes, wishes, who stands in."""

from dataclasses import dataclass, field

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from trainings.changes import Comparison, comparisons
from trainings.models import CohortReport, StandIn, UnlockRequest
from trainings.models.officer import officers_for


@dataclass(frozen=True)
class Desk:
    """One report on one reviewer's desk.

    colleagues: whom it may be handed to. wishes: requests to unlock. submissions: how often it was
    sent. days: for how many days it has waited. may_fill_in: whether the reviewer may fill it in.
    """

    colleagues: list[User] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    wishes: list[UnlockRequest] = field(default_factory=list)
    stand_in: StandIn | None = None
    submissions: int = 0
    days: int | None = None
    may_fill_in: bool = False


def desk_of(report: CohortReport, user: User) -> Desk:
    """What the page shows; wants `with_log()`."""
    is_waiting = report.status == CohortReport.Status.SUBMITTED
    stand_in = None
    if report.is_open:
        standing = StandIn.objects.visible_to(user).open().filter(report=report)
        stand_in = standing.select_related("officer", "on_behalf_of").first()
    wishes = UnlockRequest.objects.visible_to(user).filter(transition__report=report).for_lists()
    colleagues = officers_for(report.cohort.institution) if is_waiting else User.objects.none()
    return Desk(
        colleagues=[one for one in colleagues if one.pk != report.officer_id],
        comparisons=comparisons(report, user),
        wishes=list(wishes) if report.flagged_returns else [],
        stand_in=stand_in,
        submissions=sum(entry.verb == "submit" for entry in report.log),
        days=report.days_waiting(on=today_in_jakarta()) if is_waiting else None,
        may_fill_in=report.is_open and stand_in is None,
    )
