"""What waits for a person: the duties of an operator, the queues of staff."""

from operator import attrgetter
from typing import Any

from django.utils import timezone

from blk_portal.accounts.models import User
from blk_portal.reporting.verbs import ReportStatus
from incubators.models import Incubator
from incubators.stages import Stage
from institutions.models import Institution
from trainings.models import CohortReport

LATEST_SENT = 5


def operator(user: User) -> dict[str, Any]:
    """The reports an operator owes, returned ones first, then by due date; and those handed in."""
    # Chosen first and joined after, as in keyset_page.
    own = list(CohortReport.objects.visible_to(user).values_list("pk", flat=True))
    reports = list(
        CohortReport.objects.filter(pk__in=own).for_lists().with_participants().with_log()
        .order_by("obligation__due_on", "id")
    )  # fmt: skip
    returned = [report for report in reports if report.status == ReportStatus.RETURNED]
    drafts = [report for report in reports if report.status == ReportStatus.DRAFT]
    sent = [report for report in reports if not report.is_open]
    sent.sort(key=attrgetter("submitted_at"), reverse=True)
    for report in sent:
        report.last_receipt = next((row.receipt for row in report.log if row.receipt), None)
    return {
        "today": timezone.localdate(),
        "institutions": list(Institution.objects.visible_to(user).for_lists()),
        "returned": returned,
        "drafts": drafts,
        "sent": sent[:LATEST_SENT],
        "sent_more": len(sent) > LATEST_SENT,
        "count": len(returned) + len(drafts),
    }


def staff(user: User) -> dict[str, Any]:
    """The queues of ministry staff, each as a count that leads to its list."""
    institutions = Institution.objects.visible_to(user)
    context: dict[str, Any] = {
        "today": timezone.localdate(),
        "unassigned": institutions.filter(office=None).count(),
    }
    if user.spec.reviews_trainings:
        waiting = CohortReport.objects.visible_to(user).awaiting()
        context |= {"waiting": waiting.count(), "oldest": waiting.for_lists().first()}
    if user.has_perm("incubators.move_incubator"):
        incubators = Incubator.objects.visible_to(user)
        context["to_validate"] = incubators.filter(stage=Stage.SELECTED).count()
    return context
